//! `strigo members invite`.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::ApiContext;
use super::invitees::{Invitees, resolve_invitees};
use super::partner_spec::PartnerSpec;
use crate::api::envelope::Data;
use crate::api::types::Invitation;
use crate::api::{AttemptObserver, RateEstimate, calls};
use crate::cli::InviteArgs;
use crate::error::{Error, ErrorKind, Report};
use crate::invitations::Invitee;
use crate::invitations::batch::{self, BatchHandler, BatchResult, Counts, SendFailure};
use crate::invitations::journal::{InvitationStates, Journal, JournalEvent};
use crate::invitations::plan::{Plan, PlanOptions};
use crate::output::reporter::Reporter;
use crate::process::SignalMode;
use crate::text::escape::shell_quote;
use crate::text::format_count;

/// How often progress is reported if there is no progress bar.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

pub(super) fn run(args: &InviteArgs, api: &mut ApiContext<'_>) -> Result<()> {
    let Invitees { list: invitees, duplicates } = resolve_invitees(args, api)?;
    if duplicates > 0 {
        let total = invitees.len() + duplicates;
        api.ctx.reporter.note(&format!("ignored {} among {total} addresses", format_count(duplicates, "duplicate")));
    }
    if args.dry_run {
        return dry_run(args, invitees, api);
    }
    let open = |path| Journal::open(path, &api.settings.endpoint.to_string(), &api.credential_spec()?.org_id);
    let mut journal = args.journal.as_deref().map(open).transpose()?;
    let total = invitees.len();
    let plan = build_plan(args, invitees, journal.as_ref().map_or(&HashMap::new(), Journal::states), api)?;
    if let Some(journal) = &mut journal {
        plan.confirmed_members.iter().try_for_each(|invitee| journal.append(JournalEvent::Member(invitee.clone())))?;
    }
    report_plan(&plan, api.ctx.reporter);
    let result = send_invitations(args, &plan, total, journal, api)?;
    report_result(args, total, result, api)
}

fn dry_run(args: &InviteArgs, invitees: Vec<Invitee>, api: &mut ApiContext<'_>) -> Result<()> {
    let (endpoint, spec) = (api.settings.endpoint.to_string(), api.credential_spec());
    let load = |path| Journal::load(path, &endpoint, spec.as_ref().ok().map(|spec| &*spec.org_id));
    let states = args.journal.as_deref().map(load).transpose()?.unwrap_or_default();
    let plan = build_plan(args, invitees, &states, api)?;
    report_plan(&plan, api.ctx.reporter);
    for Invitee { partner_id, email } in &plan.to_send {
        api.print_dry_run(&calls::invite_member(partner_id, email)?.request)?;
    }
    Ok(())
}

