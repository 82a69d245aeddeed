//! The journal: what is known of each invitation, on the disk before and after it is sent.
//!
//! One JSON object a line, only ever appended to. The first line says for which endpoint and organization it is; an
//! `intent` comes before each invitation is sent and an outcome after its answer, each of them on the disk (fsync)
//! before the tool goes on. So whatever ends the tool at whatever instant, an intent without an outcome is the most
//! that can be left: nobody knows whether that invitation was made, and it is not sent again by itself.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind};
use crate::text::cause;

/// The only version of the format so far.
const VERSION: u32 = 1;

/// Which invitation: a partner's ID and an address, whatever its case and wherever it stands in a roster.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The key of an invitation.
    pub fn new(partner_id: &str, email: &str) -> Self {
        // An address has no newline in it.
        Key(format!("{partner_id}\n{}", email.to_lowercase()))
    }
}

/// What a journal knows of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It was made.
    Invited,
    /// It may have been made: there is an intent and no outcome, or the outcome is that nobody knows.
    Unknown,
    /// It was not made.
    Failed,
    /// It was unknown, and its receiver has turned out to be a member.
    Member,
}

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// When it was written (RFC 3339, UTC).
    at: String,
    #[serde(flatten)]
    event: Event,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first line: what the journal is for.
    Journal {
        /// The format's version.
        version: u32,
        /// The endpoint that the invitations go to.
        endpoint: String,
        /// The organization that invites.
        org_id: String,
    },
    /// A run of the tool begins.
    Run {
        /// Its process.
        pid: u32,
    },
    /// An invitation is about to be sent.
    Intent {
        /// The partner's ID.
        partner_id: String,
        /// The address.
        email: String,
    },
    /// It was made.
    Invited {
        /// The partner's ID.
        partner_id: String,
        /// The address.
        email: String,
        /// The invitation's own ID. Its link is a secret and never here.
        invitation_id: String,
    },
    /// It was not made.
    Failed {
        /// The partner's ID.
        partner_id: String,
        /// The address.
        email: String,
        /// Why: the name of an error's kind.
        kind: String,
    },
    /// Nobody knows whether it was made.
    Unknown {
        /// The partner's ID.
        partner_id: String,
        /// The address.
        email: String,
    },
    /// It was unknown, and its receiver is a member now.
    Member {
        /// The partner's ID.
        partner_id: String,
        /// The address.
        email: String,
    },
}

/// A journal that this process alone writes to, until it is dropped.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    known: HashMap<Key, Known>,
}

impl Journal {
    /// Opens the journal at `path`, or begins a new one there with mode 0600, for invitations of `org_id` at
    /// `endpoint`. A last line that was torn by the machine's end is taken off.
    ///
    /// Fails with [`Kind::Usage`] where another process has it, it is another endpoint's or organization's, it is
    /// damaged, or it cannot be read and written.
    pub fn open(path: &Path, endpoint: &str, org_id: &str) -> Result<Self, Error> {
        let cannot = |why: io::Error| refused(path, &format!("cannot be used: {}", cause(&why)));
        let (mut file, is_new) = open_file(path).map_err(cannot)?;
        if !file.metadata().map_err(cannot)?.is_file() {
            return Err(refused(path, "is not a file"));
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path)),
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(cannot)?;
        let contents = Contents::read(&bytes, path)?;
        contents.check_owner(endpoint, org_id, path)?;
        let mut journal = Journal { file, path: path.to_owned(), known: contents.known };
        journal.mend(&bytes[..contents.whole]).map_err(cannot)?;
        if contents.owner.is_none() {
            let (endpoint, org_id) = (endpoint.to_owned(), org_id.to_owned());
            journal.record(Event::Journal { version: VERSION, endpoint, org_id })?;
        }
        journal.record(Event::Run { pid: std::process::id() })?;
        if is_new {
            sync_directory(path).map_err(cannot)?;
        }
        Ok(journal)
    }

    /// What a journal knows, without touching it: nothing where there is none. Fails like [`Journal::open`].
    pub fn peek(path: &Path, endpoint: &str, org_id: Option<&str>) -> Result<HashMap<Key, Known>, Error> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
            Err(error) => return Err(refused(path, &format!("cannot be read: {}", cause(&error)))),
        };
        let contents = Contents::read(&bytes, path)?;
        if let Some(org_id) = org_id {
            contents.check_owner(endpoint, org_id, path)?;
        }
        Ok(contents.known)
    }

    /// What is known of each invitation.
    pub fn known(&self) -> &HashMap<Key, Known> {
        &self.known
    }

    /// Appends a line, and returns once it is on the disk. Fails with [`Kind::Unexpected`].
    pub fn record(&mut self, event: Event) -> Result<(), Error> {
        note(&mut self.known, &event);
        let at = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        let written = serde_json::to_vec(&Line { at, event }).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            self.file.write_all(&line)?;
            self.file.sync_data()
        });
        written.map_err(|error| {
            Error::new(
                Kind::Unexpected,
                format!("cannot write to the journal {}: {}", self.path.display(), cause(&error)),
            )
        })
    }

    /// Takes off what is not a whole line at the end, and ends a whole one that lacks its newline.
    fn mend(&mut self, whole: &[u8]) -> io::Result<()> {
        self.file.set_len(whole.len() as u64)?;
        if whole.last().is_some_and(|last| *last != b'\n') {
            self.file.write_all(b"\n")?;
        }
        self.file.sync_data()
    }
}

