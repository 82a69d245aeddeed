//! Every partner's members: one request for each partner, several at once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Session;
use crate::api::Client;
use crate::api::calls;
use crate::api::types::{Many, Member, Partner};
use crate::error::{Error, Kind, Report};
use crate::output::notes::Notes;

/// Requests under way at once. The rate limit is kept however many they are.
const AT_ONCE: usize = 8;

/// A partner's members, or why they cannot be had.
type Members = Result<Many<Member<'static>>, Error>;

/// The members of each partner, in the order of the partners, whatever the order of the answers.
pub(super) struct Sweep {
    answers: Vec<Members>,
}

impl Sweep {
    /// Asks for the members of all these partners. One failure does not stop the rest, unless it would fail all of them:
    /// then the rest is not tried.
    pub(super) fn run(partners: &[Partner<'_>], session: &Session<'_>) -> Result<Self, Error> {
        let client = session.client()?;
        let work = Work::new(partners, &client, session.notes);
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(partners.len()) {
                scope.spawn(|| work.run());
            }
        });
        session.notes.erase_bar();
        Ok(Sweep { answers: work.into_answers() })
    }

    /// Each partner's place and members, of those that could be had.
    pub(super) fn found(&self) -> impl Iterator<Item = (usize, &Many<Member<'static>>)> {
        self.answers.iter().enumerate().filter_map(|(at, answer)| Some((at, answer.as_ref().ok()?)))
    }

    /// Tells of the partners whose members could not be had, and fails if there are any: as they did if all did, and
    /// with [`Kind::Partial`] if only some.
    pub(super) fn check(&self, partners: &[Partner<'_>], notes: &Notes) -> Result<(), Error> {
        let failed: Vec<(&Partner<'_>, &Error)> = partners
            .iter()
            .zip(&self.answers)
            .filter_map(|(partner, answer)| Some((partner, answer.as_ref().err()?)))
            .collect();
        let Some((_, first)) = failed.first() else { return Ok(()) };
        for (partner, error) in &failed {
            let what = format!("cannot list the members of partner '{}'", partner.name.as_str());
            notes.failed(&Report::new(&anyhow::Error::from((*error).clone()).context(what)));
        }
        let (failed, all) = (failed.len(), partners.len());
        let kind = if failed == all { first.kind() } else { Kind::Partial };
        let message = format!("{failed} of {all} partners are missing, as told above");
        Err(Error::new(kind, message).hint("What is shown of the others is complete. It is safe to run this again."))
    }
}

struct Work<'a> {
    partners: &'a [Partner<'a>],
    client: &'a Client<'a>,
    notes: &'a Notes,
    next: AtomicUsize,
    done: AtomicUsize,
    /// Failures one after the other that the next request would meet too.
    hopeless: AtomicUsize,
    answers: Vec<OnceLock<Members>>,
}

impl<'a> Work<'a> {
    fn new(partners: &'a [Partner<'a>], client: &'a Client<'a>, notes: &'a Notes) -> Self {
        let zero = || AtomicUsize::new(0);
        let answers = partners.iter().map(|_| OnceLock::new()).collect();
        Work { partners, client, notes, next: zero(), done: zero(), hopeless: zero(), answers }
    }

    fn run(&self) {
        while let Some((at, partner)) = self.take() {
            let answer =
                calls::list_members(partner.id.as_str()).and_then(|call| self.client.send(&call)).and_then(|members| {
                    // What does not make sense is this partner's failure, and not that of all.
                    members.get()?;
                    Ok(members)
                });
            match answer.as_ref().map_err(Error::kind) {
                Err(Kind::Denied) => self.hopeless.store(AT_ONCE, Ordering::Relaxed),
                Err(Kind::Unavailable) => drop(self.hopeless.fetch_add(1, Ordering::Relaxed)),
                _ => self.hopeless.store(0, Ordering::Relaxed),
            }
            // Each place is taken once.
            let _ = self.answers[at].set(answer);
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            self.notes.draw_bar(done, self.partners.len(), "partners");
        }
    }

    fn take(&self) -> Option<(usize, &'a Partner<'a>)> {
        if self.hopeless.load(Ordering::Relaxed) >= AT_ONCE {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        Some((at, self.partners.get(at)?))
    }

    fn into_answers(self) -> Vec<Members> {
        let untried = || Error::new(Kind::Unavailable, "it was not tried, since the others before it failed");
        self.answers.into_iter().map(|answer| answer.into_inner().unwrap_or_else(|| Err(untried()))).collect()
    }
}
