//! The partners of a roster that do not exist: what is asked about them, and how they are created.

use std::collections::HashMap;

use anyhow::{Context as _, Result};

use crate::api::calls;
use crate::cli::InviteArgs;
use crate::commands::partners::create::create_partner;
use crate::commands::people::{Invitees, new_partner_id};
use crate::context::Context;
use crate::directory::partner::{PartnerIndex, nearest_name};
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::journal::Journal;
use crate::invitations::plan::Plan;
use crate::prompt::Prompt;
use crate::text::escape::escape_unsafe;

/// Asks about each new name that is like that of a partner: it may be a mistake, and nothing can delete a partner. Without a
/// terminal, `--yes` is needed.
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
    for name in &people.new_partners {
        let Some(near) = nearest_name(name, &partners) else { continue };
        let question = format!("partner '{name}' does not exist; did you mean '{near}'?");
        match prompt {
            _ if args.yes || args.dry_run => context.reporter.warn(&question),
            None => {
                let hint = "correct the roster, or add --yes to create all partners that do not exist";
                return Err(Error::new(ErrorKind::Usage, question).with_hint(hint));
            }
            Some(prompt) => {
                let question = format!("{} Create it anyway? [y/N] ", escape_unsafe(&question));
                if !prompt.confirm(&question)? {
                    return Err(Error::new(ErrorKind::Interrupted, "canceled; nothing was created")
                        .with_hint("correct the roster, and run the command again"));
                }
            }
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
    for name in names {
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