/// Opens for reading and appending; says whether the file is new.
fn open_file(path: &Path) -> io::Result<(File, bool)> {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return Ok((opened?, false)),
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Another process may have made it in between: then both have it open, and the lock decides.
    Ok((options.create(true).open(path)?, true))
}

/// A new file is on the disk only when its name in the directory is too.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// What a journal's text says.
#[derive(Debug, Default)]
struct Contents {
    owner: Option<(String, String)>,
    known: HashMap<Key, Known>,
    last_pid: Option<u32>,
    /// The length of what is whole; the rest is a torn last line.
    whole: usize,
}

impl Contents {
    fn read(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        let mut contents = Contents::default();
        let mut number = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            number += 1;
            let is_whole = line.ends_with(b"\n");
            let event = match serde_json::from_slice::<Line>(line) {
                Ok(line) => line.event,
                // Only the end of the machine in the middle of a write leaves the beginning of a line.
                Err(_) if !is_whole && is_torn(line) => break,
                Err(_) if number == 1 => return Err(refused(path, "is no journal of strigo")),
                Err(error) => return Err(damaged(path, number, &error.to_string())),
            };
            match (event, number) {
                (Event::Journal { version: VERSION, endpoint, org_id }, 1) => contents.owner = Some((endpoint, org_id)),
                (Event::Journal { version, .. }, 1) => {
                    return Err(refused(
                        path,
                        &format!("has version {version} of the format, which this strigo does not know"),
                    ));
                }
                (Event::Journal { .. }, _) => return Err(damaged(path, number, "a second first line")),
                (_, 1) => return Err(refused(path, "is no journal of strigo: its first line is another")),
                (Event::Run { pid }, _) => contents.last_pid = Some(pid),
                (event, _) => note(&mut contents.known, &event),
            }
            contents.whole += line.len();
        }
        Ok(contents)
    }

    fn check_owner(&self, endpoint: &str, org_id: &str, path: &Path) -> Result<(), Error> {
        match &self.owner {
            Some((its_endpoint, its_org)) if its_endpoint != endpoint || its_org != org_id => Err(refused(
                path,
                &format!(
                    "is for organization {its_org} at {its_endpoint}, and this run for organization {org_id} at \
                     {endpoint}"
                ),
            )
            .hint("Name another file in --journal: a new one is made where there is none.")),
            _ => Ok(()),
        }
    }
}

/// Whether this can be what is left of a line of the journal: its beginning, or the zeros that a file system may leave
/// for what it had not written yet. Anything else is somebody's text and not to be touched.
fn is_torn(line: &[u8]) -> bool {
    const BEGINNING: &[u8] = b"{\"at\":\"";
    let zeros = line.iter().rev().take_while(|byte| **byte == 0).count();
    let text = &line[..line.len() - zeros];
    text.starts_with(BEGINNING) || BEGINNING.starts_with(text)
}

