//! `strigo journal`.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::{ColumnArgs, JournalCommand};
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::invitations::history::HistoryEntry;
use crate::invitations::journal::{JournalLocation, Snapshot, copy_to_store, read_snapshot};
use crate::object_store::{ObjectStore, StoreLocation};
use crate::output::{Row, cells_of_fields};
use crate::process::SignalMode;
use crate::text::{format_count, format_time};

/// What a journal knows about a person.
#[derive(Serialize)]
pub(super) struct EntryRow {
    email: String,
    partner_id: String,
    state: &'static str,
    attempts: u32,
    invited_at: Option<String>,
    last_attempt_at: Option<String>,
    invitation_id: Option<String>,
}

impl Row for EntryRow {
    const COLUMNS: &'static [&'static str] =
        &["EMAIL", "PARTNER_ID", "STATE", "ATTEMPTS", "INVITED_AT", "LAST_ATTEMPT_AT", "INVITATION_ID"];
    const DEFAULT: &'static [&'static str] = &["EMAIL", "PARTNER_ID", "STATE", "INVITED_AT"];
    const ID: &'static str = "EMAIL";

    fn cells(&self) -> Vec<String> {
        cells_of_fields(self)
    }
}

impl EntryRow {
    fn new(entry: &HistoryEntry) -> Self {
        let HistoryEntry { invitee, state, attempts, invited_at, invitation_id, attempted_at, .. } = entry;
        EntryRow {
            email: invitee.email.clone(),
            partner_id: invitee.partner_id.to_string(),
            state: state.name(),
            attempts: *attempts,
            invited_at: invited_at.map(format_time),
            last_attempt_at: attempted_at.map(format_time),
            invitation_id: Some(invitation_id.clone()).filter(|id| !id.is_empty()),
        }
    }
}

pub(super) fn run(command: JournalCommand, context: &mut Context<'_>) -> Result<()> {
    match command {
        JournalCommand::Show { journal, output } => show(&parse_location(&journal)?, &output, context),
        JournalCommand::Copy { from, to } => copy(&from, &parse_store(&to)?, context),
    }
}

/// Parses the place of a journal, as it was typed.
pub(super) fn parse_location(typed: &OsStr) -> Result<JournalLocation, Error> {
    let invalid = |reason| Error::new(ErrorKind::Usage, format!("invalid journal '{}': {reason}", typed.display()));
    JournalLocation::parse(typed.to_owned()).map_err(invalid)
}

/// Parses the place to which a journal is copied.
fn parse_store(typed: &str) -> Result<StoreLocation, Error> {
    let location = StoreLocation::parse(typed).unwrap_or_else(|| Err("expected s3://BUCKET/PREFIX".to_owned()));
    location.map_err(|reason| Error::new(ErrorKind::Usage, format!("cannot copy a journal to '{typed}': {reason}")))
}

fn show(location: &JournalLocation, output: &ColumnArgs, context: &Context<'_>) -> Result<()> {
    let rows = context.rows(output)?;
    let history = context.journal_place(location)?.history(None, None)?;
    let history = history.ok_or_else(|| journal_not_found(location))?;
    let entries: Vec<EntryRow> = history.entries().iter().map(EntryRow::new).collect();
    let is_empty = entries.is_empty();
    rows.print_list(&serde_json::to_string(&entries)?, || Ok(entries))?;
    context.note_if(is_empty, "the journal has no invitations");
    Ok(())
}

/// Creates the error for a journal that does not exist and is only read.
pub(super) fn journal_not_found(location: &JournalLocation) -> Error {
    let problem = if matches!(location, JournalLocation::File(_)) { "file not found" } else { "not found" };
    Error::new(ErrorKind::Usage, format!("cannot read journal {location}: {problem}"))
        .with_hint("pass the journal of `strigo members invite`")
}

/// Copies the invitations of a journal in a file to a store where there is none, or an unfinished copy of it.
fn copy(from: &Path, to: &StoreLocation, context: &Context<'_>) -> Result<()> {
    let snapshot = read_snapshot(from)?;
    let keys: HashSet<_> = snapshot.events.iter().filter_map(|timed| Some(timed.event.subject()?.0.key())).collect();
    let store = context.store(to)?;
    let is_new = send_copy(&snapshot, store, context)
        .with_context(|| format!("cannot copy journal '{}' to {to}", from.display()))?;
    let invitations = format_count(keys.len(), "invitation");
    context.reporter.note(&match is_new {
        true => format!("copied {invitations} to {to}"),
        false => format!("{to} already has a complete copy, with {invitations}"),
    });
    Ok(())
}

/// Returns whether there was no complete copy before.
fn send_copy(snapshot: &Snapshot, store: ObjectStore<'_>, context: &Context<'_>) -> Result<bool, Error> {
    let (signals, reporter) = (context.signals, context.reporter);
    signals.set_mode(SignalMode::Graceful);
    let mut has_begun = false;
    let on_progress = |done, total| {
        has_begun = true;
        reporter.set_progress(done, total, "");
        match signals.interrupted() {
            true => Err(Error::new(ErrorKind::Interrupted, format!("interrupted after {done} of {total} records"))),
            false => Ok(()),
        }
    };
    let result = copy_to_store(snapshot, store, on_progress);
    reporter.clear_progress();
    result.map_err(|error| match has_begun && error.kind() != ErrorKind::Usage {
        true => error.with_hint("to finish the copy, run the same command again; the journal cannot be used before"),
        false => error,
    })
}
