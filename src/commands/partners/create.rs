//! `strigo partners create`.

use std::collections::HashSet;

use anyhow::{Context as _, Result};

use super::{ALLOW_DUPLICATE, apply, read_partners, taken};
use crate::api::calls;
use crate::api::types::Partner;
use crate::cli::CreateArgs;
use crate::context::{Context, PartnerList};
use crate::directory::partner::{PartnerIndex, fold_name};
use crate::error::{Error, ErrorKind};
use crate::output::RowPrinter;
use crate::text::escape::{escape_invisible, shell_quote};

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
        return apply(&names, verb, 0, context, |name| create(args, name, None, names.len(), &rows, context));
    }
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(fold_name(name)));
    let list = context.partners().context("cannot check which partners exist")?;
    let (partners, raw): (Vec<Partner>, Vec<&str>) = list.items()?.into_iter().unzip();
    let index = PartnerIndex::new(&partners);
    let (existing, new): (Vec<&String>, Vec<&String>) = names.iter().partition(|name| !index.named(name).is_empty());
    let found = |name: &str| index.named(name).iter().map(|index| &partners[*index]).collect::<Vec<_>>();
    if !existing.is_empty() && !args.if_not_exists && args.from.is_none() {
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
    for name in &existing {
        for index in index.named(name) {
            print_existing(args, name, (&partners[*index], raw[*index]), names.len(), &rows, context)?;
        }
    }
    apply(&new, verb, existing.len(), context, |name| create(args, name, Some(&list), names.len(), &rows, context))
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

/// Creates a partner. If the response is lost, and `before` does not have the partner but the list has it now, that is it.
fn create(
    args: &CreateArgs,
    name: &str,
    before: Option<&PartnerList>,
    total: usize,
    rows: &RowPrinter<Partner>,
    context: &Context<'_>,
) -> Result<()> {
    let call = calls::create_partner(name);
    if args.dry_run {
        return Ok(context.print_dry_run(&call.request)?);
    }
    let ctx = || format!("cannot create partner '{name}'");
    let printed = match context.send(&call) {
        Ok(created) => created
            .parse()
            .and_then(|partner| print(partner, created.json(), &format!("created '{name}'"), total, rows)),
        Err(error) if error.kind() == ErrorKind::OutcomeUnknown && before.is_some() => {
            let list =
                context.send(&calls::list_partners()).map_err(|_| with_unknown_outcome_hint(error.clone(), name));
            let list = list.with_context(ctx)?;
            let partners = list.items()?;
            let found = partners.into_iter().find(|(partner, _)| partner.name == name);
            let (partner, raw) = found.ok_or_else(|| with_unknown_outcome_hint(error, name)).with_context(ctx)?;
            print(partner, raw, &format!("created '{name}'"), total, rows)
        }
        Err(error) => return Err(with_unknown_outcome_hint(error, name)).with_context(ctx),
    };
    Ok(context.finish_change(printed, &format!("partner '{name}' was created"))?)
}

fn with_unknown_outcome_hint(error: Error, name: &str) -> Error {
    let kind = ErrorKind::OutcomeUnknown;
    let command = format!("strigo partners get {}", shell_quote(&format!("name:{name}")));
    let hint = format!("the partner may or may not have been created; run `{command}` to check");
    error.with_hint_for(kind, hint).with_hint_for(kind, "with --if-not-exists, it is safe to retry")
}
