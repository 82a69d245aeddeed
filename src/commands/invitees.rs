//! The people that `strigo members invite` invites: reads and validates the roster, and resolves its partners.

use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, Result};
use serde_json::json;
use serde_json::value::RawValue;

use super::ApiContext;
use super::hints::LIST_PARTNERS;
use super::partner_spec::PartnerSpec;
use crate::api::calls;
use crate::cli::InviteArgs;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::roster::{Roster, RosterEntry, RosterError};
use crate::text::{error_message, format_count};

fn usage_error(message: &str, hint: &str) -> Error {
    Error::new(ErrorKind::Usage, message).with_hint(hint)
}

/// Returns the people to invite, each at most once per partner. Fails with all errors of the roster if there are any.
pub(super) fn resolve_invitees(args: &InviteArgs, api: &mut ApiContext<'_>) -> Result<Vec<Invitee>> {
    let Roster { entries, mut errors, has_partner_column } = read_roster(args, api)?;
    let invitees = match (args.partner.as_deref(), has_partner_column) {
        (Some(_), true) => {
            let message = "partner given twice: as an argument and in the roster's `partner` column";
            return Err(usage_error(message, "remove one of them").into());
        }
        (None, true) => resolve_partners(entries, &mut errors, api)?,
        (_, false) if !errors.is_empty() => Vec::new(),
        (None, false) => {
            let hint = "pass it before the addresses, or add a `partner` column to the roster";
            return Err(usage_error("no partner given", hint).into());
        }
        (Some(partner), false) => {
            let id = api.resolve_partner_id(PartnerSpec::parse(partner)?);
            let id: Rc<str> = id.with_context(|| format!("cannot invite to partner '{partner}'"))?.into();
            entries.into_iter().map(|entry| Invitee { partner_id: Rc::clone(&id), email: entry.email }).collect()
        }
    };
    if errors.is_empty() { Ok(dedup_invitees(invitees, api)) } else { Err(roster_error(errors).into()) }
}

/// Reads the addresses of the command line and of the roster.
fn read_roster(args: &InviteArgs, api: &mut ApiContext<'_>) -> Result<Roster> {
    let mut roster = Roster::from_args(&args.emails);
    let Some(path) = &args.from else {
        if args.emails.is_empty() {
            let hint = "pass the partner first and then the addresses, or use --from FILE";
            return Err(usage_error("no email addresses given", hint).into());
        }
        return Ok(roster);
    };
    let mut bytes = Vec::new();
    let read = match path == Path::new("-") {
        true => api.ctx.stdin.reader.read_to_end(&mut bytes).map(drop),
        false => std::fs::read(path).map(|contents| bytes = contents),
    };
    read.map_err(|error| {
        let message = format!("cannot read roster '{}': {}", path.display(), error_message(&error));
        Error::new(ErrorKind::Usage, message)
    })?;
    let file = Roster::parse(&bytes);
    if file.has_partner_column && !args.emails.is_empty() {
        let message = "email addresses cannot be combined with a roster that has a `partner` column";
        return Err(Error::new(ErrorKind::Usage, message).into());
    }
    roster.entries.extend(file.entries);
    roster.errors.extend(file.errors);
    roster.has_partner_column = file.has_partner_column;
    Ok(roster)
}

/// Resolves the partner of each entry with one list request. If the roster has errors already, a list request that fails is
/// ignored, so that those errors are shown.
fn resolve_partners(
    entries: Vec<RosterEntry>,
    errors: &mut Vec<RosterError>,
    api: &ApiContext<'_>,
) -> Result<Vec<Invitee>> {
    let list = match api.send(&calls::list_partners()) {
        Err(_) if !errors.is_empty() => return Ok(Vec::new()),
        list => list.context("cannot look up the partners in the roster")?,
    };
    let partners = list.parse().map_err(|error| api.with_hints(error))?;
    let mut resolved: HashMap<String, Result<Rc<str>, String>> = HashMap::new();
    let mut invitees = Vec::with_capacity(entries.len());
    for RosterEntry { line, email, partner } in entries {
        // Empty partner cells were already reported by the parser.
        let Some(partner) = partner.filter(|partner| !partner.is_empty()) else { continue };
        let id = resolved.entry(partner).or_insert_with_key(|partner| {
            let id = PartnerSpec::parse(partner).and_then(|spec| spec.resolve(&partners).map(Rc::from));
            id.map_err(|error| partner_error(partner, &error))
        });
        match id {
            Ok(id) => invitees.push(Invitee { partner_id: Rc::clone(id), email }),
            Err(message) => errors.push(RosterError { line, message: message.clone() }),
        }
    }
    Ok(invitees)
}

/// Formats an error about a partner of the roster. The hint that is the same for all partners is added once, at the end.
fn partner_error(partner: &str, error: &Error) -> String {
    let hints: Vec<&str> = error.hints().iter().map(String::as_str).filter(|hint| *hint != LIST_PARTNERS).collect();
    let hints = if hints.is_empty() { String::new() } else { format!(" ({})", hints.join("; ")) };
    format!("partner '{partner}': {error}{hints}")
}

/// Creates the error that lists all errors of the roster, ordered by line.
fn roster_error(mut errors: Vec<RosterError>) -> Error {
    errors.sort_by_key(|error| error.line);
    errors.dedup();
    if let [RosterError { line: None, message }] = errors.as_slice() {
        return usage_error(message, "no invitations were sent");
    }
    let entries = errors.iter().filter_map(|RosterError { line, message }| {
        let entry = match line {
            Some(line) => json!({"line": line, "msg": message}),
            None => json!({"msg": message}),
        };
        RawValue::from_string(entry.to_string()).ok()
    });
    let entry = if errors.len() == 1 { "entry" } else { "entries" };
    let message = format!("no invitations were sent: {} invalid {entry}", errors.len());
    let error = usage_error(&message, "fix them and run the command again").with_validation_errors(entries.collect());
    match errors.iter().any(|error| error.message.starts_with("partner '")) {
        true => error.with_hint(LIST_PARTNERS),
        false => error,
    }
}

fn dedup_invitees(invitees: Vec<Invitee>, api: &ApiContext<'_>) -> Vec<Invitee> {
    let total = invitees.len();
    let mut seen = HashSet::with_capacity(total);
    let unique: Vec<Invitee> = invitees.into_iter().filter(|invitee| seen.insert(invitee.key())).collect();
    let duplicates = total - unique.len();
    if duplicates > 0 {
        let duplicates = format_count(duplicates, "duplicate");
        api.ctx.reporter.note(&format!("ignored {duplicates} among {total} addresses"));
    }
    unique
}
