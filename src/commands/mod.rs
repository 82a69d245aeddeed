//! The implementations of the commands: the file's path is the command's path.

mod api;
mod auth;
pub mod completion;
pub(crate) mod help;
mod journal;
mod man;
mod members;
mod partners;
mod people;
mod planned;

use anyhow::Result;

use crate::api::types::{Invitation, Member, Partner};
use crate::cli::Command;
use crate::context::Context;
use crate::output::Row;
use crate::process::SignalMode;

/// Returns the columns of the rows that a command prints. Some depend on flags.
fn columns_of(path: &[&str], is_set: impl Fn(&str) -> bool) -> &'static [&'static str] {
    match path {
        ["partners", "list"] if is_set("members") => partners::PartnerWithCount::COLUMNS,
        ["partners", _] => Partner::COLUMNS,
        ["members", "list"] if !is_set("all") => Member::COLUMNS,
        ["members", "invite"] => Invitation::COLUMNS,
        ["members", "show"] => members::show::StoryRow::COLUMNS,
        ["members", "status"] => members::status::PersonRow::COLUMNS,
        ["members", _] => members::MemberWithPartner::COLUMNS,
        ["journal", "show"] => journal::EntryRow::COLUMNS,
        ["auth", "status"] => auth::StatusRow::COLUMNS,
        _ => &[],
    }
}

/// Runs a command.
///
/// # Errors
///
/// Returns the command's [`crate::error::Error`], with context.
pub(crate) fn dispatch(command: Command, mut context: Context<'_>) -> Result<()> {
    context.signals.set_mode(SignalMode::Exit);
    match command {
        Command::Completion { shell } => completion::run(shell, &context.printer),
        Command::Man(args) => man::run(&args, &context.printer, context.reporter),
        Command::Auth(command) => auth::run(command, context),
        Command::Partners(command) => with_settings(&mut context, |context| partners::run(command, context)),
        Command::Members(command) => with_settings(&mut context, |context| members::run(command, context)),
        Command::Journal(command) => with_settings(&mut context, |context| journal::run(command, context)),
        Command::Api(args) => with_settings(&mut context, |context| api::run(&args, context)),
    }
}

/// Resolves the settings before anything else, and runs a command that calls the API.
fn with_settings<'a>(context: &mut Context<'a>, run: impl FnOnce(&mut Context<'a>) -> Result<()>) -> Result<()> {
    context.settings()?;
    run(context)
}
