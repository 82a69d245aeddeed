//! A journal in a file, on the disk before and after each invitation is sent.
//!
//! It is append-only JSON Lines; strigo(5) documents the format. The first line is a header that identifies the endpoint and
//! organization. An `intent` is appended when a request is about to leave, after any wait for the rate limit, and an outcome
//! after its response; both are synced to disk before the tool continues.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::de::IgnoredAny;

use super::{Records, RunDetails, WaitForLock};
use crate::error::{Error, ErrorKind, Reason};
use crate::invitations::Invitee;
use crate::invitations::event::{Event, FILE_VERSION, Scope, State, TimedEvent};
use crate::invitations::history::History;
use crate::private_file::{append_json_line, fsync_parent_dir, is_torn_line, truncate_torn_line};
use crate::text::{error_message, format_time};

/// An open journal, locked until it is dropped.
#[derive(Debug)]
pub(super) struct FileJournal {
    file: File,
    path: PathBuf,
    /// The length of the file after the last line that this run has written, in bytes.
    len: u64,
    history: History,
    details: RunDetails,
}

impl Drop for FileJournal {
    /// Releases the lock. Closing the file is not enough: a process that another thread is starting has a copy of the
    /// descriptor until it executes its program (flock(2)).
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Opens and locks the journal at `path`, creating it with mode 0600 if it does not exist. A last line that was torn by a
/// crash is truncated. While another process holds the lock, `wait` is called with its process ID; an error of it is
/// returned.
///
/// # Errors
///
/// Returns [`ErrorKind::Usage`] if the journal is corrupt or belongs to another endpoint or organization, or if it cannot be
/// read or written.
pub(super) fn open(
    path: &Path,
    scope: &Scope,
    details: Option<RunDetails>,
    wait: &mut WaitForLock<'_>,
) -> Result<FileJournal, Error> {
    let (is_run, details) = (details.is_some(), details.unwrap_or_default());
    let cannot_open =
        |cause: io::Error| usage_error(format!("cannot open journal '{}': {}", path.display(), error_message(&cause)));
    let mut file = loop {
        match lock::open(path) {
            Ok(file) => break file,
            Err(TryLockError::WouldBlock) => wait(last_pid(path))?,
            Err(TryLockError::Error(error)) => return Err(cannot_open(error)),
        }
    };
    if !file.metadata().map_err(cannot_open)?.is_file() {
        return Err(usage_error(format!("journal '{}' is not a regular file", path.display())));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(cannot_open)?;
    let parsed = ParsedJournal::parse(&bytes, path)?;
    parsed.check_header(scope, path)?;
    let mut journal = FileJournal { file, path: path.to_owned(), len: 0, history: parsed.history, details };
    truncate_torn_line(&mut journal.file, &bytes[..parsed.valid_len]).map_err(cannot_open)?;
    if parsed.header.is_none() {
        journal.record(Event::header(FILE_VERSION, scope, false))?;
    }
    if is_run {
        journal.record(Event::Run { pid: std::process::id() })?;
    }
    // Not only if the file is new: the run that has made it may have been killed before.
    fsync_parent_dir(path).map_err(cannot_open)?;
    Ok(journal)
}

/// Reads the history of a journal without locking or changing it. Returns `None` if there is no file.
///
/// # Errors
///
/// Returns the errors of [`open`].
pub(super) fn read_history(path: &Path, scope: Option<&Scope>) -> Result<Option<History>, Error> {
    let Some(parsed) = read(path, scope)? else { return Ok(None) };
    let Some(invitee) = parsed.in_flight else { return Ok(Some(parsed.history)) };
    if matches!(lock::open_shared(path), Err(TryLockError::WouldBlock)) {
        // The run that has claimed it still goes on.
        let mut history = parsed.history;
        history.entry_mut(&invitee).state = State::InProgress;
        return Ok(Some(history));
    }
    // It may have recorded the outcome, and ended, since.
    Ok(read(path, scope)?.map(|parsed| parsed.history))
}

fn read(path: &Path, scope: Option<&Scope>) -> Result<Option<ParsedJournal>, Error> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_read(path, &error)),
    };
    let parsed = ParsedJournal::parse(&bytes, path)?;
    scope.map_or(Ok(()), |scope| parsed.check_header(scope, path))?;
    Ok(Some(parsed))
}

