//! Journals: any bytes are read without a panic, and a crash during a later write loses nothing.

#![no_main]

use std::fs;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use strigo_cli::invitations::Invitee;
use strigo_cli::invitations::history::{History, InvitationState};
use strigo_cli::invitations::journal::{FileJournal, Journal, JournalEvent, Scope};

fn scope() -> Scope {
    Scope { endpoint: "https://strigo.example/api/v1".to_owned(), org_id: "org".to_owned() }
}

fuzz_target!(|data: &[u8]| {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path();
    fs::write(path, data).unwrap();
    let loaded = FileJournal::load(path, Some(&scope()));
    assert_eq!(fs::read(path).unwrap(), data, "loading changed the file");
    let opened = FileJournal::open(path, &scope());
    assert_eq!(loaded.is_ok(), opened.is_ok(), "{:?} {:?}", loaded.err(), opened.err());
    let (Ok(before), Ok(mut journal)) = (loaded.map(|history| states(&history)), opened) else {
        assert_eq!(fs::read(path).unwrap(), data, "a failure to open changed the file");
        return;
    };
    let _ = journal.line_end_warning();
    assert_eq!(states(journal.history()), before);
    assert_eq!(load(path), before);

    let start = fs::read(path).unwrap().len();
    journal.record(event(data)).unwrap();
    let after = load(path);
    assert_eq!(states(journal.history()), after);
    drop(journal);

    // The lengths are taken from the input, because to try all of them is slow.
    let bytes = fs::read(path).unwrap();
    let sum: usize = data.iter().map(|byte| usize::from(*byte)).sum();
    let cut = start + sum % (bytes.len() - start);
    fs::write(path, &bytes[..cut]).unwrap();
    let torn = load(path);
    assert!(torn == before || (torn == after && cut == bytes.len() - 1), "cut at {}", cut - start);
    if cut < bytes.len() - 1 {
        fs::write(path, [&bytes[..cut], &vec![0; sum % 9]].concat()).unwrap();
        assert_eq!(load(path), before);
    }
    let mut journal = FileJournal::open(path, &scope()).unwrap();
    journal.record(event(data)).unwrap();
    assert_eq!(load(path), after);
});

/// What is known about each person, without the times.
type States = Vec<(Invitee, InvitationState, u32)>;

fn states(history: &History) -> States {
    history.entries().iter().map(|entry| (entry.invitee.clone(), entry.state, entry.attempt)).collect()
}

fn load(path: &Path) -> States {
    states(&FileJournal::load(path, Some(&scope())).unwrap())
}

/// Returns an event that has an end of the input as its values.
fn event(data: &[u8]) -> JournalEvent {
    let (partner_id, email) = data[data.len().saturating_sub(24)..].split_at(data.len().min(24) / 2);
    let [partner_id, email] = [partner_id, email].map(String::from_utf8_lossy);
    let invitee = Invitee { partner_id: partner_id.as_ref().into(), email: email.clone().into_owned() };
    match data.len() % 3 {
        0 => JournalEvent::Intent { invitee, attempt: (data.len() % 2 == 0).then_some(2) },
        1 => JournalEvent::Invited { invitee, invitation_id: email.into_owned() },
        _ => JournalEvent::Failed { invitee, kind: email.into_owned() },
    }
}
