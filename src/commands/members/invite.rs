//! `strigo members invite`: plans, asks, and shows what is sent. The invitations themselves are sent by
//! [`crate::invitations::run`].

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use unicode_width::UnicodeWidthStr as _;

use super::people::{InviteeArgs, Invitees, NOTHING_SENT, reject_repeated, resolve_invitees};
use super::resolve::resolve;
use super::resume::{record_hint, resume_hints};
use crate::api::types::Invitation;
use crate::api::{Client, calls};
use crate::cli::InviteArgs;
use crate::commands::journal::parse_location;
use crate::context::Context;
use crate::directory::members::emails_of;
use crate::directory::partner::PartnerSpec;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::event::Event;
use crate::invitations::history::History;
use crate::invitations::journal::{Journal, JournalLocation};
use crate::invitations::plan::{Plan, PlanOptions};
use crate::invitations::run::{self, Notice};
use crate::invitations::summary::Summary;
use crate::output::RowPrinter;
use crate::output::reporter::Reporter;
use crate::process::{Clock, InputStream, SignalMode};
use crate::prompt::Prompt;
use crate::report::Report;
use crate::text::format_count;

/// The number of invitations above which a person is asked before they are sent.
const MAX_UNCONFIRMED: usize = 20;

/// How often progress is reported if there is no progress bar.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

pub(super) fn run(args: &InviteArgs, context: &mut Context<'_>) -> Result<()> {
    let mut rows: RowPrinter<Invitation> = context.rows(&args.output)?;
    reject_repeated(&args.journal, "--journal", "use the same journal for all runs")?;
    let location = args.journal.first().map(|typed| parse_location(typed)).transpose()?;
    let location = location.as_ref();
    let invitee_args =
        InviteeArgs { partner: args.partner.as_deref(), emails: &args.emails, roster: &args.roster, is_filter: false };
    let nothing_sent = |error: Error| error.with_hint(NOTHING_SENT);
    let Invitees { list: invitees, duplicates } = resolve_invitees(invitee_args, context).map_err(nothing_sent)?;
    if let Some(location) = location.filter(|_| args.require_journal) {
        require_journal(location, context).map_err(nothing_sent)?;
    }
    if args.dry_run {
        return dry_run(args, location, invitees, duplicates, context);
    }
    let open =
        |location| context.journal_place(location)?.open(&context.scope()?, &invitees, &mut context.wait_for_lock());
    let mut journal = location.map(open).transpose().map_err(nothing_sent)?.unwrap_or_default();
    let total = invitees.len();
    if let Some(history) = journal.history() {
        let resolved = resolve(args, &invitees, history, context.env, context.reporter)?;
        resolved.into_iter().try_for_each(|event| journal.record(event))?;
    }
    let plan = build_plan(args, invitees, journal.history().unwrap_or(&History::default()), context)?;
    plan.confirmed_members.iter().try_for_each(|invitee| journal.record(Event::Joined(invitee.clone())))?;
    if !plan.to_send.is_empty() {
        // Missing credentials are an error before anyone is asked.
        context.client()?;
    }
    report_plan(&plan, total, duplicates, "inviting", context);
    confirm(args, &plan, context)?;
    // Its rows are printed one by one, so that a table must be wide enough for all of them.
    let width = plan.to_send.iter().map(|invitee| invitee.email.width()).max().unwrap_or_default();
    rows.reserve_width("EMAIL", width);
    let summary = send(args, &plan, total, journal, &rows, context)?;
    report_summary(args, total, &summary, context)
}

/// Fails if there is no journal, as `--require-journal` demands.
fn require_journal(location: &JournalLocation, context: &Context<'_>) -> Result<(), Error> {
    if context.journal_place(location)?.exists()? {
        return Ok(());
    }
    let message = format!("there is no journal at {location}, which --require-journal demands");
    let hint = "correct the location, or omit --require-journal in the first run";
    Err(Error::new(ErrorKind::Usage, message).with_hint(hint))
}

fn dry_run(
    args: &InviteArgs,
    location: Option<&JournalLocation>,
    invitees: Vec<Invitee>,
    duplicates: usize,
    context: &mut Context<'_>,
) -> Result<()> {
    // A dry run needs no credentials.
    let scope = context.scope().ok();
    let load = |location| context.journal_place(location)?.history(scope.as_ref(), Some(&invitees));
    let mut history = location.map(load).transpose()?.flatten().unwrap_or_default();
    for event in resolve(args, &invitees, &history, context.env, context.reporter)? {
        history.apply(&event, None);
    }
    let total = invitees.len();
    let plan = build_plan(args, invitees, &history, context)?;
    report_plan(&plan, total, duplicates, "would invite", context);
    for Invitee { partner_id, email } in &plan.to_send {
        context.print_dry_run(&calls::invite_member(partner_id, email)?.request)?;
    }
    Ok(())
}

