//! `strigo partners rename`.

use std::collections::HashMap;

use anyhow::{Context as _, Result};

use super::{ALLOW_DUPLICATE, RUN_AGAIN, apply, read_partners, taken};
use crate::api::calls;
use crate::api::types::Partner;
use crate::cli::RenameArgs;
use crate::commands::people::roster_error;
use crate::commands::planned::{self, Planned};
use crate::context::Context;
use crate::directory::partner::{PartnerIndex, PartnerSpec, fold_name};
use crate::error::Error;
use crate::invitations::roster::{PartnerEntry, RosterError};
use crate::output::RowPrinter;
use crate::text::format_count;

/// A partner to rename.
struct Rename {
    id: String,
    /// As the user specified it.
    typed: String,
    old_name: Option<String>,
    new_name: String,
}

pub(super) fn run(args: &RenameArgs, context: &mut Context<'_>) -> Result<()> {
    let rows = context.rows(&args.output)?;
    let (renames, unchanged) = match (&args.from, &args.partner, &args.new_name) {
        (Some(path), ..) => {
            let entries = read_partners(path, true, context)?;
            let list = context.partners().context("cannot look up the partners")?;
            plan(entries, &list.parse()?)?
        }
        (None, Some(partner), Some(new_name)) => (vec![plan_one(args, partner, new_name, context)?], 0),
        // clap demands either.
        _ => (Vec::new(), 0),
    };
    if args.dry_run && planned::is_shown(context) {
        let from = |rename: &Rename| rename.old_name.clone().unwrap_or_else(|| rename.id.clone());
        let row = |rename: &Rename| Planned::new("rename", "", format!("{} -> {}", from(rename), rename.new_name));
        let counts = format!("would rename {}; {unchanged} unchanged", format_count(renames.len(), "partner"));
        return Ok(planned::print(renames.iter().map(row).collect(), &counts, context)?);
    }
    let is_single = args.from.is_none();
    let verb = if args.dry_run { "would be renamed" } else { "renamed" };
    apply(&renames, verb, unchanged, RUN_AGAIN, context, |change| rename(args, change, is_single, &rows, context))
}

fn plan_one(args: &RenameArgs, partner: &str, new_name: &str, context: &Context<'_>) -> Result<Rename> {
    let ctx = || format!("cannot rename partner '{partner}'");
    let spec = PartnerSpec::parse(partner)?;
    let rename = |id: &str, old_name: Option<String>| Rename {
        id: id.to_owned(),
        typed: partner.to_owned(),
        old_name,
        new_name: new_name.to_owned(),
    };
    if args.allow_duplicate {
        return Ok(rename(&context.resolve_partner_id(spec).with_context(ctx)?, None));
    }
    let partners = context.partners().and_then(|list| list.parse()).with_context(ctx)?;
    let index = PartnerIndex::new(&partners);
    let id = index.resolve(spec).with_context(ctx)?;
    let others = others_named(&index, &partners, new_name, id);
    if !others.is_empty() {
        return Err(taken([(new_name, others)]).with_hint(ALLOW_DUPLICATE)).with_context(ctx);
    }
    Ok(rename(id, partners.iter().find(|partner| partner.id == id).map(|partner| partner.name.clone())))
}

/// Returns the partners that would have the same name, but for the one that is renamed.
fn others_named<'p>(index: &PartnerIndex<'_>, partners: &'p [Partner], name: &str, id: &str) -> Vec<&'p Partner> {
    let named = index.folded(name).iter().map(|index| &partners[*index]);
    named.filter(|partner| partner.id != id).collect()
}

/// Returns the renames of a file, and the number of its partners that have their new names already. All rows are checked
/// before any is applied.
fn plan(entries: Vec<PartnerEntry>, partners: &[Partner]) -> Result<(Vec<Rename>, usize), Error> {
    let index = PartnerIndex::new(partners);
    let (mut renames, mut errors, mut unchanged) = (Vec::new(), Vec::new(), 0);
    let name_of = |id: &str| partners.iter().find(|partner| partner.id == id).map(|partner| partner.name.clone());
    for PartnerEntry { line, partner: typed, new_name } in entries {
        let spec = PartnerSpec::parse(&typed).and_then(|spec| index.resolve(spec).map(str::to_owned));
        match spec {
            Ok(id) => match name_of(&id) {
                Some(old_name) if old_name == new_name => unchanged += 1,
                old_name => renames.push((line, Rename { id, typed, old_name, new_name })),
            },
            // An earlier run may have renamed it.
            Err(_) if matches!(index.named(&new_name), [found] if partners[*found].name == new_name) => unchanged += 1,
            Err(error) => errors.push(error_in(line, format!("partner '{typed}': {error}"))),
        }
    }
    let by_id: HashMap<&str, &Rename> = renames.iter().map(|(_, rename)| (&*rename.id, rename)).collect();
    let mut new_names: HashMap<String, u64> = HashMap::new();
    for (line, rename) in &renames {
        if let Some(first) = new_names.insert(fold_name(&rename.new_name), *line) {
            errors.push(error_in(*line, format!("'{}' is the new name in line {first}, too", rename.new_name)));
        }
        if by_id.get(&*rename.id).is_some_and(|last| !std::ptr::eq(*last, rename)) {
            errors.push(error_in(*line, format!("partner '{}' is renamed twice", rename.typed)));
        }
        for other in others_named(&index, partners, &rename.new_name, &rename.id) {
            let is_id = |rename: &Rename| rename.typed.strip_prefix("id:").unwrap_or(&rename.typed) == rename.id;
            match by_id.get(&*other.id) {
                // By name, a second run after a kill would mean the other one.
                Some(away) if is_id(away) && is_id(rename) => {}
                Some(_) => {
                    let message =
                        format!("partner {} has the name '{}' until it is renamed itself", other.id, other.name);
                    errors.push(RosterError {
                        hint: Some("use IDs to swap names".to_owned()),
                        ..error_in(*line, message)
                    });
                }
                None => {
                    errors.push(error_in(*line, format!("partner {} has the name '{}' already", other.id, other.name)));
                }
            }
        }
    }
    if errors.is_empty() {
        Ok((renames.into_iter().map(|(_, rename)| rename).collect(), unchanged))
    } else {
        Err(roster_error(errors))
    }
}

fn error_in(line: u64, message: String) -> RosterError {
    RosterError { line: Some(line), message, hint: None }
}

fn rename(
    args: &RenameArgs,
    rename: &Rename,
    is_single: bool,
    rows: &RowPrinter<Partner>,
    context: &Context<'_>,
) -> Result<()> {
    let Rename { id, typed, old_name, new_name } = rename;
    let ctx = || format!("cannot rename partner '{typed}'");
    let call = calls::rename_partner(id, new_name)?;
    if args.dry_run {
        return Ok(context.print_dry_run(&call.request, None)?);
    }
    let add_hint = |error: Error| PartnerSpec::parse(typed).map_or(error.clone(), |spec| spec.add_hint(error));
    let renamed = context.send(&call).map_err(add_hint).with_context(ctx)?;
    let from = old_name.as_ref().map(|name| format!(" from '{name}'")).unwrap_or_default();
    let sentence = format!("renamed partner {id}{from} to '{new_name}'");
    let printed = match is_single {
        true => rows.print_one(renamed.json(), || renamed.parse()),
        false => renamed.parse().and_then(|partner| rows.print_next(renamed.json(), &partner, &sentence)),
    };
    context.finish_change(printed, &format!("partner '{typed}' was renamed"))?;
    if is_single {
        context.reporter.note(&sentence);
    }
    Ok(())
}