fn build_plan(
    args: &InviteArgs,
    invitees: Vec<Invitee>,
    states: &InvitationStates,
    api: &ApiContext<'_>,
) -> Result<Plan> {
    let options = PlanOptions { skip_members: args.skip_members, retry_unknown: args.retry_unknown };
    let plan = Plan::build(invitees, states, options, |partner_id| match api.send(&calls::list_members(partner_id)?) {
        Ok(members) => Ok(Some(members.parse()?.iter().map(|member| member.email.to_lowercase()).collect())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    });
    plan.context("cannot check for existing members; no invitations were sent")
}

/// Reports who is skipped, and why.
fn report_plan(plan: &Plan, reporter: &Reporter) {
    if plan.already_invited > 0 {
        reporter.note(&format!("skipping {} already invited, according to the journal", plan.already_invited));
    }
    let report = |invitees: &[Invitee], what: &str, report: fn(&Reporter, &str)| {
        let emails: Vec<&str> = invitees.iter().map(|invitee| invitee.email.as_str()).collect();
        if !emails.is_empty() {
            report(reporter, &format!("skipping {what}: {}", emails.join(", ")));
        }
    };
    report(&plan.existing_members, "existing members", Reporter::note);
    report(&plan.confirmed_members, "previously unknown addresses that are members now", Reporter::note);
    report(&plan.unknown, "addresses that may already have been invited", Reporter::warn);
    report(&plan.partner_not_found, "addresses whose partner no longer exists", Reporter::warn);
}

/// Sends the invitations of a plan. The journal is closed at the end.
fn send_invitations(
    args: &InviteArgs,
    plan: &Plan,
    total: usize,
    journal: Option<Journal>,
    api: &mut ApiContext<'_>,
) -> Result<BatchResult> {
    if plan.to_send.is_empty() {
        return Ok(BatchResult::from_plan(plan));
    }
    api.client()?;
    api.ctx.signals.set_mode(SignalMode::Graceful);
    let now = api.ctx.clock.now();
    let progress = Progress { total: plan.to_send.len(), started_at: now, last_reported_at: now };
    progress.report_estimate(api);
    let mut inviter = Inviter {
        api,
        partner: args.partner.as_deref(),
        journal,
        progress,
        is_single: total == 1,
        has_open_intent: false,
        unprinted: None,
        table_rows: Vec::new(),
        has_printed: false,
    };
    let result = batch::run(plan, &mut inviter);
    inviter.api.ctx.reporter.clear_progress();
    inviter.print_table().map_err(|error| {
        let sent = format_count(result.counts.invited, "invitation");
        error.with_hint(format!("{sent} sent despite this error; do not run the command again without --journal"))
    })?;
    Ok(result)
}

/// Reports the progress of a batch, and estimates the time left.
struct Progress {
    total: usize,
    started_at: Instant,
    last_reported_at: Instant,
}

impl Progress {
    fn report_estimate(&self, api: &ApiContext<'_>) {
        let Some(RateEstimate { per_window, duration }) = api.estimate(self.total) else { return };
        if !duration.is_zero() {
            let total = format_count(self.total, "invitation");
            let duration = format_duration(duration);
            api.ctx.reporter.note(&format!("sending {total} at {per_window} requests per minute: {duration}"));
        }
    }

    /// Estimates the time left: at the speed so far, or as the rate limit demands, whichever is longer.
    fn eta(&self, done: usize, api: &ApiContext<'_>) -> Option<Duration> {
        let left = self.total - done;
        let elapsed = api.ctx.clock.now().saturating_duration_since(self.started_at);
        let at_this_speed = (done > 0).then(|| elapsed.div_f64(done as f64).mul_f64(left as f64));
        at_this_speed.max(api.estimate(left).map(|estimate| estimate.duration))
    }

    fn update(&mut self, done: usize, api: &ApiContext<'_>) {
        let (now, reporter) = (api.ctx.clock.now(), api.ctx.reporter);
        let has_bar = reporter.has_progress_bar();
        if !has_bar && now.saturating_duration_since(self.last_reported_at) < PROGRESS_INTERVAL {
            return;
        }
        self.last_reported_at = now;
        let eta = self.eta(done, api).filter(|eta| !eta.is_zero());
        let eta = eta.map(|eta| format!("{} left", format_duration(eta))).unwrap_or_default();
        if has_bar {
            reporter.set_progress(done, self.total, &eta);
        } else {
            let separator = if eta.is_empty() { "" } else { ", " };
            reporter.note(&format!("{done} of {} invitations processed{separator}{eta}", self.total));
        }
    }
}

/// Sends invitations, records them in the journal, and prints each as soon as it is sent.
struct Inviter<'a, 'c> {
    api: &'a mut ApiContext<'c>,
    /// The partner, as it was typed.
    partner: Option<&'a str>,
    journal: Option<Journal>,
    progress: Progress,
    /// Whether there is only one invitation, whose error is the command's.
    is_single: bool,
    /// Whether the journal has an intent whose outcome it lacks.
    has_open_intent: bool,
    /// The invitation that was sent and is not printed yet.
    unprinted: Option<Data<Invitation<'static>>>,
    /// The invitations that are printed as a table at the end.
    table_rows: Vec<Data<Invitation<'static>>>,
    has_printed: bool,
}

/// Records in the journal that a request is about to leave, and that it was refused, so that a process which is killed
/// during a wait leaves nothing unknown.
struct AttemptRecorder<'a> {
    journal: Option<&'a mut Journal>,
    invitee: &'a Invitee,
    /// Whether an intent was recorded, and no outcome.
    is_open: bool,
    /// Whether the journal could not be written.
    has_failed: bool,
}

impl AttemptRecorder<'_> {
    fn append(&mut self, event: JournalEvent) -> Result<(), Error> {
        let result = self.journal.as_mut().map_or(Ok(()), |journal| journal.append(event));
        self.has_failed = result.is_err();
        result
    }
}

impl AttemptObserver for AttemptRecorder<'_> {
    fn before_attempt(&mut self) -> Result<(), Error> {
        self.append(JournalEvent::Intent(self.invitee.clone()))?;
        self.is_open = true;
        Ok(())
    }

    fn before_retry(&mut self, failure: &Error) -> Result<(), Error> {
        let kind = failure.kind().as_str().to_owned();
        self.append(JournalEvent::Failed { invitee: self.invitee.clone(), kind })?;
        self.is_open = false;
        Ok(())
    }
}

impl Inviter<'_, '_> {
    fn append(&mut self, event: JournalEvent) -> Result<(), Error> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(event))
    }

    fn print(&mut self, invitation: Data<Invitation<'static>>) -> Result<(), Error> {
        self.api.ctx.reporter.clear_progress();
        self.api.printer.print_next(invitation.raw(), &invitation.parse()?, !self.has_printed)?;
        self.has_printed = true;
        if self.api.printer.is_table() {
            self.table_rows.push(invitation);
        }
        Ok(())
    }

    fn print_table(&mut self) -> Result<(), Error> {
        let rows = self.table_rows.iter().map(Data::parse).collect::<Result<Vec<_>, _>>()?;
        if !rows.is_empty() {
            self.api.printer.print_list("", || Ok(rows))?;
        }
        self.api.printer.flush()
    }
}

