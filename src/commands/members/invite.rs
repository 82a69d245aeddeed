//! `strigo members invite`: plans, asks, and shows what is sent. The invitations themselves are sent by
//! [`crate::invitations::run`].

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use unicode_width::UnicodeWidthStr as _;

use super::new_partners;
use super::notes::{
    describe_plan, describe_recipients, format_duration, invite_context, report_plan, report_summary, with_invite_hints,
};
use crate::api::types::Invitation;
use crate::api::{Client, calls};
use crate::cli::InviteArgs;
use crate::commands::journal;
use crate::commands::people::{InviteeArgs, Invitees, MAX_LISTED, NOTHING_SENT, new_partner_name, resolve_invitees};
use crate::commands::planned::{self, Planned};
use crate::context::Context;
use crate::directory::members::emails_of;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::email::is_email;
use crate::invitations::event::Event;
use crate::invitations::history::History;
use crate::invitations::journal::{Journal, JournalLocation};
use crate::invitations::plan::{Members, Plan, PlanOptions, Resend};
use crate::invitations::run::{self, Notice};
use crate::invitations::summary::Summary;
use crate::output::RowPrinter;
use crate::output::reporter::Reporter;
use crate::process::{Clock, InputStream, SignalMode};
use crate::prompt::Prompt;
use crate::report::Report;
use crate::settings::journal::JournalSetting;
use crate::text::escape::escape_unsafe;

/// The number of invitations above which a person is asked before they are sent.
const MAX_UNCONFIRMED: usize = 20;

/// How often progress is reported if there is no progress bar.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

pub(super) fn run(args: &InviteArgs, context: &mut Context<'_>) -> Result<()> {
    let mut rows: RowPrinter<Invitation> = context.rows(&args.output)?;
    let setting = match context.journal(&args.journal) {
        // A dry run needs no credentials.
        Err(error) if args.dry_run && error.kind() == ErrorKind::Config => JournalSetting::off(),
        setting => setting?,
    };
    check_options(args, &setting)?;
    let nothing_sent = |error: Error| error.with_hint(NOTHING_SENT);
    let (partners, emails) = recipients(args).map_err(nothing_sent)?;
    let people = InviteeArgs {
        partners: &partners,
        emails: &emails,
        roster: &args.roster,
        is_filter: false,
        creates_partners: Some(args.create_partners),
    };
    let people =
        resolve_invitees(people, context).map_err(|error| match emails.iter().find(|email| !email.contains('@')) {
            Some(name) if name == "-" => {
                nothing_sent(error.with_hint("to read addresses from standard input, use --from -"))
            }
            Some(name) if args.partners.is_empty() => {
                let error = error.with_hint(format!("if '{name}' belongs to the name of the partner, quote the name"));
                nothing_sent(error.with_hint("if it is another partner, use --partner for each of them"))
            }
            _ => nothing_sent(error),
        })?;
    if args.require_journal && !context.journal_place(&setting.location)?.exists().map_err(nothing_sent)? {
        return Err(nothing_sent(missing_journal(&setting.location)).into());
    }
    let mut members = MemberLists::default();
    if args.dry_run {
        return dry_run(args, &setting, &people, &mut members, context);
    }
    // The lock is taken after the questions, so that no other run waits for a person.
    let prompt = may_ask(args, context);
    new_partners::confirm_names(args, &people, prompt.as_ref(), context).map_err(nothing_sent)?;
    let mut reported = None;
    if let Some(prompt) = prompt.filter(|_| people.list.len() > MAX_UNCONFIRMED) {
        let history = read_history(&setting, &people.list, args.older_than.is_some(), context).map_err(nothing_sent)?;
        let plan = build_plan(args, &people, &history, &mut members, context)?;
        report_plan(args, &plan, &people, &history, context);
        warn_misplaced(&plan, &people, &history, &members, context);
        confirm(&prompt, &plan, context)?;
        reported = Some(plan);
    }
    let creations = new_partners::creations(args, &people, context);
    let subjects: Vec<Invitee> = people.list.iter().cloned().chain(creations).collect();
    let mut journal = journal::open(&setting, &subjects, context).map_err(nothing_sent)?;
    // The date of a single person is shown.
    if args.older_than.is_some() || people.list.len() == 1 {
        journal.read_details(&people.list).map_err(nothing_sent)?;
    }
    new_partners::record_all_found(&mut journal, context)?;
    let mut plan = build_plan(args, &people, journal.history(), &mut members, context)?;
    for invitee in members.newly_joined(journal.history()) {
        journal.record(Event::Joined(invitee))?;
    }
    if !plan.to_send.is_empty() {
        // Missing credentials are an error before anything is said to be sent.
        context.client()?;
    }
    if reported.as_ref() != Some(&plan) {
        report_plan(args, &plan, &people, journal.history(), context);
        warn_misplaced(&plan, &people, journal.history(), &members, context);
    }
    let mut names = context.partner_names();
    let created = new_partners::create(&new_partners::of_plan(&people, &plan), &mut plan, &mut journal, context);
    names.extend(created.context(NOTHING_SENT)?);
    // Its rows are printed one by one, so that a table must be wide enough for all of them.
    let width = plan.to_send.iter().map(|invitee| invitee.email.width()).max().unwrap_or_default();
    rows.reserve_width("EMAIL", width);
    let summary = send(args, &plan, &names, people.list.len(), journal, &rows, context)?;
    report_summary(args, people.list.len(), &summary, context)
}

