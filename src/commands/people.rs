//! The people that a command is about: reads and validates the roster, and resolves its partners.

use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::path::Path;

use serde_json::json;
use serde_json::value::RawValue;

use crate::api::types::Partner;
use crate::cli::RosterArgs;
use crate::context::{Context, at_most_one};
use crate::directory::partner::{LIST_PARTNERS, PartnerIndex, PartnerSpec, fold_name};
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::roster::{ColumnOptions, Roster, RosterEntry, RosterError};
use crate::text::escape::escape_invisible;
use crate::text::{error_message, format_count, shorten};

/// The effect of an error before the first invitation.
pub(super) const NOTHING_SENT: &str = "no invitations were sent";

/// The most lines or people that a message lists.
pub(super) const MAX_LISTED: usize = 20;

fn usage_error(message: &str, hint: &str) -> Error {
    Error::new(ErrorKind::Usage, message).with_hint(hint)
}

/// The people to invite.
pub(super) struct Invitees {
    /// Each person, at most once per partner.
    pub(super) list: Vec<Invitee>,
    /// The number of addresses that occurred before for the same partner.
    pub(super) duplicates: usize,
    /// The names of partners that do not exist. Until they do, [`new_partner_id`] stands for their IDs.
    pub(super) new_partners: Vec<String>,
}

/// What the ID of a partner starts with that does not exist yet; its name follows.
const NEW_PARTNER: &str = "name:";

/// Returns what stands for the ID of a partner that does not exist yet.
pub(super) fn new_partner_id(name: &str) -> String {
    format!("{NEW_PARTNER}{name}")
}

/// Returns the name of a partner that does not exist yet, from what stands for its ID.
pub(super) fn new_partner_name(id: &str) -> Option<&str> {
    id.strip_prefix(NEW_PARTNER)
}

/// Where the command line says that people come from.
#[derive(Clone, Copy)]
pub(super) struct InviteeArgs<'a> {
    /// The partners, to each of which the people belong who have no other.
    pub(super) partners: &'a [&'a str],
    /// Addresses beside those of the roster.
    pub(super) emails: &'a [String],
    /// The roster.
    pub(super) roster: &'a RosterArgs,
    /// Whether the partner may be given although the roster names partners: it limits the people to its own.
    pub(super) is_filter: bool,
    /// Whether partners that do not exist are to be created, if the command can do that.
    pub(super) creates_partners: Option<bool>,
}

/// Returns the people of the command line and of the roster. Fails with all errors of the roster if there are any.
pub(super) fn resolve_invitees(args: InviteeArgs<'_>, context: &mut Context<'_>) -> Result<Invitees, Error> {
    let Roster { entries, mut errors, partner_column, columns, .. } = read_roster(args, context)?;
    let mut new_partners = Vec::new();
    let invitees = match (args.partners, partner_column) {
        ([_, ..], Some(column)) if !args.is_filter => {
            let message = format!("partner given twice: as an argument and in the roster's `{column}` column");
            return Err(usage_error(&message, "remove one of them"));
        }
        _ if entries.is_empty() && errors.is_empty() => Vec::new(),
        (_, Some(_)) => {
            let invitees;
            (invitees, new_partners) = resolve_partners(entries, args.creates_partners, &mut errors, context)?;
            invitees
        }
        (_, None) if !errors.is_empty() => Vec::new(),
        ([], None) if columns.is_empty() => {
            let hint = "name it on the command line, or add a `partner` column to the roster";
            return Err(usage_error("no partner given", hint));
        }
        ([], None) => {
            let message = format!("no partner given, and no partner column; the columns are {}", columns.join(", "));
            return Err(usage_error(&message, "name it on the command line, or use --partner-column NAME"));
        }
        (partners, None) => {
            let mut invitees = Vec::with_capacity(entries.len() * partners.len());
            for partner in partners {
                let id = resolve_partner(partner, context)?;
                let invitee = |entry: &RosterEntry| Invitee { partner_id: id.clone(), email: entry.email.clone() };
                invitees.extend(entries.iter().map(invitee));
            }
            invitees
        }
    };
    if errors.is_empty() {
        Ok(Invitees { new_partners, ..remove_duplicates(invitees) })
    } else {
        Err(roster_error(errors))
    }
}

/// Returns the ID of the partner that is an argument.
pub(super) fn resolve_partner(partner: &str, context: &Context<'_>) -> Result<String, Error> {
    let id = PartnerSpec::parse(partner).and_then(|spec| context.resolve_partner_id(spec));
    id.map_err(|error| error.with_context(&format!("cannot use partner '{partner}'")))
}

