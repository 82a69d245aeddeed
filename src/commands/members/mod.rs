//! `strigo members`.

pub(super) mod invite;
mod people;
mod resume;
mod settle;
pub(super) mod status;

use anyhow::{Context as _, Result};

use crate::api::calls;
use crate::api::types::{Invitation, Member, Partner};
use crate::cli::{MemberScope, MembersCommand};
use crate::context::Context;
use crate::directory::partner::PartnerSpec;
use crate::error::{Error, ErrorKind};
use crate::invitations::email::validate_email;
use crate::output::Record;
use crate::text::invisible::trim_invisible;

impl Record for Member {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "ROLE", "PARTNER_ID"];

    fn cells(&self) -> impl AsRef<[&str]> {
        [&*self.id, &*self.email, &*self.role, &*self.partner_id]
    }
}

impl Record for Invitation {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "STATUS", "PARTNER_ID", "LINK", "CREATED_AT"];
    const DEFAULT_COLUMN_COUNT: usize = 5;

    fn cells(&self) -> impl AsRef<[&str]> {
        [&*self.id, &*self.email, &*self.status, &*self.partner_id, &*self.link, &*self.created_at]
    }
}

/// A member, and the partner whose list it is in.
pub(super) struct MemberWithPartner<'a> {
    member: Member,
    partner: &'a Partner,
    /// What the command is about.
    subject: Subject,
}

/// Which of the IDs is that of a [`MemberWithPartner`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Members,
    /// The partners that a person belongs to.
    Partners,
}

impl Record for MemberWithPartner<'_> {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "ROLE", "PARTNER_ID", "PARTNER_NAME"];

    fn cells(&self) -> impl AsRef<[&str]> {
        let MemberWithPartner { member, partner, .. } = self;
        // The ID belongs to the name beside it, even if the API returns another partner ID for the member.
        [&*member.id, &*member.email, &*member.role, &*partner.id, &*partner.name]
    }

    fn id(&self) -> &str {
        match self.subject {
            Subject::Members => &self.member.id,
            Subject::Partners => &self.partner.id,
        }
    }
}

pub(super) fn run(command: MembersCommand, context: &mut Context<'_>) -> Result<()> {
    match command {
        MembersCommand::List { scope: MemberScope { partner: Some(partner), .. }, output } => {
            context.printer.select::<Member>(&output)?;
            list(context, &partner)
        }
        MembersCommand::List { output, .. } => {
            context.printer.select::<MemberWithPartner<'_>>(&output)?;
            list_all(context)
        }
        MembersCommand::Search { email, output } => {
            context.printer.select::<MemberWithPartner<'_>>(&output)?;
            search(context, &email)
        }
        MembersCommand::Status(args) => status::run(&args, context),
        MembersCommand::Invite(args) => {
            context.printer.select::<Invitation>(&args.output)?;
            invite::run(&args, context)
        }
    }
}

fn list(context: &mut Context<'_>, partner: &str) -> Result<()> {
    let ctx = || format!("cannot list members of partner '{partner}'");
    let spec = PartnerSpec::parse(partner)?;
    let id = context.resolve_partner_id(spec).with_context(ctx)?;
    let call = calls::list_members(&id)?;
    let members = context.send(&call).map_err(|error| spec.add_hint(error)).with_context(ctx)?;
    context.print_list(&members, &format!("partner '{partner}' has no members")).with_context(ctx)
}

fn list_all(context: &mut Context<'_>) -> Result<()> {
    let (_, printed) = print_members(context, Subject::Members, |_| true)?;
    context.note_if(printed == 0, "no members found");
    Ok(())
}

fn search(context: &mut Context<'_>, email: &str) -> Result<()> {
    let email = trim_invisible(email);
    validate_email(email).map_err(|reason| Error::new(ErrorKind::Usage, reason))?;
    let lower_case = email.to_lowercase();
    let (partners, printed) =
        print_members(context, Subject::Partners, |member| member.email.to_lowercase() == lower_case)?;
    if printed == 0 {
        let message = format!("'{email}' is not a member of any of the {partners} partners");
        return Err(Error::new(ErrorKind::NotFound, message)
            .with_hint("invited people are listed only after they have joined; the API cannot list invitations")
            .into());
    }
    Ok(())
}

/// Fetches the members of all partners, and prints those that `filter` selects; an empty list only if the members are the
/// subject. Returns the number of partners and of printed members. Fails if the members of a partner could not be fetched.
fn print_members(
    context: &mut Context<'_>,
    subject: Subject,
    filter: impl Fn(&Member) -> bool,
) -> Result<(usize, usize)> {
    let list = context.partners().context("cannot list partners")?;
    let (partners, raw_partners): (Vec<_>, Vec<_>) = list.items()?.into_iter().unzip();
    let all_members = context.fetch_members(&partners)?;
    let (mut rows, mut raw) = (Vec::new(), Vec::new());
    for (index, members) in all_members.successes() {
        for (member, json) in members.items()?.into_iter().filter(|(member, _)| filter(member)) {
            raw.push(format!("{{\"partner\":{},\"member\":{json}}}", raw_partners[index]));
            rows.push(MemberWithPartner { member, partner: &partners[index], subject });
        }
    }
    let printed = rows.len();
    if subject == Subject::Members || printed > 0 {
        context.printer.print_list(&format!("[{}]", raw.join(",")), || Ok(rows))?;
        context.printer.flush()?;
    }
    context.report_failures(&all_members, &partners)?;
    Ok((partners.len(), printed))
}
