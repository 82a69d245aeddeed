//! `strigo journal resolve`: records what a person knows about invitations.

use anyhow::Result;

use super::read_all;
use crate::cli::ResolveArgs;
use crate::commands::people::{InviteeArgs, remove_duplicates, resolve_invitees, resolve_partner};
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::email::validate_email;
use crate::invitations::event::{Event, State};
use crate::invitations::history::{History, HistoryEntry};
use crate::text::address::fold_address;
use crate::text::format_time;

pub(super) fn run(args: &ResolveArgs, context: &mut Context<'_>) -> Result<()> {
    let setting = context.journal(&args.journal)?;
    let scope = context.scope()?;
    // A journal that is not there yet is made: it is told whom others have invited.
    let place = context.journal_place(&setting.location)?;
    let history = if place.exists()? { read_all(&setting, Some(&scope), context)? } else { History::default() };
    let people = find_people(args, &history, context)?;
    let (to_record, settled): (Vec<Invitee>, Vec<Invitee>) =
        people.into_iter().partition(|invitee| is_open(args, history.state(invitee)));
    let (in_progress, settled): (Vec<_>, Vec<_>) =
        settled.into_iter().partition(|invitee| history.state(invitee) == State::InProgress);
    report_settled(args, &settled, &history, context);
    if !args.dry_run && !to_record.is_empty() {
        let place = context.journal_place(&setting.location)?;
        setting.create_dir();
        let details = Some(context.run_details());
        let mut journal = place.open(&scope, &to_record, details, &mut context.wait_for_lock())?;
        // A run that used the journal meanwhile may have recorded more than the person knows.
        let known = |history: &History, invitee: &Invitee| match (history.state(invitee), history.next_attempt(invitee))
        {
            (State::InProgress, attempt) => (State::Unknown, attempt),
            known => known,
        };
        let is_changed = |invitee: &Invitee| known(journal.history(), invitee) != known(&history, invitee);
        if let Some(invitee) = to_record.iter().find(|invitee| is_changed(invitee)) {
            let message = format!("another run has recorded more about {} meanwhile", invitee.email);
            return Err(Error::new(ErrorKind::Unavailable, message)
                .with_hint("look again, and run the command again")
                .into());
        }
        for invitee in &to_record {
            let event = Event::Resolved {
                invitee: invitee.clone(),
                invited: args.invited,
                invited_at: args.at.map(format_time),
                by: context.env.user(),
            };
            journal.resolve(event)?;
        }
    }
    report_recorded(args, &to_record, context);
    match &in_progress[..] {
        [] => Ok(()),
        [invitee, ..] => {
            let reason = "another run is inviting them, or was killed less than 15 minutes ago";
            let message = format!("the outcome for {} cannot be resolved yet: {reason}", invitee.email);
            Err(Error::new(ErrorKind::Unavailable, message).with_hint("run the command again later").into())
        }
    }
}

/// Whether something is to be recorded about a person in this state.
fn is_open(args: &ResolveArgs, state: State) -> bool {
    match state {
        State::Unknown => true,
        // The run that claimed it may have failed to record it. That it was not sent can be known only later.
        State::InProgress | State::Failed | State::NotInvited => args.invited,
        _ => false,
    }
}

/// Returns the people that the command line names. Without a partner, they are those whom the journal has.
fn find_people(args: &ResolveArgs, history: &History, context: &mut Context<'_>) -> Result<Vec<Invitee>, Error> {
    if !args.roster.from.is_empty() {
        let partner = args.partner.as_deref();
        let people = InviteeArgs {
            partners: partner.as_slice(),
            emails: &args.emails,
            roster: &args.roster,
            is_filter: false,
            creates_partners: None,
        };
        return resolve_invitees(people, context).map(|people| people.list);
    }
    if args.emails.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "no email addresses given").with_hint("pass them, or use --from FILE"));
    }
    let partner_id = args.partner.as_deref().map(|partner| resolve_partner(partner, context)).transpose()?;
    let people = args.emails.iter().map(|email| find_person(args, email.trim(), partner_id.as_deref(), history));
    Ok(remove_duplicates(people.collect::<Result<_, _>>()?).list)
}

fn find_person(args: &ResolveArgs, email: &str, partner_id: Option<&str>, history: &History) -> Result<Invitee, Error> {
    // The name of a partner that may have been created.
    if let Some(entry) = history.get(&Invitee::creation(email)) {
        return Ok(entry.invitee.clone());
    }
    validate_email(email).map_err(|reason| Error::new(ErrorKind::Usage, reason))?;
    if let Some(partner_id) = partner_id {
        return Ok(Invitee { partner_id: partner_id.to_owned(), email: email.to_owned() });
    }
    let wanted = fold_address(email);
    let is_same = |entry: &&HistoryEntry| fold_address(&entry.invitee.email) == wanted;
    let known: Vec<&HistoryEntry> = history.entries().iter().filter(is_same).collect();
    let open: Vec<&HistoryEntry> = known.iter().copied().filter(|entry| is_open(args, entry.state)).collect();
    match (&open[..], &known[..]) {
        ([entry], _) | ([], [entry, ..]) => Ok(entry.invitee.clone()),
        ([], []) => {
            let hint = match args.invited {
                true => "correct the address, or pass --partner to record one that strigo has not sent",
                false => "correct the address",
            };
            Err(Error::new(ErrorKind::Usage, format!("the journal has no invitation of {email}")).with_hint(hint))
        }
        _ => {
            let partners: Vec<&str> = open.iter().map(|entry| &*entry.invitee.partner_id).collect();
            let message = format!("the journal has {} open invitations of {email}", open.len());
            let hint = format!("pass --partner with one of these IDs: {}", partners.join(", "));
            Err(Error::new(ErrorKind::Usage, message).with_hint(hint))
        }
    }
}

/// Reports the people about whom nothing is recorded.
fn report_settled(args: &ResolveArgs, settled: &[Invitee], history: &History, context: &Context<'_>) {
    for invitee in settled {
        let email = &invitee.email;
        context.reporter.note(&match history.state(invitee) {
            State::Pending | State::Joined if args.invited => format!("{email} is recorded as invited already"),
            State::Failed => format!("{email} is recorded as not invited already"),
            State::NotInvited => format!("{email} was not invited, according to the journal"),
            _ => format!(
                "{email} is recorded as invited; to invite them once more, use `strigo members invite --resend`"
            ),
        });
    }
}

fn report_recorded(args: &ResolveArgs, recorded: &[Invitee], context: &Context<'_>) {
    let people = match recorded {
        [] => return,
        [invitee] => invitee.email.clone(),
        more => format!("{} addresses", more.len()),
    };
    let verb = if args.dry_run { "would record" } else { "recorded" };
    if let [creation] = recorded
        && creation.is_creation()
    {
        let was = if args.invited { "created" } else { "not created" };
        return context.reporter.note(&format!("{verb} as {was}: partner '{}'", creation.email));
    }
    let (was, next) = match args.invited {
        true => ("invited", "skips"),
        false => ("not invited", "invites"),
    };
    let it = if recorded.len() == 1 { "it" } else { "them" };
    context.reporter.note(&format!("{verb} as {was}: {people}; the next `strigo members invite` {next} {it}"));
}
