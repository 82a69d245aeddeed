//! The members of all partners: one request per partner, several in flight at once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::api::RawData;
use crate::api::calls;
use crate::api::types::{Member, Partner};
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::output::reporter::Reporter;
use crate::process::SignalMode;
use crate::report::Report;
use crate::text::format_count;

/// The number of requests in flight. The rate limit is obeyed independently of it.
const CONCURRENCY: usize = 8;

type MembersResult = Result<RawData<Vec<Member>>, Error>;

/// The members of each partner, in the order of the partners.
pub(crate) struct AllMembers {
    /// `None` if they were not requested.
    results: Vec<Option<MembersResult>>,
}

impl AllMembers {
    /// Fetches the members of all `partners`. An error does not stop the rest, unless it would affect all of them.
    ///
    /// Returns [`ErrorKind::Interrupted`] if a signal is received.
    pub(crate) fn fetch(partners: &[Partner], context: &Context<'_>) -> Result<Self, Error> {
        let client = &*context.client()?;
        let (signals, reporter) = (context.signals, context.reporter);
        signals.set_mode(SignalMode::Graceful);
        let fetch_members = |partner: &Partner| {
            let members = client.send(&calls::list_members(&partner.id)?);
            // Validate here, so that an invalid response fails this partner only.
            members.and_then(|members| members.parse().map(drop).and(Ok(members)))
        };
        let results = std::iter::repeat_with(|| None).take(partners.len()).collect();
        let queue = Mutex::new(Queue { results, ..Queue::default() });
        let lock_queue = || queue.lock().unwrap_or_else(PoisonError::into_inner);
        let work = || {
            loop {
                // The lock is released while the request is in flight.
                let next = lock_queue().next().filter(|_| !signals.interrupted());
                let Some(index) = next else { break };
                let result = fetch_members(&partners[index]);
                let mut queue = lock_queue();
                queue.record(index, result);
                reporter.set_progress(queue.done, partners.len(), "partners");
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..CONCURRENCY.min(partners.len()) {
                scope.spawn(work);
            }
        });
        reporter.clear_progress();
        if signals.interrupted() {
            return Err(Error::new(ErrorKind::Interrupted, "interrupted before all members were fetched"));
        }
        signals.set_mode(SignalMode::Exit);
        Ok(AllMembers { results: queue.into_inner().unwrap_or_else(PoisonError::into_inner).results })
    }

    /// Returns the members that were fetched, each with the index of their partner.
    pub(crate) fn successes(&self) -> impl Iterator<Item = (usize, &RawData<Vec<Member>>)> {
        self.results.iter().enumerate().filter_map(|(index, result)| Some((index, result.as_ref()?.as_ref().ok()?)))
    }

    /// Reports the partners whose members could not be fetched.
    ///
    /// If there are any, returns [`ErrorKind::Partial`], or the kind that all errors have if they have the same cause.
    pub(crate) fn into_result(self, partners: &[Partner], reporter: &Reporter) -> Result<(), Error> {
        let mut kinds = Vec::new();
        let (total, fetched) = (partners.len(), self.successes().count());
        let skipped = self.results.iter().filter(|result| result.is_none()).count();
        for (partner, result) in partners.iter().zip(self.results) {
            let Some(Err(error)) = result else { continue };
            kinds.push(error.kind());
            let name = if partner.name.is_empty() { &partner.id } else { &partner.name };
            let context = format!("cannot list members of partner '{name}'");
            reporter.item_error(&Report::new(&anyhow::Error::from(error).context(context)));
        }
        if fetched == total {
            return Ok(());
        }
        let mut message = format!(
            "cannot list members of {} of {} (see the errors above)",
            total - fetched,
            format_count(total, "partner")
        );
        if skipped > 0 {
            message.push_str(&format!("; {skipped} were skipped because they would have failed the same way"));
        }
        let is_common = |common: &ErrorKind| fetched == 0 && kinds.iter().all(|kind| kind == common);
        let common_kind = [ErrorKind::Denied, ErrorKind::Unavailable].into_iter().find(is_common);
        let error = Error::new(common_kind.unwrap_or(ErrorKind::Partial), message);
        let can_change = kinds.iter().any(|kind| ![ErrorKind::NotFound, ErrorKind::Denied].contains(kind));
        Err(match (fetched, can_change) {
            (0, false) => error,
            (0, true) => error.with_hint("it is safe to retry"),
            (_, false) => error.with_hint("the other partners' members are complete"),
            (_, true) => error.with_hint("the other partners' members are complete; it is safe to retry"),
        })
    }
}

/// Returns the email addresses of members in lower case. Fails if one has none: people who have not joined may be invited.
pub(crate) fn emails_of(members: &RawData<Vec<Member>>) -> Result<HashSet<String>, Error> {
    let email = |member: Member| match member.email.is_empty() {
        true => Err(Error::new(ErrorKind::Unexpected, format!("member {} has no email address", member.id))),
        false => Ok(member.email.to_lowercase()),
    };
    members.parse()?.into_iter().map(email).collect()
}

/// The partners whose members are still to be fetched, and the results so far.
#[derive(Default)]
struct Queue {
    /// The index of the next partner.
    next: usize,
    done: usize,
    consecutive_unavailable: usize,
    /// Whether the remaining partners are skipped.
    aborted: bool,
    results: Vec<Option<MembersResult>>,
}

impl Queue {
    /// Removes and returns the index of the next partner.
    fn next(&mut self) -> Option<usize> {
        let index = Some(self.next).filter(|index| !self.aborted && *index < self.results.len());
        self.next += 1;
        index
    }

    /// Records a result, and aborts if the remaining partners would fail the same way. Credentials that are rejected for one
    /// partner (401) are rejected for all; a partner that must not be seen (403) or does not exist says nothing about the
    /// others.
    fn record(&mut self, index: usize, result: MembersResult) {
        let error = result.as_ref().err();
        let is_unavailable = error.is_some_and(|error| error.kind() == ErrorKind::Unavailable);
        self.consecutive_unavailable = if is_unavailable { self.consecutive_unavailable + 1 } else { 0 };
        let is_unauthorized = error.is_some_and(|error| error.status() == Some(401));
        self.aborted |= is_unauthorized || self.consecutive_unavailable >= CONCURRENCY;
        self.results[index] = Some(result);
        self.done += 1;
    }
}
