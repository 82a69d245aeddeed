//! What `strigo members invite` says before and after it sends: the plan, the counts, and what can be done about the rest.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::new_partners;
use super::resume::{DO_NOT_REPEAT, record_hint, resolve_hints, resume_hints};
use crate::cli::InviteArgs;
use crate::commands::people::{Invitees, MAX_LISTED, new_partner_name};
use crate::context::Context;
use crate::directory::partner::PartnerSpec;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::event::State;
use crate::invitations::history::History;
use crate::invitations::plan::Plan;
use crate::invitations::summary::Summary;
use crate::output::reporter::Reporter;
use crate::report::Report;
use crate::text::escape::escape_unsafe;
use crate::text::{format_age, format_count};

/// Reports how many people are invited, and who is skipped and why.
pub(super) fn report_plan(args: &InviteArgs, plan: &Plan, people: &Invitees, history: &History, context: &Context<'_>) {
    let (reporter, total, duplicates) = (context.reporter, people.list.len(), people.duplicates);
    if total > 1 && !plan.to_send.is_empty() {
        reporter.note(&describe_plan(args, plan, people, context));
    }
    if plan.beyond_limit > 0 {
        reporter.note(&format!("{} more are left for the next run", plan.beyond_limit));
    }
    match plan.again {
        0 => {}
        _ if total == 1 => reporter.note("inviting once more"),
        again => reporter.note(&format!("{again} of them once more")),
    }
    if duplicates > 0 {
        let total = total + duplicates;
        reporter.note(&format!("ignored {} among {total} addresses", format_count(duplicates, "duplicate")));
    }
    report_already_invited(args, plan, history, context);
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

/// Returns what is done, in numbers.
pub(super) fn describe_plan(args: &InviteArgs, plan: &Plan, people: &Invitees, context: &Context<'_>) -> String {
    let created = new_partners::of_plan(people, plan).len();
    let partners = format_count(created, "partner");
    let verb = match (args.dry_run, created) {
        (true, 0) => "would invite".to_owned(),
        (true, _) => format!("would create {partners}, invite"),
        (false, 0) => "inviting".to_owned(),
        (false, _) => format!("creating {partners}, inviting"),
    };
    let skipped = people.list.len() - plan.to_send.len() - plan.beyond_limit;
    let skipped = if args.dry_run && skipped > 0 { format!("; {skipped} skipped") } else { String::new() };
    let recipients = describe_recipients(plan, &context.partner_names());
    format!("{verb} {recipients}{}{skipped}", describe_duration(plan, context))
}

/// Reports who was invited before, and how to invite them again.
fn report_already_invited(args: &InviteArgs, plan: &Plan, history: &History, context: &Context<'_>) {
    let option = if args.roster.from.is_empty() { "--resend" } else { "--resend --older-than 7d" };
    let hint = if args.resend { String::new() } else { format!("; to invite them again, add {option}") };
    match &plan.already_invited[..] {
        [] => {}
        [invitee] => {
            let entry = history.get(invitee);
            let now = context.clock.system_time();
            let age = entry.and_then(|entry| entry.invited_at).map(|at| format!(" {}", format_age(now, at)));
            let age = age.unwrap_or_default();
            let has_joined = entry.is_some_and(|entry| entry.state == State::Joined);
            let names = context.partner_names();
            let recorded = entry.and_then(|entry| entry.partner_name.as_ref());
            let partner = names.get(&invitee.partner_id).or(recorded).unwrap_or(&invitee.partner_id);
            context.reporter.note(&match has_joined {
                true => format!("{} was invited to {partner}{age}, and has joined since", invitee.email),
                false => format!("{} was invited to {partner}{age}{hint}", invitee.email),
            });
        }
        people => context.reporter.note(&format!("skipping {} people who were invited before{hint}", people.len())),
    }
}

/// Lists email addresses, with the partner IDs if these differ.
fn list_invitees(invitees: &[Invitee]) -> String {
    let has_several_partners = invitees.windows(2).any(|pair| pair[0].partner_id != pair[1].partner_id);
    let describe = |Invitee { partner_id, email }: &Invitee| match has_several_partners {
        true => format!("{email} (partner {partner_id})"),
        false => email.clone(),
    };
    let mut listed: Vec<String> = invitees.iter().take(MAX_LISTED).map(describe).collect();
    if invitees.len() > MAX_LISTED {
        listed.push(format!("and {} more", invitees.len() - MAX_LISTED));
    }
    listed.join(", ")
}

/// Returns how many people are invited to which partner, or to how many.
pub(super) fn describe_recipients(plan: &Plan, names: &HashMap<String, String>) -> String {
    let partners: HashSet<&str> = plan.to_send.iter().map(|invitee| &*invitee.partner_id).collect();
    let people = plan.to_send.len();
    let noun = if people == 1 { "person" } else { "people" };
    let name = |id: &&str| new_partner_name(id).or_else(|| names.get(*id).map(String::as_str)).map(str::to_owned);
    let partner = partners.iter().next().filter(|_| partners.len() == 1).and_then(name);
    let to =
        partner.map_or_else(|| format_count(partners.len(), "partner"), |name| format!("'{}'", escape_unsafe(&name)));
    format!("{people} {noun} to {to}")
}

/// Returns how long the rate limit makes the batch take, if it makes it wait.
fn describe_duration(plan: &Plan, context: &Context<'_>) -> String {
    let estimate = context.estimate(plan.to_send.len()).filter(|estimate| !estimate.duration.is_zero());
    estimate.map_or(String::new(), |estimate| {
        format!(" at {} requests per minute: {}", estimate.per_window, format_duration(estimate.duration))
    })
}

pub(super) fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..100 => format!("about {}s", seconds.max(1)),
        100..6000 => format!("about {} min", (seconds + 30) / 60),
        _ => format!("about {:.1} h", duration.as_secs_f64() / 3600.0),
    }
}

