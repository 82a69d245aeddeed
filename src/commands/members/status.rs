//! `strigo members status`: who has joined, and who has not.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::fmt;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use serde::{Serialize, Serializer};

use super::people::{InviteeArgs, Invitees, reject_repeated, resolve_invitees, resolve_partner};
use crate::api::types::Partner;
use crate::cli::StatusArgs;
use crate::commands::journal::{journal_not_found, parse_location};
use crate::context::Context;
use crate::directory::members::{FetchedMembers, emails_of};
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::event::State;
use crate::invitations::history::{History, HistoryEntry};
use crate::output::reporter::Reporter;
use crate::output::{Row, cells_of_fields};
use crate::text::address::fold_address;
use crate::text::format_time;

const SECONDS_PER_DAY: u64 = 86_400;

/// A person of the journal or of the roster.
#[derive(Serialize)]
pub(in crate::commands) struct PersonRow {
    email: String,
    partner_id: String,
    partner_name: Option<String>,
    state: &'static str,
    invited_at: Option<String>,
    /// The number of whole days since then.
    days: Option<u64>,
    invitation_id: Option<String>,
}

impl Row for PersonRow {
    const COLUMNS: &'static [&'static str] =
        &["EMAIL", "PARTNER_ID", "PARTNER_NAME", "STATE", "INVITED_AT", "DAYS", "INVITATION_ID"];
    const DEFAULT: &'static [&'static str] = &["EMAIL", "PARTNER_NAME", "STATE", "INVITED_AT"];
    const ID: &'static str = "EMAIL";

    fn cells(&self) -> Vec<String> {
        cells_of_fields(self)
    }
}

/// The number of people in each state.
#[derive(Default)]
struct StateCounts(BTreeMap<State, usize>);

impl Serialize for StateCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(State::ALL.iter().map(|state| (state.name(), self.0.get(state).unwrap_or(&0))))
    }
}

impl fmt::Display for StateCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.iter().map(|(state, count)| format!("{count} {}", state.name().replace('_', " ")));
        let text = counts.collect::<Vec<_>>().join(", ");
        f.write_str(if text.is_empty() { "no people to show" } else { &text })
    }
}

pub(super) fn run(args: &StatusArgs, context: &mut Context<'_>) -> Result<()> {
    let printer = context.rows(&args.output)?;
    reject_repeated(&args.journal, "--journal", "show one journal at a time")?;
    let load = |typed: &OsString| {
        let location = parse_location(typed)?;
        let history = context.journal_place(&location)?.history(Some(&context.scope()?), None)?;
        history.ok_or_else(|| journal_not_found(&location))
    };
    let history = args.journal.first().map(load).transpose()?.unwrap_or_default();
    let people = list_people(args, &history, context)?;
    let list = context.partners().context("cannot list partners")?;
    let all_partners = list.parse()?;
    let partners = involved_partners(&people, &all_partners, context.reporter);
    let all_members = context.fetch_members(&partners)?;
    let members = members_by_partner_id(&partners, &all_members)?;
    let now = context.clock.system_time();
    let (mut rows, mut counts) = (Vec::new(), StateCounts::default());
    for invitee in &people {
        let PartnerMembers { name, emails } = members.get(&*invitee.partner_id).unwrap_or(&PartnerMembers::GONE);
        let entry = history.get(invitee);
        let state = person_state(emails.as_ref(), invitee, &history);
        let row = person_row(invitee, name, state, entry, now);
        let age = entry.and_then(HistoryEntry::last_known_at).map(|at| now.duration_since(at).unwrap_or_default());
        let is_old = args.older_than.is_none_or(|limit| age.is_some_and(|age| age >= limit));
        if is_old && (args.state.is_empty() || args.state.iter().any(|name| name == state.name())) {
            *counts.0.entry(state).or_default() += 1;
            rows.push(row);
        }
    }
    let is_anyone_shown = !rows.is_empty();
    printer.print_list(&serde_json::to_string(&rows)?, || Ok(rows))?;
    context.reporter.summary(&counts.to_string(), &counts);
    context.report_failures(&all_members, &partners)?;
    match args.exit_code && is_anyone_shown {
        true => Err(Error::new(ErrorKind::Found, format!("found {counts}")).into()),
        false => Ok(()),
    }
}

