//! `strigo partners`.

use anyhow::{Context as _, Result};
use glob::Pattern;

use crate::api::calls;
use crate::api::types::Partner;
use crate::cli::{PartnersCommand, SortKey};
use crate::context::Context;
use crate::directory::partner::{PartnerIndex, PartnerSpec, same_name_warnings};
use crate::error::{Error, ErrorKind};
use crate::output::Record;
use crate::text::escape::shell_quote;
use crate::text::invisible::describe_difference;

impl Record for Partner {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME"];

    fn cells(&self) -> impl AsRef<[&str]> {
        [&*self.id, &*self.name]
    }
}

/// A partner and the number of its members.
pub(super) struct PartnerWithCount<'a> {
    partner: &'a Partner,
    count: String,
}

impl Record for PartnerWithCount<'_> {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "MEMBERS"];

    fn cells(&self) -> impl AsRef<[&str]> {
        [&*self.partner.id, &*self.partner.name, &*self.count]
    }
}

pub(super) fn run(command: PartnersCommand, context: &mut Context<'_>) -> Result<()> {
    let (PartnersCommand::List { output, .. }
    | PartnersCommand::Get { output, .. }
    | PartnersCommand::Create { output, .. }
    | PartnersCommand::Rename { output, .. }) = &command;
    match command {
        PartnersCommand::List { members: true, .. } => context.printer.select::<PartnerWithCount<'_>>(output)?,
        _ => context.printer.select::<Partner>(output)?,
    }
    match command {
        PartnersCommand::List { name, sort, members, .. } => list(context, name.as_deref(), sort, members),
        PartnersCommand::Get { partner, .. } => get(context, &partner),
        PartnersCommand::Create { name, if_not_exists, dry_run, .. } => create(context, &name, if_not_exists, dry_run),
        PartnersCommand::Rename { partner, new_name, dry_run, .. } => rename(context, &partner, &new_name, dry_run),
    }
}

fn list(context: &mut Context<'_>, name: Option<&str>, sort: Option<SortKey>, with_members: bool) -> Result<()> {
    let ctx = "cannot list partners";
    let pattern = name.map(parse_name_pattern).transpose()?;
    let partners = context.partners().context(ctx)?;
    if pattern.is_none() && sort.is_none() && !with_members {
        return context.print_list(&partners, "no partners found").context(ctx);
    }
    let mut selected = partners.items().context(ctx)?;
    if let Some(pattern) = pattern {
        // Both sides are in lower case, because `Pattern` ignores the case of ASCII letters only.
        selected.retain(|(partner, _)| pattern.matches(&partner.name.to_lowercase()));
    }
    match sort {
        Some(SortKey::Name) => selected.sort_by_cached_key(|(partner, _)| partner.name.to_lowercase()),
        Some(SortKey::Id) => selected.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id)),
        None => {}
    }
    let (rows, raw): (Vec<_>, Vec<_>) = selected.into_iter().unzip();
    if with_members {
        print_with_members(context, &rows, &raw)?;
    } else {
        context.printer.print_list(&format!("[{}]", raw.join(",")), || Ok(rows)).context(ctx)?;
    }
    let empty = name.map_or("no partners found".to_owned(), |name| format!("no partner matches '{name}'"));
    context.note_if(raw.is_empty(), &empty);
    Ok(())
}

/// Prints partners with the number of their members. Fails if the members of a partner could not be fetched.
fn print_with_members(context: &mut Context<'_>, partners: &[Partner], raw: &[&str]) -> Result<()> {
    let all_members = context.fetch_members(partners)?;
    let (mut rows, mut raw_rows) = (Vec::new(), Vec::new());
    for (index, members) in all_members.successes() {
        let count = members.parse()?.len();
        raw_rows.push(format!("{{\"partner\":{},\"members\":{count}}}", raw[index]));
        rows.push(PartnerWithCount { partner: &partners[index], count: count.to_string() });
    }
    context.printer.print_list(&format!("[{}]", raw_rows.join(",")), || Ok(rows))?;
    context.printer.flush()?;
    Ok(context.report_failures(&all_members, partners)?)
}

/// Parses a pattern, or a text that names contain.
fn parse_name_pattern(text: &str) -> Result<Pattern, Error> {
    let mut pattern = text.to_lowercase();
    if !pattern.contains(['*', '?', '[']) {
        pattern = format!("*{pattern}*");
    }
    // `**` has a special meaning for paths, and is an error in other positions.
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    Pattern::new(&pattern).map_err(|error| {
        Error::new(ErrorKind::Usage, format!("invalid pattern '{text}': {}", error.msg))
            .with_hint("* matches any text, ? one character, [ab] a or b, and [*] a literal *")
    })
}

fn get(context: &mut Context<'_>, partner: &str) -> Result<()> {
    let ctx = || format!("cannot show partner '{partner}'");
    let spec = PartnerSpec::parse(partner)?;
    let id = context.resolve_partner_id(spec).with_context(ctx)?;
    let call = calls::get_partner(&id)?;
    let response = context.send(&call).map_err(|error| spec.add_hint(error)).with_context(ctx)?;
    let printed = context.printer.print_one(response.json(), || response.parse());
    printed.with_context(ctx)
}

fn create(context: &mut Context<'_>, name: &str, if_not_exists: bool, dry_run: bool) -> Result<()> {
    let call = calls::create_partner(name);
    if if_not_exists && print_existing(context, name, dry_run)? {
        return Ok(());
    }
    if dry_run {
        return Ok(context.print_dry_run(&call.request)?);
    }
    let response = context.send(&call).map_err(|error| with_unknown_outcome_hint(error, name));
    let created = response.with_context(|| format!("cannot create partner '{name}'"))?;
    let printed = context.printer.print_one(created.json(), || created.parse());
    Ok(context.finish_change(printed, &format!("partner '{name}' was created"))?)
}

/// Prints the partner with this name or one that looks the same, if there is one, and returns whether there is.
fn print_existing(context: &mut Context<'_>, name: &str, dry_run: bool) -> Result<bool> {
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
    let difference = if actual == name { String::new() } else { format!(" {}", describe_difference(name, actual)) };
    context.reporter.note(&format!("partner '{name}' already exists{difference}; {effect}"));
    if !dry_run {
        context.printer.print_one(raw[index], || Ok(partners[index].clone()))?;
    }
    Ok(true)
}

fn with_unknown_outcome_hint(error: Error, name: &str) -> Error {
    let kind = ErrorKind::OutcomeUnknown;
    let command = format!("strigo partners get {}", shell_quote(&format!("name:{name}")));
    let hint = format!("the partner may or may not have been created; run `{command}` to check");
    error.with_hint_for(kind, hint).with_hint_for(kind, "with --if-not-exists, it is safe to retry")
}

fn rename(context: &mut Context<'_>, partner: &str, new_name: &str, dry_run: bool) -> Result<()> {
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
    let printed = context.printer.print_one(renamed.json(), || renamed.parse());
    context.finish_change(printed, &format!("partner '{partner}' was renamed"))?;
    let from = old_name.map(|name| format!(" from '{name}'")).unwrap_or_default();
    context.reporter.note(&format!("renamed partner {id}{from} to '{new_name}'"));
    Ok(())
}