pub(super) fn invite_context(invitee: &Invitee) -> String {
    format!("cannot invite {}", invitee.email)
}

/// Adds hints to an error about one invitation.
pub(super) fn with_invite_hints(args: &InviteArgs, error: Error) -> Error {
    let error = match args.partner.as_deref().map(PartnerSpec::parse) {
        Some(Ok(spec)) if args.partners.is_empty() => spec.add_hint(error),
        _ => error,
    };
    let hint = "the invitation may or may not have been sent, and the API cannot list invitations; ask the recipient, or \
                check `strigo members list` after they have joined";
    error.with_hint_for(ErrorKind::OutcomeUnknown, hint)
}

/// Reports the counts, and returns the error of the whole run if it is not complete.
pub(super) fn report_summary(args: &InviteArgs, total: usize, summary: &Summary, context: &Context<'_>) -> Result<()> {
    let (reporter, counts) = (context.reporter, summary.counts);
    let Some(kind) = summary.error_kind() else {
        if total != 1 || counts.skipped > 0 {
            reporter.summary(&counts.to_string(), &counts);
        }
        return Ok(());
    };
    let with_hints = |error: &Error| match &summary.unrecorded {
        // What became of it is known.
        Some((invitee, invited)) => error.clone().with_hint(record_hint(args, invitee, *invited, context.flags)),
        None => with_invite_hints(args, error.clone()),
    };
    if total == 1
        && let Some((invitee, error)) = summary.stopped_by.as_ref().or(summary.failures.first())
    {
        let error = with_hints(error);
        let error = match (error.kind(), summary.is_recorded()) {
            (ErrorKind::OutcomeUnknown, true) => {
                resolve_hints(args, &summary.unknown, context.flags).into_iter().fold(error, Error::with_hint)
            }
            (ErrorKind::OutcomeUnknown, false) => error.with_hint(DO_NOT_REPEAT),
            _ => error,
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
    let resume = |error| resume_hints(args, summary, context).into_iter().fold(error, Error::with_hint);
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