/// Returns the people of the roster, and then those that only the journal has, all of them of one partner if one is given.
fn list_people(args: &StatusArgs, history: &History, context: &mut Context<'_>) -> Result<Vec<Invitee>, Error> {
    let partner = args.partner.as_deref();
    let mut people = match args.roster.from.is_empty() {
        true => Vec::new(),
        false => {
            let args = InviteeArgs { partner, emails: &[], roster: &args.roster, is_filter: true };
            let Invitees { list, .. } = resolve_invitees(args, context)?;
            list
        }
    };
    let wanted: HashSet<_> = people.iter().map(Invitee::key).collect();
    let recorded = history.entries().iter().map(|entry| &entry.invitee);
    people.extend(recorded.filter(|invitee| !wanted.contains(&invitee.key())).cloned());
    if let Some(partner) = partner {
        let id = resolve_partner(partner, context)?;
        people.retain(|invitee| *invitee.partner_id == *id);
    }
    Ok(people)
}

/// The most partners that a warning lists.
const MAX_LISTED: usize = 20;

/// Returns the partners of these people, and warns about those that no longer exist.
fn involved_partners(people: &[Invitee], all: &[Partner], reporter: &Reporter) -> Vec<Partner> {
    let by_id: HashMap<&str, &Partner> = all.iter().map(|partner| (&*partner.id, partner)).collect();
    let mut seen = HashSet::new();
    let ids = people.iter().map(|invitee| &*invitee.partner_id).filter(|id| seen.insert(*id));
    let (existing, gone): (Vec<&str>, Vec<&str>) = ids.partition(|id| by_id.contains_key(id));
    if !gone.is_empty() {
        let more = gone.len().saturating_sub(MAX_LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let listed = gone[..gone.len().min(MAX_LISTED)].join(", ");
        reporter.warn(&format!("people of partners that no longer exist are shown as unknown: {listed}{more}"));
    }
    existing.into_iter().map(|id| by_id[id].clone()).collect()
}

/// A partner, and who has joined it.
struct PartnerMembers<'p> {
    name: &'p str,
    /// The folded addresses of the members, if they could be listed.
    emails: Option<HashSet<String>>,
}

impl PartnerMembers<'_> {
    /// A partner that no longer exists.
    const GONE: PartnerMembers<'static> = PartnerMembers { name: "", emails: None };
}

/// Returns the partners by ID.
fn members_by_partner_id<'p>(
    partners: &'p [Partner],
    all_members: &FetchedMembers,
) -> Result<HashMap<&'p str, PartnerMembers<'p>>, Error> {
    let mut by_id: HashMap<&str, PartnerMembers<'_>> =
        partners.iter().map(|Partner { id, name }| (&**id, PartnerMembers { name, emails: None })).collect();
    for (index, members) in all_members.successes() {
        let emails = Some(emails_of(members)?);
        by_id.insert(&partners[index].id, PartnerMembers { name: &partners[index].name, emails });
    }
    Ok(by_id)
}

/// Returns the state of a person. `emails` are the addresses of the partner's members, if they can be listed.
fn person_state(emails: Option<&HashSet<String>>, invitee: &Invitee, history: &History) -> State {
    match emails {
        // It cannot be known whether the person has joined.
        None => State::Unknown,
        Some(emails) if emails.contains(&fold_address(&invitee.email)) => State::Joined,
        Some(_) => history.state(invitee),
    }
}

fn person_row(
    invitee: &Invitee,
    partner_name: &str,
    state: State,
    entry: Option<&HistoryEntry>,
    now: SystemTime,
) -> PersonRow {
    let invited_at = entry.and_then(|entry| entry.invited_at);
    let days = |at| now.duration_since(at).unwrap_or(Duration::ZERO).as_secs() / SECONDS_PER_DAY;
    let days = invited_at.map(days);
    let non_empty = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    PersonRow {
        email: invitee.email.clone(),
        partner_id: invitee.partner_id.to_string(),
        partner_name: non_empty(partner_name),
        state: state.name(),
        invited_at: invited_at.map(format_time),
        days,
        invitation_id: entry.and_then(|entry| non_empty(&entry.invitation_id)),
    }
}
