//! `strigo members status`: who has joined, and who has not.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use serde::{Serialize, Serializer};

use crate::api::types::{Member, Partner};
use crate::cli::StatusArgs;
use crate::commands::journal::read_all;
use crate::commands::people::{InviteeArgs, resolve_invitees, resolve_partner};
use crate::context::Context;
use crate::directory::members::{FetchedMembers, emails_of};
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::event::{Event, State};
use crate::invitations::history::{History, HistoryEntry};
use crate::invitations::journal::JournalLocation;
use crate::output::{Row, RowPrinter};
use crate::settings::journal::JournalSetting;
use crate::text::address::fold_address;
use crate::text::format_time;

const SECONDS_PER_DAY: u64 = 86_400;

/// The shortest time between two looks with `--wait`.
const POLL_INTERVAL: Duration = Duration::from_secs(60);

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
    /// Since when the person was seen as a member.
    joined: Option<String>,
    /// Why the invitation failed.
    error: Option<String>,
}

impl Row for PersonRow {
    const COLUMNS: &'static [&'static str] =
        &["EMAIL", "PARTNER_ID", "PARTNER_NAME", "STATE", "INVITED_AT", "DAYS", "INVITATION_ID", "JOINED", "ERROR"];
    const DEFAULT: &'static [&'static str] = &["EMAIL", "PARTNER_NAME", "STATE", "INVITED_AT"];
    const ID: &'static str = "EMAIL";
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
    let setting = context.journal(&args.journal)?;
    if setting.location == JournalLocation::Off && args.roster.from.is_empty() {
        // Says that there is no journal to read.
        context.journal_place(&setting.location)?;
    }
    let roster = read_roster(args, context)?;
    let started_at = context.clock.now();
    let mut announced = None;
    loop {
        let seen = look(args, &setting, &roster, context)?;
        let pending = seen.counts.0.get(&State::Pending).copied().unwrap_or(0);
        let elapsed = context.clock.now().saturating_duration_since(started_at);
        let is_over = args.wait_timeout.is_some_and(|timeout| elapsed >= timeout);
        if !args.wait || pending == 0 || is_over {
            let timed_out = args.wait && pending > 0;
            return finish(args, seen, &printer, timed_out, context);
        }
        let interval = poll_interval(seen.partners.len(), context);
        let left = args.wait_timeout.map_or(interval, |timeout| timeout - elapsed);
        if announced != Some(pending) {
            announced = Some(pending);
            context.reporter.note(&format!("waiting for people to join: {}", seen.counts));
        }
        context.clock.sleep(interval.min(left));
    }
}

/// Returns how long to wait between two looks: a minute, or longer so that they take at most a quarter of the rate limit.
fn poll_interval(partners: usize, context: &Context<'_>) -> Duration {
    let per_minute = context.estimate(0).map_or(60, |estimate| estimate.per_window.max(1));
    POLL_INTERVAL.max(POLL_INTERVAL.mul_f64(4.0 * (partners as f64) / (per_minute as f64)))
}

/// What a look at the journal and at the members has shown.
struct Seen {
    rows: Vec<PersonRow>,
    counts: StateCounts,
    partners: Vec<Partner>,
    /// The IDs of partners that no longer exist.
    gone: Vec<String>,
    members: FetchedMembers,
}

fn look(args: &StatusArgs, setting: &JournalSetting, roster: &[Invitee], context: &Context<'_>) -> Result<Seen> {
    let mut history = match &setting.location {
        JournalLocation::Off => History::default(),
        _ => read_all(setting, Some(&context.scope()?), context)?,
    };
    let mut people = list_people(args, roster, &history, context)?;
    let list = context.partners().context("cannot list partners")?;
    let all_partners = list.parse()?;
    let (partners, gone) = involved_partners(&people, &all_partners);
    let all_members = context.fetch_members(&partners)?;
    let members = members_by_id(&partners, &all_members)?;
    let names: HashMap<&str, &str> = partners.iter().map(|partner| (&*partner.id, &*partner.name)).collect();
    record_joined(&mut history, setting, &members, context);
    let now = context.clock.system_time();
    if args.all_members {
        add_members(&mut people, roster, &partners, &all_members)?;
    }
    let in_roster: HashSet<_> = roster.iter().map(Invitee::key).collect();
    let roster_partners: HashSet<&str> = roster.iter().map(|invitee| &*invitee.partner_id).collect();
    let is_stranger = |invitee: &Invitee| {
        args.all_members && roster_partners.contains(&*invitee.partner_id) && !in_roster.contains(&invitee.key())
    };
    let (mut rows, mut counts) = (Vec::new(), StateCounts::default());
    for invitee in &people {
        let name = names.get(&*invitee.partner_id).copied().unwrap_or_default();
        let entry = history.get(invitee);
        let state = match person_state(members.get(&*invitee.partner_id), invitee, &history) {
            State::Joined if is_stranger(invitee) => State::NotInRoster,
            state => state,
        };
        let age = entry.and_then(HistoryEntry::last_known_at).map(|at| now.duration_since(at).unwrap_or_default());
        let is_old = args.older_than.is_none_or(|limit| age.is_some_and(|age| age >= limit));
        if is_old && (args.state.is_empty() || args.state.iter().any(|name| name == state.name())) {
            *counts.0.entry(state).or_default() += 1;
            rows.push(person_row(invitee, name, state, entry, now));
        }
    }
    Ok(Seen { rows, counts, partners, gone, members: all_members })
}

