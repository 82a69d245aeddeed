//! The members of several partners: one request per partner, some in flight at once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::api::types::{Member, Partner};
use crate::api::{Client, RawData, calls};
use crate::error::{Error, ErrorKind};
use crate::parallel::{CONCURRENCY, in_parallel};
use crate::text::address::fold_address;
use crate::text::format_count;

type MemberList = RawData<Vec<Member>>;

/// The members of each partner, in the order of the partners.
pub(crate) struct FetchedMembers {
    /// `None` if they were not requested.
    results: Vec<Option<Result<MemberList, Error>>>,
}

/// Fetches the members of all `partners`. An error does not stop the rest, unless it would affect all of them.
/// `on_progress` gets the number of partners that are done.
///
/// Returns [`ErrorKind::Interrupted`] if a signal is received.
pub(crate) fn fetch_members(
    partners: &[Partner],
    client: &Client<'_>,
    on_progress: &(dyn Fn(usize) + Sync),
) -> Result<FetchedMembers, Error> {
    let signals = client.hooks().signals;
    let fetch = |partner: &Partner| {
        let members = client.send(&calls::list_members(&partner.id)?)?;
        // Validate here, so that an invalid response fails this partner only.
        members.parse()?;
        Ok(members)
    };
    let progress = Mutex::new(Progress::default());
    let lock = || progress.lock().unwrap_or_else(PoisonError::into_inner);
    let results = in_parallel(partners, |partner| {
        if signals.interrupted() || lock().aborted {
            return Ok(None);
        }
        let result = fetch(partner);
        let mut progress = lock();
        progress.record(&result);
        on_progress(progress.done);
        Ok(Some(result))
    })?;
    if signals.interrupted() {
        return Err(Error::new(ErrorKind::Interrupted, "interrupted before all members were fetched"));
    }
    Ok(FetchedMembers { results })
}

impl FetchedMembers {
    /// Returns the members that were fetched, each with the index of their partner.
    pub(crate) fn successes(&self) -> impl Iterator<Item = (usize, &MemberList)> {
        self.results.iter().enumerate().filter_map(|(index, result)| Some((index, result.as_ref()?.as_ref().ok()?)))
    }

    /// Returns the errors, each with the index of the partner.
    pub(crate) fn failures(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.results.iter().enumerate().filter_map(|(index, result)| Some((index, result.as_ref()?.as_ref().err()?)))
    }

    /// Returns [`ErrorKind::Partial`] if there are failures, or the kind that all of them have if they have the same cause.
    pub(crate) fn check_complete(&self) -> Result<(), Error> {
        let (total, fetched, failed) = (self.results.len(), self.successes().count(), self.failures().count());
        if fetched == total {
            return Ok(());
        }
        let mut message = format!(
            "cannot list members of {} of {} (see the errors above)",
            total - fetched,
            format_count(total, "partner")
        );
        if fetched + failed < total {
            let skipped = total - fetched - failed;
            message.push_str(&format!("; {skipped} were skipped because they would have failed the same way"));
        }
        let is_common = |common: &ErrorKind| fetched == 0 && self.failures().all(|(_, error)| error.kind() == *common);
        let common_kind = [ErrorKind::Denied, ErrorKind::Unavailable].into_iter().find(is_common);
        let error = Error::new(common_kind.unwrap_or(ErrorKind::Partial), message);
        Err(if fetched > 0 { error.with_hint("the other partners' members are complete") } else { error })
    }
}

/// Returns the folded email addresses of members. Fails if one has none: people who have not joined may be invited.
pub(crate) fn emails_of(members: &MemberList) -> Result<HashSet<String>, Error> {
    let email = |member: Member| match member.email.is_empty() {
        true => Err(Error::new(ErrorKind::Unexpected, format!("member {} has no email address", member.id))),
        false => Ok(fold_address(&member.email)),
    };
    members.parse()?.into_iter().map(email).collect()
}

/// What has come of the requests so far.
#[derive(Default)]
struct Progress {
    done: usize,
    consecutive_unavailable: usize,
    /// Whether the remaining partners are skipped.
    aborted: bool,
}

impl Progress {
    /// Records a result, and aborts if the remaining partners would fail the same way. Credentials that are rejected for one
    /// partner (401) are rejected for all; a partner that must not be seen (403) or does not exist says nothing about the
    /// others.
    fn record(&mut self, result: &Result<MemberList, Error>) {
        let error = result.as_ref().err();
        let is_unavailable = error.is_some_and(|error| error.kind() == ErrorKind::Unavailable);
        self.consecutive_unavailable = if is_unavailable { self.consecutive_unavailable + 1 } else { 0 };
        let is_unauthorized = error.is_some_and(|error| error.status() == Some(401));
        self.aborted |= is_unauthorized || self.consecutive_unavailable >= CONCURRENCY;
        self.done += 1;
    }
}
