//! `strigo members invite`.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::ApiContext;
use super::hints;
use super::invitees::resolve_invitees;
use super::partner_spec::PartnerSpec;
use crate::api::envelope::Data;
use crate::api::types::Invitation;
use crate::api::{Client, RateEstimate, calls};
use crate::cli::InviteArgs;
use crate::error::{Error, ErrorKind, Report};
use crate::invitations::Invitee;
use crate::invitations::batch::{self, BatchHandler, BatchResult, Counts};
use crate::invitations::journal::{InvitationStates, Journal, JournalEvent};
use crate::invitations::plan::{Plan, PlanOptions};
use crate::output::Printer;
use crate::output::reporter::Reporter;
use crate::process::{Clock, SignalMode, Signals};
use crate::text::escape::shell_quote;
use crate::text::format_count;

/// How often progress is reported if there is no progress bar.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

pub(super) fn run(args: &InviteArgs, api: &mut ApiContext<'_>) -> Result<()> {
    let invitees = resolve_invitees(args, api)?;
    if args.dry_run {
        return dry_run(args, invitees, api);
    }
    let mut journal = args.journal.as_deref().map(|path| open_journal(path, api)).transpose()?;
    let total = invitees.len();
    let plan = build_plan(args, invitees, journal.as_ref().map_or(&HashMap::new(), Journal::states), api)?;
    if let Some(journal) = &mut journal {
        plan.confirmed_members.iter().try_for_each(|invitee| journal.append(JournalEvent::Member(invitee.clone())))?;
    }
    report_plan(&plan, api.ctx.reporter);
    let result = send_invitations(args, &plan, total, journal, api)?;
    report_result(args, total, result, api)
}

fn open_journal(path: &Path, api: &ApiContext<'_>) -> Result<Journal, Error> {
    Journal::open(path, &api.settings.endpoint.to_string(), &api.credential_spec()?.org_id)
}

fn dry_run(args: &InviteArgs, invitees: Vec<Invitee>, api: &mut ApiContext<'_>) -> Result<()> {
    let states = match &args.journal {
        Some(path) => {
            let org_id = api.credential_spec().ok().map(|spec| spec.org_id);
            Journal::load(path, &api.settings.endpoint.to_string(), org_id.as_deref())?
        }
        None => HashMap::new(),
    };
    let plan = build_plan(args, invitees, &states, api)?;
    report_plan(&plan, api.ctx.reporter);
    for Invitee { partner_id, email } in &plan.to_send {
        api.print_dry_run(&calls::invite_member(partner_id, email)?)?;
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
    let emails = |list: &[Invitee]| list.iter().map(|invitee| invitee.email.as_str()).collect::<Vec<_>>().join(", ");
    if plan.already_invited > 0 {
        reporter.note(&format!("skipping {} already invited, according to the journal", plan.already_invited));
    }
    if !plan.existing_members.is_empty() {
        reporter.note(&format!("skipping existing members: {}", emails(&plan.existing_members)));
    }
    if !plan.confirmed_members.is_empty() {
        let emails = emails(&plan.confirmed_members);
        reporter.note(&format!("skipping previously unknown addresses that are members now: {emails}"));
    }
    if !plan.unknown.is_empty() {
        reporter.warn(&format!("skipping addresses that may already have been invited: {}", emails(&plan.unknown)));
    }
    if !plan.partner_not_found.is_empty() {
        let emails = emails(&plan.partner_not_found);
        reporter.warn(&format!("skipping addresses whose partner no longer exists: {emails}"));
    }
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
    let client = api.client()?;
    let credential_source = api.credential_spec()?.source;
    let ApiContext { printer, ctx, .. } = api;
    ctx.signals.set_mode(SignalMode::Graceful);
    let progress = Progress::start(&client, ctx.clock, ctx.reporter, plan.to_send.len());
    progress.report_estimate();
    let mut inviter = Inviter {
        client: &client,
        credential_source: &credential_source,
        partner: args.partner.as_deref(),
        journal,
        printer,
        progress,
        signals: ctx.signals,
        is_single: total == 1,
        unprinted: None,
        table_rows: Vec::new(),
        has_printed: false,
    };
    let result = batch::run(plan, &mut inviter);
    ctx.reporter.clear_progress();
    inviter.print_table().map_err(|error| {
        let sent = format_count(result.counts.invited, "invitation");
        error.with_hint(format!("{sent} sent despite this error; do not run the command again without --journal"))
    })?;
    Ok(result)
}

/// Reports the progress of a batch, and estimates the time left.
struct Progress<'a> {
    client: &'a Client<'a>,
    clock: &'a dyn Clock,
    reporter: &'a Reporter,
    total: usize,
    started_at: Instant,
    last_reported_at: Instant,
}

impl<'a> Progress<'a> {
    fn start(client: &'a Client<'a>, clock: &'a dyn Clock, reporter: &'a Reporter, total: usize) -> Self {
        let now = clock.now();
        Progress { client, clock, reporter, total, started_at: now, last_reported_at: now }
    }

    fn report_estimate(&self) {
        let Some(RateEstimate { per_window, duration }) = self.client.estimate(self.total as u64) else { return };
        if !duration.is_zero() {
            let total = format_count(self.total, "invitation");
            let duration = format_duration(duration);
            self.reporter.note(&format!("sending {total} at {per_window} requests per minute: {duration}"));
        }
    }

