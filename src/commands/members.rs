//! `strigo members`.

use anyhow::{Context as _, Result};

use super::Session;
use super::lookup::Wanted;
use super::sweep::Sweep;
use crate::api::calls;
use crate::api::types::{Invitation, Member, Partner};
use crate::cli::MembersCommand;
use crate::error::{Error, Kind};
use crate::invitations::address;
use crate::output::Record;

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

/// A member, and the partner in whose list it is.
struct Listed<'a> {
    member: Member<'a>,
    partner: &'a Partner<'a>,
}

impl Record for Listed<'_> {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "ROLE", "PARTNER_ID", "PARTNER_NAME"];

    fn id(&self) -> &str {
        self.member.id()
    }

    fn cells(&self) -> impl AsRef<[&str]> {
        let Listed { member, partner } = self;
        // The ID is that of the partner whose name stands beside it, should the API call it otherwise in the member.
        [member.id.as_str(), member.email.as_str(), member.role.as_str(), partner.id.as_str(), partner.name.as_str()]
    }
}

pub(super) fn run(command: MembersCommand, session: &mut Session<'_>) -> Result<()> {
    match command {
        MembersCommand::List { whose } => match whose.partner {
            Some(partner) => list(session, &partner),
            None => list_all(session),
        },
        MembersCommand::Find { email } => find(session, &email),
        MembersCommand::Invite(args) => super::invite::run(&args, session),
    }
}

fn list(session: &mut Session<'_>, partner: &str) -> Result<()> {
    let what = || format!("cannot list the members of partner '{partner}'");
    let wanted = Wanted::read(partner)?;
    let id = session.partner_id(wanted).with_context(what)?;
    let (client, call) = (session.client()?, calls::list_members(&id)?);
    let is_empty = session.list(&client, &call).map_err(|error| wanted.explain(error)).with_context(what)?;
    session.note_if_empty(is_empty, &format!("Partner '{partner}' has no members yet."));
    Ok(())
}

fn list_all(session: &mut Session<'_>) -> Result<()> {
    let swept = sweep(session, true, |_| true)?;
    session.note_if_empty(swept.is_nobody, "No partner has any members yet.");
    Ok(())
}

/// What a sweep has come to.
struct Swept {
    partners: usize,
    is_nobody: bool,
}

/// Asks for every partner's members and shows those that are wanted; `shows_nobody` says whether an empty list is shown.
/// Fails where some could not be had.
fn sweep(session: &mut Session<'_>, shows_nobody: bool, is_wanted: impl Fn(&Member<'_>) -> bool) -> Result<Swept> {
    let partners = session.client()?.send(&calls::list_partners()).context("cannot list the partners")?;
    let partners = partners.get()?;
    let sweep = Sweep::run(&partners, session)?;
    let (mut rows, mut raw) = (Vec::new(), Vec::new());
    for (at, members) in sweep.found() {
        for (member, json) in members.items()?.into_iter().filter(|(member, _)| is_wanted(member)) {
            rows.push(Listed { member, partner: &partners[at] });
            raw.push(json);
        }
    }
    let is_nobody = rows.is_empty();
    if shows_nobody || !is_nobody {
        session.output.list(&format!("[{}]", raw.join(",")), rows)?;
        session.output.flush()?;
    }
    sweep.check(&partners, session.notes)?;
    Ok(Swept { partners: partners.len(), is_nobody })
}

fn find(session: &mut Session<'_>, email: &str) -> Result<()> {
    let email = email.trim();
    address::check(email).map_err(|why| Error::new(Kind::Usage, why))?;
    let wanted = email.to_lowercase();
    let swept = sweep(session, false, |member| member.email.as_str().to_lowercase() == wanted)?;
    if swept.is_nobody {
        let message = format!("'{email}' is a member of none of the {} partners", swept.partners);
        return Err(Error::new(Kind::NotFound, message)
            .hint("Somebody who was invited and has not joined yet is no member; the API does not list invitations.")
            .into());
    }
    Ok(())
}
