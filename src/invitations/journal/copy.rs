//! Copies of whole journals.

use std::collections::{BTreeMap, HashSet};

use super::store::{
    BEFORE_SEND, CONCURRENCY, COPIED, Mark, SharedRecord, StoreJournal, hash, in_parallel, parse_name, record_name,
};
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::journal::{JournalEvent, Scope, Snapshot, TimedEvents};
use crate::object_store::{Creation, Store};

/// The number of records between two reports of progress.
const CHUNK_LEN: usize = 8 * CONCURRENCY;

/// A record to copy, and its name.
type Copied = (String, SharedRecord);

impl<S: Store + Sync> StoreJournal<S> {
    /// Reads all of the journal in `store`, the invitations by the time of their first events. Returns `None` if there is no
    /// journal.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store, and [`ErrorKind::Usage`] if it is an unfinished copy or another version's.
    pub fn read_all(store: S, name: String) -> Result<Option<Snapshot>, Error> {
        let mut journal = StoreJournal::new(store, name);
        let Some(scope) = journal.check_header(None)? else { return Ok(None) };
        journal.list(&[])?;
        let names: Vec<String> = journal.record_names().collect();
        let mut invitations: Vec<TimedEvents> = Vec::new();
        let mut last_hash = None;
        for (name, record) in journal.read_records(&names)? {
            let hash = parse_name(&name).map(|(hash, ..)| hash.to_owned());
            if hash != last_hash {
                invitations.push(Vec::new());
            }
            last_hash = hash;
            if let Some(events) = invitations.last_mut() {
                events.push((record.at, record.event));
            }
        }
        invitations.sort_by(|one, other| one.first().map(|(at, _)| at).cmp(&other.first().map(|(at, _)| at)));
        Ok(Some(Snapshot { scope, events: invitations.concat(), _lock: None }))
    }

    /// Records events in `store`, where there is no journal yet, or an unfinished copy of the same. A copy cannot be used
    /// until it is complete. `on_progress` gets the number of records that are done and of all; an error of it ends the copy.
    /// Returns whether there was no complete copy before.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`StoreJournal::open`], and [`ErrorKind::Usage`] if there is another journal.
    pub fn write_events(
        store: S,
        name: String,
        scope: &Scope,
        events: &[(String, JournalEvent)],
        mut on_progress: impl FnMut(usize, usize) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let mut journal = StoreJournal::new(store, name);
        let records = journal.records(events);
        journal.create_header(scope, true)?;
        let header = journal.read_header(Some(scope))?;
        let (_, is_copy) = header.ok_or_else(|| journal.unusable("cannot be read after it was written"))?;
        if !is_copy {
            return Err(journal.not_empty());
        }
        if journal.is_copied()? {
            journal.list(&[])?;
            let names: HashSet<String> = journal.record_names().collect();
            let is_complete = records.iter().all(|(name, _)| names.contains(name));
            return if is_complete { Ok(false) } else { Err(journal.not_empty()) };
        }
        journal.reject_others(&records)?;
        journal.create_run()?;
        let mut done = 0;
        for chunk in records.chunks(CHUNK_LEN) {
            on_progress(done, records.len())?;
            let lines: Vec<(&str, String)> = chunk.iter().map(|(name, record)| (&**name, record.to_line())).collect();
            let created = in_parallel(&lines, |(name, line)| journal.store.create(name, line, BEFORE_SEND))?;
            let mut existing = Vec::new();
            for (record, creation) in chunk.iter().zip(created) {
                if creation == Creation::Exists {
                    existing.push(record);
                }
            }
            if !journal.has_same(&existing)? {
                return Err(journal.not_empty());
            }
            done += chunk.len();
        }
        journal.reject_others(&records)?;
        let line = journal.line(JournalEvent::Run { pid: std::process::id() });
        journal.store.create(COPIED, &line, BEFORE_SEND)?;
        Ok(true)
    }

    /// Returns the records of events. The outcome of an invitation that lacks one is unknown in the copy: the run that claimed
    /// it records what became of it in the original.
    fn records(&self, events: &[(String, JournalEvent)]) -> Vec<Copied> {
        let mut latest: BTreeMap<String, (u32, Mark, &str, &Invitee)> = BTreeMap::new();
        let new = |hash: &str, attempt, mark, at: &str, event| {
            (record_name(hash, attempt, mark), SharedRecord { at: at.to_owned(), event, run: self.run.clone() })
        };
        let mut records = Vec::with_capacity(events.len());
        for (at, event) in events {
            let (Some(invitee), Some(mark)) = (event.invitee(), Mark::of(event)) else { continue };
            let hash = hash(&invitee.key());
            let attempt = mark.attempt(latest.get(&hash).map_or(0, |(attempt, ..)| *attempt));
            records.push(new(&hash, attempt, mark, at, event.clone()));
            latest.insert(hash, (attempt, mark, at, invitee));
        }
        let open = latest.iter().filter(|(_, (_, mark, ..))| *mark == Mark::Intent);
        records.extend(open.map(|(hash, (attempt, _, at, invitee))| {
            new(hash, *attempt, Mark::Unknown, at, JournalEvent::Unknown((*invitee).clone()))
        }));
        records
    }

    /// Fails if the journal has records that are not among these: then it is a part of the copy of another journal, whose other
    /// records would be missing.
    fn reject_others(&mut self, records: &[Copied]) -> Result<(), Error> {
        self.list(&[])?;
        let names: HashSet<&str> = records.iter().map(|(name, _)| &**name).collect();
        let is_copied = self.record_names().all(|name| names.contains(&*name));
        if is_copied { Ok(()) } else { Err(self.not_empty()) }
    }

    /// Whether the records that the journal has under these names are the same.
    fn has_same(&self, records: &[&Copied]) -> Result<bool, Error> {
        let names: Vec<String> = records.iter().map(|(name, _)| name.clone()).collect();
        let found = self.read_records(&names)?;
        let is_same = |((_, record), (_, found)): (&&Copied, &Copied)| found.event == record.event;
        Ok(found.len() == records.len() && records.iter().zip(&found).all(is_same))
    }

    fn not_empty(&self) -> Error {
        Error::new(ErrorKind::Usage, format!("{} has another journal", self.name)).with_hint("copy to another prefix")
    }
}
