//! `strigo members`.

pub(super) mod invite;
mod new_partners;
mod notes;
mod resume;
pub(super) mod show;
pub(super) mod status;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::api::calls;
use crate::api::types::{Invitation, Member, Partner};
use crate::cli::{ColumnArgs, MemberScope, MembersCommand};
use crate::context::Context;
use crate::directory::members::FetchedMembers;
use crate::directory::partner::PartnerSpec;
use crate::error::{Error, ErrorKind};
use crate::invitations::email::is_email;
use crate::output::Row;
use crate::text::address::fold_address;
use crate::text::escape::shell_quote;
use crate::text::invisible::trim_invisible;

impl Row for Member {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "ROLE", "PARTNER_ID"];
}

impl Row for Invitation {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "STATUS", "PARTNER_ID", "LINK", "CREATED_AT"];
    const DEFAULT: &'static [&'static str] = &["EMAIL", "LINK"];
}

/// A member, and the partner whose list it is in.
#[derive(Serialize)]
pub(super) struct MemberWithPartner {
    #[serde(flatten)]
    member: Member,
    partner_name: String,
}

impl Row for MemberWithPartner {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "ROLE", "PARTNER_ID", "PARTNER_NAME"];
    const DEFAULT: &'static [&'static str] = &["EMAIL", "ROLE", "PARTNER_ID", "PARTNER_NAME"];
}

/// A partner that a person belongs to.
#[derive(Serialize)]
struct Membership(MemberWithPartner);

impl Row for Membership {
    const COLUMNS: &'static [&'static str] = MemberWithPartner::COLUMNS;
    const DEFAULT: &'static [&'static str] = MemberWithPartner::DEFAULT;
    const ID: &'static str = "PARTNER_ID";
}

pub(super) fn run(command: MembersCommand, context: &mut Context<'_>) -> Result<()> {
    match command {
        MembersCommand::List { scope: MemberScope { partner: Some(partner), .. }, output } => {
            list(context, &partner, &output)
        }
        MembersCommand::List { output, .. } => list_all(context, &output),
        MembersCommand::Search { text, output } => search(context, &text, &output),
        MembersCommand::Show(args) => show::run(&args, context),
        MembersCommand::Status(args) => status::run(&args, context),
        MembersCommand::Invite(args) => invite::run(&args, context),
    }
}

fn list(context: &Context<'_>, partner: &str, output: &ColumnArgs) -> Result<()> {
    let rows = context.rows(output)?;
    let ctx = || format!("cannot list members of partner '{partner}'");
    let spec = PartnerSpec::parse(partner)?;
    let id = context.resolve_partner_id(spec).with_context(ctx)?;
    let call = calls::list_members(&id)?;
    let members = context.send(&call).map_err(|error| spec.add_hint(error)).with_context(ctx)?;
    context.print_list(&rows, &members, &format!("partner '{partner}' has no members")).with_context(ctx)
}

fn list_all(context: &Context<'_>, output: &ColumnArgs) -> Result<()> {
    let rows = context.rows(output)?;
    let list = context.partners().context("cannot list partners")?;
    let (partners, raw_partners): (Vec<_>, Vec<_>) = list.items()?.into_iter().unzip();
    let all_members = context.fetch_members(&partners)?;
    let (members, raw): (Vec<_>, Vec<_>) = with_partners(&all_members, &partners, &raw_partners)?.into_iter().unzip();
    let is_empty = members.is_empty();
    rows.print_list(&format!("[{}]", raw.join(",")), || Ok(members))?;
    context.report_failures(&all_members, &partners)?;
    context.note_if(is_empty, "no members found");
    Ok(())
}

/// Finds the members whose addresses contain a text or, if it is the whole address of any, only those.
fn search(context: &Context<'_>, text: &str, output: &ColumnArgs) -> Result<()> {
    let rows = context.rows(output)?;
    let wanted = fold_address(trim_invisible(text));
    let list = context.partners().context("cannot list partners")?;
    let (partners, raw_partners): (Vec<_>, Vec<_>) = list.items()?.into_iter().unzip();
    let all_members = context.fetch_members(&partners)?;
    let members = with_partners(&all_members, &partners, &raw_partners)?.into_iter();
    let addressed = members.map(|(row, raw)| (fold_address(&row.member.email), row, raw));
    let mut found: Vec<_> = addressed.filter(|(address, ..)| address.contains(&wanted)).collect();
    if found.iter().any(|(address, ..)| *address == wanted) {
        found.retain(|(address, ..)| *address == wanted);
    }
    let (memberships, raw): (Vec<_>, Vec<_>) = found.into_iter().map(|(_, row, raw)| (Membership(row), raw)).unzip();
    let is_empty = memberships.is_empty();
    if !is_empty || !is_email(&wanted) {
        rows.print_list(&format!("[{}]", raw.join(",")), || Ok(memberships))?;
    }
    context.report_failures(&all_members, &partners)?;
    if is_empty && is_email(&wanted) {
        let message = format!("'{text}' is not a member of any of the {} partners", partners.len());
        return Err(Error::new(ErrorKind::NotFound, message)
            .with_hint(format!("to see what is known about the person, run: strigo members show {}", shell_quote(text)))
            .into());
    }
    context.note_if(is_empty, &format!("no member's address contains '{text}'"));
    Ok(())
}

/// Returns the members that could be fetched, and the JSON of each.
fn with_partners(
    all_members: &FetchedMembers,
    partners: &[Partner],
    raw_partners: &[&str],
) -> Result<Vec<(MemberWithPartner, String)>, Error> {
    let mut rows = Vec::new();
    for (index, members) in all_members.successes() {
        for (member, raw) in members.items()? {
            let raw = format!("{{\"partner\":{},\"member\":{raw}}}", raw_partners[index]);
            let Partner { id, name } = partners[index].clone();
            // The ID belongs to the name beside it, even if the API returns another partner ID for the member.
            let member = Member { partner_id: id, ..member };
            rows.push((MemberWithPartner { member, partner_name: name }, raw));
        }
    }
    Ok(rows)
}
