//! A journal in an object store, which any number of machines use at once, each of which can die at any instant.
//!
//! Every record is an object that is created once and never changed. That the store creates an object only if there is none
//! with its name is the only thing that decides: the run that has created `i/HASH/N.intent` may send attempt N of an invitation,
//! once. There is no lock, no lease, and no clock of ours. strigo(5) documents the objects.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::location::short_hash;
use super::{Records, RunDetails};
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::event::{Event, Mark, STORE_VERSION, Scope, State};
use crate::invitations::history::{History, HistoryEntry, InvitationKey};
use crate::object_store::{OTHER_STORE, ObjectInfo, ObjectStore, RetryWindow};
use crate::parallel::in_parallel;
use crate::text::format_time;

/// How long a claim without an outcome is taken for that of a run that is still going.
const IN_FLIGHT: Duration = Duration::from_secs(15 * 60);

/// How long the store is tried before an invitation is sent, and after.
pub(super) const BEFORE_SEND: RetryWindow = RetryWindow { length: Duration::from_secs(20), is_interruptible: true };
const AFTER_SEND: RetryWindow = RetryWindow { length: Duration::from_secs(60), is_interruptible: false };

/// The object that identifies the endpoint and the organization.
const HEADER: &str = "journal.json";

/// The object that a copy has when it is complete.
const COPIED: &str = "copied.json";

/// The prefix of the records of invitations.
const INVITATIONS: &str = "i/";

/// The content of an object: the line of JSON that a file has, and the run that made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JournalObject {
    pub(super) at: String,
    #[serde(flatten)]
    pub(super) event: Event,
    pub(super) run: String,
}

impl JournalObject {
    pub(super) fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// What is recorded about each attempt to send one invitation, and since when by the store's clock.
#[derive(Debug, Clone, Default)]
pub(super) struct Attempts {
    marks: BTreeMap<u32, Marks>,
    /// The attempts that repeat one on purpose which has succeeded. The names of the records do not say it.
    resends: BTreeSet<u32>,
}

type Marks = BTreeMap<Mark, Option<SystemTime>>;

impl Attempts {
    pub(super) fn latest(&self) -> u32 {
        self.marks.keys().next_back().copied().unwrap_or(0)
    }

    pub(super) fn add(&mut self, attempt: u32, mark: Mark, at: Option<SystemTime>) {
        self.marks.entry(attempt).or_default().insert(mark, at);
    }

    /// Returns the latest attempt that is known to have succeeded, and whether the person has joined since; 0 if none is.
    fn latest_success(&self) -> (u32, bool) {
        let is_success = |marks: &&Marks| marks.contains_key(&Mark::Invited) || marks.contains_key(&Mark::Joined);
        let latest = self.marks.iter().rfind(|(_, marks)| is_success(marks));
        latest.map_or((0, false), |(attempt, marks)| (*attempt, marks.contains_key(&Mark::Joined)))
    }

    /// Returns the open attempts after one that has succeeded: they rest on a doubt that was resolved since, or are resends.
    fn open_after_success(&self) -> impl Iterator<Item = u32> {
        let (success, _) = self.latest_success();
        self.open().map(|(attempt, _)| attempt).filter(move |attempt| success > 0 && *attempt > success)
    }

    /// Returns the attempts that are not known to have created nothing, each with the time of its claim.
    fn open(&self) -> impl Iterator<Item = (u32, Option<SystemTime>)> {
        self.claims(|marks| !marks.contains_key(&Mark::Failed))
    }

    /// Whether an attempt since the latest success may have succeeded.
    fn is_doubtful(&self) -> bool {
        self.open().any(|(attempt, _)| attempt > self.latest_success().0)
    }

    /// Returns the attempts of which nothing but the claim is recorded, each with the time of its claim.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = (u32, Option<SystemTime>)> {
        self.claims(|marks| marks.keys().eq([&Mark::Intent]))
    }