/// Prints what was seen, and returns the error that the exit code is about.
fn finish(
    args: &StatusArgs,
    seen: Seen,
    printer: &RowPrinter<PersonRow>,
    timed_out: bool,
    context: &Context<'_>,
) -> Result<()> {
    let Seen { rows, counts, partners, gone, members } = seen;
    if !gone.is_empty() {
        let gone = gone.join(", ");
        context.reporter.warn(&format!("people of partners that no longer exist are shown as unknown: {gone}"));
    }
    let is_anyone_shown = !rows.is_empty();
    printer.print_list(&serde_json::to_string(&rows)?, || Ok(rows))?;
    context.reporter.summary(&counts.to_string(), &counts);
    context.report_failures(&members, &partners)?;
    if timed_out {
        return Err(Error::new(ErrorKind::Unavailable, format!("not all have joined in time: {counts}")).into());
    }
    match args.exit_code && is_anyone_shown {
        true => Err(Error::new(ErrorKind::Found, format!("found {counts}")).into()),
        false => Ok(()),
    }
}

/// Records who is seen as a member for the first time. Where that is not possible, the journal of another user or a key
/// that can only read, nothing is lost: the members are listed again next time.
fn record_joined(history: &mut History, setting: &JournalSetting, members: &MembersById<'_>, context: &Context<'_>) {
    let joined = history.newly_joined(|partner_id| members.get(partner_id));
    if joined.is_empty() {
        return;
    }
    for invitee in &joined {
        history.apply(&Event::Joined(invitee.clone()), Some(context.clock.system_time()));
    }
    let record = || {
        let mut in_use = |_| Err(Error::new(ErrorKind::Unavailable, "a run is using the journal"));
        let place = context.journal_place(&setting.location)?;
        let mut journal = place.open(&context.scope()?, &joined, None, &mut in_use)?;
        joined.iter().try_for_each(|invitee| journal.record(Event::Joined(invitee.clone())))
    };
    if let Err(error) = record() {
        context.reporter.trace(&format!("cannot record who has joined: {error}"));
    }
}

/// Adds the other members of the roster's partners.
fn add_members(
    people: &mut Vec<Invitee>,
    roster: &[Invitee],
    partners: &[Partner],
    all_members: &FetchedMembers,
) -> Result<(), Error> {
    let mut known: HashSet<_> = people.iter().map(Invitee::key).collect();
    for (index, members) in all_members.successes() {
        let id = &partners[index].id;
        if roster.iter().any(|invitee| invitee.partner_id == *id) {
            let invitee = |member: Member| Invitee { partner_id: id.clone(), email: member.email };
            people.extend(members.parse()?.into_iter().map(invitee).filter(|invitee| known.insert(invitee.key())));
        }
    }
    Ok(())
}

/// Returns the people of the roster, if there is one.
fn read_roster(args: &StatusArgs, context: &mut Context<'_>) -> Result<Vec<Invitee>, Error> {
    if args.roster.from.is_empty() {
        return Ok(Vec::new());
    }
    let partner = args.partner.as_deref();
    let people = InviteeArgs {
        partners: partner.as_slice(),
        emails: &[],
        roster: &args.roster,
        is_filter: true,
        creates_partners: None,
    };
    resolve_invitees(people, context).map(|people| people.list)
}

/// Returns the people of the roster, and then those that only the journal has, all of them of one partner if one is given.
fn list_people(
    args: &StatusArgs,
    roster: &[Invitee],
    history: &History,
    context: &Context<'_>,
) -> Result<Vec<Invitee>, Error> {
    let mut people = roster.to_vec();
    let wanted: HashSet<_> = people.iter().map(Invitee::key).collect();
    let recorded = history.entries().iter().map(|entry| &entry.invitee);
    let recorded = recorded.filter(|invitee| !invitee.is_creation() && !wanted.contains(&invitee.key()));
    people.extend(recorded.cloned());
    if let Some(partner) = args.partner.as_deref() {
        let id = resolve_partner(partner, context)?;
        people.retain(|invitee| *invitee.partner_id == *id);
    }
    Ok(people)
}

/// Returns the partners of these people, and the IDs of those that no longer exist.
fn involved_partners(people: &[Invitee], all: &[Partner]) -> (Vec<Partner>, Vec<String>) {
    let by_id: HashMap<&str, &Partner> = all.iter().map(|partner| (&*partner.id, partner)).collect();
    let mut seen = HashSet::new();
    let ids = people.iter().map(|invitee| &*invitee.partner_id).filter(|id| seen.insert(*id));
    let (existing, gone): (Vec<&str>, Vec<&str>) = ids.partition(|id| by_id.contains_key(id));
    let existing = existing.into_iter().map(|id| by_id[id].clone()).collect();
    (existing, gone.into_iter().map(str::to_owned).collect())
}

/// The folded addresses of the members of each partner whose members could be listed, by its ID.
pub(super) type MembersById<'p> = HashMap<&'p str, HashSet<String>>;

pub(super) fn members_by_id<'p>(
    partners: &'p [Partner],
    all_members: &FetchedMembers,
) -> Result<MembersById<'p>, Error> {
    let fetched = all_members.successes();
    fetched.map(|(index, members)| Ok((&*partners[index].id, emails_of(members)?))).collect()
}

/// Returns the state of a person. `emails` are the addresses of the partner's members, if they can be listed.
pub(super) fn person_state(emails: Option<&HashSet<String>>, invitee: &Invitee, history: &History) -> State {
    match emails {
        // It cannot be known whether the person has joined.
        None => State::Unknown,
        Some(emails) if emails.contains(&fold_address(&invitee.email)) => State::Joined,
        Some(_) => match history.state(invitee) {
            State::Joined => State::Left,
            state => state,
        },
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
        joined: entry.and_then(|entry| entry.joined_at).map(format_time),
        error: entry.and_then(HistoryEntry::shown_error).map(str::to_owned),
    }
}
