//! A journal in an object store, which any number of machines use at once, each of which can die at any instant.
//!
//! Every record is an object that is created once and never changed. That the store creates an object only if there is none
//! with its name is the only thing that decides: the run that has created `i/HASH/N.intent` may send attempt N of an invitation,
//! once. There is no lock, no lease, and no clock of ours. strigo(5) documents the objects.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Claim, Journal, Scope};
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::event::{JournalEvent, VERSION};
use crate::invitations::history::{History, HistoryEntry, InvitationKey, InvitationState};
use crate::object_store::{Creation, OTHER_STORE, ObjectInfo, Patience, Store};
use crate::text::format_time;

/// How long a claim without an outcome is taken for that of a run that is still going.
const IN_FLIGHT: Duration = Duration::from_secs(15 * 60);

/// How long the store is tried before an invitation is sent, and after.
pub(super) const BEFORE_SEND: Patience = Patience { limit: Duration::from_secs(20), is_interruptible: true };
const AFTER_SEND: Patience = Patience { limit: Duration::from_secs(60), is_interruptible: false };

/// The object that identifies the endpoint and the organization.
const HEADER: &str = "journal.json";

/// The object that a copy has when it is complete.
pub(super) const COPIED: &str = "copied.json";

/// The prefix of the records of invitations.
const INVITATIONS: &str = "i/";

/// The number of requests in flight when records are read or copied.
pub(super) const CONCURRENCY: usize = 8;

/// A record, as the line of JSON that a file has, and the run that made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SharedRecord {
    pub(super) at: String,
    #[serde(flatten)]
    pub(super) event: JournalEvent,
    pub(super) run: String,
}

impl SharedRecord {
    pub(super) fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// What is recorded about an attempt to send an invitation, as the names of its objects end, in the order in which it can
/// happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Intent,
    Unknown,
    Failed,
    Member,
    Invited,
}

const MARKS: [(Mark, &str); 5] = [
    (Mark::Intent, "intent"),
    (Mark::Unknown, "unknown"),
    (Mark::Failed, "failed"),
    (Mark::Member, "member"),
    (Mark::Invited, "invited"),
];

impl Mark {
    pub(super) fn name(self) -> &'static str {
        MARKS[self as usize].1
    }

    /// Returns the number of the attempt that a new mark is about, after the attempt `latest`.
    pub(super) fn attempt(self, latest: u32) -> u32 {
        if self == Mark::Intent { latest + 1 } else { latest.max(1) }
    }

    pub(super) fn of(event: &JournalEvent) -> Option<Self> {
        match event {
            JournalEvent::Journal { .. } | JournalEvent::Run { .. } => None,
            JournalEvent::Intent { .. } => Some(Mark::Intent),
            JournalEvent::Invited { .. } | JournalEvent::Settled { invited: true, .. } => Some(Mark::Invited),
            JournalEvent::Failed { .. } | JournalEvent::Settled { .. } => Some(Mark::Failed),
            JournalEvent::Unknown(_) => Some(Mark::Unknown),
            JournalEvent::Member(_) => Some(Mark::Member),
        }
    }
}

/// The attempts to send one invitation: what is recorded about each, and since when.
#[derive(Debug, Clone, Default)]
struct Attempts(BTreeMap<u32, BTreeMap<Mark, Option<SystemTime>>>);

impl Attempts {
    /// Returns the number of the latest attempt.
    fn latest(&self) -> u32 {
        self.0.keys().next_back().copied().unwrap_or(0)
    }

    fn add(&mut self, attempt: u32, mark: Mark, at: Option<SystemTime>) {
        self.0.entry(attempt).or_default().insert(mark, at);
    }

    fn times_of(&self, mark: Mark) -> impl Iterator<Item = SystemTime> {
        self.0.values().filter_map(move |marks| *marks.get(&mark)?)
    }

    fn has(&self, mark: Mark) -> bool {
        self.0.values().any(|marks| marks.contains_key(&mark))
    }

