//! `strigo partners create`.

use std::collections::HashSet;

use anyhow::{Context as _, Result};

use super::{ALLOW_DUPLICATE, RUN_AGAIN, apply, read_partners, taken};
use crate::api::calls;
use crate::api::types::Partner;
use crate::cli::{CreateArgs, JournalArgs};
use crate::commands::journal;
use crate::commands::planned::{self, Planned};
use crate::context::Context;
use crate::directory::partner::{PartnerIndex, fold_name};
use crate::error::{Error, ErrorKind};
use crate::invitations::event::{Event, State};
use crate::invitations::journal::{Journal, Outcome};
use crate::invitations::{Invitee, run};
use crate::output::RowPrinter;
use crate::text::escape::{escape_invisible, shell_quote};
use crate::text::format_count;

/// A partner, and its JSON.
type Found<'p> = (&'p Partner, &'p str);

pub(super) fn run(args: &CreateArgs, context: &mut Context<'_>) -> Result<()> {
    let rows = context.rows(&args.output)?;
    let mut names = match &args.from {
        Some(path) => {
            let entries = read_partners(path, false, context)?;
            entries.into_iter().map(|entry| entry.partner).collect()
        }
        None => args.names.clone(),
    };
    let verb = if args.dry_run { "would be created" } else { "created" };
    if args.allow_duplicate {
        let mut journal = Journal::default();
        let hint = "run the command again for those that were not created";
        return apply(&names, verb, 0, hint, context, |name| {
            create(args, name, names.len(), &mut journal, &rows, context)
        });
    }
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(fold_name(name)));
    let mut journal = Journal::default();
    if !args.dry_run {
        // Before the list, so that no other run creates one meanwhile.
        let creations: Vec<Invitee> = names.iter().map(|name| Invitee::creation(name)).collect();
        journal = journal::open(&context.journal(&JournalArgs::default())?, &creations, context)?;
    }
    let list = context.partners().context("cannot check which partners exist")?;
    let (partners, raw): (Vec<Partner>, Vec<&str>) = list.items()?.into_iter().unzip();
    let index = PartnerIndex::new(&partners);
    let (existing, new): (Vec<&String>, Vec<&String>) = names.iter().partition(|name| !index.named(name).is_empty());
    let found = |name: &str| index.named(name).iter().map(|index| &partners[*index]).collect::<Vec<_>>();
    let skips_existing = args.if_not_exists || args.from.is_some();
    if !existing.is_empty() && !skips_existing {
        let error = taken(existing.iter().map(|name| (&***name, found(name))));
        return Err(error
            .with_hint("to get the partner that is there, add --if-not-exists")
            .with_hint(ALLOW_DUPLICATE)
            .into());
    }
    let ambiguous: Vec<_> =
        existing.iter().map(|name| (&***name, found(name))).filter(|(_, found)| found.len() > 1).collect();
    if !ambiguous.is_empty() {
        return Err(taken(ambiguous).with_hint("use one of these IDs; nothing was created").into());
    }
    if args.dry_run && planned::is_shown(context) {
        let skipped = existing.iter().map(|name| Planned::new("skip (exists)", "", name.as_str()));
        let rows = new.iter().map(|name| Planned::new("create", "", name.as_str())).chain(skipped).collect();
        let counts = format!("would create {}; {} skipped", format_count(new.len(), "partner"), existing.len());
        return Ok(planned::print(rows, &counts, context)?);
    }
    for name in &existing {
        // One, because several are an error.
        for index in index.named(name) {
            record_found(name, &partners[*index].id, &mut journal)?;
            print_existing(args, name, (&partners[*index], raw[*index]), names.len(), &rows, context)?;
        }
    }
    let hint = match skips_existing {
        true => RUN_AGAIN,
        false => "run the same command again with --if-not-exists, which skips what is done",
    };
    apply(&new, verb, existing.len(), hint, context, |name| {
        create(args, name, names.len(), &mut journal, &rows, context)
    })
}

fn print_existing(
    args: &CreateArgs,
    name: &str,
    (partner, raw): Found<'_>,
    total: usize,
    rows: &RowPrinter<Partner>,
    context: &Context<'_>,
) -> Result<(), Error> {
    let as_what =
        if partner.name == name { String::new() } else { format!(" as '{}'", escape_invisible(&partner.name)) };
    if total == 1 {
        let effect = if args.dry_run { "nothing would be sent" } else { "nothing was created" };
        context.reporter.note(&format!("partner '{name}' already exists{as_what}; {effect}"));
    }
    match args.dry_run {
        true => Ok(()),
        false => print(partner.clone(), raw, &format!("'{name}' already exists{as_what}"), total, rows),
    }
}