fn build_plan(args: &InviteArgs, invitees: Vec<Invitee>, history: &History, context: &Context<'_>) -> Result<Plan> {
    let again_before = args.again_after.and_then(|age| context.clock.system_time().checked_sub(age));
    let options = PlanOptions {
        skip_members: args.skip_members || args.again_after.is_some(),
        retry_unknown: args.retry_unknown,
        again_before,
    };
    let plan =
        Plan::build(invitees, history, options, |partner_id| match context.send(&calls::list_members(partner_id)?) {
            Ok(members) => Ok(Some(emails_of(&members)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        });
    plan.context("cannot check for existing members; no invitations were sent")
}

/// Reports how many people are invited, and who is skipped and why.
fn report_plan(plan: &Plan, total: usize, duplicates: usize, verb: &str, context: &Context<'_>) {
    let reporter = context.reporter;
    if total > 1 && !plan.to_send.is_empty() {
        reporter.note(&format!("{verb} {}{}", describe_recipients(plan), describe_duration(plan, context)));
    }
    match plan.again {
        0 => {}
        _ if total == 1 => reporter.note("inviting again, because the invited person has not joined"),
        again => reporter.note(&format!("{again} of them again, because they have not joined")),
    }
    if duplicates > 0 {
        let total = total + duplicates;
        reporter.note(&format!("ignored {} among {total} addresses", format_count(duplicates, "duplicate")));
    }
    if plan.already_invited > 0 {
        reporter.note(&format!("skipping {} already invited, according to the journal", plan.already_invited));
    }
    let report = |invitees: &[Invitee], what: &str, report: fn(&Reporter, &str)| {
        if !invitees.is_empty() {
            report(reporter, &format!("skipping {what}: {}", list_invitees(invitees)));
        }
    };
    report(&plan.existing_members, "existing members", Reporter::note);
    report(&plan.confirmed_members, "previously unknown addresses that are members now", Reporter::note);
    report(&plan.unknown, "addresses that may already have been invited", Reporter::warn);
    report(&plan.in_progress, "addresses that another run is inviting", Reporter::warn);
    report(&plan.partner_not_found, "addresses whose partner no longer exists", Reporter::warn);
}

/// Lists email addresses, with the partner IDs if these differ.
fn list_invitees(invitees: &[Invitee]) -> String {
    let has_several_partners = invitees.windows(2).any(|pair| pair[0].partner_id != pair[1].partner_id);
    let describe = |Invitee { partner_id, email }: &Invitee| match has_several_partners {
        true => format!("{email} (partner {partner_id})"),
        false => email.clone(),
    };
    invitees.iter().map(describe).collect::<Vec<_>>().join(", ")
}

/// Returns how many people are invited to how many partners.
fn describe_recipients(plan: &Plan) -> String {
    let partners: HashSet<&str> = plan.to_send.iter().map(|invitee| &*invitee.partner_id).collect();
    let people = plan.to_send.len();
    let noun = if people == 1 { "person" } else { "people" };
    format!("{people} {noun} to {}", format_count(partners.len(), "partner"))
}

/// Returns how long the rate limit makes the batch take, if it makes it wait.
fn describe_duration(plan: &Plan, context: &Context<'_>) -> String {
    let estimate = context.estimate(plan.to_send.len()).filter(|estimate| !estimate.duration.is_zero());
    estimate.map_or(String::new(), |estimate| {
        format!(" at {} requests per minute: {}", estimate.per_window, format_duration(estimate.duration))
    })
}

/// Asks a person whether to send many invitations. Without a terminal, they are sent.
fn confirm(args: &InviteArgs, plan: &Plan, context: &mut Context<'_>) -> Result<(), Error> {
    if args.yes || plan.to_send.len() <= MAX_UNCONFIRMED {
        return Ok(());
    }
    let stdin = std::mem::replace(&mut context.stdin, InputStream::empty());
    let prompt = Prompt::new(stdin, context.signals, context.reporter);
    if !prompt.is_interactive() {
        return Ok(());
    }
    let answer = prompt.input(&format!("Invite {}? [y/N] ", describe_recipients(plan)), Some("n"))?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Error::new(ErrorKind::Interrupted, "canceled; no invitations were sent")
            .with_hint("to invite without being asked, use --yes")),
    }
}

