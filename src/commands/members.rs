//! `strigo members`.

use anyhow::{Context as _, Result};

use super::Session;
use super::lookup::Wanted;
use crate::api::Client;
use crate::api::calls;
use crate::api::types::{Invitation, Member, One};
use crate::cli::MembersCommand;
use crate::error::{Error, Kind, Report};
use crate::invitations::{Tally, invite_all, read_addresses};
use crate::output::notes::Notes;
use crate::output::{Output, Record};

impl Record for Member<'_> {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "ROLE", "PARTNER_ID"];

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> impl AsRef<[&str]> {
        [self.id.as_str(), self.email.as_str(), self.role.as_str(), self.partner_id.as_str()]
    }
}

impl Record for Invitation<'_> {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "STATUS", "PARTNER_ID", "LINK"];

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> impl AsRef<[&str]> {
        [self.id.as_str(), self.email.as_str(), self.status.as_str(), self.partner_id.as_str(), self.link.as_str()]
    }
}

pub(super) fn run(command: MembersCommand, session: &mut Session<'_>) -> Result<()> {
    match command {
        MembersCommand::List { partner } => list(session, &partner.partner),
        MembersCommand::Invite { partner, emails, dry_run } => {
            invite(session, &partner.partner, &emails, dry_run.dry_run)
        }
    }
}

fn list(session: &mut Session<'_>, partner: &str) -> Result<()> {
    let what = || format!("cannot list the members of partner '{partner}'");
    let wanted = Wanted::read(partner)?;
    let id = session.partner_id(wanted).with_context(what)?;
    let members =
        session.client()?.send(&calls::list_members(&id)?).map_err(|error| wanted.explain(error)).with_context(what)?;
    session.output.list(members.raw(), || members.get())?;
    session.note_if_empty(members.is_empty(), &format!("Partner '{partner}' has no members yet."));
    Ok(())
}

fn invite(session: &mut Session<'_>, partner: &str, emails: &[String], dry_run: bool) -> Result<()> {
    let addresses = read_addresses(emails)?;
    let wanted = Wanted::read(partner)?;
    let what = || format!("cannot invite anybody to partner '{partner}'");
    let id = session.partner_id(wanted).with_context(what)?;
    let emails = &addresses.emails;
    if addresses.repeated > 0 {
        let (given, again) = (emails.len() + addresses.repeated, addresses.repeated);
        session.notes.note(&format!("Of the {given} addresses, {again} came again and is invited once."));
    }
    if dry_run {
        return emails.iter().try_for_each(|email| Ok(session.show_call(&calls::invite_member(&id, email)?)?));
    }
    let client = session.client()?;
    let mut inviter = Inviter { client: &client, partner_id: &id, output: &mut session.output, made: Vec::new() };
    let done = match emails.as_slice() {
        [email] => inviter.invite(email).map_err(|error| explain(wanted, error)).with_context(|| cannot_invite(email)),
        emails => inviter.invite_all(emails, wanted, session.notes),
    };
    let shown = inviter.show_table();
    done.and(Ok(shown?))
}

/// Makes invitations to one partner, and shows each as it is made.
struct Inviter<'s, 'c> {
    client: &'s Client<'c>,
    partner_id: &'s str,
    output: &'s mut Output,
    made: Vec<One<Invitation<'static>>>,
}

impl Inviter<'_, '_> {
    fn invite(&mut self, email: &str) -> Result<(), Error> {
        let invitation = self.client.send(&calls::invite_member(self.partner_id, email)?)?;
        let is_first = self.made.is_empty();
        // Output that fails does not stop the others from being invited: it fails again in the end, and is told there.
        let _ = self.output.next(invitation.raw(), &invitation.get()?, is_first);
        self.made.push(invitation);
        Ok(())
    }

    fn invite_all(&mut self, emails: &[String], wanted: Wanted<'_>, notes: &Notes) -> Result<()> {
        let tell = |email: &str, error: Error| {
            let failure = anyhow::Error::from(explain(wanted, error)).context(cannot_invite(email));
            notes.failed(&Report::new(&failure));
        };
        let (tally, ended) = invite_all(emails, |email| self.invite(email), tell);
        let counts = tally.in_words();
        if tally == (Tally { invited: emails.len(), ..Tally::default() }) {
            notes.note(&format!("{counts}."));
            return Ok(());
        }
        let kind = match &ended {
            _ if tally.unknown > 0 => Kind::OutcomeUnknown,
            Some(error) if tally.invited == 0 => return Err(explain(wanted, error.clone())).context(counts),
            _ => Kind::Partial,
        };
        if let Some(error) = ended {
            tell(&emails[emails.len() - tally.not_tried - 1], error);
        }
        Err(Error::new(kind, counts)
            .hint("Do not run this again as it is: it would invite anew who has been invited.")
            .into())
    }

    fn show_table(&mut self) -> Result<(), Error> {
        let rows = self.made.iter().map(One::get).collect::<Result<Vec<_>, _>>()?;
        self.output.table(&rows)
    }
}

fn cannot_invite(email: &str) -> String {
    format!("cannot invite {email}")
}

fn explain(wanted: Wanted<'_>, error: Error) -> Error {
    wanted.explain(error).hint_where(Kind::OutcomeUnknown, || {
        "The invitation may or may not have been made. The API lists no invitations: ask its receiver, or look into \
         `strigo members list`, where everybody is who has accepted one."
            .to_owned()
    })
}