/// All of a journal. While it exists, no other process of this machine can change the file.
#[derive(Debug)]
pub struct Snapshot {
    /// What the journal belongs to.
    pub scope: Scope,
    /// The events of invitations.
    pub events: Vec<TimedEvent>,
    _lock: File,
}

/// Reads all of the journal at `path`.
///
/// # Errors
///
/// Returns [`ErrorKind::Usage`] if a run uses it, if it cannot be read, or if it is not a journal.
pub fn read_snapshot(path: &Path) -> Result<Snapshot, Error> {
    let file = lock::open_shared(path).map_err(|error| match error {
        TryLockError::WouldBlock => usage_error(format!("cannot read journal '{}': a run is using it", path.display()))
            .with_hint("wait until the run has ended"),
        TryLockError::Error(error) => cannot_read(path, &error),
    })?;
    let mut bytes = Vec::new();
    (&file).read_to_end(&mut bytes).map_err(|error| cannot_read(path, &error))?;
    let ParsedJournal { header, events, .. } = ParsedJournal::parse(&bytes, path)?;
    let scope = header.ok_or_else(|| not_a_journal(path, ": missing header"))?;
    Ok(Snapshot { scope, events, _lock: file })
}

impl Records for FileJournal {
    fn history(&self) -> &History {
        &self.history
    }

    fn claim(&mut self, invitee: &Invitee) -> Result<bool, Error> {
        let (_, intent) = self.details.next_claim(invitee, &self.history);
        self.record(intent)?;
        Ok(true)
    }

    /// Appends an event and syncs it to disk. Returns [`ErrorKind::Unexpected`] if that fails, or if the next run would not
    /// read it at this path.
    fn record(&mut self, event: Event) -> Result<(), Error> {
        let now = SystemTime::now();
        self.history.apply(&event, Some(now));
        self.check_in_place()?;
        let timed = TimedEvent { at: format_time(now), event };
        let written = append_json_line(&mut self.file, &timed).and_then(|()| self.file.metadata());
        let cannot_write = |error: io::Error| {
            let message = format!("cannot write journal '{}': {}", self.path.display(), error_message(&error));
            Error::new(ErrorKind::Unexpected, message)
        };
        self.len = written.map_err(cannot_write)?.len();
        self.check_in_place()
    }

    fn details(&mut self) -> &mut RunDetails {
        &mut self.details
    }

    fn update(&mut self, _: &[Invitee]) -> Result<(), Error> {
        // No other run can change a file that this one has locked.
        Ok(())
    }
}

impl FileJournal {
    /// Fails if the path leads to another file, or if lines are missing: an editor, a sync client, or version control has
    /// replaced the journal, and what is recorded would be lost.
    fn check_in_place(&self) -> Result<(), Error> {
        if is_in_place(&self.file, &self.path, self.len) {
            return Ok(());
        }
        let message = format!("journal '{}' was replaced, truncated, or removed during the run", self.path.display());
        Err(Error::new(ErrorKind::Unexpected, message).with_reason(Reason::JournalLost))
    }
}

/// Whether `path` leads to this open file, which has at least this length.
#[cfg(unix)]
fn is_in_place(file: &File, path: &Path, len: u64) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(at_path)) => identity(&file) == identity(&at_path) && file.len() >= len,
        _ => false,
    }
}

/// Whether the open file has at least this length. Windows lets no other process remove, replace, or write it meanwhile.
#[cfg(windows)]
fn is_in_place(file: &File, _: &Path, len: u64) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.len() >= len)
}

/// The lock of a journal, which does not keep other processes from reading it.
#[cfg(unix)]
mod lock {
    use std::fs::{File, OpenOptions, TryLockError};
    use std::os::unix::fs::OpenOptionsExt as _;
    use std::path::Path;

    /// Opens a file for reading and appending, or creates it, and locks it.
    pub(super) fn open(path: &Path) -> Result<File, TryLockError> {
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path);
        let file = file.map_err(TryLockError::Error)?;
        file.try_lock()?;
        Ok(file)
    }

    /// Opens a file for reading, and keeps runs from locking it.
    pub(super) fn open_shared(path: &Path) -> Result<File, TryLockError> {
        let file = File::open(path).map_err(TryLockError::Error)?;
        file.try_lock_shared()?;
        Ok(file)
    }
}

