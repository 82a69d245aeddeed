//! `strigo members invite`.

use std::collections::HashSet;

use anyhow::{Context as _, Result};

use super::inviter::{Records, format_duration, invite_context, send_invitations};
use super::people::{InviteeArgs, Invitees, NOTHING_SENT, Purpose, reject_repeated, resolve_invitees};
use super::resume::{record_hint, resume_hints};
use super::settle::settle;
use crate::api::calls;
use crate::cli::InviteArgs;
use crate::commands::journals;
use crate::context::Context;
use crate::directory::members::emails_of;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::batch::BatchResult;
use crate::invitations::domains::find_mistyped_domains;
use crate::invitations::history::History;
use crate::invitations::journal::JournalEvent;
use crate::invitations::links::LinkFile;
use crate::invitations::plan::{Plan, PlanOptions};
use crate::output::reporter::Reporter;
use crate::process::InputStream;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::text::format_count;

/// The number of invitations above which a person is asked before they are sent.
const MAX_UNCONFIRMED: usize = 20;

pub(super) fn run(args: &InviteArgs, context: &mut Context<'_>) -> Result<()> {
    reject_repeated(&args.journal, "--journal", "use the same journal for all runs")?;
    let invitee_args = InviteeArgs {
        partner: args.partner.as_deref(),
        emails: &args.emails,
        roster: &args.roster,
        purpose: Purpose::Invite,
    };
    let Invitees { list: invitees, duplicates } = resolve_invitees(invitee_args, context)?;
    let nothing_sent = |error: Error| error.with_hint(NOTHING_SENT);
    if let Some(location) = args.journal.first().filter(|_| args.require_journal) {
        journals::require(location, context).map_err(nothing_sent)?;
    }
    if args.dry_run {
        return dry_run(args, invitees, duplicates, context);
    }
    let open = |location| journals::open(location, &invitees, context).map_err(nothing_sent);
    let mut journal = args.journal.first().map(open).transpose()?;
    let total = invitees.len();
    if let Some(journal) = &mut journal {
        let settled = settle(args, &invitees, journal.history(), context.env, context.reporter)?;
        settled.into_iter().try_for_each(|event| journal.record(event))?;
    }
    let plan =
        build_plan(args, invitees, journal.as_ref().map_or(&History::default(), |journal| journal.history()), context)?;
    if let Some(journal) = &mut journal {
        plan.confirmed_members.iter().try_for_each(|invitee| journal.record(JournalEvent::Member(invitee.clone())))?;
    }
    if !plan.to_send.is_empty() {
        // Missing credentials are an error before anyone is asked.
        context.client()?;
    }
    let links = args.links.as_deref().map(LinkFile::open).transpose().map_err(nothing_sent)?;
    report_plan(&plan, total, duplicates, "inviting", context);
    confirm(args, &plan, context)?;
    let result = send_invitations(args, &plan, total, Records { journal, links }, context)?;
    report_result(args, total, result, context)
}

fn dry_run(args: &InviteArgs, invitees: Vec<Invitee>, duplicates: usize, context: &mut Context<'_>) -> Result<()> {
    let load = |location| journals::load(location, &invitees, context);
    let mut history = args.journal.first().map(load).transpose()?.unwrap_or_default();
    for event in settle(args, &invitees, &history, context.env, context.reporter)? {
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

/// Reports how many people are invited, who is skipped and why, and which addresses may be mistyped.
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
    for domain in find_mistyped_domains(&plan.to_send) {
        let (email, meant, count) = (domain.email, domain.meant, domain.count);
        reporter.warn(&format!("'{email}' may be mistyped: {count} other addresses are at {meant}"));
    }
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

/// Reports the counts, and returns the error of the whole batch if it is not complete.
fn report_result(args: &InviteArgs, total: usize, result: BatchResult, context: &Context<'_>) -> Result<()> {
    let (reporter, words) = (context.reporter, &context.words);
    let counts = result.counts;
    let Some(kind) = result.error_kind(!args.journal.is_empty()) else {
        if total != 1 || counts.skipped > 0 {
            reporter.summary(&counts.to_string(), &counts);
        }
        return Ok(());
    };
    if total == 1
        && let Some((invitee, error)) = result.aborted_by.as_ref().or(result.failures.first()).cloned()
    {
        let error = match &result.unrecorded {
            Some(email) => error.with_hint(record_hint(email, words)),
            None => error,
        };
        // After the invitation, only recording it can fail.
        return match counts.invited {
            0 => Err(error).with_context(|| invite_context(&invitee)),
            _ => Err(error.into()),
        };
    }
    if reporter.is_json() {
        reporter.summary("", &counts);
    }
    let add_resume_hints = |error| resume_hints(args, &result, words).into_iter().fold(error, Error::with_hint);
    match result.aborted_by.clone() {
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
