//! `strigo members`.

use anyhow::{Context as _, Result};

use super::Session;
use super::lookup::Wanted;
use crate::api::calls;
use crate::api::types::{Invitation, Member};
use crate::cli::MembersCommand;
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

pub(super) fn run(command: MembersCommand, session: &mut Session<'_>) -> Result<()> {
    match command {
        MembersCommand::List { partner } => list(session, &partner.partner),
        MembersCommand::Invite(args) => super::invite::run(&args, session),
    }
}

fn list(session: &mut Session<'_>, partner: &str) -> Result<()> {
    let what = || format!("cannot list the members of partner '{partner}'");
    let wanted = Wanted::read(partner)?;
    let id = session.partner_id(wanted).with_context(what)?;
    let members =
        session.client()?.send(&calls::list_members(&id)?).map_err(|error| wanted.explain(error)).with_context(what)?;
    session.output.list(members.raw(), || members.get()).with_context(what)?;
    session.note_if_empty(members.is_empty(), &format!("Partner '{partner}' has no members yet."));
    Ok(())
}