/// The lock of a journal, which does not keep other processes from reading it, as `File::lock` would on Windows: they cannot
/// open it for writing.
#[cfg(windows)]
mod lock {
    use std::fs::{File, OpenOptions, TryLockError};
    use std::os::windows::fs::OpenOptionsExt as _;
    use std::path::Path;

    const FILE_SHARE_READ: u32 = 1;
    const ERROR_SHARING_VIOLATION: i32 = 32;

    /// Opens a file for reading and writing, or creates it, and locks it. Windows cannot truncate a file in append mode.
    pub(super) fn open(path: &Path) -> Result<File, TryLockError> {
        open_with(OpenOptions::new().read(true).write(true).create(true).truncate(false), path)
    }

    /// Opens a file for reading, and keeps runs from locking it.
    pub(super) fn open_shared(path: &Path) -> Result<File, TryLockError> {
        open_with(OpenOptions::new().read(true), path)
    }

    fn open_with(options: &mut OpenOptions, path: &Path) -> Result<File, TryLockError> {
        options.share_mode(FILE_SHARE_READ).open(path).map_err(|error| match error.raw_os_error() {
            Some(ERROR_SHARING_VIOLATION) => TryLockError::WouldBlock,
            _ => TryLockError::Error(error),
        })
    }
}

#[derive(Debug, Default)]
struct ParsedJournal {
    /// What the header says.
    header: Option<Scope>,
    events: Vec<TimedEvent>,
    history: History,
    last_pid: Option<u32>,
    /// The person whom the latest run was inviting at the end.
    in_flight: Option<Invitee>,
    /// The length in bytes of the valid part; the rest is a torn last line.
    valid_len: usize,
}

impl ParsedJournal {
    fn parse(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        let mut parsed = ParsedJournal::default();
        for (line, number) in bytes.split_inclusive(|byte| *byte == b'\n').zip(1..) {
            match serde_json::from_slice::<TimedEvent>(line) {
                Ok(event) => parsed.add_event(event, number, path)?,
                Err(_) if line.trim_ascii().is_empty() => {}
                // A crash during a write leaves a prefix of the line.
                Err(_) if is_torn_line(line) => break,
                Err(_) if is_conflict_marker(line) => return Err(merge_conflict(path, number)),
                Err(_) if parsed.header.is_none() => return Err(not_a_journal(path, "")),
                Err(_) => {
                    let is_json = serde_json::from_slice::<IgnoredAny>(line).is_ok();
                    let reason = if is_json { "unknown event or missing field" } else { "not a single JSON object" };
                    return Err(corrupt(path, number, reason));
                }
            }
            parsed.valid_len += line.len();
        }
        Ok(parsed)
    }

    fn add_event(&mut self, timed: TimedEvent, number: usize, path: &Path) -> Result<(), Error> {
        self.in_flight = match &timed.event {
            Event::Intent { invitee, .. } => Some(invitee.clone()),
            _ => None,
        };
        match (&timed.event, &self.header) {
            (Event::Journal { version: FILE_VERSION, endpoint, org_id, .. }, None) => {
                self.header = Some(Scope { endpoint: endpoint.clone(), org_id: org_id.clone() });
            }
            (Event::Journal { version, .. }, None) => {
                let message = format!("journal '{}' has unsupported version {version}", path.display());
                return Err(usage_error(message).with_hint("upgrade strigo"));
            }
            (_, None) => return Err(not_a_journal(path, ": missing header")),
            (Event::Journal { .. }, Some(_)) => return Err(corrupt(path, number, "unexpected header")),
            (Event::Run { pid }, _) => self.last_pid = Some(*pid),
            (event, _) => {
                let at = humantime::parse_rfc3339(&timed.at).map_err(|_| corrupt(path, number, "invalid time"))?;
                self.history.apply(event, Some(at));
                self.events.push(timed);
            }
        }
        Ok(())
    }

    fn check_header(&self, scope: &Scope, path: &Path) -> Result<(), Error> {
        match &self.header {
            Some(found) if found != scope => {
                let message = scope.mismatch(&format!("'{}'", path.display()), found);
                Err(usage_error(message).with_hint(OTHER_FILE))
            }
            _ => Ok(()),
        }
    }
}

