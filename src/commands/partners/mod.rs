//! `strigo partners`.

pub(super) mod create;
mod rename;

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::people::{read_file, roster_error, unreadable_roster};

use crate::api::calls;
use crate::api::types::Partner;
use crate::cli::{ColumnArgs, PartnersCommand, SortKey};
use crate::context::{Context, PartnerList};
use crate::directory::partner::PartnerSpec;
use crate::error::{Error, ErrorKind};
use crate::invitations::roster::{PartnerEntry, parse_partners};
use crate::output::Row;
use crate::process::SignalMode;
use crate::report::Report;
use crate::text::escape::escape_invisible;

impl Row for Partner {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME"];
}

/// A partner and the number of its members.
#[derive(Serialize)]
pub(super) struct PartnerWithCount<'a> {
    #[serde(flatten)]
    partner: &'a Partner,
    members: usize,
}

impl Row for PartnerWithCount<'_> {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "MEMBERS"];
}

pub(super) fn run(command: PartnersCommand, context: &mut Context<'_>) -> Result<()> {
    match command {
        PartnersCommand::List { text, sort, members: false, output } => list(context, text.as_deref(), sort, &output),
        PartnersCommand::List { text, sort, members: true, output } => {
            list_with_members(context, text.as_deref(), sort, &output)
        }
        PartnersCommand::Get { partner, output } => get(context, &partner, &output),
        PartnersCommand::Create(args) => create::run(&args, context),
        PartnersCommand::Rename(args) => rename::run(&args, context),
    }
}

fn list(context: &Context<'_>, text: Option<&str>, sort: Option<SortKey>, output: &ColumnArgs) -> Result<()> {
    let (rows, ctx) = (context.rows(output)?, "cannot list partners");
    let all = context.partners().context(ctx)?;
    if text.is_none() && sort.is_none() {
        return context.print_list(&rows, &all, "no partners found").context(ctx);
    }
    let (partners, raw) = select(&all, text, sort).context(ctx)?;
    rows.print_list(&format!("[{}]", raw.join(",")), || Ok(partners)).context(ctx)?;
    note_if_empty(context, text, &raw);
    Ok(())
}

/// Lists partners with the number of their members. Fails if the members of a partner could not be fetched.
fn list_with_members(
    context: &Context<'_>,
    text: Option<&str>,
    sort: Option<SortKey>,
    output: &ColumnArgs,
) -> Result<()> {
    let (rows, ctx) = (context.rows(output)?, "cannot list partners");
    let all = context.partners().context(ctx)?;
    let (partners, raw) = select(&all, text, sort).context(ctx)?;
    let all_members = context.fetch_members(&partners)?;
    let (mut counts, mut raw_counts) = (Vec::new(), Vec::new());
    for (index, members) in all_members.successes() {
        let count = members.parse()?.len();
        raw_counts.push(format!("{{\"partner\":{},\"members\":{count}}}", raw[index]));
        counts.push(PartnerWithCount { partner: &partners[index], members: count });
    }
    rows.print_list(&format!("[{}]", raw_counts.join(",")), || Ok(counts))?;
    context.report_failures(&all_members, &partners)?;
    note_if_empty(context, text, &raw);
    Ok(())
}

/// Returns the partners that are listed, in their order, and the JSON of each.
fn select<'p>(
    all: &'p PartnerList,
    text: Option<&str>,
    sort: Option<SortKey>,
) -> Result<(Vec<Partner>, Vec<&'p str>), Error> {
    let mut selected = all.items()?;
    if let Some(text) = text.map(str::to_lowercase) {
        selected.retain(|(partner, _)| partner.name.to_lowercase().contains(&text));
    }
    match sort {
        Some(SortKey::Name) => selected.sort_by_cached_key(|(partner, _)| partner.name.to_lowercase()),
        Some(SortKey::Id) => selected.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id)),
        None => {}
    }
    Ok(selected.into_iter().unzip())
}

fn note_if_empty(context: &Context<'_>, text: Option<&str>, raw: &[&str]) {
    let empty = text.map_or("no partners found".to_owned(), |text| format!("no partner matches '{text}'"));
    context.note_if(raw.is_empty(), &empty);
}