/// Prints a partner: one by itself like a list, and several as they come.
fn print(partner: Partner, raw: &str, what: &str, total: usize, rows: &RowPrinter<Partner>) -> Result<(), Error> {
    match total {
        1 => rows.print_one(raw, || Ok(partner)),
        _ => rows.print_next(raw, &partner, &format!("{what}: {}", partner.id)),
    }
}

/// Creates a partner, and prints it.
fn create(
    args: &CreateArgs,
    name: &str,
    total: usize,
    journal: &mut Journal<'_>,
    rows: &RowPrinter<Partner>,
    context: &Context<'_>,
) -> Result<()> {
    if args.dry_run {
        return Ok(context.print_dry_run(&calls::create_partner(name).request, None)?);
    }
    let created = create_partner(name, !args.allow_duplicate, journal, context);
    let (partner, raw) = created.with_context(|| format!("cannot create partner '{name}'"))?;
    let printed = print(partner, &raw, &format!("created '{name}'"), total, rows);
    Ok(context.finish_change(printed, &format!("partner '{name}' was created"))?)
}

/// Creates a partner, recorded as an invitation is, and returns it with its JSON. If the response is lost, but the list has the
/// partner now, that is it, if the name `is_unique`.
pub(in crate::commands) fn create_partner(
    name: &str,
    is_unique: bool,
    journal: &mut Journal<'_>,
    context: &Context<'_>,
) -> Result<(Partner, String), Error> {
    let creation = Invitee::creation(name);
    let in_progress = || Err(Error::new(ErrorKind::Unavailable, "another run is creating it"));
    match journal.history().state(&creation) {
        State::InProgress => return in_progress(),
        State::Unknown => {
            let message = "an earlier run may have created it, but it is not in the list of partners";
            return Err(with_unknown_outcome_hints(Error::new(ErrorKind::OutcomeUnknown, message), name, journal));
        }
        _ => {}
    }
    let mut created = None;
    let outcome = run::create_partner(name, &*context.client()?, journal, &mut |partner| {
        created = Some((partner.parse()?, partner.json().to_owned()));
        Ok(())
    })?;
    match (outcome, created) {
        (Some(Outcome::Invited(_)), Some(created)) => Ok(created),
        (Some(Outcome::Failed(error)), _) => Err(error),
        (Some(Outcome::Unknown(error)), _) if is_unique => {
            let list = context.send(&calls::list_partners()).and_then(|list| {
                let found = list.items()?.into_iter().find(|(partner, _)| partner.name == name);
                Ok(found.map(|(partner, raw)| (partner, raw.to_owned())))
            });
            let Ok(Some((partner, raw))) = list else { return Err(with_unknown_outcome_hints(error, name, journal)) };
            record_found(name, &partner.id, journal)?;
            Ok((partner, raw))
        }
        (Some(Outcome::Unknown(error)), _) => Err(with_unknown_outcome_hints(error, name, journal)),
        (Some(Outcome::Invited(_)) | None, _) => in_progress(),
    }
}

/// Records the outcome of a creation that is without one, and whose partner is there.
pub(in crate::commands) fn record_found(name: &str, id: &str, journal: &mut Journal<'_>) -> Result<(), Error> {
    let invitee = Invitee::creation(name);
    match journal.history().state(&invitee) {
        State::Unknown => journal.record(Event::Invited { invitee, invitation_id: id.to_owned() }),
        _ => Ok(()),
    }
}

fn with_unknown_outcome_hints(error: Error, name: &str, journal: &Journal<'_>) -> Error {
    let command = format!("strigo partners get {}", shell_quote(&format!("name:{name}")));
    let error = error.with_hint(format!("the partner may or may not have been created; run `{command}` to check"));
    error.with_hint(match journal.is_recording() {
        true => {
            let name = shell_quote(name);
            format!("if it has not appeared after a minute, run: strigo journal resolve {name} --not-invited")
        }
        false => "with --if-not-exists, it is safe to retry".to_owned(),
    })
}