/// Sends the invitations, and shows each at once.
fn send(
    args: &InviteArgs,
    plan: &Plan,
    total: usize,
    mut journal: Journal<'_>,
    rows: &RowPrinter<Invitation>,
    context: &Context<'_>,
) -> Result<Summary> {
    if plan.to_send.is_empty() {
        return Ok(Summary::from_plan(plan, journal.is_recording()));
    }
    context.signals.set_mode(SignalMode::Graceful);
    let (client, reporter, clock) = (context.client()?, context.reporter, context.clock);
    let mut progress = Progress::new(plan.to_send.len(), clock);
    let partner = args.partner.as_deref();
    let summary = run::run(plan, &client, &mut journal, &mut |notice| {
        match notice {
            Notice::Invited(invitation) => {
                reporter.clear_progress();
                return rows.print_next(invitation.json(), &invitation.parse()?);
            }
            // A single error is the command's.
            Notice::Next(_) | Notice::Failed(..) if total == 1 => {}
            Notice::Next(done) => progress.update(done, &client, clock, reporter),
            Notice::Failed(invitee, error) => {
                let error = anyhow::Error::from(with_invite_hints(partner, error.clone()));
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

fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..100 => format!("about {}s", seconds.max(1)),
        100..6000 => format!("about {} min", (seconds + 30) / 60),
        _ => format!("about {:.1} h", duration.as_secs_f64() / 3600.0),
    }
}

fn invite_context(invitee: &Invitee) -> String {
    format!("cannot invite {}", invitee.email)
}

/// Adds hints to an error about one invitation. `partner` is the partner as it was typed.
fn with_invite_hints(partner: Option<&str>, error: Error) -> Error {
    let error = match partner.map(PartnerSpec::parse) {
        Some(Ok(spec)) => spec.add_hint(error),
        _ => error,
    };
    let hint = "the invitation may or may not have been sent, and the API cannot list invitations; ask the recipient, or \
                check `strigo members list` after they have joined";
    error.with_hint_for(ErrorKind::OutcomeUnknown, hint)
}

/// Reports the counts, and returns the error of the whole run if it is not complete.
fn report_summary(args: &InviteArgs, total: usize, summary: &Summary, context: &Context<'_>) -> Result<()> {
    let (reporter, counts) = (context.reporter, summary.counts);
    let Some(kind) = summary.error_kind() else {
        if total != 1 || counts.skipped > 0 {
            reporter.summary(&counts.to_string(), &counts);
        }
        return Ok(());
    };
    let with_hints = |error: &Error| match summary.unrecorded {
        // What became of it is known.
        Some(_) => error.clone(),
        None => with_invite_hints(args.partner.as_deref(), error.clone()),
    };
    if total == 1
        && let Some((invitee, error)) = summary.stopped_by.as_ref().or(summary.failures.first())
    {
        let error = match &summary.unrecorded {
            Some(email) => with_hints(error).with_hint(record_hint(email, &context.matches)),
            None => with_hints(error),
        };
        // After the invitation, only recording or printing it can fail.
        return match counts.invited {
            0 => Err(error).with_context(|| invite_context(invitee)),
            _ => Err(error.into()),
        };
    }
    if reporter.is_json() {
        reporter.summary("", &counts);
    }
    let (is_recorded, roster) = (!args.journal.is_empty(), args.roster.from.first());
    let resume =
        |error| resume_hints(is_recorded, roster, summary, &context.matches).into_iter().fold(error, Error::with_hint);
    match &summary.stopped_by {
        Some((_, error)) if error.kind() == kind => {
            return Err(resume(with_hints(error))).context(format!("not all invitations were sent ({counts})"));
        }
        Some((invitee, error)) => {
            let error = anyhow::Error::from(with_hints(error)).context(invite_context(invitee));
            reporter.item_error(&Report::new(&error));
        }
        None => {}
    }
    Err(resume(Error::new(kind, format!("not all invitations were sent: {counts}"))).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_duration_rounds() {
        let format = |seconds| format_duration(Duration::from_secs(seconds));
        assert_eq!((format(0), format(99)), ("about 1s".to_owned(), "about 99s".to_owned()));
        assert_eq!((format(240), format(7200)), ("about 4 min".to_owned(), "about 2.0 h".to_owned()));
    }
}
