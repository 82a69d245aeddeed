//! `strigo partners`.

use anyhow::{Context as _, Result};

use crate::api::calls;
use crate::api::types::Partner;
use crate::cli::{ColumnArgs, PartnersCommand, SortKey};
use crate::context::{Context, PartnerList};
use crate::directory::partner::{PartnerIndex, PartnerSpec, same_name_warnings};
use crate::error::{Error, ErrorKind};
use crate::output::{Row, RowPrinter};
use crate::text::escape::{escape_invisible, shell_quote};

impl Row for Partner {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME"];

    fn cells(&self) -> Vec<String> {
        vec![self.id.to_string(), self.name.to_string()]
    }
}

/// A partner and the number of its members.
pub(super) struct PartnerWithCount<'a> {
    partner: &'a Partner,
    count: usize,
}

impl Row for PartnerWithCount<'_> {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "MEMBERS"];

    fn cells(&self) -> Vec<String> {
        vec![self.partner.id.to_string(), self.partner.name.to_string(), self.count.to_string()]
    }
}

pub(super) fn run(command: PartnersCommand, context: &mut Context<'_>) -> Result<()> {
    match command {
        PartnersCommand::List { text, sort, members: false, output } => list(context, text.as_deref(), sort, &output),
        PartnersCommand::List { text, sort, members: true, output } => {
            list_with_members(context, text.as_deref(), sort, &output)
        }
        PartnersCommand::Get { partner, output } => get(context, &partner, &output),
        PartnersCommand::Create { name, if_not_exists, dry_run, output } => {
            create(context, &name, if_not_exists, dry_run, &output)
        }
        PartnersCommand::Rename { partner, new_name, dry_run, output } => {
            rename(context, &partner, &new_name, dry_run, &output)
        }
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
        counts.push(PartnerWithCount { partner: &partners[index], count });
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

fn create(context: &Context<'_>, name: &str, if_not_exists: bool, dry_run: bool, output: &ColumnArgs) -> Result<()> {
    let rows = context.rows(output)?;
    let call = calls::create_partner(name);
    if if_not_exists && print_existing(context, name, dry_run, &rows)? {
        return Ok(());
    }
    if dry_run {
        return Ok(context.print_dry_run(&call.request)?);
    }
    let response = context.send(&call).map_err(|error| with_unknown_outcome_hint(error, name));
    let created = response.with_context(|| format!("cannot create partner '{name}'"))?;
    let printed = rows.print_one(created.json(), || created.parse());
    Ok(context.finish_change(printed, &format!("partner '{name}' was created"))?)
}

/// Prints the partner with this name or one that looks the same, if there is one, and returns whether there is.
fn print_existing(context: &Context<'_>, name: &str, dry_run: bool, rows: &RowPrinter<Partner>) -> Result<bool> {
    let ctx = || format!("cannot check whether partner '{name}' exists");
    let list = context.partners().with_context(ctx)?;
    let partners = list.items().with_context(ctx)?;
    let (partners, raw): (Vec<_>, Vec<_>) = partners.into_iter().unzip();
    let ambiguous = |error: Error| error.with_hint("use one of these IDs; nothing was created");
    let Some(index) = PartnerIndex::new(&partners).find_by_visible_name(name).map_err(ambiguous)? else {
        same_name_warnings(name, None, &partners).iter().for_each(|warning| context.reporter.warn(warning));
        return Ok(false);
    };
    let effect = if dry_run { "nothing would be sent" } else { "nothing was created" };
    let actual = &partners[index].name;
    let as_what = if actual == name { String::new() } else { format!(" as '{}'", escape_invisible(actual)) };
    context.reporter.note(&format!("partner '{name}' already exists{as_what}; {effect}"));
    if !dry_run {
        rows.print_one(raw[index], || Ok(partners[index].clone()))?;
    }
    Ok(true)
}

fn with_unknown_outcome_hint(error: Error, name: &str) -> Error {
    let kind = ErrorKind::OutcomeUnknown;
    let command = format!("strigo partners get {}", shell_quote(&format!("name:{name}")));
    let hint = format!("the partner may or may not have been created; run `{command}` to check");
    error.with_hint_for(kind, hint).with_hint_for(kind, "with --if-not-exists, it is safe to retry")
}

fn rename(context: &Context<'_>, partner: &str, new_name: &str, dry_run: bool, output: &ColumnArgs) -> Result<()> {
    let rows = context.rows(output)?;
    let ctx = || format!("cannot rename partner '{partner}'");
    let spec = PartnerSpec::parse(partner)?;
    let found = context.look_up_partner(spec, |id, partners| {
        same_name_warnings(new_name, Some(id), partners).iter().for_each(|warning| context.reporter.warn(warning));
        let old_name = partners.iter().find(|partner| partner.id == id).map(|partner| partner.name.to_string());
        (id.to_owned(), old_name)
    });
    let (id, old_name) = found.with_context(ctx)?;
    let call = calls::rename_partner(&id, new_name)?;
    if dry_run {
        return Ok(context.print_dry_run(&call.request)?);
    }
    let renamed = context.send(&call).map_err(|error| spec.add_hint(error)).with_context(ctx)?;
    let printed = rows.print_one(renamed.json(), || renamed.parse());
    context.finish_change(printed, &format!("partner '{partner}' was renamed"))?;
    let from = old_name.map(|name| format!(" from '{name}'")).unwrap_or_default();
    context.reporter.note(&format!("renamed partner {id}{from} to '{new_name}'"));
    Ok(())
}
