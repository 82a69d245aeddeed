//! `strigo members invite`.

use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::value::RawValue;

use super::lookup::{self, Wanted};
use super::{Session, Surroundings};
use crate::api::types::{Invitation, One};
use crate::api::{Client, calls};
use crate::cli::InviteArgs;
use crate::error::{Error, Kind, Report};
use crate::invitations::Invitee;
use crate::invitations::journal::{Event, Journal, Key, Known};
use crate::invitations::roster::{Entry, Fault, Roster};
use crate::invitations::run::{self, Ended, Plan, Steps, Tally, Wishes};
use crate::output::Output;
use crate::output::notes::Notes;
use crate::process::Interrupts;
use crate::text::escape::shell_word;

/// How often progress is told where it cannot be drawn.
const TELL_EVERY: Duration = Duration::from_secs(30);

pub(super) fn run(args: &InviteArgs, session: &mut Session<'_>) -> Result<()> {
    let roster = read_roster(args, &mut session.around)?;
    let wanted = resolve(args, roster, session)?;
    let wishes = Wishes { skip_members: args.skip_members, retry_unknown: args.retry_unknown };
    if args.dry_run.dry_run {
        return dry_run(args, wanted, wishes, session);
    }
    let mut journal = args.journal.as_deref().map(|path| open_journal(path, session)).transpose()?;
    let total = wanted.len();
    let plan = make_plan(wanted, journal.as_ref().map(Journal::known).unwrap_or(&HashMap::new()), wishes, session)?;
    for Invitee { partner_id, email } in &plan.settled {
        let (partner_id, email) = (partner_id.to_string(), email.clone());
        journal.as_mut().map(|journal| journal.record(Event::Member { partner_id, email })).transpose()?;
    }
    tell_plan(&plan, session.notes);
    let ended = send(args, &plan, total, journal, session)?;
    conclude(args, total, &plan, ended, session)
}

/// Everybody whom the command line and the roster name.
fn read_roster(args: &InviteArgs, around: &mut Surroundings<'_>) -> Result<Roster> {
    let mut roster = Roster::from_arguments(&args.emails);
    let Some(path) = &args.from else {
        if args.emails.is_empty() {
            let hint = "Give the partner and then email addresses, or a roster with --from FILE.";
            return Err(Error::new(Kind::Usage, "nobody is named who is to be invited").hint(hint).into());
        }
        return Ok(roster);
    };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        around.stdin.from.read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|contents| bytes = contents)
    };
    read.map_err(|error| {
        Error::new(Kind::Usage, format!("cannot read the roster {}: {}", path.display(), error.kind()))
    })?;
    let file = Roster::parse(&bytes);
    if file.names_partners && !args.emails.is_empty() {
        let message = "the roster names a partner for each address, so no addresses can be given beside it";
        return Err(Error::new(Kind::Usage, message).into());
    }
    roster.entries.extend(file.entries);
    roster.faults.extend(file.faults);
    roster.names_partners = file.names_partners;
    Ok(roster)
}

/// Finds everybody's partner and checks everything. Each person is named once a partner in what is returned.
fn resolve(args: &InviteArgs, roster: Roster, session: &Session<'_>) -> Result<Vec<Invitee>> {
    let Roster { entries, mut faults, names_partners } = roster;
    let wrong = |message: &str, hint: &str| Err(Error::new(Kind::Usage, message).hint(hint).into());
    let invitees = match (&args.partner, names_partners) {
        (Some(_), true) => {
            return wrong(
                "the partner is named twice: as an argument, and in the roster's column `partner`",
                "Leave out one of the two.",
            );
        }
        (None, false) if faults.is_empty() => {
            return wrong(
                "no partner is named",
                "Give it before the addresses, or in a column `partner` of the roster.",
            );
        }
        (Some(partner), false) if faults.is_empty() => {
            let wanted = Wanted::read(partner)?;
            let what = || format!("cannot invite anybody to partner '{partner}'");
            let id: Rc<str> = session.partner_id(wanted).with_context(what)?.into();
            entries.into_iter().map(|entry| Invitee { partner_id: Rc::clone(&id), email: entry.email }).collect()
        }
        (_, false) => Vec::new(),
        (None, true) => {
            let (invitees, unknown_partners) = resolve_each(entries, session, !faults.is_empty())?;
            faults.extend(unknown_partners);
            invitees
        }
    };
    if !faults.is_empty() {
        return Err(refuse(faults).into());
    }
    Ok(once_each(invitees, session.notes))
}

