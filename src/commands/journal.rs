//! `strigo journal`.

use std::cell::Cell;
use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::journals;
use crate::cli::JournalCommand;
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::invitations::history::{HistoryEntry, InvitationState};
use crate::invitations::journal::{FileJournal, JournalLocation, Scope, Snapshot, StoreJournal, TimedEvents};
use crate::object_store::ObjectStore;
use crate::output::Record;
use crate::private_file::parent_dir;
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
    #[serde(skip)]
    attempts_text: String,
}

impl Record for EntryRow {
    const COLUMNS: &'static [&'static str] =
        &["EMAIL", "PARTNER_ID", "STATE", "ATTEMPTS", "INVITED_AT", "LAST_ATTEMPT_AT", "INVITATION_ID"];

    fn cells(&self) -> impl AsRef<[&str]> {
        [
            &*self.email,
            &self.partner_id,
            self.state,
            &self.attempts_text,
            self.invited_at.as_deref().unwrap_or_default(),
            self.last_attempt_at.as_deref().unwrap_or_default(),
            self.invitation_id.as_deref().unwrap_or_default(),
        ]
    }
}

impl EntryRow {
    fn new(entry: &HistoryEntry) -> Self {
        let HistoryEntry { invitee, state, attempt, invited_at, invitation_id, .. } = entry;
        EntryRow {
            email: invitee.email.clone(),
            partner_id: invitee.partner_id.to_string(),
            state: state_name(*state),
            attempts: *attempt,
            invited_at: invited_at.map(format_time),
            last_attempt_at: entry.last_attempt_at().map(format_time),
            invitation_id: Some(invitation_id.clone()).filter(|id| !id.is_empty()),
            attempts_text: attempt.to_string(),
        }
    }
}

fn state_name(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Invited => "invited",
        InvitationState::Member => "member",
        InvitationState::Unknown => "unknown",
        InvitationState::Failed => "failed",
        InvitationState::InProgress => "in_progress",
    }
}

pub(super) fn run(command: JournalCommand, context: &mut Context<'_>) -> Result<()> {
    match command {
        JournalCommand::Show { journal, output } => {
            context.printer.select::<EntryRow>(&output)?;
            show(&journal, context)
        }
        JournalCommand::Copy { from, to } => copy(&from, &to, context),
    }
}

fn show(location: &JournalLocation, context: &mut Context<'_>) -> Result<()> {
    let history = journals::load_any(location, context)?;
    let rows: Vec<EntryRow> = history.entries().iter().map(EntryRow::new).collect();
    let raw = serde_json::to_string(&rows)?;
    let is_empty = rows.is_empty();
    context.printer.print_list(&raw, || Ok(rows))?;
    context.note_if(is_empty, "the journal has no invitations");
    Ok(())
}

/// Copies the invitations of a journal to a place where there is none, or an unfinished copy of it.
fn copy(from: &JournalLocation, to: &JournalLocation, context: &Context<'_>) -> Result<()> {
    let doing = || format!("cannot copy journal {from} to {to}");
    if from == to {
        return Err(Error::new(ErrorKind::Usage, "they are the same").with_hint("copy to another place"))
            .with_context(doing);
    }
    let Snapshot { scope, events, .. } = &journals::read_all(from, context)?;
    let count = events.iter().filter_map(|(_, event)| Some(event.invitee()?.key())).collect::<HashSet<_>>().len();
    let is_new = match to {
        JournalLocation::File(path) => {
            check_new_file(path).with_context(doing)?;
            FileJournal::write_events(path, scope, events).map(|()| true).with_context(doing)?
        }
        JournalLocation::Store(place) => {
            let store = journals::store(place, context)?;
            copy_to_store(store, to, scope, events, context).with_context(doing)?
        }
    };
    let invitations = format_count(count, "invitation");
    context.reporter.note(&match is_new {
        true => format!("copied {invitations} to {to}"),
        false => format!("{to} already has a complete copy, with {invitations}"),
    });
    Ok(())
}

/// Returns whether there was no complete copy before.
fn copy_to_store(
    store: ObjectStore<'_>,
    to: &JournalLocation,
    scope: &Scope,
    events: &TimedEvents,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let (signals, reporter) = (context.signals, context.reporter);
    signals.set_mode(SignalMode::Graceful);
    let has_begun = Cell::new(false);
    let on_progress = |done, total| {
        has_begun.set(true);
        reporter.set_progress(done, total, "");
        match signals.interrupted() {
            true => Err(Error::new(ErrorKind::Interrupted, format!("interrupted after {done} of {total} records"))),
            false => Ok(()),
        }
    };
    let result = StoreJournal::write_events(store, to.to_string(), scope, events, on_progress);
    reporter.clear_progress();
    result.map_err(|error| match has_begun.get() && error.kind() != ErrorKind::Usage {
        true => error.with_hint("to finish the copy, run the same command again; the journal cannot be used before"),
        false => error,
    })
}

/// Fails if the file exists, or its directory does not.
fn check_new_file(path: &Path) -> Result<(), Error> {
    let dir = parent_dir(path);
    if path.exists() {
        return Err(Error::new(ErrorKind::Usage, "the file exists").with_hint("copy to a new file"));
    }
    if !dir.is_dir() {
        let problem = format!("the directory '{}' does not exist", dir.display());
        return Err(Error::new(ErrorKind::Usage, problem).with_hint("create it first"));
    }
    Ok(())
}
