//! `strigo partners`.

use anyhow::{Context as _, Result};
use glob::Pattern;

use super::Session;
use super::lookup::{Wanted, one_named};
use crate::api::calls;
use crate::api::types::Partner;
use crate::cli::{PartnersCommand, SortKey};
use crate::error::{Error, Kind};
use crate::output::Record;
use crate::text::escape::shell_word;

impl Record for Partner<'_> {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME"];

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> impl AsRef<[&str]> {
        [self.id.as_str(), self.name.as_str()]
    }
}

pub(super) fn run(command: PartnersCommand, session: &mut Session<'_>) -> Result<()> {
    match command {
        PartnersCommand::List { name, sort } => list(session, name.as_deref(), sort),
        PartnersCommand::Get { partner } => get(session, &partner.partner),
        PartnersCommand::Create { name, if_not_exists, dry_run } => {
            create(session, &name, if_not_exists, dry_run.dry_run)
        }
        PartnersCommand::Rename { partner, new_name, dry_run } => {
            rename(session, &partner.partner, &new_name, dry_run.dry_run)
        }
    }
}

fn list(session: &mut Session<'_>, pattern: Option<&str>, sort: Option<SortKey>) -> Result<()> {
    let what = "cannot list the partners";
    let pattern = pattern.map(name_pattern).transpose()?;
    if pattern.is_none() && sort.is_none() {
        let client = session.client()?;
        let is_empty = session.list(&client, &calls::list_partners()).context(what)?;
        session.note_if_empty(is_empty, "The organization has no partners yet.");
        return Ok(());
    }
    let partners = session.client()?.send(&calls::list_partners()).context(what)?;
    let mut wanted = partners.items().context(what)?;
    if let Some(pattern) = pattern {
        // In lower case on both sides, since the pattern itself knows the case of ASCII only.
        wanted.retain(|(partner, _)| pattern.matches(&partner.name.as_str().to_lowercase()));
    }
    match sort {
        Some(SortKey::Name) => wanted.sort_by_cached_key(|(partner, _)| partner.name.as_str().to_lowercase()),
        Some(SortKey::Id) => wanted.sort_by(|(a, _), (b, _)| a.id.as_str().cmp(b.id.as_str())),
        None => {}
    }
    let (rows, raw): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
    let is_empty = rows.is_empty();
    session.output.list(&format!("[{}]", raw.join(",")), rows).context(what)?;
    session.note_if_empty(is_empty, "No partner has such a name.");
    Ok(())
}

fn name_pattern(text: &str) -> Result<Pattern, Error> {
    let mut pattern = text.to_lowercase();
    // For paths, the crate has a meaning of its own for two stars.
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    Pattern::new(&pattern).map_err(|error| {
        Error::new(Kind::Usage, format!("'{text}' is not a pattern: {}", error.msg))
            .hint("In a pattern, * is any text, ? any character, and [ab] one of these; write [*] for a star itself.")
    })
}

fn get(session: &mut Session<'_>, partner: &str) -> Result<()> {
    let what = || format!("cannot show partner '{partner}'");
    let wanted = Wanted::read(partner)?;
    let id = session.partner_id(wanted).with_context(what)?;
    let found =
        session.client()?.send(&calls::get_partner(&id)?).map_err(|error| wanted.explain(error)).with_context(what)?;
    session.output.one(found.raw(), || found.get()).with_context(what)
}

fn create(session: &mut Session<'_>, name: &str, if_not_exists: bool, dry_run: bool) -> Result<()> {
    let call = calls::create_partner(name)?;
    if if_not_exists && show_existing(session, name, dry_run)? {
        return Ok(());
    }
    if dry_run {
        return Ok(session.show_call(&call)?);
    }
    let created = session
        .client()?
        .send(&call)
        .map_err(|error| unsure_of_creation(error, name))
        .with_context(|| format!("cannot create partner '{name}'"))?;
    let shown = session.output.one(created.raw(), || created.get());
    Ok(session.shown(shown, &format!("Partner '{name}' was created"))?)
}

/// Shows the partner of that name, if there is one, and says whether there is.
fn show_existing(session: &mut Session<'_>, name: &str, dry_run: bool) -> Result<bool> {
    let what = || format!("cannot tell whether partner '{name}' is there");
    let list = session.client()?.send(&calls::list_partners()).with_context(what)?;
    let partners = list.items().with_context(what)?;
    let (typed, raw): (Vec<_>, Vec<_>) = partners.into_iter().unzip();
    let twins = |error: Error| error.hint("Use one of these. Nothing was created.");
    let Some(at) = one_named(name, &typed).map_err(twins)? else { return Ok(false) };
    if dry_run {
        session.notes.note(&format!("Partner '{name}' is there already: nothing would be sent."));
    } else {
        session.notes.note(&format!("Partner '{name}' was there already: nothing was created."));
        session.output.one(raw[at], || Ok(typed[at].clone()))?;
    }
    Ok(true)
}

fn unsure_of_creation(error: Error, name: &str) -> Error {
    error.hint_where(Kind::OutcomeUnknown, || {
        format!(
            "It may or may not have been created: `strigo partners get {}` tells. With --if-not-exists, this command \
             can be run again safely.",
            shell_word(&format!("name:{name}"))
        )
    })
}

fn rename(session: &mut Session<'_>, partner: &str, new_name: &str, dry_run: bool) -> Result<()> {
    let what = || format!("cannot rename partner '{partner}'");
    let wanted = Wanted::read(partner)?;
    let id = session.partner_id(wanted).with_context(what)?;
    let call = calls::rename_partner(&id, new_name)?;
    if dry_run {
        return Ok(session.show_call(&call)?);
    }
    let renamed = session.client()?.send(&call).map_err(|error| wanted.explain(error)).with_context(what)?;
    let shown = session.output.one(renamed.raw(), || renamed.get());
    Ok(session.shown(shown, &format!("Partner '{partner}' was renamed"))?)
}