/// Finds the partner of each entry in one list of partners. Where there are faults already, a list that cannot be had
/// is not missed.
fn resolve_each(entries: Vec<Entry>, session: &Session<'_>, has_faults: bool) -> Result<(Vec<Invitee>, Vec<Fault>)> {
    let list = match session.client().and_then(|client| client.send(&calls::list_partners())) {
        Err(_) if has_faults => return Ok((Vec::new(), Vec::new())),
        list => list.context("cannot look up the roster's partners")?,
    };
    let partners = list.get()?;
    let mut found: HashMap<String, Result<Rc<str>, String>> = HashMap::new();
    let (mut invitees, mut faults) = (Vec::with_capacity(entries.len()), Vec::new());
    for Entry { line, email, partner } in entries {
        // An empty cell has been told as a fault of the roster's own.
        let Some(partner) = partner.filter(|partner| !partner.is_empty()) else { continue };
        let id = found.entry(partner).or_insert_with_key(|partner| {
            let id = Wanted::read(partner).and_then(|wanted| lookup::find(wanted, &partners).map(Rc::from));
            id.map_err(|error| format!("partner '{partner}': {error}. {}", error.advice()))
        });
        match id {
            Ok(id) => invitees.push(Invitee { partner_id: Rc::clone(id), email }),
            Err(msg) => faults.push(Fault { line, msg: msg.clone() }),
        }
    }
    Ok((invitees, faults))
}

/// The failure that lists all faults, in the order of their lines.
fn refuse(mut faults: Vec<Fault>) -> Error {
    faults.sort_by_key(|fault| fault.line);
    faults.dedup();
    if let [Fault { line: None, msg }] = faults.as_slice() {
        return Error::new(Kind::Usage, msg).hint("Nobody was invited.");
    }
    let entries = faults.iter().filter_map(|Fault { line, msg }| {
        let entry = match line {
            Some(line) => serde_json::json!({"line": line, "msg": msg}),
            None => serde_json::json!({"msg": msg}),
        };
        RawValue::from_string(entry.to_string()).ok()
    });
    let message = match faults.len() {
        1 => "nobody was invited, because something is wrong with the roster".to_owned(),
        count => format!("nobody was invited, because {count} things are wrong"),
    };
    Error::new(Kind::Usage, message).entries(entries.collect()).hint("Mend them, and run this again.")
}

fn once_each(invitees: Vec<Invitee>, notes: &Notes) -> Vec<Invitee> {
    let given = invitees.len();
    let mut seen = HashSet::with_capacity(given);
    let once: Vec<Invitee> = invitees.into_iter().filter(|invitee| seen.insert(invitee.key())).collect();
    let again = given - once.len();
    if again > 0 {
        notes
            .note(&format!("Of the {given} addresses, {again} came again for the same partner: each is invited once."));
    }
    once
}

fn open_journal(path: &Path, session: &Session<'_>) -> Result<Journal, Error> {
    let org_id = session.settings.org_id()?;
    Journal::open(path, &session.settings.endpoint.to_string(), org_id)
}

