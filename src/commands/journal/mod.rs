//! `strigo journal`.

mod resolve;

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::{ColumnArgs, JournalArgs, JournalCommand};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Reason};
use crate::invitations::Invitee;
use crate::invitations::event::Scope;
use crate::invitations::history::{History, HistoryEntry};
use crate::invitations::journal::{Journal, JournalLocation, Snapshot, copy_to_store, read_snapshot};
use crate::object_store::{ObjectStore, StoreLocation};
use crate::output::Row;
use crate::process::{SignalMode, env_vars};
use crate::settings::journal::JournalSetting;
use crate::text::{format_count, format_time};

/// What a journal knows about a person.
#[derive(Serialize)]
pub(super) struct EntryRow {
    email: String,
    partner_id: String,
    /// The name when the person was invited, or the ID.
    partner_name: String,
    state: &'static str,
    attempts: u32,
    invited_at: Option<String>,
    last_attempt_at: Option<String>,
    invitation_id: Option<String>,
    joined: Option<String>,
    error: Option<String>,
}

impl Row for EntryRow {
    const COLUMNS: &'static [&'static str] = &[
        "EMAIL", "PARTNER_ID", "STATE", "ATTEMPTS", "INVITED_AT", "LAST_ATTEMPT_AT", "INVITATION_ID", "PARTNER_NAME",
        "JOINED", "ERROR",
    ];
    const DEFAULT: &'static [&'static str] = &["EMAIL", "PARTNER_NAME", "STATE", "INVITED_AT"];
    const ID: &'static str = "EMAIL";
}

impl EntryRow {
    fn new(entry: &HistoryEntry) -> Self {
        let HistoryEntry { invitee, state, attempts, invited_at, invitation_id, attempted_at, .. } = entry;
        EntryRow {
            email: invitee.email.clone(),
            partner_id: invitee.partner_id.clone(),
            partner_name: entry.partner_name.as_ref().unwrap_or(&invitee.partner_id).clone(),
            state: state.name(),
            attempts: *attempts,
            invited_at: invited_at.map(format_time),
            last_attempt_at: attempted_at.map(format_time),
            invitation_id: Some(invitation_id.clone()).filter(|id| !id.is_empty()),
            joined: entry.joined_at.map(format_time),
            error: entry.shown_error().map(str::to_owned),
        }
    }
}

pub(super) fn run(command: JournalCommand, context: &mut Context<'_>) -> Result<()> {
    match command {
        JournalCommand::Show { journal, output } => show(&journal, &output, context),
        JournalCommand::Resolve(args) => resolve::run(&args, context),
        JournalCommand::Copy { to, journal } => copy(&journal, &parse_store(&to)?, context),
    }
}

/// Reads all that a journal knows. A default one that is not there is empty; another one is an error.
pub(super) fn read_all(
    setting: &JournalSetting,
    scope: Option<&Scope>,
    context: &Context<'_>,
) -> Result<History, Error> {
    match context.journal_place(&setting.location)?.history(scope, None)? {
        None if !setting.is_default => Err(journal_not_found(&setting.location)),
        history => Ok(history.unwrap_or_default()),
    }
}

/// Opens the journal. If the default one is not there and cannot be made, a warning says so, and nothing is recorded.
pub(super) fn open<'a>(
    setting: &JournalSetting,
    invitees: &[Invitee],
    context: &Context<'a>,
) -> Result<Journal<'a>, Error> {
    let variable = env_vars::JOURNAL;
    let unrecorded = |reason: &str| {
        let message = format!(
            "invitations are not recorded: {reason}; to record them, set {variable} to a file or s3://BUCKET/PREFIX"
        );
        context.reporter.warn(&message);
        Ok(Journal::default())
    };
    match &setting.location {
        JournalLocation::Off if setting.is_default => {
            return unrecorded("there is no directory for state, because HOME is not set");
        }
        JournalLocation::Off => return Ok(Journal::default()),
        _ => {}
    }
    let place = context.journal_place(&setting.location)?;
    setting.create_dir();
    match place.open(&context.scope()?, invitees, Some(context.run_details()), &mut context.wait_for_lock()) {
        Err(error)
            if setting.is_default
                && !error.reasons().contains(&Reason::JournalLost)
                && setting.location.cannot_be_made() =>
        {
            unrecorded(&error.to_string())
        }
        Ok(journal) => {
            if let Some(place) = context.settings()?.unused_journal.as_ref().filter(|_| setting.is_default) {
                let why = "because the credentials come from the environment";
                context.reporter.warn(&format!("the journal of {place} is not used, {why}; to use it, set {variable}"));
            }
            if setting.is_default && context.env.is_ci() {
                let text =
                    format!("the journal is a file of this machine and may vanish with it; to keep it, set {variable}");
                context.reporter.note(&text);
            }
            Ok(journal)
        }
        Err(error) => Err(error),
    }
}

/// Parses the place to which a journal is copied.
fn parse_store(typed: &str) -> Result<StoreLocation, Error> {
    let location = StoreLocation::parse(typed).unwrap_or_else(|| Err("expected s3://BUCKET/PREFIX".to_owned()));
    location.map_err(|reason| Error::new(ErrorKind::Usage, format!("cannot copy a journal to '{typed}': {reason}")))
}

fn show(journal: &JournalArgs, output: &ColumnArgs, context: &Context<'_>) -> Result<()> {
    let rows = context.rows(output)?;
    let history = read_all(&context.journal(journal)?, None, context)?;
    // Of the partners that were created, only those are of interest of which that is not known.
    let is_shown = |entry: &&HistoryEntry| !entry.invitee.is_creation() || !entry.has_invitation();
    let entries: Vec<EntryRow> = history.entries().iter().filter(is_shown).map(EntryRow::new).collect();
    let is_empty = entries.is_empty();
    rows.print_list(&serde_json::to_string(&entries)?, || Ok(entries))?;
    context.note_if(is_empty, "the journal has no invitations");
    Ok(())
}

/// Creates the error for a journal that does not exist and is only read.
fn journal_not_found(location: &JournalLocation) -> Error {
    let problem = if matches!(location, JournalLocation::File(_)) { "file not found" } else { "not found" };
    Error::new(ErrorKind::Usage, format!("cannot read journal {location}: {problem}"))
        .with_hint("pass the journal of `strigo members invite`")
}

/// Copies the invitations of the journal, which is in a file, to a store where there is none, or an unfinished copy of it.
fn copy(journal: &JournalArgs, to: &StoreLocation, context: &Context<'_>) -> Result<()> {
    let setting = context.journal(journal)?;
    let JournalLocation::File(from) = &setting.location else {
        let message = format!("cannot copy journal {}: only one in a file can be copied", setting.location);
        return Err(Error::new(ErrorKind::Usage, message).with_hint("pass --journal FILE").into());
    };
    let from: &Path = from;
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