/// Returns the partners and the addresses of the command line. With `--partner`, all other arguments are addresses.
fn recipients(args: &InviteArgs) -> Result<(Vec<&str>, Vec<String>), Error> {
    match (&args.partner, &args.partners[..]) {
        (Some(first), []) if is_email(first) => {
            let message = format!("missing partner: '{first}' is an email address");
            Err(Error::new(ErrorKind::Usage, message).with_hint("name the partner first, or use --partner PARTNER"))
        }
        (first, []) => Ok((first.as_deref().into_iter().collect(), args.emails.clone())),
        (first, partners) => {
            let mut distinct: Vec<&str> = Vec::new();
            for partner in partners {
                if !distinct.contains(&partner.as_str()) {
                    distinct.push(partner);
                }
            }
            Ok((distinct, first.iter().chain(&args.emails).cloned().collect()))
        }
    }
}

/// Warns about people who may be invited to the wrong partner: nothing can withdraw an invitation.
fn warn_misplaced(plan: &Plan, people: &Invitees, history: &History, members: &MemberLists, context: &Context<'_>) {
    let lists = members.0.iter().filter_map(|(partner_id, members)| Some((&**partner_id, members.as_deref()?)));
    let names = context.partner_names();
    let name = |id: &str| {
        let name = names.get(id).map(String::as_str).or_else(|| new_partner_name(id));
        name.map_or_else(|| id.to_owned(), |name| format!("'{name}'"))
    };
    for (Invitee { partner_id, email }, other, count) in
        plan.misplaced(&people.list, history, lists).into_iter().take(MAX_LISTED)
    {
        let domain = email.rsplit('@').next().unwrap_or_default();
        let (partner, other) = (name(partner_id), name(other));
        context.reporter.warn(&format!("{email} goes to {partner}, but {count} people of {domain} go to {other}"));
    }
}

/// Rejects options that need a journal without one, and resends that a second run would repeat.
fn check_options(args: &InviteArgs, setting: &JournalSetting) -> Result<(), Error> {
    let error = |message: &str, hint: &str| Err(Error::new(ErrorKind::Usage, message).with_hint(hint));
    if setting.location == JournalLocation::Off && !setting.is_default {
        for (is_given, option) in [
            (args.resend, "--resend"),
            (args.retry_unknown, "--retry-unknown"),
            (args.require_journal, "--require-journal"),
            (args.limit.is_some(), "--limit"),
        ] {
            if is_given {
                return error(&format!("{option} needs a journal"), "use another place than 'none'");
            }
        }
    }
    if args.resend && args.older_than.is_none() && !args.roster.from.is_empty() {
        let message = "--resend cannot be used with a roster: a repeated run would send a third invitation";
        return error(message, "add --older-than, such as --older-than 7d");
    }
    Ok(())
}

fn missing_journal(location: &JournalLocation) -> Error {
    let message = format!("there is no journal at {location}, which --require-journal demands");
    let hint = "correct the location, or omit --require-journal in the first run";
    Error::new(ErrorKind::Usage, message).with_hint(hint)
}

/// Reads what is known about these people.
fn read_history(
    setting: &JournalSetting,
    invitees: &[Invitee],
    needs_dates: bool,
    context: &Context<'_>,
) -> Result<History, Error> {
    if setting.location == JournalLocation::Off {
        return Ok(History::default());
    }
    // A dry run needs no credentials.
    let scope = context.scope().ok();
    let place = context.journal_place(&setting.location)?;
    // Of all people, it is known exactly when they were invited.
    let invitees = (!needs_dates).then_some(invitees);
    Ok(place.history(scope.as_ref(), invitees)?.unwrap_or_default())
}