fn make_plan(wanted: Vec<Invitee>, known: &HashMap<Key, Known>, wishes: Wishes, session: &Session<'_>) -> Result<Plan> {
    let plan = Plan::make(wanted, known, wishes, |partner_id| {
        match session.client()?.send(&calls::list_members(partner_id)?) {
            Ok(members) => {
                let members = members.get()?;
                Ok(Some(members.iter().map(|member| member.email.as_str().to_lowercase()).collect()))
            }
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    });
    plan.context("cannot see who is a member already, so nobody was invited")
}

fn dry_run(args: &InviteArgs, wanted: Vec<Invitee>, wishes: Wishes, session: &mut Session<'_>) -> Result<()> {
    let org_id = session.settings.org_id().ok();
    let known = match &args.journal {
        Some(path) => Journal::peek(path, &session.settings.endpoint.to_string(), org_id)?,
        None => HashMap::new(),
    };
    let plan = make_plan(wanted, &known, wishes, session)?;
    tell_plan(&plan, session.notes);
    for Invitee { partner_id, email } in &plan.send {
        session.show_call(&calls::invite_member(partner_id, email)?)?;
    }
    Ok(())
}

/// Says who is left out, and why.
fn tell_plan(plan: &Plan, notes: &Notes) {
    let names = |list: &[Invitee]| list.iter().map(|invitee| invitee.email.as_str()).collect::<Vec<_>>().join(", ");
    if plan.done > 0 {
        notes.note(&format!("{} invited already, by the journal.", plan.done));
    }
    if !plan.members.is_empty() {
        notes.note(&format!("Members already, so not invited: {}.", names(&plan.members)));
    }
    if !plan.settled.is_empty() {
        notes.note(&format!(
            "It was unknown whether these were invited; they are members by now: {}.",
            names(&plan.settled)
        ));
    }
    if !plan.unknown.is_empty() {
        notes.warning(&format!(
            "It is unknown whether these were invited, so they are not invited again: {}.",
            names(&plan.unknown)
        ));
    }
    if !plan.gone.is_empty() {
        notes.warning(&format!("Their partner is gone, so they are not invited: {}.", names(&plan.gone)));
    }
}

/// Sends what is to be sent, with the journal in hand; it is let go in the end.
fn send(
    args: &InviteArgs,
    plan: &Plan,
    total: usize,
    journal: Option<Journal>,
    session: &mut Session<'_>,
) -> Result<Ended> {
    let tally = Tally::of(plan);
    if plan.send.is_empty() {
        return Ok(Ended { tally, by: None, failures: HashSet::new() });
    }
    let client = session.client()?;
    let Session { output, notes, around, .. } = session;
    around.interrupts.catch();
    let mut inviter = Inviter {
        client: &client,
        journal,
        output,
        notes,
        interrupts: around.interrupts,
        now: &|| around.clock.now(),
        began: around.clock.now(),
        told: around.clock.now(),
        total: plan.send.len(),
        partner: args.partner.as_deref(),
        alone: (total == 1).then_some(None),
        last: None,
        rows: Vec::new(),
        has_shown: false,
    };
    inviter.tell_estimate();
    let mut ended = run::run(&plan.send, tally, &mut inviter);
    notes.erase_bar();
    inviter.show_table().map_err(|error| {
        let advice = format!("{} invited all the same: do not run this again without a journal.", ended.tally.invited);
        error.hint(advice)
    })?;
    ended.by = ended.by.map(|(invitee, error)| (invitee, explain(inviter.partner, error)));
    match (inviter.alone, ended.by) {
        (None, by) => Ok(Ended { by, ..ended }),
        (Some(failure), by) => match failure.or(by.map(|(_, error)| error)) {
            Some(error) => Err(anyhow::Error::from(error).context(cannot_invite(&plan.send[0]))),
            None => Ok(Ended { by: None, ..ended }),
        },
    }
}

/// Makes invitations, and shows each as it is made.
struct Inviter<'s, 'c> {
    client: &'s Client<'c>,
    journal: Option<Journal>,
    output: &'s mut Output,
    notes: &'s Notes,
    interrupts: &'s Interrupts,
    now: &'s dyn Fn() -> Instant,
    began: Instant,
    /// When progress was told.
    told: Instant,
    /// How many are to be sent.
    total: usize,
    /// The partner as typed.
    partner: Option<&'s str>,
    /// Where this is about one invitation alone, its failure: that is the command's.
    alone: Option<Option<Error>>,
    /// What was made and has not been shown.
    last: Option<One<Invitation<'static>>>,
    /// What has been made, where it is shown in the end.
    rows: Vec<One<Invitation<'static>>>,
    has_shown: bool,
}

impl Inviter<'_, '_> {
    fn tell_estimate(&self) {
        let Some((each, time)) = self.client.estimate(self.total as u64) else { return };
        if !time.is_zero() {
            let (total, time) = (self.total, duration_in_words(time));
            self.notes.note(&format!("{total} invitations to send: at {each} requests a minute, this takes {time}."));
        }
    }

    /// How long the rest takes: at the speed so far, or as the rate limit makes it, whichever is longer.
    fn time_left(&self, done: usize) -> Option<Duration> {
        let left = self.total - done;
        let elapsed = (self.now)().saturating_duration_since(self.began);
        let by_speed = (done > 0).then(|| elapsed.div_f64(done as f64).mul_f64(left as f64));
        by_speed.max(self.client.estimate(left as u64).map(|(_, time)| time))
    }

    fn show(&mut self, invitation: One<Invitation<'static>>) -> Result<(), Error> {
        self.notes.erase_bar();
        self.output.next(invitation.raw(), &invitation.get()?, !self.has_shown)?;
        self.has_shown = true;
        if self.output.is_table() {
            self.rows.push(invitation);
        }
        Ok(())
    }

    fn show_table(&mut self) -> Result<(), Error> {
        let rows = self.rows.iter().map(One::get).collect::<Result<Vec<_>, _>>()?;
        self.output.table(rows)?;
        self.output.flush()
    }
}

impl Steps for Inviter<'_, '_> {
    fn intend(&mut self, Invitee { partner_id, email }: &Invitee) -> Result<(), Error> {
        let (partner_id, email) = (partner_id.to_string(), email.clone());
        self.journal.as_mut().map_or(Ok(()), |journal| journal.record(Event::Intent { partner_id, email }))
    }

    fn send(&mut self, Invitee { partner_id, email }: &Invitee) -> Result<(), Error> {
        self.last = Some(self.client.send(&calls::invite_member(partner_id, email)?)?);
        Ok(())
    }

    fn conclude(&mut self, invitee: &Invitee, result: &Result<(), Error>) -> Result<(), Error> {
        let made = self.last.take();
        if let Some(journal) = &mut self.journal {
            let (partner_id, email) = (invitee.partner_id.to_string(), invitee.email.clone());
            let event = match (result.as_ref().map_err(Error::kind), &made) {
                (Err(Kind::OutcomeUnknown), _) => Event::Unknown { partner_id, email },
                (Err(kind), _) => Event::Failed { partner_id, email, kind: kind.name().to_owned() },
                (Ok(()), made) => {
                    let id = made.as_ref().and_then(|made| made.get().ok());
                    let invitation_id = id.map(|made| made.id.as_str().to_owned()).unwrap_or_default();
                    Event::Invited { partner_id, email, invitation_id }
                }
            };
            journal.record(event)?;
        }
        // Output that fails does not stop the others from being invited: it fails again in the end, and is told then.
        let _ = made.map(|made| self.show(made));
        Ok(())
    }

    fn failed(&mut self, invitee: &Invitee, error: Error) {
        let error = explain(self.partner, error);
        if let Some(failure) = &mut self.alone {
            *failure = Some(error);
            return;
        }
        let failure = anyhow::Error::from(error).context(cannot_invite(invitee));
        self.notes.failed(&Report::new(&failure));
    }

    fn is_interrupted(&self) -> bool {
        self.interrupts.happened()
    }

    fn progress(&mut self, done: usize) {
        let is_due = self.notes.draws_bar() || (self.now)().saturating_duration_since(self.told) >= TELL_EVERY;
        if self.alone.is_some() || !is_due {
            return;
        }
        self.told = (self.now)();
        let left = self.time_left(done).filter(|time| !time.is_zero());
        let left = left.map(|time| format!("{} left", duration_in_words(time))).unwrap_or_default();
        if self.notes.draws_bar() {
            self.notes.draw_bar(done, self.total, &left);
        } else {
            self.notes.note(&format!("{done} of {} done; {left}", self.total));
        }
    }
}

/// Tells how it ended.
fn conclude(args: &InviteArgs, total: usize, plan: &Plan, ended: Ended, session: &Session<'_>) -> Result<()> {
    let Ended { tally, by, mut failures } = ended;
    let counts = tally.in_words();
    if tally.failed + tally.unknown + tally.not_tried == 0 {
        if total > 1 || tally.skipped > 0 {
            session.notes.summary(&format!("{counts}."), &tally);
        }
        return Ok(());
    }
    if session.notes.are_json() {
        session.notes.summary(&counts, &tally);
    }
    if !plan.gone.is_empty() {
        failures.insert(Kind::NotFound);
    }
    let kind = kind_of(&tally, by.as_ref().map(|(_, error)| error.kind()), &failures, args.journal.is_some());
    let with_advice = |error| how_to_go_on(args, &tally, &session.around.args).into_iter().fold(error, Error::and_hint);
    match by {
        Some((_, error)) if error.kind() == kind => Err(anyhow::Error::from(with_advice(error)).context(counts)),
        Some((invitee, error)) => {
            session.notes.failed(&Report::new(&anyhow::Error::from(error).context(cannot_invite(&invitee))));
            Err(with_advice(Error::new(kind, counts)).into())
        }
        None => Err(with_advice(Error::new(kind, counts)).into()),
    }
}

/// What kind of failure it is that not everybody was invited.
fn kind_of(tally: &Tally, ended_by: Option<Kind>, failures: &HashSet<Kind>, is_journaled: bool) -> Kind {
    match ended_by {
        Some(Kind::Interrupted) => Kind::Interrupted,
        _ if tally.unknown > 0 => Kind::OutcomeUnknown,
        // Without a journal, what has been done makes it another thing to run this again.
        Some(kind) if is_journaled || tally.invited == 0 => kind,
        None if tally.invited == 0 && *failures == HashSet::from([Kind::NotFound]) => Kind::NotFound,
        _ => Kind::Partial,
    }
}

fn how_to_go_on(args: &InviteArgs, tally: &Tally, words: &[String]) -> Vec<String> {
    if args.journal.is_none() {
        return vec![if tally.invited + tally.unknown > 0 {
            "Do not run this again as it is: it would invite anew who has been invited. With --journal FILE, a run can \
             be repeated."
                .to_owned()
        } else {
            "Nobody was invited.".to_owned()
        }];
    }
    let words: Vec<_> = words.iter().map(|word| shell_word(word)).collect();
    let mut advice = vec![format!("To go on: strigo {}", words.join(" "))];
    if args.from.as_deref() == Some(Path::new("-")) {
        advice.push("It needs the same roster on its standard input.".to_owned());
    }
    if tally.unknown > 0 && !args.retry_unknown {
        let text = "What is unknown is not sent again, unless --retry-unknown is added: then it may be sent twice.";
        advice.push(text.to_owned());
    }
    advice
}

fn cannot_invite(invitee: &Invitee) -> String {
    format!("cannot invite {}", invitee.email)
}

/// A failure with what helps about it.
fn explain(partner: Option<&str>, error: Error) -> Error {
    let error = match partner.map(Wanted::read) {
        Some(Ok(wanted)) => wanted.explain(error),
        _ => error,
    };
    error.hint_where(Kind::OutcomeUnknown, || {
        "The invitation may or may not have been made. The API lists no invitations: ask its receiver, or look into \
         `strigo members list`, where everybody is who has accepted one."
            .to_owned()
    })
}

/// A length of time as one would say it.
fn duration_in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..100 => format!("about {} s", seconds.max(1)),
        100..6000 => format!("about {} min", (seconds + 30) / 60),
        _ => format!("about {:.1} h", time.as_secs_f64() / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_says_what_to_do() {
        let none = HashSet::new();
        let gone = HashSet::from([Kind::NotFound]);
        let invited = Tally { invited: 1, failed: 1, ..Tally::default() };
        let nobody = Tally { failed: 1, ..Tally::default() };
        let unknown = Tally { unknown: 1, ..Tally::default() };
        assert_eq!(kind_of(&unknown, Some(Kind::Interrupted), &none, true), Kind::Interrupted);
        assert_eq!(kind_of(&unknown, Some(Kind::Unavailable), &none, true), Kind::OutcomeUnknown);
        assert_eq!(kind_of(&invited, Some(Kind::Unavailable), &none, true), Kind::Unavailable);
        assert_eq!(kind_of(&invited, Some(Kind::Unavailable), &none, false), Kind::Partial);
        assert_eq!(kind_of(&nobody, Some(Kind::Denied), &none, false), Kind::Denied);
        assert_eq!(kind_of(&nobody, None, &gone, false), Kind::NotFound);
        assert_eq!(kind_of(&invited, None, &gone, true), Kind::Partial);
    }

    #[test]
    fn times_are_told_as_people_do() {
        let told = |seconds| duration_in_words(Duration::from_secs(seconds));
        assert_eq!((told(0), told(99)), ("about 1 s".to_owned(), "about 99 s".to_owned()));
        assert_eq!((told(240), told(7200)), ("about 4 min".to_owned(), "about 2.0 h".to_owned()));
    }
}