/// Takes note of what an event says of its invitation. One that has been made stays made.
fn note(known: &mut HashMap<Key, Known>, event: &Event) {
    let (partner_id, email, now) = match event {
        Event::Journal { .. } | Event::Run { .. } => return,
        Event::Intent { partner_id, email } | Event::Unknown { partner_id, email } => {
            (partner_id, email, Known::Unknown)
        }
        Event::Invited { partner_id, email, .. } => (partner_id, email, Known::Invited),
        Event::Failed { partner_id, email, .. } => (partner_id, email, Known::Failed),
        Event::Member { partner_id, email } => (partner_id, email, Known::Member),
    };
    let entry = known.entry(Key::new(partner_id, email)).or_insert(now);
    if *entry != Known::Invited {
        *entry = now;
    }
}

fn refused(path: &Path, why: &str) -> Error {
    Error::new(Kind::Usage, format!("the journal {} {why}", path.display())).hint("Nobody was invited.")
}

fn damaged(path: &Path, line: usize, why: &str) -> Error {
    refused(path, &format!("is damaged in line {line}: {why}")).hint(
        "Nobody was invited. What it knew of that line is lost, so going on could invite somebody twice: mend or \
         remove the line by hand, or begin a new journal if you know who has been invited.",
    )
}

/// Another process has the journal's lock; its last line of that kind says which.
fn in_use(path: &Path) -> Error {
    let last = fs::read(path).ok().and_then(|bytes| Contents::read(&bytes, path).ok()?.last_pid);
    let process = last.map(|pid| format!(" (process {pid})")).unwrap_or_default();
    refused(path, &format!("is in use by another run of strigo{process}")).hint(
        "Wait until that run has ended, and run this again: it goes on from there. Nobody was invited by this run.",
    )
}

