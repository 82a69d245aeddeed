//! Every partner's members: one request for each partner, several at once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Session;
use crate::api::Client;
use crate::api::calls;
use crate::api::types::{Many, Member, Partner};
use crate::error::{Error, Kind, Report};
use crate::output::notes::Notes;
use crate::process::Interrupts;

/// Requests under way at once. The rate limit is kept however many they are.
const AT_ONCE: usize = 8;

/// A partner's members, or why they cannot be had.
type Members = Result<Many<Member<'static>>, Error>;

/// The members of each partner, in the order of the partners, whatever the order of the answers.
pub(super) struct Sweep {
    /// None where it was not tried.
    answers: Vec<Option<Members>>,
}

impl Sweep {
    /// Asks for the members of all these partners. One failure does not stop the rest, unless it would fail all of them:
    /// then the rest is not tried.
    ///
    /// Fails with [`Kind::Interrupted`] if somebody asks the tool to end meanwhile.
    pub(super) fn run(partners: &[Partner<'_>], session: &Session<'_>) -> Result<Self, Error> {
        let client = session.client()?;
        let interrupts = session.around.interrupts;
        interrupts.catch();
        let work = Work::new(partners, &client, session.notes, interrupts);
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(partners.len()) {
                scope.spawn(|| work.run());
            }
        });
        session.notes.erase_bar();
        if interrupts.happened() {
            return Err(Error::new(Kind::Interrupted, "interrupted before all partners were asked for their members"));
        }
        interrupts.release();
        Ok(Sweep { answers: work.into_answers() })
    }

    /// Each partner's place and members, of those that could be had.
    pub(super) fn found(&self) -> impl Iterator<Item = (usize, &Many<Member<'static>>)> {
        self.answers.iter().enumerate().filter_map(|(at, answer)| Some((at, answer.as_ref()?.as_ref().ok()?)))
    }

    /// Tells of the partners whose members could not be had, and fails if there are any: with [`Kind::Partial`], or as
    /// they did if all did because of what they have in common.
    pub(super) fn check(&self, partners: &[Partner<'_>], notes: &Notes) -> Result<(), Error> {
        let mut kinds = Vec::new();
        for (partner, answer) in partners.iter().zip(&self.answers) {
            let Some(Err(error)) = answer else { continue };
            kinds.push(error.kind());
            let what = format!("cannot list the members of partner '{}'", partner.name.as_str());
            notes.failed(&Report::new(&anyhow::Error::from(error.clone()).context(what)));
        }
        let (all, found) = (partners.len(), self.found().count());
        if found == all {
            return Ok(());
        }
        let untried = self.answers.iter().filter(|answer| answer.is_none()).count();
        let mut message = format!("the members of {} of {all} partners are missing, as told above", all - found);
        if untried > 0 {
            message.push_str(&format!("; {untried} of them were not asked for, since it would have been the same"));
        }
        let in_common = [Kind::Denied, Kind::Unavailable]
            .into_iter()
            .find(|common| found == 0 && kinds.iter().all(|kind| kind == common));
        let error = Error::new(in_common.unwrap_or(Kind::Partial), message);
        Err(match found {
            0 => error.hint("It is safe to run this again."),
            _ => error.hint("What is shown of the others is complete. It is safe to run this again."),
        })
    }
}

struct Work<'a> {
    partners: &'a [Partner<'a>],
    client: &'a Client<'a>,
    notes: &'a Notes,
    interrupts: &'a Interrupts,
    next: AtomicUsize,
    done: AtomicUsize,
    /// Times in a row that the API could not be reached.
    unreached: AtomicUsize,
    /// Whether the rest is not tried.
    is_over: AtomicBool,
    answers: Vec<OnceLock<Members>>,
}

impl<'a> Work<'a> {
    fn new(partners: &'a [Partner<'a>], client: &'a Client<'a>, notes: &'a Notes, interrupts: &'a Interrupts) -> Self {
        let zero = || AtomicUsize::new(0);
        let answers = partners.iter().map(|_| OnceLock::new()).collect();
        let is_over = AtomicBool::new(false);
        Work { partners, client, notes, interrupts, next: zero(), done: zero(), unreached: zero(), is_over, answers }
    }

    fn run(&self) {
        while let Some((at, partner)) = self.take() {
            let answer =
                calls::list_members(partner.id.as_str()).and_then(|call| self.client.send(&call)).and_then(|members| {
                    // What does not make sense is this partner's failure, and not that of all.
                    members.get()?;
                    Ok(members)
                });
            self.learn_from(&answer);
            // Each place is taken once.
            let _ = self.answers[at].set(answer);
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            self.notes.draw_bar(done, self.partners.len(), "partners");
        }
    }

    /// Whether the rest would fail in the same way: who is not known is not known to any partner, and a server that is
    /// gone is gone for all. A partner that may not be seen (403) or is no longer there says nothing of the others.
    fn learn_from(&self, answer: &Members) {
        let unreached = match answer {
            Err(error) if error.kind() == Kind::Unavailable => self.unreached.fetch_add(1, Ordering::Relaxed) + 1,
            _ => {
                self.unreached.store(0, Ordering::Relaxed);
                0
            }
        };
        let is_unknown = answer.as_ref().is_err_and(|error| error.http_status() == Some(401));
        if is_unknown || unreached >= AT_ONCE {
            self.is_over.store(true, Ordering::Relaxed);
        }
    }

    fn take(&self) -> Option<(usize, &'a Partner<'a>)> {
        if self.is_over.load(Ordering::Relaxed) || self.interrupts.happened() {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        Some((at, self.partners.get(at)?))
    }

    fn into_answers(self) -> Vec<Option<Members>> {
        self.answers.into_iter().map(OnceLock::into_inner).collect()
    }
}