    /// Returns the state of the invitation at `now`, by the store's clock.
    fn state(&self, now: Option<SystemTime>) -> InvitationState {
        let Some(latest) = self.0.values().next_back() else { return InvitationState::Failed };
        let is_young = || match (latest.get(&Mark::Intent).copied().flatten(), now) {
            // The store's time is known to a second only, so that a claim can seem to be later.
            (Some(claimed_at), Some(now)) => now.duration_since(claimed_at).map_or(true, |age| age < IN_FLIGHT),
            _ => false,
        };
        match () {
            () if self.has(Mark::Invited) => InvitationState::Invited,
            () if self.has(Mark::Member) => InvitationState::Member,
            () if latest.contains_key(&Mark::Failed) => InvitationState::Failed,
            () if !latest.contains_key(&Mark::Unknown) && is_young() => InvitationState::InProgress,
            () => InvitationState::Unknown,
        }
    }

    /// Returns when the invitation was sent last, or may have been sent again.
    fn invited_at(&self) -> Option<SystemTime> {
        let is_open = |marks: &&BTreeMap<Mark, _>| !marks.contains_key(&Mark::Failed);
        let perhaps = self.0.values().filter(is_open).filter_map(|marks| *marks.get(&Mark::Intent)?);
        self.has(Mark::Invited).then(|| self.times_of(Mark::Invited).chain(perhaps).max()).flatten()
    }
}

/// A journal in a store.
pub struct StoreJournal<S> {
    pub(super) store: S,
    /// How messages call it.
    pub(super) name: String,
    /// Identifies this run: 128 random bits.
    pub(super) run: String,
    history: History,
    attempts: BTreeMap<String, Attempts>,
    /// The time by the store's clock when the records were listed.
    listed_at: Option<SystemTime>,
}

impl<S: Store + Sync> StoreJournal<S> {
    /// Opens the journal in `store`, which messages call `name`, or creates it.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] if it belongs to another endpoint or organization, [`ErrorKind::Config`] if the store
    /// overwrites objects, and the errors of the store.
    pub fn open(store: S, name: String, scope: &Scope, invitees: &[Invitee]) -> Result<Self, Error> {
        let mut journal = StoreJournal::new(store, name);
        journal.create_header(scope, false)?;
        journal.check_header(Some(scope))?.ok_or_else(|| journal.unusable("cannot be read after it was written"))?;
        journal.create_run()?;
        journal.list(invitees)?;
        Ok(journal)
    }

    /// Reads the journal without changing it. Returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`StoreJournal::open`].
    pub fn load(store: S, name: String, scope: Option<&Scope>, invitees: &[Invitee]) -> Result<Option<Self>, Error> {
        let mut journal = StoreJournal::new(store, name);
        if journal.check_header(scope)?.is_none() {
            return Ok(None);
        }
        journal.list(invitees)?;
        Ok(Some(journal))
    }

    pub(super) fn new(store: S, name: String) -> Self {
        // The keys of a state are random, and differ from those of the next one.
        let random = || RandomState::new().hash_one(std::process::id());
        let run = format!("{:016x}{:016x}", random(), random());
        let (history, attempts) = (History::default(), BTreeMap::new());
        StoreJournal { store, name, run, history, attempts, listed_at: None }
    }

    /// Returns the line of JSON that records an event.
    pub(super) fn line(&self, event: JournalEvent) -> String {
        SharedRecord { at: format_time(SystemTime::now()), event, run: self.run.clone() }.to_line()
    }

    fn read(&self, name: &str) -> Result<Option<SharedRecord>, Error> {
        self.store.read(name, BEFORE_SEND)?.map(|text| self.parse(name, &text)).transpose()
    }

    fn parse(&self, name: &str, text: &str) -> Result<SharedRecord, Error> {
        let invalid = |_| {
            let message = format!("journal {} is corrupt: {name} is not a record", self.name);
            Error::new(ErrorKind::Usage, message).with_hint("something else than strigo has written to this prefix")
        };
        serde_json::from_str(text).map_err(invalid)
    }

