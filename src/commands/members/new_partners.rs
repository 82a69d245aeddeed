//! The partners of a roster that do not exist: what is asked about them, and how they are created.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result};

use crate::api::calls;
use crate::cli::InviteArgs;
use crate::commands::partners::create::{create_partner, record_found};
use crate::commands::people::{Invitees, new_partner_id, to_entries};
use crate::context::Context;
use crate::directory::partner::{PartnerIndex, is_unlikely_name, nearest_name};
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::event::State;
use crate::invitations::journal::Journal;
use crate::invitations::plan::Plan;
use crate::invitations::roster::RosterError;
use crate::process::SignalMode;
use crate::prompt::Prompt;
use crate::text::escape::escape_unsafe;

/// Asks about each new name that is like another, or hardly one: it may be a mistake, and nothing can delete a partner. Without
/// a terminal, `--yes` is needed.
pub(super) fn confirm_names(
    args: &InviteArgs,
    people: &Invitees,
    prompt: Option<&Prompt<'_>>,
    context: &Context<'_>,
) -> Result<(), Error> {
    if people.new_partners.is_empty() {
        return Ok(());
    }
    let partners = context.partners()?.parse()?;
    let doubts = people.new_partners.iter().enumerate().filter_map(|(index, name)| {
        let others = partners.iter().map(|partner| &*partner.name);
        let others = others.chain(people.new_partners[..index].iter().map(String::as_str));
        let doubt = match nearest_name(name, others) {
            Some(near) => format!("did you mean '{near}'?"),
            None if is_unlikely_name(name) => "is that a name?".to_owned(),
            None => return None,
        };
        Some(format!("partner '{name}' does not exist; {doubt}"))
    });
    let doubts: Vec<String> = doubts.collect();
    match prompt {
        _ if args.yes || args.dry_run => {
            doubts.iter().for_each(|doubt| context.reporter.warn(doubt));
            if !args.yes && !doubts.is_empty() {
                context.reporter.note("without --yes, a run asks about these names, and fails where it cannot ask");
            }
        }
        None if !doubts.is_empty() => {
            return Err(names_error(&doubts)
                .with_hint("correct the roster, or add --yes to create all partners that do not exist"));
        }
        None => {}
        Some(prompt) => {
            for doubt in &doubts {
                if !prompt.confirm(&format!("{} Create it anyway? [y/N] ", escape_unsafe(doubt)))? {
                    return Err(Error::new(ErrorKind::Interrupted, "canceled; nothing was created")
                        .with_hint("correct the roster, and run the command again"));
                }
            }
        }
    }
    Ok(())
}

fn names_error(doubts: &[String]) -> Error {
    match doubts {
        [doubt] => Error::new(ErrorKind::Usage, doubt),
        _ => {
            let message = format!("cannot use the roster: {} names may be mistakes", doubts.len());
            let entries = doubts.iter().map(|doubt| RosterError { line: None, message: doubt.clone(), hint: None });
            Error::new(ErrorKind::Usage, message).with_validation_errors(to_entries(&entries.collect::<Vec<_>>()))
        }
    }
}

/// Returns the creations of partners that this run or an earlier one of the same roster is about.
pub(super) fn creations(args: &InviteArgs, people: &Invitees, context: &Context<'_>) -> Vec<Invitee> {
    if !args.create_partners {
        return Vec::new();
    }
    let names = context.partner_names();
    let ids: HashSet<&str> = people.list.iter().map(|invitee| invitee.partner_id.as_str()).collect();
    let existing = ids.into_iter().filter_map(|id| names.get(id));
    people.new_partners.iter().chain(existing).map(|name| Invitee::creation(name)).collect()
}

/// Records the outcomes of creations that are without one, and whose partners are there.
pub(super) fn record_all_found(journal: &mut Journal<'_>, context: &Context<'_>) -> Result<(), Error> {
    let unknown = journal.history().entries().iter().filter(|entry| entry.state == State::Unknown);
    let unknown: Vec<Invitee> = unknown.map(|entry| entry.invitee.clone()).filter(Invitee::is_creation).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let names = context.partner_names();
    for creation in unknown {
        if let Some((id, name)) = names.iter().find(|(_, name)| **name == creation.email) {
            record_found(name, id, journal)?;
        }
    }
    Ok(())
}

/// Returns the new partners to which someone is invited.
pub(super) fn of_plan<'p>(people: &'p Invitees, plan: &Plan) -> Vec<&'p str> {
    let is_used = |name: &&str| plan.to_send.iter().any(|invitee| invitee.partner_id == new_partner_id(name));
    people.new_partners.iter().map(String::as_str).filter(is_used).collect()
}

/// Creates the new partners of the plan, unless another run has done so, and puts their IDs into it. Returns their names by ID.
pub(super) fn create(
    names: &[&str],
    plan: &mut Plan,
    journal: &mut Journal<'_>,
    context: &Context<'_>,
) -> Result<HashMap<String, String>> {
    let mut created = HashMap::new();
    if names.is_empty() {
        return Ok(created);
    }
    // Anew, because another run may have created them before this one had the journal.
    let list = context.send(&calls::list_partners()).context("cannot list partners")?;
    let partners = list.parse()?;
    let index = PartnerIndex::new(&partners);
    context.signals.set_mode(SignalMode::Graceful);
    for name in names {
        // The run stops before its first invitation then, and says how to go on.
        if context.signals.interrupted() {
            break;
        }
        let id = match index.named(name) {
            [found, ..] => partners[*found].id.clone(),
            [] => {
                let partner = create_partner(name, true, journal, context);
                let (partner, _) = partner.with_context(|| format!("cannot create partner '{name}'"))?;
                context.reporter.note(&format!("created partner '{name}' ({})", partner.id));
                partner.id
            }
        };
        journal.add_partner(&id, name);
        let placeholder = new_partner_id(name);
        let of_partner = |invitee: &&mut Invitee| invitee.partner_id == placeholder;
        plan.to_send.iter_mut().filter(of_partner).for_each(|invitee| invitee.partner_id.clone_from(&id));
        created.insert(id, (*name).to_owned());
    }
    Ok(created)
}