    fn claims(&self, is_wanted: fn(&Marks) -> bool) -> impl Iterator<Item = (u32, Option<SystemTime>)> {
        let wanted = self.marks.iter().filter(move |(_, marks)| is_wanted(marks));
        wanted.map(|(attempt, marks)| (*attempt, marks.get(&Mark::Intent).copied().flatten()))
    }

    /// Returns the attempts that an outcome is about: the latest one, or all open ones if a person says that none was sent.
    pub(super) fn concerned(&self, outcome: &Event) -> Vec<u32> {
        match outcome {
            Event::Resolved { invited: false, .. } => self.open().map(|(attempt, _)| attempt).collect(),
            _ => vec![self.latest().max(1)],
        }
    }

    /// Whether a run that is still going may have claimed an attempt.
    fn is_in_flight(&self, now: Option<SystemTime>) -> bool {
        // The store's time is known to a second only, so that a claim can seem to be later.
        let is_young = |claimed_at: SystemTime, now: SystemTime| {
            now.duration_since(claimed_at).map_or(true, |age| age < IN_FLIGHT)
        };
        self.unsettled()
            .any(|(_, claimed_at)| claimed_at.zip(now).is_some_and(|(claimed_at, now)| is_young(claimed_at, now)))
    }

    /// Returns what is known about the invitation at `now`: what the table of states says, except that a success is final
    /// whatever follows it but a resend. Neither numbers nor clocks tell whether another later claim rests on a doubt that was
    /// resolved since.
    fn entry(&self, invitee: &Invitee, now: Option<SystemTime>) -> HistoryEntry {
        let mut entry = HistoryEntry::new(invitee);
        for (attempt, marks) in &self.marks {
            marks.iter().for_each(|(mark, at)| entry.apply(*mark, *attempt, *at));
        }
        let is_resend_open = self.open_after_success().any(|attempt| self.resends.contains(&attempt));
        let state = match (self.latest_success(), entry.state) {
            (_, _) if is_resend_open => State::Unknown,
            ((1.., true), _) => State::Joined,
            ((1.., false), _) => State::Pending,
            (_, state) => state,
        };
        entry.state = if state == State::Unknown && self.is_in_flight(now) { State::InProgress } else { state };
        entry
    }
}

/// A journal in a store.
pub(super) struct StoreJournal<'c> {
    pub(super) store: ObjectStore<'c>,
    /// How messages call it.
    pub(super) name: String,
    /// Identifies this run: 128 random bits.
    pub(super) run: String,
    details: RunDetails,
    history: History,
    /// The attempt that this run has claimed last, whose outcome it records, even if there is a later one by then.
    claimed: Option<(String, u32)>,
    attempts: BTreeMap<String, Attempts>,
    /// The time by the store's clock when the records were listed.
    listed_at: Option<SystemTime>,
}

impl<'c> StoreJournal<'c> {
    /// Opens the journal in `store`, or creates it.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] if it belongs to another endpoint or organization, [`ErrorKind::Config`] if the store
    /// overwrites objects, and the errors of the store.
    pub(super) fn open(
        store: ObjectStore<'c>,
        scope: &Scope,
        invitees: &[Invitee],
        details: Option<RunDetails>,
    ) -> Result<Self, Error> {
        let is_run = details.is_some();
        let mut journal = StoreJournal { details: details.unwrap_or_default(), ..StoreJournal::new(store) };
        journal.create_header(scope, false)?;
        if !journal.check_header(Some(scope))? {
            return Err(journal.unusable("cannot be read after it was written"));
        }
        if is_run {
            journal.create_run()?;
        }
        journal.list()?;
        invitees.iter().for_each(|invitee| journal.update_history(invitee));
        Ok(journal)
    }