    /// Creates the header if there is none.
    pub(super) fn create_header(&self, scope: &Scope, copy: bool) -> Result<(), Error> {
        let header = self.line(JournalEvent::header(scope, copy));
        let create = || self.store.create(HEADER, &header, BEFORE_SEND);
        // A store that overwrites cannot say who was first.
        if create()? == Creation::Created && create()? == Creation::Created {
            return Err(self.unusable("overwrites objects: it ignores `If-None-Match: *`"));
        }
        Ok(())
    }

    pub(super) fn unusable(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Config, format!("{} {problem}", self.name)).with_hint(OTHER_STORE)
    }

    /// Records that this run has begun.
    pub(super) fn create_run(&self) -> Result<(), Error> {
        let run = self.line(JournalEvent::Run { pid: std::process::id() });
        self.store.create(&format!("runs/{}.json", self.run), &run, BEFORE_SEND).map(drop)
    }

    /// Reads what the journal belongs to, and whether it is a copy. Returns `None` if there is no journal.
    pub(super) fn read_header(&self, scope: Option<&Scope>) -> Result<Option<(Scope, bool)>, Error> {
        let error = |message: String| Err(Error::new(ErrorKind::Usage, message).with_hint("use another prefix"));
        match (self.read(HEADER)?.map(|record| record.event), scope) {
            (None, _) => Ok(None),
            (Some(JournalEvent::Journal { version: VERSION, endpoint, org_id, copy }), scope) => {
                let found = Scope { endpoint, org_id };
                match scope {
                    Some(scope) if found != *scope => error(scope.mismatch(&self.name, &found)),
                    _ => Ok(Some((found, copy))),
                }
            }
            (Some(JournalEvent::Journal { version, .. }), _) => {
                let message = format!("journal {} has unsupported version {version}", self.name);
                Err(Error::new(ErrorKind::Usage, message).with_hint("upgrade strigo"))
            }
            (Some(_), _) => error(format!("{} is not a strigo journal", self.name)),
        }
    }

    /// Checks that the journal is that of `scope`, and not a part of a copy, which would lack people who are invited. Returns
    /// what it belongs to, or `None` if there is no journal.
    pub(super) fn check_header(&self, scope: Option<&Scope>) -> Result<Option<Scope>, Error> {
        let Some((scope, is_copy)) = self.read_header(scope)? else { return Ok(None) };
        if is_copy && !self.is_copied()? {
            let message = format!("journal {} is an unfinished copy", self.name);
            let hint = format!("run the `strigo journal copy` to {} again that was interrupted", self.name);
            return Err(Error::new(ErrorKind::Usage, message).with_hint(hint));
        }
        Ok(Some(scope))
    }

    /// Whether all records of a copy are there.
    pub(super) fn is_copied(&self) -> Result<bool, Error> {
        Ok(self.read(COPIED)?.is_some())
    }

    /// Lists what is recorded, and derives what is known about the invitees.
    pub(super) fn list(&mut self, invitees: &[Invitee]) -> Result<(), Error> {
        let listing = self.store.list(INVITATIONS, BEFORE_SEND)?;
        self.listed_at = listing.now;
        self.attempts.clear();
        listing.objects.iter().for_each(|object| self.add_object(object));
        invitees.iter().for_each(|invitee| self.update_history(invitee));
        Ok(())
    }

    /// Adds what the name of an object says. Other names are ignored: a later version may have more.
    fn add_object(&mut self, object: &ObjectInfo) {
        if let Some((hash, attempt, mark)) = parse_name(&object.name) {
            self.attempts.entry(hash.to_owned()).or_default().add(attempt, mark, object.created_at);
        }
    }

    fn update_history(&mut self, invitee: &Invitee) {
        let Some(attempts) = self.attempts.get(&hash(&invitee.key())) else { return };
        let (invited_at, claimed_at) = (attempts.invited_at(), attempts.times_of(Mark::Intent).max());
        let state = attempts.state(self.listed_at);
        self.history.insert(HistoryEntry::observed(invitee, state, attempts.latest(), invited_at, claimed_at));
    }

    /// Lists what is recorded about one invitation.
    fn refresh(&mut self, invitee: &Invitee) -> Result<(), Error> {
        let hash = hash(&invitee.key());
        let listing = self.store.list(&format!("{INVITATIONS}{hash}/"), BEFORE_SEND)?;
        self.listed_at = listing.now.or(self.listed_at);
        listing.objects.iter().for_each(|object| self.add_object(object));
        self.update_history(invitee);
        Ok(())
    }

    /// Records an event about the latest attempt.
    fn create(&mut self, invitee: &Invitee, event: JournalEvent, patience: Patience) -> Result<Creation, Error> {
        let Some(mark) = Mark::of(&event) else { return Ok(Creation::Exists) };
        let hash = hash(&invitee.key());
        let attempt = mark.attempt(self.attempts.get(&hash).map_or(0, Attempts::latest));
        let name = record_name(&hash, attempt, mark);
        let line = self.line(event);
        let mut creation = self.store.create(&name, &line, patience)?;
        // An earlier try may have created it, and lost the response.
        if mark == Mark::Intent
            && creation == Creation::Exists
            && self.read(&name)?.is_some_and(|record| record.run == self.run)
        {
            creation = Creation::Created;
        }
        if creation == Creation::Created || mark != Mark::Intent {
            self.attempts.entry(hash).or_default().add(attempt, mark, self.listed_at);
        }
        Ok(creation)
    }

    /// Whether there is a journal in `store`.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store, and [`ErrorKind::Usage`] if it is another version's.
    pub fn exists(store: S, name: String) -> Result<bool, Error> {
        Ok(StoreJournal::new(store, name).check_header(None)?.is_some())
    }

    /// Reads what the names of the objects do not say: the people, and the IDs of the invitations.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store, and [`ErrorKind::Usage`] if a record is corrupt.
    pub fn read_details(&mut self) -> Result<(), Error> {
        let mut names = Vec::new();
        for (hash, attempts) in &self.attempts {
            names.extend(attempts.0.keys().next().map(|attempt| record_name(hash, *attempt, Mark::Intent)));
            let invited = attempts.0.iter().rfind(|(_, marks)| marks.contains_key(&Mark::Invited));
            names.extend(invited.map(|(attempt, _)| record_name(hash, *attempt, Mark::Invited)));
        }
        let mut records = self.read_records(&names)?;
        records.sort_by(|(_, one), (_, other)| one.at.cmp(&other.at));
        for (_, record) in records {
            let Some(invitee) = record.event.invitee().cloned() else { continue };
            if self.history.get(&invitee).is_none() {
                self.update_history(&invitee);
            }
            if let JournalEvent::Invited { invitation_id, .. } = record.event {
                // The store's time of a record that was copied is that of the copy.
                let at = humantime::parse_rfc3339(&record.at).ok();
                self.history.set_invitation(&invitee, invitation_id, at);
            }
        }
        Ok(())
    }

    /// Returns the names of all records, those of each invitation in their order.
    pub(super) fn record_names(&self) -> impl Iterator<Item = String> {
        self.attempts.iter().flat_map(|(hash, attempts)| {
            let marks = attempts.0.iter().flat_map(|(attempt, marks)| marks.keys().map(|mark| (*attempt, *mark)));
            marks.map(move |(attempt, mark)| record_name(hash, attempt, mark))
        })
    }

    /// Reads records, several at once, and returns them in the order of their names.
    pub(super) fn read_records(&self, names: &[String]) -> Result<Vec<(String, SharedRecord)>, Error> {
        let store = &self.store;
        let texts = in_parallel(names, |name| store.read(name, BEFORE_SEND))?;
        let mut records = Vec::with_capacity(names.len());
        for (name, text) in names.iter().zip(texts) {
            if let Some(text) = text {
                records.push((name.clone(), self.parse(name, &text)?));
            }
        }
        Ok(records)
    }
}