/// Reads the addresses of the command line and of the roster.
fn read_roster(args: InviteeArgs<'_>, context: &mut Context<'_>) -> Result<Roster, Error> {
    let mut roster = Roster::from_args(args.emails);
    let Some(path) = at_most_one(&args.roster.from, "--from", "join the rosters into one file")? else {
        if args.emails.is_empty() {
            let hint = "pass the partner first and then the addresses, or use --from FILE";
            return Err(usage_error("no email addresses given", hint));
        }
        return Ok(roster);
    };
    let bytes = read_file(path, context)?;
    let options = ColumnOptions {
        email: args.roster.email_column.as_deref(),
        partner: args.roster.partner_column.as_deref(),
        has_partner_arg: !args.partners.is_empty(),
        filters: &args.roster.filters,
        skip_invalid: args.roster.skip_invalid,
    };
    let file = Roster::parse(&bytes, &options).map_err(|error| unreadable_roster(path, error))?;
    if file.entries.is_empty() && file.errors.is_empty() && !args.roster.allow_empty {
        // Otherwise, it would look like success if the roster's generator failed.
        let (message, check) = match &args.roster.filters[..] {
            [] => (format!("{} has no email addresses", describe_roster(path)), "how the roster was created"),
            filters => {
                let filters: Vec<String> = filters.iter().map(|(column, value)| format!("{column}={value}")).collect();
                (format!("no row of {} has {}", describe_roster(path), filters.join(" and ")), "the values of --where")
            }
        };
        return Err(
            usage_error(&message, &format!("check {check}")).with_hint("if there may be no one, use --allow-empty")
        );
    }
    if file.partner_column.is_some() && !args.emails.is_empty() {
        let message = "email addresses cannot be combined with a roster that has a `partner` column";
        return Err(Error::new(ErrorKind::Usage, message));
    }
    report_roster(&file, context);
    if let Some(column) = &file.ignored_partner_column {
        context.reporter.note(&format!("ignored column '{column}' of the roster: the partner is given as an argument"));
    }
    roster.entries.extend(file.entries);
    roster.errors.extend(file.errors);
    Ok(Roster { partner_column: file.partner_column, columns: file.columns, ..roster })
}

/// Reports which rows are left out, and who may be in the roster by mistake.
fn report_roster(roster: &Roster, context: &Context<'_>) {
    if !roster.skipped.is_empty() {
        let lines: Vec<String> = roster.skipped.iter().take(MAX_LISTED).map(u64::to_string).collect();
        let more = if roster.skipped.len() > MAX_LISTED { ", ..." } else { "" };
        let rows = format_count(roster.skipped.len(), "row");
        context.reporter.warn(&format!("skipping {rows} without a usable address: line {}{more}", lines.join(", ")));
    }
    for ((column, value), count) in &roster.gone {
        let people = if *count == 1 { "1 person".to_owned() } else { format!("{count} people") };
        context.reporter.warn(&format!(
            "column '{column}' says '{value}' for {people}; to read only some rows, use --where '{column}=VALUE'"
        ));
    }
}

/// Reads a roster, or standard input if it is called `-`.
pub(super) fn read_file(path: &Path, context: &mut Context<'_>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = match path == Path::new("-") {
        true => context.stdin.reader.read_to_end(&mut bytes).map(drop),
        false => std::fs::read(path).map(|contents| bytes = contents),
    };
    let unreadable = |error| {
        let message = format!("cannot read {}: {}", describe_roster(path), error_message(&error));
        Error::new(ErrorKind::Usage, message)
    };
    read.map(|()| bytes).map_err(unreadable)
}

fn describe_roster(path: &Path) -> String {
    if path == Path::new("-") { "roster on standard input".to_owned() } else { format!("roster '{}'", path.display()) }
}

/// Creates the error for a roster that is not text or has no usable header.
pub(super) fn unreadable_roster(path: &Path, error: RosterError) -> Error {
    let hint = error.hint.clone();
    let error = Error::new(ErrorKind::Usage, format!("invalid {}", describe_roster(path)))
        .with_validation_errors(to_entries(&[error]));
    hint.into_iter().fold(error, Error::with_hint)
}

