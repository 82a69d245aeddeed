//! Journals: any bytes are read without a panic, and a crash during a later write loses nothing.

#![no_main]

use std::fs;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use strigo_cli::error::{Error, ErrorKind};
use strigo_cli::invitations::Invitee;
use strigo_cli::invitations::event::{Scope, State};
use strigo_cli::invitations::history::History;
use strigo_cli::invitations::journal::{Journal, JournalPlace, Outcome, RunDetails};

fn scope() -> Scope {
    Scope { endpoint: "https://strigo.example/api/v1".to_owned(), org_id: "org".to_owned() }
}

fuzz_target!(|data: &[u8]| {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path();
    fs::write(path, data).unwrap();
    let loaded = place(path).history(Some(&scope()), None);
    assert_eq!(fs::read(path).unwrap(), data, "reading changed the file");
    let opened = open(path);
    assert_eq!(loaded.is_ok(), opened.is_ok(), "{:?} {:?}", loaded.err(), opened.err());
    let (Ok(before), Ok(mut journal)) = (loaded.map(|history| states(history.as_ref())), opened) else {
        assert_eq!(fs::read(path).unwrap(), data, "a failure to open changed the file");
        return;
    };
    assert_eq!(states(Some(journal.history())), before);
    assert_eq!(load(path), before);

    let start = fs::read(path).unwrap().len();
    record(&mut journal, data);
    let after = load(path);
    assert_eq!(states(Some(journal.history())), after);
    drop(journal);

    // A crash leaves any beginning of what was written. The length is taken from the input, because to try all is slow.
    let bytes = fs::read(path).unwrap();
    let sum: usize = data.iter().map(|byte| usize::from(*byte)).sum();
    let cut = start + sum % (bytes.len() - start);
    fs::write(path, &bytes[..cut]).unwrap();
    let torn = load(path);
    assert!(before.iter().all(|(invitee, ..)| torn.iter().any(|(known, ..)| known == invitee)), "a person was lost");

    let mut journal = open(path).unwrap();
    record(&mut journal, data);
    assert!(person(&load(path), data).is_some());
});

/// What is known about each person, without the times.
type States = Vec<(Invitee, State, u32)>;

fn place(path: &Path) -> JournalPlace<'static> {
    JournalPlace::File(path.to_owned())
}

fn open(path: &Path) -> Result<Journal<'static>, Error> {
    let mut in_use = |_| Err(Error::new(ErrorKind::Unavailable, "in use"));
    place(path).open(&scope(), &[], Some(RunDetails::default()), &mut in_use)
}

fn states(history: Option<&History>) -> States {
    history
        .into_iter()
        .flat_map(History::entries)
        .map(|entry| (entry.invitee.clone(), entry.state, entry.attempts))
        .collect()
}

fn load(path: &Path) -> States {
    states(place(path).history(Some(&scope()), None).unwrap().as_ref())
}

fn person<'s>(states: &'s States, data: &[u8]) -> Option<&'s (Invitee, State, u32)> {
    let wanted = invitee(data).key();
    states.iter().find(|(invitee, ..)| invitee.key() == wanted)
}

/// Claims and settles the invitation of a person who is named by the end of the input.
fn record(journal: &mut Journal<'_>, data: &[u8]) {
    let invitee = invitee(data);
    let outcome = match data.len() % 2 {
        0 => Outcome::Invited(invitee.email.clone()),
        _ => Outcome::Unknown(Error::new(ErrorKind::OutcomeUnknown, "no response")),
    };
    journal.claim(&invitee).unwrap().unwrap().settle(&outcome).unwrap();
}

fn invitee(data: &[u8]) -> Invitee {
    let (partner_id, email) = data[data.len().saturating_sub(24)..].split_at(data.len().min(24) / 2);
    let [partner_id, email] = [partner_id, email].map(|text| String::from_utf8_lossy(text).into_owned());
    Invitee { partner_id: partner_id.as_str().into(), email }
}