    /// Estimates the time left: at the speed so far, or as the rate limit demands, whichever is longer.
    fn eta(&self, done: usize) -> Option<Duration> {
        let left = self.total - done;
        let elapsed = self.clock.now().saturating_duration_since(self.started_at);
        let at_this_speed = (done > 0).then(|| elapsed.div_f64(done as f64).mul_f64(left as f64));
        at_this_speed.max(self.client.estimate(left as u64).map(|estimate| estimate.duration))
    }

    fn update(&mut self, done: usize) {
        let now = self.clock.now();
        let has_bar = self.reporter.has_progress_bar();
        if !has_bar && now.saturating_duration_since(self.last_reported_at) < PROGRESS_INTERVAL {
            return;
        }
        self.last_reported_at = now;
        let eta = self.eta(done).filter(|eta| !eta.is_zero()).map(|eta| format!("{} left", format_duration(eta)));
        if has_bar {
            self.reporter.set_progress(done, self.total, &eta.unwrap_or_default());
        } else {
            let eta = eta.map(|eta| format!(", {eta}")).unwrap_or_default();
            self.reporter.note(&format!("{done} of {} invitations processed{eta}", self.total));
        }
    }
}

/// Sends invitations, records them in the journal, and prints each as soon as it is sent.
struct Inviter<'a> {
    client: &'a Client<'a>,
    credential_source: &'a str,
    /// The partner, as it was typed.
    partner: Option<&'a str>,
    journal: Option<Journal>,
    printer: &'a mut Printer,
    progress: Progress<'a>,
    signals: &'a Signals,
    /// Whether there is only one invitation, whose error is the command's.
    is_single: bool,
    /// The invitation that was sent and is not printed yet.
    unprinted: Option<Data<Invitation<'static>>>,
    /// The invitations that are printed as a table at the end.
    table_rows: Vec<Data<Invitation<'static>>>,
    has_printed: bool,
}

impl Inviter<'_> {
    fn print(&mut self, invitation: Data<Invitation<'static>>) -> Result<(), Error> {
        self.progress.reporter.clear_progress();
        self.printer.print_next(invitation.raw(), &invitation.parse()?, !self.has_printed)?;
        self.has_printed = true;
        if self.printer.is_table() {
            self.table_rows.push(invitation);
        }
        Ok(())
    }

    fn print_table(&mut self) -> Result<(), Error> {
        let rows = self.table_rows.iter().map(Data::parse).collect::<Result<Vec<_>, _>>()?;
        self.printer.print_table(rows)?;
        self.printer.flush()
    }

    fn outcome(&self, invitee: Invitee, result: &Result<(), Error>) -> JournalEvent {
        match result.as_ref().map_err(Error::kind) {
            Err(ErrorKind::OutcomeUnknown) => JournalEvent::Unknown(invitee),
            Err(kind) => JournalEvent::Failed { invitee, kind: kind.as_str().to_owned() },
            Ok(()) => {
                let invitation = self.unprinted.as_ref().and_then(|invitation| invitation.parse().ok());
                let invitation_id = invitation.map(|invitation| invitation.id.into_owned()).unwrap_or_default();
                JournalEvent::Invited { invitee, invitation_id }
            }
        }
    }
}

impl BatchHandler for Inviter<'_> {
    fn record_intent(&mut self, invitee: &Invitee) -> Result<(), Error> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(JournalEvent::Intent(invitee.clone())))
    }

    fn send(&mut self, Invitee { partner_id, email }: &Invitee) -> Result<(), Error> {
        let response = calls::invite_member(partner_id, email).and_then(|call| self.client.send(&call));
        let response = response.map_err(|error| hints::for_api_error(error, Some(self.credential_source)));
        self.unprinted = Some(response.map_err(|error| with_invite_hints(self.partner, error))?);
        Ok(())
    }

    fn record_outcome(&mut self, invitee: &Invitee, result: &Result<(), Error>) -> Result<(), Error> {
        let event = self.outcome(invitee.clone(), result);
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(event))?;
        // Do not abort the batch on an output error; the final flush reports it.
        let _ = self.unprinted.take().map(|invitation| self.print(invitation));
        Ok(())
    }

    fn on_failure(&mut self, invitee: &Invitee, error: &Error) {
        if !self.is_single {
            let error = anyhow::Error::from(error.clone()).context(invite_context(invitee));
            self.progress.reporter.item_error(&Report::new(&error));
        }
    }

    fn is_interrupted(&self) -> bool {
        self.signals.interrupted()
    }

    fn on_progress(&mut self, done: usize) {
        if !self.is_single {
            self.progress.update(done);
        }
    }
}

/// Reports the counts, and returns the error of the whole batch if it is not complete.
fn report_result(args: &InviteArgs, total: usize, result: BatchResult, api: &ApiContext<'_>) -> Result<()> {
    let reporter = api.ctx.reporter;
    let kind = result.error_kind(args.journal.is_some());
    let BatchResult { counts, failures, aborted_by } = result;
    let Some(kind) = kind else {
        if total > 1 || counts.skipped > 0 {
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
        let hints: &[&str] = match counts.invited + counts.unknown {
            0 => &["no invitations were sent"],
            _ => &[
                "do not run the same command again: it would send duplicate invitations",
                "with --journal FILE, a run can be resumed",
            ],
        };
        return hints.iter().map(|hint| (*hint).to_owned()).collect();
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
    match error.kind() {
        ErrorKind::OutcomeUnknown => error.with_hint(
            "the invitation may or may not have been sent, and the API cannot list invitations; ask the recipient, or check \
             `strigo members list` after they have joined",
        ),
        _ => error,
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