impl BatchHandler for Inviter<'_, '_> {
    fn send(&mut self, invitee: &Invitee) -> Result<(), SendFailure> {
        let call = calls::invite_member(&invitee.partner_id, &invitee.email).map_err(SendFailure::Failed)?;
        let mut recorder =
            AttemptRecorder { journal: self.journal.as_mut(), invitee, is_open: false, has_failed: false };
        let response = self.api.send_observed(&call, &mut recorder);
        self.has_open_intent = recorder.is_open;
        let failure = if recorder.has_failed { SendFailure::NotRecorded } else { SendFailure::Failed };
        self.unprinted = Some(response.map_err(|error| failure(with_invite_hints(self.partner, error)))?);
        Ok(())
    }

    fn record_outcome(&mut self, invitee: &Invitee, result: &Result<(), Error>) -> Result<(), Error> {
        let (invitee, invitation) = (invitee.clone(), self.unprinted.take());
        if !std::mem::take(&mut self.has_open_intent) {
            return Ok(());
        }
        self.append(match result.as_ref().map_err(Error::kind) {
            Err(ErrorKind::OutcomeUnknown) => JournalEvent::Unknown(invitee),
            Err(kind) => JournalEvent::Failed { invitee, kind: kind.as_str().to_owned() },
            Ok(()) => {
                let id = invitation.as_ref().and_then(|invitation| Some(invitation.parse().ok()?.id.into_owned()));
                JournalEvent::Invited { invitee, invitation_id: id.unwrap_or_default() }
            }
        })?;
        // Do not abort the batch on an output error; the final flush reports it.
        let _ = invitation.map(|invitation| self.print(invitation));
        Ok(())
    }

    fn on_failure(&mut self, invitee: &Invitee, error: &Error) {
        if !self.is_single {
            let error = anyhow::Error::from(error.clone()).context(invite_context(invitee));
            self.api.ctx.reporter.item_error(&Report::new(&error));
        }
    }

    fn is_interrupted(&self) -> bool {
        self.api.ctx.signals.interrupted()
    }

    fn on_progress(&mut self, done: usize) {
        if !self.is_single {
            self.progress.update(done, self.api);
        }
    }
}

/// Reports the counts, and returns the error of the whole batch if it is not complete.
fn report_result(args: &InviteArgs, total: usize, result: BatchResult, api: &ApiContext<'_>) -> Result<()> {
    let reporter = api.ctx.reporter;
    let kind = result.error_kind(args.journal.is_some());
    let BatchResult { counts, failures, aborted_by } = result;
    let Some(kind) = kind else {
        if total != 1 || counts.skipped > 0 {
            reporter.summary(&counts.to_string(), &counts);
        }
        return Ok(());
    };
    if total == 1
        && let Some((invitee, error)) = aborted_by.clone().or(failures.into_iter().next())
    {
        return Err(error).with_context(|| invite_context(&invitee));
    }
    if reporter.is_json() {
        reporter.summary("", &counts);
    }
    let add_resume_hints =
        |error| resume_hints(args, &counts, &api.ctx.words).into_iter().fold(error, Error::with_hint);
    match aborted_by {
        Some((_, error)) if error.kind() == kind => {
            return Err(add_resume_hints(error)).context(format!("not all invitations were sent ({counts})"));
        }
        Some((invitee, error)) => {
            reporter.item_error(&Report::new(&anyhow::Error::from(error).context(invite_context(&invitee))));
        }
        None => {}
    }
    Err(add_resume_hints(Error::new(kind, format!("not all invitations were sent: {counts}"))).into())
}

/// Returns how to continue after a batch that is not complete.
fn resume_hints(args: &InviteArgs, counts: &Counts, words: &[String]) -> Vec<String> {
    if args.journal.is_none() {
        let repeat = "do not run the same command again: it would send duplicate invitations";
        return match counts.invited + counts.unknown {
            0 => vec!["no invitations were sent".to_owned()],
            _ => vec![repeat.to_owned(), "with --journal FILE, a run can be resumed".to_owned()],
        };
    }
    let words: Vec<_> = words.iter().map(|word| shell_quote(word)).collect();
    let mut hints = vec![format!("to resume, run: strigo {}", words.join(" "))];
    if args.from.as_deref() == Some(Path::new("-")) {
        hints.push("pass the same roster on standard input".to_owned());
    }
    if counts.unknown > 0 && !args.retry_unknown {
        let hint =
            "unknown invitations are not retried; add --retry-unknown to send them again (they may be sent twice)";
        hints.push(hint.to_owned());
    }
    hints
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

fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..100 => format!("about {}s", seconds.max(1)),
        100..6000 => format!("about {} min", (seconds + 30) / 60),
        _ => format!("about {:.1} h", duration.as_secs_f64() / 3600.0),
    }
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
