//! The implementations of the commands: the file's path is the command's path.

mod api;
mod auth;
pub mod completion;
mod journal;
mod man;
mod members;
mod partners;

use anyhow::Result;

use crate::api::types::{Invitation, Member, Partner};
use crate::cli::Command;
use crate::context::Context;
use crate::output::Row;
use crate::process::SignalMode;

/// Returns the columns of the records that a command prints.
fn columns_of(words: &[String]) -> &'static [&'static str] {
    let has = |word: &str| words.iter().any(|other| other == word);
    let mut names = words.iter().skip(1).map(String::as_str).filter(|word| !word.starts_with('-'));
    match (names.next(), names.next()) {
        (Some("partners" | "partner"), _) if has("--members") => partners::PartnerWithCount::COLUMNS,
        (Some("partners" | "partner"), _) => Partner::COLUMNS,
        (Some("members" | "member"), Some("list" | "ls")) if !has("--all") => Member::COLUMNS,
        (Some("members" | "member"), Some("list" | "ls" | "search" | "find")) => members::MemberWithPartner::COLUMNS,
        (Some("members" | "member"), Some("invite")) => Invitation::COLUMNS,
        (Some("members" | "member"), Some("status")) => members::status::PersonRow::COLUMNS,
        (Some("journal"), Some("show")) => journal::EntryRow::COLUMNS,
        (Some("auth"), Some("status")) => auth::StatusRow::COLUMNS,
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
        Command::Completion { shell } => completion::scripts::print(shell, &context.printer),
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