/// What these events come to.
#[cfg(test)]
pub(super) fn replay(events: &[Event]) -> HashMap<Key, Known> {
    let mut known = HashMap::new();
    events.iter().for_each(|event| note(&mut known, event));
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tempfile::TempDir;

    const ENDPOINT: &str = "https://h.example/api/v1";

    fn open(path: &Path) -> Result<Journal, Error> {
        Journal::open(path, ENDPOINT, "org")
    }

    fn place() -> (TempDir, PathBuf) {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("j.jsonl");
        (dir, path)
    }

    fn intent(email: &str) -> Event {
        Event::Intent { partner_id: "p".into(), email: email.into() }
    }

    fn invited(email: &str) -> Event {
        Event::Invited { partner_id: "p".into(), email: email.into(), invitation_id: "i".into() }
    }

    fn failed(email: &str) -> Event {
        Event::Failed { partner_id: "p".into(), email: email.into(), kind: "rejected".into() }
    }

    /// A journal with all kinds of lines, and its text.
    fn full(path: &Path) -> Vec<u8> {
        let mut journal = open(path).unwrap();
        for event in [
            intent("a@b.co"),
            invited("a@b.co"),
            intent("C@d.co"),
            intent("e@f.co"),
            failed("e@f.co"),
            Event::Member { partner_id: "p".into(), email: "g@h.co".into() },
        ] {
            journal.record(event).unwrap();
        }
        fs::read(path).unwrap()
    }

    #[test]
    fn what_is_recorded_is_known_again() {
        let (_dir, path) = place();
        full(&path);
        let journal = open(&path).unwrap();
        let known = |email: &str| journal.known().get(&Key::new("p", email)).copied();
        assert_eq!(known("A@B.co"), Some(Known::Invited));
        assert_eq!(known("c@d.co"), Some(Known::Unknown));
        assert_eq!(known("e@f.co"), Some(Known::Failed));
        assert_eq!(known("g@h.co"), Some(Known::Member));
        assert_eq!(known("x@y.co"), None);
        assert_eq!(journal.known().get(&Key::new("q", "a@b.co")), None);
    }

    #[test]
    fn made_stays_made() {
        let mut known = HashMap::new();
        for event in [intent("a@b.co"), invited("a@b.co"), intent("a@b.co"), failed("a@b.co")] {
            note(&mut known, &event);
        }
        assert_eq!(known[&Key::new("p", "a@b.co")], Known::Invited);
    }

    #[test]
    fn a_torn_last_line_is_repaired_wherever_it_was_torn() {
        let (_dir, path) = place();
        let text = full(&path);
        for length in 0..=text.len() {
            fs::write(&path, &text[..length]).unwrap();
            let before = Contents::read(&text[..length], &path).unwrap();
            let journal = open(&path).unwrap_or_else(|error| panic!("{length}: {error}"));
            assert_eq!(journal.known(), &before.known);
            drop(journal);
            let mended = fs::read(&path).unwrap();
            assert!(mended.ends_with(b"\n"));
            assert_eq!(Contents::read(&mended, &path).unwrap().whole, mended.len());
            // An intent that is on the disk is never forgotten.
            let whole_intents = text[..length].split_inclusive(|byte| *byte == b'\n');
            let whole =
                whole_intents.filter(|line| line.ends_with(b"}\n") && line.windows(8).any(|w| w == b"\"intent\""));
            assert!(whole.count() <= before.known.len());
        }
        // A crash can leave zeros where the line was to be.
        fs::write(&path, [&text[..], &[0; 100]].concat()).unwrap();
        assert_eq!(open(&path).unwrap().known().len(), 4);
    }

    #[test]
    fn other_damage_is_refused_with_its_line() {
        let (_dir, path) = place();
        let text = String::from_utf8(full(&path)).unwrap();
        for (from, to, part) in [
            ("\"intent\"", "\"intend\"", "line 3"),
            ("\"event\":\"invited\"", "\"event\":\"inv", "line 4"),
            ("C@d.co", "C@d.co\0\n", "line 5"),
            ("\"version\":1", "\"version\":2", "version 2"),
            ("{\"at\"", "\n{\"at\"", "is no journal"),
            ("\"event\":\"journal\"", "\"event\":\"run\",\"pid\":1", "is no journal"),
        ] {
            let damaged = text.replacen(from, to, 1);
            assert_ne!(damaged, text);
            fs::write(&path, &damaged).unwrap();
            let error = open(&path).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage);
            assert!(error.to_string().contains(part), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), damaged, "a damaged journal is left as it is");
        }
    }

    #[test]
    fn another_organizations_journal_is_refused() {
        let (_dir, path) = place();
        full(&path);
        for (endpoint, org_id) in [(ENDPOINT, "other"), ("https://other.example", "org")] {
            let error = Journal::open(&path, endpoint, org_id).unwrap_err();
            assert!(error.to_string().contains("is for organization org at https://h.example/api/v1"), "{error}");
        }
    }

    #[test]
    fn two_runs_at_once_are_one_too_many() {
        let (_dir, path) = place();
        let first = open(&path).unwrap();
        let error = open(&path).unwrap_err();
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
        drop(first);
        open(&path).unwrap();
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let (dir, _) = place();
        for path in [dir.path(), &dir.path().join("no/such/place"), Path::new("/dev/null")] {
            assert_eq!(open(path).unwrap_err().kind(), Kind::Usage);
        }
    }

    #[test]
    fn somebodys_text_is_not_taken_for_a_torn_line() {
        let (_dir, path) = place();
        let text = full(&path);
        for damaged in [b"a@b.co".to_vec(), b"{\"at\" : 1".to_vec(), [&text[..], b"a@b.co"].concat()] {
            fs::write(&path, &damaged).unwrap();
            assert_eq!(open(&path).unwrap_err().kind(), Kind::Usage);
            assert_eq!(fs::read(&path).unwrap(), damaged);
        }
    }

    #[cfg(unix)]
    #[test]
    fn it_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_dir, path) = place();
        drop(open(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_journal_or_refused(bytes in any::<Vec<u8>>()) {
            let _ = Contents::read(&bytes, Path::new("j"));
        }
    }
}