fn dry_run(
    args: &InviteArgs,
    setting: &JournalSetting,
    people: &Invitees,
    members: &mut MemberLists,
    context: &Context<'_>,
) -> Result<()> {
    let history = read_history(setting, &people.list, args.older_than.is_some() || people.list.len() == 1, context)?;
    let plan = build_plan(args, people, &history, members, context)?;
    let new_partners = new_partners::of_plan(people, &plan);
    if planned::is_shown(context) {
        let creations = new_partners.iter().map(|name| Planned::new("create", "", *name));
        let plan_rows = creations.chain(planned_invitations(&plan, &history, context)).collect();
        planned::print(plan_rows, &describe_plan(args, &plan, people, context), context)?;
        // Below a table that may be long.
        new_partners::confirm_names(args, people, None, context)?;
        warn_misplaced(&plan, people, &history, members, context);
        return Ok(());
    }
    new_partners::confirm_names(args, people, None, context)?;
    report_plan(args, &plan, people, &history, context);
    warn_misplaced(&plan, people, &history, members, context);
    for name in new_partners {
        context.print_dry_run(&calls::create_partner(name).request, None)?;
    }
    for Invitee { partner_id, email } in &plan.to_send {
        context.print_dry_run(&calls::invite_member(partner_id, email)?.request, new_partner_name(partner_id))?;
    }
    Ok(())
}

/// Returns what would become of each person.
fn planned_invitations(plan: &Plan, history: &History, context: &Context<'_>) -> Vec<Planned> {
    let names = context.partner_names();
    let row = |action: &str, Invitee { partner_id, email }: &Invitee| {
        let name = names.get(partner_id).map(String::as_str).or(new_partner_name(partner_id));
        Planned::new(action, email, name.unwrap_or(partner_id))
    };
    let send = plan.to_send.iter().map(|invitee| {
        let is_again = history.get(invitee).is_some_and(|entry| entry.has_invitation());
        row(if is_again { "resend" } else { "invite" }, invitee)
    });
    let skipped = [
        (&plan.already_invited, "skip (invited before)"),
        (&plan.existing_members, "skip (member)"),
        (&plan.confirmed_members, "skip (member)"),
        (&plan.unknown, "skip (unknown)"),
        (&plan.in_progress, "skip (in progress)"),
        (&plan.partner_not_found, "skip (no partner)"),
    ];
    let skipped = skipped.into_iter().flat_map(|(people, why)| people.iter().map(move |invitee| (why, invitee)));
    send.chain(skipped.map(|(why, invitee)| row(why, invitee))).collect()
}

fn build_plan(
    args: &InviteArgs,
    people: &Invitees,
    history: &History,
    members: &mut MemberLists,
    context: &Context<'_>,
) -> Result<Plan, Error> {
    let resend = match (args.resend, args.older_than) {
        (false, _) => Resend::Never,
        (true, None) => Resend::Typed,
        (true, Some(age)) => context.clock.system_time().checked_sub(age).map_or(Resend::Never, Resend::InvitedBy),
    };
    let options = PlanOptions {
        skip_members: args.skip_members || args.resend,
        retry_unknown: args.retry_unknown,
        resend,
        limit: args.limit,
    };
    let plan = Plan::build(&people.list, history, options, |partner_id| members.get(partner_id, context));
    plan.map_err(|error| error.with_context("cannot check for existing members; no invitations were sent"))
}

/// The members of partners, each of which is requested once.
#[derive(Default)]
struct MemberLists(HashMap<String, Members>);