/// Whether this is a line that version control writes into a file with conflicting changes.
fn is_conflict_marker(line: &[u8]) -> bool {
    [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"].iter().any(|marker| line.starts_with(*marker))
}

fn usage_error(message: String) -> Error {
    Error::new(ErrorKind::Usage, message)
}

fn cannot_read(path: &Path, cause: &io::Error) -> Error {
    usage_error(format!("cannot read journal '{}': {}", path.display(), error_message(cause)))
}

/// The hint about a file that is not this journal.
const OTHER_FILE: &str = "use another file; `members invite` creates it";

fn not_a_journal(path: &Path, detail: &str) -> Error {
    usage_error(format!("'{}' is not a strigo journal{detail}", path.display())).with_hint(OTHER_FILE)
}

fn merge_conflict(path: &Path, line: usize) -> Error {
    usage_error(format!("journal '{}' has a merge conflict at line {line}", path.display()))
        .with_hint("two runs used copies of the journal: keep the lines of both and remove the conflict markers")
}

fn corrupt(path: &Path, line: usize, reason: &str) -> Error {
    usage_error(format!("journal '{}' is corrupt at line {line}: {reason}", path.display())).with_hint(
        "restore the journal from a copy, or repair the line; deleting it can lose who was invited, and send duplicates",
    )
}

/// Returns the ID of the process that has locked a journal: that of its last `run` event.
fn last_pid(path: &Path) -> Option<u32> {
    ParsedJournal::parse(&fs::read(path).ok()?, path).ok()?.last_pid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitations::event::State;
    use proptest::prelude::*;
    use tempfile::TempDir;

    const ENDPOINT: &str = "https://h.example/api/v1";

    fn open(path: &Path) -> Result<FileJournal, Error> {
        super::open(
            path,
            &Scope { endpoint: ENDPOINT.to_owned(), org_id: "org".to_owned() },
            Some(RunDetails::default()),
            &mut in_use,
        )
    }

    fn temp_journal() -> (TempDir, PathBuf) {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("j.jsonl");
        (dir, path)
    }

    fn invitee(email: &str) -> Invitee {
        Invitee { partner_id: "p".into(), email: email.into() }
    }

    fn intent(email: &str) -> Event {
        Event::intent(&invitee(email), 1)
    }

    fn invited(email: &str) -> Event {
        Event::Invited { invitee: invitee(email), invitation_id: "i".into() }
    }

    fn failed(email: &str) -> Event {
        Event::failed(&invitee(email), "rejected", None)
    }

    /// Writes a journal with all kinds of events, and returns its text.
    fn write_sample(path: &Path) -> Vec<u8> {
        let mut journal = open(path).unwrap();
        for event in [
            intent("a@b.co"),
            invited("a@b.co"),
            intent("C@d.co"),
            intent("e@f.co"),
            failed("e@f.co"),
            Event::Joined(invitee("g@h.co")),
        ] {
            journal.record(event).unwrap();
        }
        fs::read(path).unwrap()
    }

    #[test]
    fn journal_restores_recorded_states() {
        let (_dir, path) = temp_journal();
        write_sample(&path);
        let journal = open(&path).unwrap();
        let known = |email: &str| journal.history().state(&invitee(email));
        assert_eq!(known("A@B.co"), State::Pending);
        assert_eq!(known("c@d.co"), State::Unknown);
        assert_eq!(known("e@f.co"), State::Failed);
        assert_eq!(known("g@h.co"), State::Joined);
        assert_eq!(known("x@y.co"), State::NotInvited);
        let elsewhere = Invitee { partner_id: "q".into(), email: "a@b.co".into() };
        assert_eq!(journal.history().state(&elsewhere), State::NotInvited);
        let entry = journal.history().get(&invitee("a@b.co")).unwrap();
        assert!(entry.invited_at.unwrap() <= SystemTime::now() && entry.invitation_id == "i");
    }

    #[test]
    fn journal_truncates_torn_line_at_any_length() {
        let (_dir, path) = temp_journal();
        let text = write_sample(&path);
        for length in 0..=text.len() {
            fs::write(&path, &text[..length]).unwrap();
            let before = ParsedJournal::parse(&text[..length], &path).unwrap();
            let journal = open(&path).unwrap_or_else(|error| panic!("{length}: {error}"));
            assert_eq!(journal.history(), &before.history);
            drop(journal);
            let repaired = fs::read(&path).unwrap();
            assert!(repaired.ends_with(b"\n"));
            assert_eq!(ParsedJournal::parse(&repaired, &path).unwrap().valid_len, repaired.len());
            // No intent that is on the disk is lost.
            let lines = text[..length].split_inclusive(|byte| *byte == b'\n');
            let intents = lines.filter(|line| line.ends_with(b"}\n") && line.windows(8).any(|w| w == b"\"intent\""));
            assert!(intents.count() <= before.history.entries().len());
        }
        // A crash can leave zeros in place of the line.
        fs::write(&path, [&text[..], &[0; 100]].concat()).unwrap();
        assert_eq!(open(&path).unwrap().history().entries().len(), 4);
    }

    #[test]
    fn journal_corruption_is_reported_with_line() {
        let (_dir, path) = temp_journal();
        let text = String::from_utf8(write_sample(&path)).unwrap();
        for (from, to, part) in [
            ("\"intent\"", "\"intend\"", "line 3"),
            ("\"event\":\"invited\"", "\"event\":\"inv", "line 4"),
            ("C@d.co", "C@d.co\0\n", "line 5"),
            ("\"version\":1", "\"version\":2", "version 2"),
            ("{\"at\"", "x\n{\"at\"", "is not a strigo journal"),
            ("{\"at\"", "<<<<<<< HEAD\n{\"at\"", "has a merge conflict at line 1"),
            (
                "\"event\":\"intent\"",
                "\"event\":\"run\",\"pid\":1}\n=======\n{\"at\":\"\",\"event\":\"intent\"",
                "has a merge conflict at line 4",
            ),
            ("\"event\":\"intent\"", "\"event\":\"intent\",", "is corrupt at line 3: not a single"),
            ("Z\",\"event\":\"intent\"", "+01:00\",\"event\":\"intent\"", "is corrupt at line 3: invalid time"),
            ("\"event\":\"journal\"", "\"event\":\"run\",\"pid\":1", "is not a strigo journal"),
        ] {
            let corrupt = text.replacen(from, to, 1);
            assert_ne!(corrupt, text);
            fs::write(&path, &corrupt).unwrap();
            let error = open(&path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(error.to_string().contains(part), "{error}");
            assert!(error.to_string().matches("line ").count() <= 1, "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), corrupt, "a corrupt journal is not changed");
        }
    }

    #[test]
    fn journal_blank_lines_and_line_ends_are_harmless() {
        let (_dir, path) = temp_journal();
        let text = String::from_utf8(write_sample(&path)).unwrap();
        for changed in [
            text.replacen('\n', "\n\n \n", 3),
            format!("\n{text}\n\n"),
            text.replace('\n', "\r\n"),
            format!("{text}\r\n"),
        ] {
            fs::write(&path, &changed).unwrap();
            let journal = open(&path).unwrap();
            assert_eq!(journal.history().entries().len(), 4, "{changed:?}");
            assert!(fs::read_to_string(&path).unwrap().starts_with(&changed));
        }
        fs::write(&path, "\n").unwrap();
        drop(open(&path).unwrap());
        assert_eq!(open(&path).unwrap().history().entries().len(), 0);
    }

    #[test]
    fn journal_resolved_state_is_that_of_the_person() {
        let resolved = |email: &str, invited| Event::Resolved {
            invitee: invitee(email),
            invited,
            invited_at: None,
            by: "dana".into(),
        };
        let (_dir, path) = temp_journal();
        let mut journal = open(&path).unwrap();
        for event in [intent("a@b.co"), resolved("a@b.co", true), intent("c@d.co"), resolved("c@d.co", false)] {
            journal.record(event).unwrap();
        }
        drop(journal);
        let text = fs::read_to_string(&path).unwrap();
        let event = r#""event":"resolved","partner_id":"p","email":"a@b.co","invited":true,"by":"dana"}"#;
        assert!(text.contains(event), "{text}");
        let journal = open(&path).unwrap();
        let state = |email: &str| journal.history().state(&invitee(email));
        assert_eq!((state("a@b.co"), state("c@d.co")), (State::Pending, State::Failed));
    }

    #[test]
    fn journal_records_without_line_breaks_are_not_truncated() {
        let (_dir, path) = temp_journal();
        let text = String::from_utf8(write_sample(&path)).unwrap();
        let (head, tail) = text.split_at(text.match_indices('\n').nth(3).unwrap().0 + 1);
        for (joined, reason) in [
            (text.replace('\n', "\r"), "not a single"),
            (text.replace('\n', ""), "not a single"),
            (format!("{head}{}", tail.replace('\n', "")), "line 5: not a single"),
            (format!("{}{{\"at\":\"20", text.trim_end()), "line 8: not a single"),
            (format!("{}x", text.trim_end()), "line 8: not a single"),
        ] {
            fs::write(&path, &joined).unwrap();
            let error = open(&path).unwrap_err();
            assert!(
                error.to_string().contains(reason) || error.to_string().contains("not a strigo journal"),
                "{error}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), joined);
        }
    }

    #[test]
    fn journal_of_other_organization_is_rejected() {
        let (_dir, path) = temp_journal();
        write_sample(&path);
        for (endpoint, org_id) in [(ENDPOINT, "other"), ("https://other.example", "org")] {
            let scope = Scope { endpoint: endpoint.to_owned(), org_id: org_id.to_owned() };
            let error = super::open(&path, &scope, Some(RunDetails::default()), &mut in_use).unwrap_err();
            assert!(error.to_string().contains("belongs to organization org at https://h.example/api/v1"), "{error}");
        }
    }

    fn in_use(pid: Option<u32>) -> Result<(), Error> {
        Err(Error::new(ErrorKind::Unavailable, format!("{pid:?}")))
    }

    #[test]
    fn journal_open_waits_while_locked() {
        let (_dir, path) = temp_journal();
        let first = open(&path).unwrap();
        assert_eq!(open(&path).unwrap_err().to_string(), format!("{:?}", Some(std::process::id())));
        let mut first = Some(first);
        let scope = Scope { endpoint: ENDPOINT.to_owned(), org_id: "org".to_owned() };
        super::open(&path, &scope, Some(RunDetails::default()), &mut |_| {
            first = None;
            Ok(())
        })
        .unwrap();
        assert!(first.is_none());
    }

    /// What an editor, a sync client, version control, or a person does to the file.
    #[cfg(unix)]
    #[test]
    fn journal_that_is_taken_away_records_nothing_more() {
        let changes: [fn(&Path); 4] = [
            |path| fs::remove_file(path).unwrap(),
            |path| fs::rename(path, path.with_extension("old")).unwrap(),
            |path| {
                fs::copy(path, path.with_extension("new")).unwrap();
                fs::rename(path.with_extension("new"), path).unwrap();
            },
            |path| fs::write(path, "{}\n").unwrap(),
        ];
        for change in changes {
            let (_dir, path) = temp_journal();
            let mut journal = open(&path).unwrap();
            journal.record(intent("a@b.co")).unwrap();
            change(&path);
            let error = journal.record(intent("c@d.co")).unwrap_err();
            assert!(error.to_string().ends_with(" was replaced, truncated, or removed during the run"), "{error}");
            assert!(!fs::read_to_string(&path).unwrap_or_default().contains("c@d.co"));
        }
    }

    #[test]
    fn journal_can_be_read_while_locked() {
        let (_dir, path) = temp_journal();
        let mut journal = open(&path).unwrap();
        journal.record(invited("a@b.co")).unwrap();
        assert_eq!(read_history(&path, None).unwrap().unwrap().entries().len(), 1);
        assert!(read_history(&path, None).unwrap().unwrap().get(&invitee("a@b.co")).is_some());
        drop(journal);
    }

    #[test]
    fn journal_path_must_be_regular_file() {
        let (dir, _) = temp_journal();
        for path in [dir.path(), &dir.path().join("no/such/place"), Path::new("/dev/null")] {
            assert_eq!(open(path).unwrap_err().kind(), ErrorKind::Usage);
        }
    }

    #[test]
    fn journal_does_not_truncate_foreign_text() {
        let (_dir, path) = temp_journal();
        let text = write_sample(&path);
        for corrupt in [b"a@b.co".to_vec(), b"{\"at\" : 1".to_vec(), [&text[..], b"a@b.co"].concat()] {
            fs::write(&path, &corrupt).unwrap();
            assert_eq!(open(&path).unwrap_err().kind(), ErrorKind::Usage);
            assert_eq!(fs::read(&path).unwrap(), corrupt);
        }
    }

    #[cfg(unix)]
    #[test]
    fn journal_file_mode_is_0600() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_dir, path) = temp_journal();
        drop(open(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    proptest! {
        #[test]
        fn journal_parse_never_panics(bytes in any::<Vec<u8>>()) {
            let _ = ParsedJournal::parse(&bytes, Path::new("j"));
        }
    }
}
