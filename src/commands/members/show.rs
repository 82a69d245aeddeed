//! `strigo members show`: one person's whole story, for the ticket 'she got nothing'.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::resume::journal_options;
use super::status::{members_by_id, person_state};
use crate::cli::ShowArgs;
use crate::commands::journal::read_all;
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::email::validate_email;
use crate::invitations::event::State;
use crate::invitations::history::{History, HistoryEntry};
use crate::invitations::journal::JournalLocation;
use crate::output::Row;
use crate::text::address::fold_address;
use crate::text::escape::shell_quote;
use crate::text::format_time;
use crate::text::invisible::trim_invisible;

/// What is known about a person and a partner.
#[derive(Serialize)]
pub(in crate::commands) struct StoryRow {
    partner_id: String,
    partner_name: Option<String>,
    state: &'static str,
    attempts: u32,
    invited_at: Option<String>,
    last_attempt_at: Option<String>,
    /// Who sent the latest invitation.
    by: Option<String>,
    /// Since when the person was seen as a member.
    joined: Option<String>,
    error: Option<String>,
    /// The command that would make sense now. Which of two outcomes an unknown one had, only a person can add.
    next: Option<String>,
}

impl Row for StoryRow {
    const COLUMNS: &'static [&'static str] = &[
        "PARTNER_ID", "PARTNER_NAME", "STATE", "ATTEMPTS", "INVITED_AT", "LAST_ATTEMPT_AT", "BY", "JOINED", "ERROR",
        "NEXT",
    ];
    const DEFAULT: &'static [&'static str] =
        &["PARTNER_NAME", "STATE", "ATTEMPTS", "INVITED_AT", "BY", "JOINED", "ERROR", "NEXT"];
    const ID: &'static str = "PARTNER_ID";
}

pub(super) fn run(args: &ShowArgs, context: &mut Context<'_>) -> Result<()> {
    let rows = context.rows(&args.output)?;
    let email = trim_invisible(&args.email);
    validate_email(email).map_err(|reason| Error::new(ErrorKind::Usage, reason))?;
    let setting = context.journal(&args.journal)?;
    let history = match setting.location {
        JournalLocation::Off => History::default(),
        _ => read_all(&setting, Some(&context.scope()?), context)?,
    };
    let partners = context.partners().context("cannot list partners")?.parse()?;
    let all_members = context.fetch_members(&partners)?;
    let members = members_by_id(&partners, &all_members)?;
    let wanted = fold_address(email);
    let invited = history.entries().iter().map(|entry| &entry.invitee);
    let invited = invited.filter(|invitee| !invitee.is_creation() && fold_address(&invitee.email) == wanted);
    let of_journal = invited.map(|invitee| invitee.partner_id.as_str());
    let of_members = members.iter().filter(|(_, emails)| emails.contains(&wanted)).map(|(id, _)| *id);
    let ids: BTreeSet<&str> = of_journal.chain(of_members).collect();
    let options = journal_options(&args.journal, context.flags);
    let stories: Vec<StoryRow> = ids
        .into_iter()
        .map(|id| {
            let invitee = Invitee { partner_id: id.to_owned(), email: email.to_owned() };
            let state = person_state(members.get(id), &invitee, &history);
            let name = partners.iter().find(|partner| partner.id == id).map(|partner| partner.name.clone());
            story(&invitee, name, state, history.get(&invitee), &options)
        })
        .collect();
    let is_empty = stories.is_empty();
    if !is_empty {
        rows.print_list(&serde_json::to_string(&stories)?, || Ok(stories))?;
    }
    context.report_failures(&all_members, &partners)?;
    if is_empty {
        let message = format!("{email} is a member of no partner, and the journal has no invitation of them");
        let hint = format!("to invite them, run: strigo members invite PARTNER {}", shell_quote(email));
        return Err(Error::new(ErrorKind::NotFound, message).with_hint(hint).into());
    }
    Ok(())
}

fn story(
    invitee: &Invitee,
    name: Option<String>,
    state: State,
    entry: Option<&HistoryEntry>,
    options: &str,
) -> StoryRow {
    let name = name.or_else(|| entry?.partner_name.clone());
    // The ID, because a name may be that of several.
    let (email, partner) = (shell_quote(&invitee.email), shell_quote(&invitee.partner_id));
    let next = match state {
        State::Joined | State::NotInRoster | State::InProgress => None,
        State::Pending | State::Left => Some(format!("strigo members invite {partner} {email} --resend{options}")),
        State::Unknown => Some(format!("strigo journal resolve {email} --partner {partner}{options}")),
        State::Failed | State::NotInvited => Some(format!("strigo members invite {partner} {email}{options}")),
    };
    StoryRow {
        partner_id: invitee.partner_id.clone(),
        partner_name: name,
        state: state.name(),
        attempts: entry.map_or(0, |entry| entry.attempts),
        invited_at: entry.and_then(|entry| entry.invited_at).map(format_time),
        last_attempt_at: entry.and_then(|entry| entry.attempted_at).map(format_time),
        by: entry.and_then(|entry| entry.by.clone()),
        joined: entry.and_then(|entry| entry.joined_at).map(format_time),
        error: entry.and_then(HistoryEntry::shown_error).map(str::to_owned),
        next,
    }
}