impl<S: Store + Sync> Journal for StoreJournal<S> {
    fn history(&self) -> &History {
        &self.history
    }

    fn claim(&mut self, invitee: &Invitee) -> Result<Claim, Error> {
        let is_doubtful = self.history.state(invitee) == Some(InvitationState::Unknown);
        let latest = self.attempts.get(&hash(&invitee.key())).map_or(0, Attempts::latest);
        let attempt = Mark::Intent.attempt(latest);
        let attempt = Some(attempt).filter(|attempt| *attempt > 1);
        let intent = JournalEvent::Intent { invitee: invitee.clone(), attempt };
        if self.create(invitee, intent, BEFORE_SEND)? == Creation::Exists {
            return Ok(Claim::Elsewhere);
        }
        if is_doubtful {
            // What was in doubt may have been recorded since, by a run that was only slow.
            self.refresh(invitee)?;
            if matches!(self.history.state(invitee), Some(InvitationState::Invited | InvitationState::Member)) {
                self.record(JournalEvent::Failed { invitee: invitee.clone(), kind: "not_sent".to_owned() })?;
                return Ok(Claim::Elsewhere);
            }
        }
        Ok(Claim::Acquired)
    }

    fn record(&mut self, event: JournalEvent) -> Result<(), Error> {
        let Some(invitee) = event.invitee().cloned() else { return Ok(()) };
        // An attempt whose outcome is not recorded is unknown to the next run, whatever became of it.
        let is_outcome = !matches!(event, JournalEvent::Member(_) | JournalEvent::Settled { .. });
        let created = self.create(&invitee, event, AFTER_SEND);
        created.map_err(|error| if is_outcome { error.with_kind(ErrorKind::OutcomeUnknown) } else { error })?;
        self.update_history(&invitee);
        Ok(())
    }