    /// Reads what the journal knows about these people, or about all. Returns `None` if there is no journal.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`StoreJournal::open`].
    pub(super) fn read_history(
        store: ObjectStore<'c>,
        scope: Option<&Scope>,
        invitees: Option<&[Invitee]>,
    ) -> Result<Option<History>, Error> {
        let mut journal = StoreJournal::new(store);
        if !journal.check_header(scope)? {
            return Ok(None);
        }
        journal.list()?;
        match invitees {
            Some(invitees) => invitees.iter().for_each(|invitee| journal.update_history(invitee)),
            None => journal.read_details_of(|_| true)?,
        }
        Ok(Some(journal.history))
    }

    /// Whether there is a journal.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store, and [`ErrorKind::Usage`] if it is another version's.
    pub(super) fn exists(store: ObjectStore<'c>) -> Result<bool, Error> {
        StoreJournal::new(store).check_header(None)
    }

    pub(super) fn new(store: ObjectStore<'c>) -> Self {
        // The keys of a state are random, and differ from those of the next one.
        let random = || RandomState::new().hash_one(std::process::id());
        let run = format!("{:016x}{:016x}", random(), random());
        let name = store.location().to_string();
        StoreJournal {
            store,
            name,
            run,
            details: RunDetails::default(),
            history: History::default(),
            claimed: None,
            attempts: BTreeMap::new(),
            listed_at: None,
        }
    }

    /// Returns the line of JSON that records an event.
    fn line(&self, event: Event) -> String {
        JournalObject { at: format_time(SystemTime::now()), event, run: self.run.clone() }.to_line()
    }

    fn read(&self, name: &str) -> Result<Option<JournalObject>, Error> {
        self.store.read(name, BEFORE_SEND)?.map(|text| self.parse(name, &text)).transpose()
    }

    fn parse(&self, name: &str, text: &str) -> Result<JournalObject, Error> {
        let corrupt = |problem: &str| {
            let message = format!("journal {} is corrupt: {name} {problem}", self.name);
            Error::new(ErrorKind::Usage, message).with_hint(
                "another program has written to this prefix, or another server responds in place of the store",
            )
        };
        let object: JournalObject = serde_json::from_str(text).map_err(|_| corrupt("is not a record"))?;
        let is_same = |(named, _, mark): (&str, u32, Mark)| {
            object.event.subject().is_some_and(|(invitee, found)| hash(&invitee.key()) == named && found == mark)
        };
        if parse_name(name).is_none_or(is_same) { Ok(object) } else { Err(corrupt("has another record")) }
    }

    /// Creates the header if there is none.
    pub(super) fn create_header(&self, scope: &Scope, copy: bool) -> Result<(), Error> {
        let header = self.line(Event::header(STORE_VERSION, scope, copy));
        let create = || self.store.create(HEADER, &header, BEFORE_SEND);
        // A store that overwrites cannot say who was first.
        if create()? && create()? {
            return Err(self.unusable("overwrites objects: it ignores `If-None-Match: *`"));
        }
        Ok(())
    }

    /// Creates the error for a record that exists by one response of the store, and does not by another.
    fn contradiction(&self, name: &str) -> Error {
        Error::new(
            ErrorKind::Unavailable,
            format!("inconsistent responses from {}: {name} exists, and does not", self.name),
        )
        .with_hint("another server may respond in place of the store; run the command again later")
    }