fn get(context: &Context<'_>, partner: &str, output: &ColumnArgs) -> Result<()> {
    let rows = context.rows(output)?;
    let ctx = || format!("cannot show partner '{partner}'");
    let spec = PartnerSpec::parse(partner)?;
    let id = context.resolve_partner_id(spec).with_context(ctx)?;
    let call = calls::get_partner(&id)?;
    let response = context.send(&call).map_err(|error| spec.add_hint(error)).with_context(ctx)?;
    rows.print_one(response.json(), || response.parse()).with_context(ctx)
}

/// How to go on where what is done is skipped.
const RUN_AGAIN: &str = "run the same command again: what is done is skipped";

/// Makes changes one after another. An error does not stop the rest, unless it would affect all of it. `unchanged` more
/// needed none. `hint` says how to go on if any is left.
fn apply<T>(
    changes: &[T],
    verb: &str,
    unchanged: usize,
    hint: &str,
    context: &Context<'_>,
    mut change: impl FnMut(&T) -> Result<()>,
) -> Result<()> {
    let total = changes.len() + unchanged;
    if total > 1 {
        context.signals.set_mode(SignalMode::Graceful);
    }
    let (mut done, mut failed, mut unknown, mut stopped_by) = (0, 0, 0, None);
    for item in changes {
        if context.signals.interrupted() {
            stopped_by = Some(ErrorKind::Interrupted);
            break;
        }
        match change(item) {
            Ok(()) => done += 1,
            Err(error) if total == 1 => return Err(error),
            Err(error) => {
                let report = Report::new(&error);
                context.reporter.item_error(&report);
                match report.kind() {
                    ErrorKind::OutcomeUnknown => unknown += 1,
                    _ => failed += 1,
                }
                if !matches!(report.kind(), ErrorKind::OutcomeUnknown | ErrorKind::Rejected | ErrorKind::NotFound) {
                    stopped_by = Some(report.kind());
                    break;
                }
            }
        }
    }
    let left = changes.len() - done - failed - unknown;
    let others = [(unchanged, "unchanged"), (failed, "failed"), (unknown, "unknown"), (left, "not attempted")];
    let others = others.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!(", {count} {name}"));
    let counts = format!("{done} {verb}{}", others.collect::<String>());
    if done + unchanged == total {
        if total > 1 {
            context.reporter.note(&counts);
        }
        return Ok(());
    }
    let kind = if unknown > 0 { ErrorKind::OutcomeUnknown } else { stopped_by.unwrap_or(ErrorKind::Partial) };
    Err(Error::new(kind, format!("not all partners were {verb}: {counts}")).with_hint(hint).into())
}

/// Reads the partners of a file, and fails with all errors of it if there are any.
fn read_partners(path: &Path, has_new_names: bool, context: &mut Context<'_>) -> Result<Vec<PartnerEntry>, Error> {
    let bytes = read_file(path, context)?;
    let (entries, errors) = parse_partners(&bytes, has_new_names).map_err(|error| unreadable_roster(path, error))?;
    if errors.is_empty() { Ok(entries) } else { Err(roster_error(errors)) }
}

/// Creates the error for names that partners have already, each with the partners that have it.
fn taken<'n>(names: impl IntoIterator<Item = (&'n str, Vec<&'n Partner>)>) -> Error {
    let describe = |(name, partners): (&str, Vec<&Partner>)| {
        let partner = |partner: &Partner| match partner.name == name {
            true => partner.id.clone(),
            false => format!("{} ('{}')", partner.id, escape_invisible(&partner.name)),
        };
        format!("'{name}': {}", partners.into_iter().map(partner).collect::<Vec<_>>().join(", "))
    };
    let names: Vec<String> = names.into_iter().map(describe).collect();
    let message = match &names[..] {
        [name] => format!("there is a partner with this name already: {name}"),
        names => format!("there are partners with these names already: {}", names.join("; ")),
    };
    Error::new(ErrorKind::Usage, message).with_api_error_type(Some("PartnerExists".to_owned()))
}

const ALLOW_DUPLICATE: &str =
    "to have two partners of one name, which only their IDs tell apart, add --allow-duplicate";