    fn update(&mut self, invitees: &[Invitee]) -> Result<(), Error> {
        // A list of everything has a thousand objects in each response.
        match invitees.len() {
            0..10 => invitees.iter().try_for_each(|invitee| self.refresh(invitee)),
            _ => self.list(invitees),
        }
    }
}

/// Calls `work` for each item, several at once, and returns the results in the order of the items. An error ends it.
pub(super) fn in_parallel<T: Sync, U: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<U, Error> + Sync,
) -> Result<Vec<U>, Error> {
    let queue = Mutex::new((items.iter().enumerate(), Vec::with_capacity(items.len())));
    let lock = || queue.lock().unwrap_or_else(PoisonError::into_inner);
    let has_failed = AtomicBool::new(false);
    let run = || {
        while !has_failed.load(Ordering::Relaxed) {
            // The lock is released during the work.
            let next = lock().0.next();
            let Some((index, item)) = next else { return };
            let result = work(item);
            has_failed.fetch_or(result.is_err(), Ordering::Relaxed);
            lock().1.push((index, result));
        }
    };
    std::thread::scope(|scope| (0..CONCURRENCY.min(items.len())).for_each(|_| drop(scope.spawn(run))));
    let (_, mut results) = queue.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Returns what stands for an invitation in names, which end up in logs and metrics: no address, but the first 128 bits of
/// a hash of it, in hex.
pub(super) fn hash(key: &InvitationKey) -> String {
    Sha256::digest(key.as_str()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the name of the object of a record.
pub(super) fn record_name(hash: &str, attempt: u32, mark: Mark) -> String {
    format!("{INVITATIONS}{hash}/{attempt}.{}", mark.name())
}

/// Parses `i/HASH/N.MARK`.
pub(super) fn parse_name(name: &str) -> Option<(&str, u32, Mark)> {
    let (hash, rest) = name.strip_prefix(INVITATIONS)?.split_once('/')?;
    let (attempt, mark) = rest.split_once('.')?;
    let (mark, _) = MARKS.iter().find(|(_, name)| *name == mark)?;
    Some((hash, attempt.parse().ok().filter(|attempt| *attempt > 0)?, *mark))
}
