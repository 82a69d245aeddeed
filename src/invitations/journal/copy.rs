//! Copies a journal from a file to an object store.

use std::collections::{BTreeMap, HashSet};

use super::Snapshot;
use super::store::{Attempts, BEFORE_SEND, JournalObject, StoreJournal, hash, record_name};
use crate::error::{Error, ErrorKind};
use crate::invitations::event::{Event, Mark, TimedEvent};
use crate::object_store::ObjectStore;
use crate::parallel::{CONCURRENCY, in_parallel};

/// The number of records between two reports of progress.
const CHUNK_LEN: usize = 8 * CONCURRENCY;

/// A record to copy, and its name.
type Copied = (String, JournalObject);

/// Records the events of `snapshot` in `store`, where there is no journal yet, or an unfinished copy of the same. The copy
/// cannot be used until it is complete: its header says that it is one, and its end mark comes last. `on_progress` gets the
/// number of records that are done and of all; an error of it ends the copy. Returns whether there was no complete copy
/// before.
///
/// # Errors
///
/// Returns the errors of the store, [`ErrorKind::Usage`] if there is another journal, and [`ErrorKind::Config`] if the store
/// overwrites objects.
pub fn copy_to_store(
    snapshot: &Snapshot,
    store: ObjectStore<'_>,
    mut on_progress: impl FnMut(usize, usize) -> Result<(), Error>,
) -> Result<bool, Error> {
    let mut journal = StoreJournal::new(store);
    let records = records(&snapshot.events, &journal.run);
    journal.create_header(&snapshot.scope, true)?;
    let header = journal.read_header(Some(&snapshot.scope))?;
    let (_, is_copy) = header.ok_or_else(|| journal.unusable("cannot be read after it was written"))?;
    if !is_copy {
        return Err(not_empty(&journal));
    }
    if journal.is_copied()? {
        journal.list()?;
        let names: HashSet<String> = journal.record_names().collect();
        let copied = records.iter().filter(|(name, _)| names.contains(name)).count();
        return match copied {
            copied if copied == records.len() => Ok(false),
            copied if copied == names.len() && copied > 0 => Err(outdated(&journal)),
            _ => Err(not_empty(&journal)),
        };
    }
    reject_others(&mut journal, &records)?;
    journal.create_run()?;
    let mut done = 0;
    for chunk in records.chunks(CHUNK_LEN) {
        on_progress(done, records.len())?;
        let store = &journal.store;
        let created = in_parallel(chunk, |(name, object)| store.create(name, &object.to_line(), BEFORE_SEND))?;
        let existing = chunk.iter().zip(created).filter(|(_, is_new)| !is_new).map(|(record, _)| record);
        let existing: Vec<&Copied> = existing.collect();
        if !has_same(&journal, &existing)? {
            return Err(not_empty(&journal));
        }
        done += chunk.len();
    }
    if !reject_others(&mut journal, &records)? {
        return Err(Error::new(
            ErrorKind::Unavailable,
            format!("{} lacks records that it had confirmed", journal.name),
        ));
    }
    journal.mark_copied()?;
    Ok(true)
}

/// Returns the records of events. The outcome of an invitation that lacks one is unknown in the copy: the run that claimed
/// it records what became of it in the original.
fn records(events: &[TimedEvent], run: &str) -> Vec<Copied> {
    let new = |hash: &str, attempt, mark, at: &str, event| {
        (record_name(hash, attempt, mark), JournalObject { at: at.to_owned(), event, run: run.to_owned() })
    };
    let mut by_hash: BTreeMap<String, Attempts> = BTreeMap::new();
    let (mut records, mut claims) = (Vec::with_capacity(events.len()), Vec::new());
    for TimedEvent { at, event } in events {
        let Some((invitee, mark)) = event.subject() else { continue };
        let hash = hash(&invitee.key());
        let attempts = by_hash.entry(hash.clone()).or_default();
        let (numbers, event) = match event {
            Event::Intent { invitee, repeats, details, .. } => {
                let attempt = attempts.latest() + 1;
                claims.push((hash.clone(), attempt, at, invitee));
                let (invitee, repeats, details) = (invitee.clone(), *repeats, details.clone());
                (vec![attempt], Event::Intent { invitee, attempt, repeats, details })
            }
            outcome => (attempts.concerned(outcome), outcome.clone()),
        };
        for attempt in numbers {
            attempts.add(attempt, mark, None);
            records.push(new(&hash, attempt, mark, at, event.clone()));
        }
    }
    for (hash, attempt, at, invitee) in claims {
        if by_hash[&hash].unsettled().any(|(unsettled, _)| unsettled == attempt) {
            records.push(new(&hash, attempt, Mark::Unknown, at, Event::Unknown(invitee.clone())));
        }
    }
    records
}

/// Fails if the journal has records that are not among these: then it is a part of the copy of another journal, whose other
/// records would be missing. Returns whether all are there.
fn reject_others(journal: &mut StoreJournal<'_>, records: &[Copied]) -> Result<bool, Error> {
    journal.list()?;
    let names: HashSet<&str> = records.iter().map(|(name, _)| &**name).collect();
    let is_copied = journal.record_names().all(|name| names.contains(&*name));
    if is_copied { Ok(journal.record_names().count() == names.len()) } else { Err(not_empty(journal)) }
}

/// Whether the records that the journal has under these names are the same.
fn has_same(journal: &StoreJournal<'_>, records: &[&Copied]) -> Result<bool, Error> {
    let names: Vec<String> = records.iter().map(|(name, _)| name.clone()).collect();
    let found = journal.read_records(&names)?;
    let is_same = |((_, object), (_, found)): (&&Copied, &Copied)| found.event == object.event;
    Ok(found.len() == records.len() && records.iter().zip(&found).all(is_same))
}

fn outdated(journal: &StoreJournal<'_>) -> Error {
    let message = format!("{} has a copy of an earlier state of the journal", journal.name);
    let hint = "who was invited since is missing in it: copy to another prefix, and use that";
    Error::new(ErrorKind::Usage, message).with_hint(hint)
}

fn not_empty(journal: &StoreJournal<'_>) -> Error {
    Error::new(ErrorKind::Usage, format!("{} has another journal", journal.name)).with_hint("copy to another prefix")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitations::Invitee;

    #[test]
    fn word_of_a_person_is_copied_to_all_open_attempts() {
        let invitee = || Invitee { partner_id: "p".into(), email: "a@b.co".into() };
        let intent = |attempt| Event::intent(&invitee(), attempt);
        let events = [
            intent(1),
            intent(2),
            Event::failed(&invitee(), "rejected", None),
            Event::Resolved { invitee: invitee(), invited: false, invited_at: None, by: "dana".into() },
            intent(3),
        ];
        let events = events.map(|event| TimedEvent { at: "2026-01-01T00:00:00.000Z".to_owned(), event });
        let records = records(&events, "run");
        let names: Vec<&str> = records.iter().map(|(name, _)| name.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["1.intent", "2.intent", "2.failed", "1.failed", "3.intent", "3.unknown"]);
    }
}
