//! Copies of whole journals.

use std::collections::{BTreeMap, HashSet};

use super::{
    BEFORE_SEND, CONCURRENCY, COPIED, Mark, SharedJournal, SharedRecord, hash, in_parallel, parse_name, record_name,
};
use crate::error::{Error, ErrorKind};
use crate::invitations::history::InvitationKey;
use crate::invitations::journal::{JournalEvent, Scope, Snapshot, TimedEvents};
use crate::object_store::{Creation, Store};

/// The number of records between two reports of progress.
const CHUNK_LEN: usize = 8 * CONCURRENCY;

/// A record to copy.
struct Copied<'a> {
    name: String,
    line: String,
    event: &'a JournalEvent,
}

impl<S: Store + Sync> SharedJournal<S> {
    /// Reads all of the journal in `store`, the invitations by the time of their first events. Returns `None` if there is no
    /// journal.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store, and [`ErrorKind::Usage`] if it is an unfinished copy or another version's.
    pub fn read_all(store: S, name: String) -> Result<Option<Snapshot>, Error> {
        let mut journal = SharedJournal::new(store, name);
        let Some(scope) = journal.check_header(None)? else { return Ok(None) };
        journal.list(&[])?;
        let mut names = Vec::new();
        for (hash, attempts) in &journal.attempts {
            for (attempt, marks) in &attempts.0 {
                names.extend(marks.keys().map(|mark| record_name(hash, *attempt, *mark)));
            }
        }
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
    /// Returns the errors of [`SharedJournal::open`], and [`ErrorKind::Usage`] if there is another journal.
    pub fn write_events(
        store: S,
        name: String,
        scope: &Scope,
        events: &[(String, JournalEvent)],
        mut on_progress: impl FnMut(usize, usize) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let mut journal = SharedJournal::new(store, name);
        let events = with_unknown_outcomes(events);
        let records = journal.records(&events);
        journal.create_header(scope, true)?;
        let header = journal.read_header(Some(scope))?;
        let (_, is_copy) = header.ok_or_else(|| journal.unusable("cannot be read after it was written"))?;
        if !is_copy {
            return Err(journal.not_empty());
        }
        if journal.is_copied()? {
            journal.list(&[])?;
            let is_complete = records.iter().all(|record| journal.has(&record.name));
            return if is_complete { Ok(false) } else { Err(journal.not_empty()) };
        }
        journal.reject_others(&records)?;
        journal.create_run()?;
        let mut done = 0;
        for chunk in records.chunks(CHUNK_LEN) {
            on_progress(done, records.len())?;
            let lines: Vec<(&str, &str)> = chunk.iter().map(|record| (&*record.name, &*record.line)).collect();
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

    /// Returns the records of events.
    fn records<'e>(&self, events: &'e [(String, JournalEvent)]) -> Vec<Copied<'e>> {
        let mut latest: BTreeMap<String, u32> = BTreeMap::new();
        let mut records = Vec::with_capacity(events.len());
        for (at, event) in events {
            let (Some(invitee), Some(mark)) = (event.invitee(), Mark::of(event)) else { continue };
            let hash = hash(&invitee.key());
            let attempt = latest.entry(hash.clone()).or_insert(0);
            *attempt = if mark == Mark::Intent { *attempt + 1 } else { (*attempt).max(1) };
            let record = SharedRecord { at: at.clone(), event: event.clone(), run: self.run.clone() };
            let line = serde_json::to_string(&record).unwrap_or_default() + "\n";
            records.push(Copied { name: record_name(&hash, *attempt, mark), line, event });
        }
        records
    }

    /// Fails if the journal has records that are not among these: then it is a part of the copy of another journal, whose other
    /// records would be missing.
    fn reject_others(&mut self, records: &[Copied<'_>]) -> Result<(), Error> {
        self.list(&[])?;
        let names: HashSet<&str> = records.iter().map(|record| &*record.name).collect();
        let mut found = self.attempts.iter().flat_map(|(hash, attempts)| {
            let marks = attempts.0.iter().flat_map(|(attempt, marks)| marks.keys().map(|mark| (*attempt, *mark)));
            marks.map(move |(attempt, mark)| record_name(hash, attempt, mark))
        });
        if found.all(|name| names.contains(&*name)) { Ok(()) } else { Err(self.not_empty()) }
    }

    /// Whether the records that the journal has under these names are the same.
    fn has_same(&self, records: &[&Copied<'_>]) -> Result<bool, Error> {
        let names: Vec<String> = records.iter().map(|record| record.name.clone()).collect();
        let found = self.read_records(&names)?;
        let is_same = |(record, (_, found)): (&&Copied<'_>, &(String, SharedRecord))| found.event == *record.event;
        Ok(found.len() == records.len() && records.iter().zip(&found).all(is_same))
    }

    /// Whether the journal has a record.
    fn has(&self, name: &str) -> bool {
        let found = parse_name(name).and_then(|(hash, attempt, mark)| {
            self.attempts.get(hash)?.0.get(&attempt).map(|marks| marks.contains_key(&mark))
        });
        found.unwrap_or(false)
    }

    fn not_empty(&self) -> Error {
        Error::new(ErrorKind::Usage, format!("{} has another journal", self.name)).with_hint("copy to another prefix")
    }
}

/// Adds that the outcome of an invitation is unknown if it has none: the run that claimed it records that in the original.
fn with_unknown_outcomes(events: &[(String, JournalEvent)]) -> TimedEvents {
    let mut open: HashSet<InvitationKey> = HashSet::new();
    let mut all = events.to_vec();
    for (_, event) in events {
        let Some(invitee) = event.invitee() else { continue };
        match event {
            JournalEvent::Intent { .. } => open.insert(invitee.key()),
            _ => open.remove(&invitee.key()),
        };
    }
    let unknown = |(at, event): &(String, JournalEvent)| match event {
        JournalEvent::Intent { invitee, .. } if open.remove(&invitee.key()) => {
            Some((at.clone(), JournalEvent::Unknown(invitee.clone())))
        }
        _ => None,
    };
    all.extend(events.iter().rev().filter_map(unknown).collect::<Vec<_>>());
    all
}