/// Resolves the partner of each entry with one list request, and returns the names of those to be created. If the roster has
/// errors already, a list request that fails is ignored, so that those errors are shown.
fn resolve_partners(
    entries: Vec<RosterEntry>,
    creates_partners: Option<bool>,
    errors: &mut Vec<RosterError>,
    context: &Context<'_>,
) -> Result<(Vec<Invitee>, Vec<String>), Error> {
    let list = match context.partners() {
        Err(_) if !errors.is_empty() => return Ok((Vec::new(), Vec::new())),
        list => list.map_err(|error| error.with_context("cannot look up the partners in the roster"))?,
    };
    let partners = list.parse()?;
    let index = PartnerIndex::new(&partners);
    let (mut new_partners, mut respelled): (Vec<String>, Vec<String>) = Default::default();
    let creates = creates_partners == Some(true);
    let mut resolve = |partner: &str| {
        let spec = PartnerSpec::parse(partner)?;
        let error = match index.resolve(spec) {
            Ok(id) => return Ok(id.to_owned()),
            Err(error) => error,
        };
        let (PartnerSpec::IdOrName(name) | PartnerSpec::Name(name)) = spec else { return Err(error) };
        if error.kind() != ErrorKind::NotFound {
            return Err(error);
        }
        match index.named(name) {
            [] if creates => {
                let known = new_partners.iter().find(|known| fold_name(known) == fold_name(name)).cloned();
                Ok(new_partner_id(&known.unwrap_or_else(|| {
                    new_partners.push(name.to_owned());
                    name.to_owned()
                })))
            }
            // What is marked as a name is meant exactly, unless another of that name would be created.
            [found] if creates || matches!(spec, PartnerSpec::IdOrName(_)) => {
                let Partner { id, name: actual } = &partners[*found];
                let actual = escape_invisible(actual);
                respelled.push(format!("partner '{}' of the roster is '{actual}' ({id})", shorten(name)));
                Ok(id.clone())
            }
            _ => Err(error),
        }
    };
    let mut resolved: HashMap<String, Result<String, String>> = HashMap::new();
    let mut unresolved: HashMap<String, Vec<u64>> = HashMap::new();
    let mut invitees = Vec::with_capacity(entries.len());
    for RosterEntry { line, email, partner } in entries {
        // Empty partner cells were already reported by the parser.
        let Some(partner) = partner.filter(|partner| !partner.is_empty()) else { continue };
        let id = resolved
            .entry(partner.clone())
            .or_insert_with_key(|partner| resolve(partner).map_err(|error| partner_error(partner, &error)));
        match id {
            Ok(id) => invitees.push(Invitee { partner_id: id.clone(), email }),
            Err(_) => unresolved.entry(partner).or_default().extend(line),
        }
    }
    respelled.iter().take(MAX_LISTED).for_each(|partner| context.reporter.note(partner));
    if respelled.len() > MAX_LISTED {
        context.reporter.note(&format!("{} more partners are spelled otherwise", respelled.len() - MAX_LISTED));
    }
    // Each partner once, with its lines.
    for (partner, lines) in unresolved {
        let Some(Err(message)) = resolved.remove(&partner) else { continue };
        let more: Vec<String> = lines.iter().skip(1).take(MAX_LISTED).map(u64::to_string).collect();
        let more = if more.is_empty() { String::new() } else { format!("; also in line {}", more.join(", ")) };
        let hint = "to create the partners that do not exist, add --create-partners";
        let hint = creates_partners.filter(|creates| !creates).map(|_| hint.to_owned());
        errors.push(RosterError { line: lines.first().copied(), message: format!("{message}{more}"), hint });
    }
    Ok((invitees, new_partners))
}

/// Formats an error about a partner of the roster. The hint that is the same for all partners is added once, at the end.
fn partner_error(partner: &str, error: &Error) -> String {
    let hints: Vec<&str> = error.hints().iter().map(String::as_str).filter(|hint| *hint != LIST_PARTNERS).collect();
    let hints = if hints.is_empty() { String::new() } else { format!(" ({})", hints.join("; ")) };
    format!("partner '{}': {error}{hints}", shorten(partner))
}

/// Creates the error that lists all errors of the roster, ordered by line.
pub(super) fn roster_error(mut errors: Vec<RosterError>) -> Error {
    errors.sort_by_key(|error| error.line);
    errors.dedup();
    if let [RosterError { line: None, message, .. }] = errors.as_slice() {
        return Error::new(ErrorKind::Usage, message);
    }
    let entry = if errors.len() == 1 { "entry" } else { "entries" };
    let message = format!("cannot use the roster: {} invalid {entry}", errors.len());
    let mut hints = vec!["fix them and run the command again"];
    if errors.iter().any(|error| error.message.starts_with("partner '")) {
        hints.push(LIST_PARTNERS);
    }
    for hint in errors.iter().filter_map(|error| error.hint.as_deref()) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    let error = Error::new(ErrorKind::Usage, message).with_validation_errors(to_entries(&errors));
    hints.into_iter().fold(error, Error::with_hint)
}

/// Converts errors of a roster to JSON.
pub(super) fn to_entries(errors: &[RosterError]) -> Vec<Box<RawValue>> {
    let entries = errors.iter().map(|RosterError { line, message, .. }| match line {
        Some(line) => json!({"line": line, "msg": message}),
        None => json!({"msg": message}),
    });
    entries.filter_map(|entry| RawValue::from_string(entry.to_string()).ok()).collect()
}

/// Keeps the first of the entries of each person.
pub(super) fn remove_duplicates(invitees: Vec<Invitee>) -> Invitees {
    let total = invitees.len();
    let mut seen = HashSet::with_capacity(total);
    let list: Vec<Invitee> = invitees.into_iter().filter(|invitee| seen.insert(invitee.key())).collect();
    Invitees { duplicates: total - list.len(), list, new_partners: Vec::new() }
}