impl MemberLists {
    fn get(&mut self, partner_id: &str, context: &Context<'_>) -> Result<Members, Error> {
        if let Some(members) = self.0.get(partner_id) {
            return Ok(members.clone());
        }
        if new_partner_name(partner_id).is_some() {
            return Ok(Some(Rc::default()));
        }
        let members = match context.send(&calls::list_members(partner_id)?) {
            Ok(members) => Some(Rc::new(emails_of(&members)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        self.0.insert(partner_id.to_owned(), members.clone());
        Ok(members)
    }

    /// Returns the people who are members now, and were not known as that.
    fn newly_joined(&self, history: &History) -> Vec<Invitee> {
        let members = |partner_id: &str| -> Option<&HashSet<String>> { self.0.get(partner_id)?.as_deref() };
        history.newly_joined(members)
    }
}

/// Returns a prompt if a person can be asked. Without a terminal, or in a CI job, many invitations are sent without a question.
fn may_ask<'c>(args: &InviteArgs, context: &mut Context<'c>) -> Option<Prompt<'c>> {
    if args.yes || context.env.is_ci() {
        return None;
    }
    let stdin = std::mem::replace(&mut context.stdin, InputStream::empty());
    Some(Prompt::new(stdin, context.signals, context.reporter)).filter(Prompt::is_interactive)
}

fn confirm(prompt: &Prompt<'_>, plan: &Plan, context: &Context<'_>) -> Result<(), Error> {
    if plan.to_send.len() <= MAX_UNCONFIRMED {
        return Ok(());
    }
    let recipients = describe_recipients(plan, &context.partner_names());
    let credentials = context.credential_spec()?;
    let organization = escape_unsafe(&credentials.org_id);
    let profile = credentials.profile.as_ref().map(|name| format!(" (profile '{}')", escape_unsafe(name)));
    let profile = profile.unwrap_or_default();
    let question = format!("Invite {recipients} in organization {organization}{profile}? [y/N] ");
    match prompt.confirm(&question)? {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::Interrupted, "canceled; no invitations were sent")
            .with_hint("to invite without being asked, use --yes")),
    }
}

/// Sends the invitations, and shows each at once.
fn send(
    args: &InviteArgs,
    plan: &Plan,
    names: &HashMap<String, String>,
    total: usize,
    mut journal: Journal<'_>,
    rows: &RowPrinter<Invitation>,
    context: &Context<'_>,
) -> Result<Summary> {
    if plan.to_send.is_empty() && plan.in_progress.is_empty() {
        return Ok(Summary::from_plan(plan, journal.is_recording()));
    }
    context.signals.set_mode(SignalMode::Graceful);
    let (client, reporter, clock) = (context.client()?, context.reporter, context.clock);
    let mut progress = Progress::new(plan.to_send.len(), clock);
    let summary = run::run(plan, &client, &mut journal, &mut |notice| {
        match notice {
            Notice::Invited(Invitee { partner_id, email }, invitation) => {
                reporter.clear_progress();
                let row = invitation.parse()?;
                let partner = names.get(partner_id).unwrap_or(partner_id);
                let sentence = format!("invited {email} to {partner}\n{}", row.link);
                return rows.print_next(invitation.json(), &row, &sentence);
            }
            // A single error is the command's.
            Notice::Next(_) | Notice::Failed(..) if total == 1 => {}
            Notice::Next(done) => progress.update(done, &client, clock, reporter),
            Notice::Failed(invitee, error) => {
                let error = anyhow::Error::from(with_invite_hints(args, error.clone()));
                reporter.item_error(&Report::new(&error.context(invite_context(invitee))));
            }
            Notice::OthersUnseen(error) => reporter.warn(&format!("cannot see what other runs have sent: {error}")),
        }
        Ok(())
    });
    reporter.clear_progress();
    Ok(summary)
}

/// Reports the progress of a run, and estimates the time left.
struct Progress {
    total: usize,
    started_at: Instant,
    last_reported_at: Instant,
}

impl Progress {
    fn new(total: usize, clock: &dyn Clock) -> Self {
        Progress { total, started_at: clock.now(), last_reported_at: clock.now() }
    }

    /// Estimates the time left: at the speed so far, or as the rate limit demands, whichever is longer.
    fn eta(&self, done: usize, now: Instant, client: &Client<'_>) -> Option<Duration> {
        let left = self.total - done;
        let elapsed = now.saturating_duration_since(self.started_at);
        let at_this_speed = (done > 0).then(|| elapsed.div_f64(done as f64).mul_f64(left as f64));
        at_this_speed.max(client.estimate(left as u64).map(|estimate| estimate.duration))
    }

    fn update(&mut self, done: usize, client: &Client<'_>, clock: &dyn Clock, reporter: &Reporter) {
        let now = clock.now();
        let has_bar = reporter.has_progress_bar();
        if !has_bar && now.saturating_duration_since(self.last_reported_at) < PROGRESS_INTERVAL {
            return;
        }
        self.last_reported_at = now;
        let eta = self.eta(done, now, client).filter(|eta| !eta.is_zero());
        let eta = eta.map(|eta| format!("{} left", format_duration(eta))).unwrap_or_default();
        if has_bar {
            reporter.set_progress(done, self.total, &eta);
        } else {
            let separator = if eta.is_empty() { "" } else { ", " };
            reporter.note(&format!("{done} of {} invitations processed{separator}{eta}", self.total));
        }
    }
}