    pub(super) fn unusable(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Config, format!("{} {problem}", self.name)).with_hint(OTHER_STORE)
    }

    /// Records that this run has begun.
    pub(super) fn create_run(&self) -> Result<(), Error> {
        let run = self.line(Event::Run { pid: std::process::id() });
        self.store.create(&format!("runs/{}.json", self.run), &run, BEFORE_SEND).map(drop)
    }

    /// Reads what the journal belongs to, and whether it is a copy. Returns `None` if there is no journal.
    pub(super) fn read_header(&self, scope: Option<&Scope>) -> Result<Option<(Scope, bool)>, Error> {
        let error = |message: String| Err(Error::new(ErrorKind::Usage, message).with_hint("use another prefix"));
        match (self.read(HEADER)?.map(|object| object.event), scope) {
            (None, _) => Ok(None),
            (Some(Event::Journal { version: STORE_VERSION, endpoint, org_id, copy }), scope) => {
                let found = Scope { endpoint, org_id };
                match scope {
                    Some(scope) if found != *scope => error(scope.mismatch(&self.name, &found)),
                    _ => Ok(Some((found, copy))),
                }
            }
            (Some(Event::Journal { version, .. }), _) => {
                let message = format!("journal {} has unsupported version {version}", self.name);
                let hint = if version > STORE_VERSION { "upgrade strigo" } else { "use another prefix" };
                Err(Error::new(ErrorKind::Usage, message).with_hint(hint))
            }
            (Some(_), _) => error(format!("{} is not a strigo journal", self.name)),
        }
    }

    /// Checks that the journal is that of `scope`, and not a part of a copy, which would lack people who are invited. Returns
    /// whether there is one.
    fn check_header(&self, scope: Option<&Scope>) -> Result<bool, Error> {
        let Some((_, is_copy)) = self.read_header(scope)? else { return Ok(false) };
        if is_copy && !self.is_copied()? {
            let message = format!("journal {} is an unfinished copy", self.name);
            let hint = format!("run the `strigo journal copy` to {} again that was interrupted", self.name);
            return Err(Error::new(ErrorKind::Usage, message).with_hint(hint));
        }
        Ok(true)
    }

    /// Whether all records of a copy are there.
    pub(super) fn is_copied(&self) -> Result<bool, Error> {
        Ok(self.read(COPIED)?.is_some())
    }

    /// Records that all records of a copy are there.
    pub(super) fn mark_copied(&self) -> Result<(), Error> {
        let line = self.line(Event::Run { pid: std::process::id() });
        self.store.create(COPIED, &line, BEFORE_SEND).map(drop)
    }

    /// Lists what is recorded.
    pub(super) fn list(&mut self) -> Result<(), Error> {
        self.attempts.clear();
        self.list_below(INVITATIONS)
    }

    fn list_below(&mut self, prefix: &str) -> Result<(), Error> {
        let listing = self.store.list(prefix, BEFORE_SEND)?;
        self.listed_at = Some(listing.now);
        // Other names are ignored: a later version may have more.
        for ObjectInfo { name, created_at } in &listing.objects {
            if let Some((hash, attempt, mark)) = parse_name(name) {
                self.attempts.entry(hash.to_owned()).or_default().add(attempt, mark, Some(*created_at));
            }
        }
        self.read_resends()
    }

    /// Reads which of the attempts after a success are resends. There are few.
    fn read_resends(&mut self) -> Result<(), Error> {
        let doubtful = self.attempts.iter().flat_map(|(hash, attempts)| {
            let unread = attempts.open_after_success().filter(|attempt| !attempts.resends.contains(attempt));
            unread.map(move |attempt| (hash.clone(), attempt))
        });
        let doubtful: Vec<(String, u32)> = doubtful.collect();
        let names: Vec<String> =
            doubtful.iter().map(|(hash, attempt)| record_name(hash, *attempt, Mark::Intent)).collect();
        for (name, object) in self.read_records(&names)? {
            if let (Some((hash, attempt, _)), Event::Intent { repeats: Some(_), .. }) =
                (parse_name(&name), &object.event)
            {
                self.attempts.entry(hash.to_owned()).or_default().resends.insert(attempt);
            }
        }
        Ok(())
    }

    fn latest_success(&self, invitee: &Invitee) -> u32 {
        self.attempts.get(&hash(&invitee.key())).map_or(0, |attempts| attempts.latest_success().0)
    }

    fn update_history(&mut self, invitee: &Invitee) {
        let Some(attempts) = self.attempts.get(&hash(&invitee.key())) else { return };
        self.history.insert(attempts.entry(invitee, self.listed_at));
    }

    /// Lists what is recorded about one invitation.
    fn refresh(&mut self, invitee: &Invitee) -> Result<(), Error> {
        self.list_below(&format!("{INVITATIONS}{}/", hash(&invitee.key())))?;
        self.update_history(invitee);
        Ok(())
    }

    /// Records an event about an attempt. Returns whether this run has created the record.
    fn create(&mut self, invitee: &Invitee, attempt: u32, event: Event, window: RetryWindow) -> Result<bool, Error> {
        let Some((_, mark)) = event.subject() else { return Ok(false) };
        let hash = hash(&invitee.key());
        let name = record_name(&hash, attempt, mark);
        let is_resend = matches!(event, Event::Intent { repeats: Some(_), .. });
        let is_new = self.store.create(&name, &self.line(event), window)?;
        let is_ours = match is_new {
            false if mark == Mark::Intent => {
                // An earlier try may have created it, and lost the response.
                self.read(&name)?.ok_or_else(|| self.contradiction(&name))?.run == self.run
            }
            is_new => is_new,
        };
        if is_ours || mark != Mark::Intent {
            let attempts = self.attempts.entry(hash).or_default();
            attempts.add(attempt, mark, self.listed_at);
            if is_resend {
                attempts.resends.insert(attempt);
            }
        }
        Ok(is_ours)
    }

    /// Reads what the names of the objects do not say: the people, when they were invited, and the IDs of the invitations.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store, and [`ErrorKind::Usage`] if a record is corrupt.
    fn read_details_of(&mut self, is_wanted: impl Fn(&str) -> bool) -> Result<(), Error> {
        let mut names = Vec::new();
        for (hash, attempts) in self.attempts.iter().filter(|(hash, _)| is_wanted(hash)) {
            // The person and the partner's name, the ID, why it failed, and the times.
            for mark in [Mark::Intent, Mark::Invited, Mark::Failed, Mark::Joined] {
                let latest = attempts.marks.iter().rfind(|(_, marks)| marks.contains_key(&mark));
                names.extend(latest.map(|(attempt, _)| record_name(hash, *attempt, mark)));
            }
        }
        let mut objects = self.read_records(&names)?;
        objects.sort_by(|(_, one), (_, other)| one.at.cmp(&other.at));
        for (_, object) in objects {
            let Some((invitee, _)) = object.event.subject() else { continue };
            if self.history.get(invitee).is_none() {
                self.update_history(invitee);
            }
            let entry = self.history.entry_mut(invitee);
            entry.apply_details(&object.event);
            // The store's time of a record that was copied is that of the copy.
            let at = humantime::parse_rfc3339(&object.at).ok();
            match &object.event {
                Event::Intent { .. } => entry.attempted_at = at,
                Event::Invited { .. } => entry.invited_at = at,
                Event::Resolved { invited: true, invited_at, .. } => {
                    let stated = invited_at.as_ref().and_then(|at| humantime::parse_rfc3339(at).ok());
                    entry.invited_at = stated.or(entry.attempted_at);
                }
                Event::Joined(_) => entry.joined_at = entry.joined_at.and(at),
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns the names of all records, those of each invitation in their order.
    pub(super) fn record_names(&self) -> impl Iterator<Item = String> {
        self.attempts.iter().flat_map(|(hash, attempts)| {
            let marks = attempts.marks.iter().flat_map(|(attempt, marks)| marks.keys().map(|mark| (*attempt, *mark)));
            marks.map(move |(attempt, mark)| record_name(hash, attempt, mark))
        })
    }

    /// Reads records, several at once, and returns them in the order of their names.
    pub(super) fn read_records(&self, names: &[String]) -> Result<Vec<(String, JournalObject)>, Error> {
        let store = &self.store;
        let texts = in_parallel(names, |name| store.read(name, BEFORE_SEND))?;
        let mut objects = Vec::with_capacity(names.len());
        for (name, text) in names.iter().zip(texts) {
            let text = text.ok_or_else(|| self.contradiction(name))?;
            objects.push((name.clone(), self.parse(name, &text)?));
        }
        Ok(objects)
    }
}

impl Records for StoreJournal<'_> {
    fn history(&self) -> &History {
        &self.history
    }

    fn claim(&mut self, invitee: &Invitee) -> Result<bool, Error> {
        // Any attempt since the latest success that may have succeeded, too, is a doubt.
        let is_doubtful = self.attempts.get(&hash(&invitee.key())).is_some_and(Attempts::is_doubtful);
        let before = self.latest_success(invitee);
        let (attempt, intent) = self.details.next_claim(invitee, &self.history);
        if !self.create(invitee, attempt, intent, BEFORE_SEND)? {
            return Ok(false);
        }
        self.claimed = Some((hash(&invitee.key()), attempt));
        self.update_history(invitee);
        if is_doubtful {
            // What was in doubt may have been recorded since, by a run that was only slow.
            self.refresh(invitee)?;
            if self.latest_success(invitee) > before {
                self.record(Event::failed(invitee, "not_sent", None))?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn record(&mut self, event: Event) -> Result<(), Error> {
        let Some(invitee) = event.subject().map(|(invitee, _)| invitee.clone()) else { return Ok(()) };
        let hash = hash(&invitee.key());
        let is_own_outcome = matches!(event, Event::Invited { .. } | Event::Failed { .. } | Event::Unknown(_));
        let concerned = match &self.claimed {
            Some((claimed, attempt)) if is_own_outcome && *claimed == hash => vec![*attempt],
            _ => self.attempts.get(&hash).cloned().unwrap_or_default().concerned(&event),
        };
        for attempt in concerned {
            self.create(&invitee, attempt, event.clone(), AFTER_SEND)?;
        }
        self.update_history(&invitee);
        Ok(())
    }

    fn read_details(&mut self, invitees: &[Invitee]) -> Result<(), Error> {
        let wanted: HashSet<String> = invitees.iter().map(|invitee| hash(&invitee.key())).collect();
        self.read_details_of(|hash| wanted.contains(hash))
    }

    fn details(&mut self) -> &mut RunDetails {
        &mut self.details
    }

    fn update(&mut self, invitees: &[Invitee]) -> Result<(), Error> {
        // A list of everything has a thousand objects in each response.
        if invitees.len() < 10 {
            return invitees.iter().try_for_each(|invitee| self.refresh(invitee));
        }
        self.list()?;
        invitees.iter().for_each(|invitee| self.update_history(invitee));
        Ok(())
    }
}

/// Returns what stands for an invitation in names, which end up in logs and metrics: no address, but the first 128 bits of
/// a hash of it, in hex.
pub(super) fn hash(key: &InvitationKey) -> String {
    short_hash(key.as_str(), 16)
}

/// Returns the name of the object of a record.
pub(super) fn record_name(hash: &str, attempt: u32, mark: Mark) -> String {
    format!("{INVITATIONS}{hash}/{attempt}.{}", mark.name())
}

/// Parses `i/HASH/N.MARK`.
fn parse_name(name: &str) -> Option<(&str, u32, Mark)> {
    let (hash, rest) = name.strip_prefix(INVITATIONS)?.split_once('/')?;
    let (attempt, mark) = rest.split_once('.')?;
    let mark = Mark::ALL.into_iter().find(|known| known.name() == mark)?;
    let attempt = attempt.parse::<u32>().ok().filter(|number| *number > 0 && number.to_string() == attempt)?;
    Some((hash, attempt, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another one is claimed only after the store was asked again.
    #[test]
    fn attempt_since_the_latest_success_that_has_not_failed_is_a_doubt() {
        let mut attempts = Attempts::default();
        assert!(!attempts.is_doubtful());
        for (attempt, mark, is_doubtful) in [
            (1, Mark::Intent, true),
            (1, Mark::Invited, false),
            (2, Mark::Intent, true),
            (2, Mark::Failed, false),
            (3, Mark::Intent, true),
            (3, Mark::Unknown, true),
            (4, Mark::Invited, false),
        ] {
            attempts.add(attempt, mark, None);
            assert_eq!(attempts.is_doubtful(), is_doubtful, "{attempt} {mark:?}");
        }
    }
}
