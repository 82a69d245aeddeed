//! Invalid command lines: turns clap's errors into the tool's own, with hints for words that other tools use.

use std::error::Error as _;
use std::ffi::OsString;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ErrorKind as ClapKind};

use crate::cli::Cli;
use crate::error::{Error, ErrorKind};

/// Converts clap's `error` about `args` into an [`ErrorKind::Usage`] error.
pub(crate) fn usage_error(error: &clap::Error, args: &[OsString]) -> Error {
    let context = |kind| error.get(kind).map(ToString::to_string);
    let argument = context(ContextKind::InvalidArg).unwrap_or_default();
    let word = context(ContextKind::InvalidSubcommand).unwrap_or_default();
    let value = context(ContextKind::InvalidValue).unwrap_or_default();
    let message = match error.kind() {
        ClapKind::DisplayHelpOnMissingArgumentOrSubcommand => "a subcommand is required".to_owned(),
        ClapKind::InvalidSubcommand => format!("unrecognized subcommand '{word}'"),
        ClapKind::UnknownArgument => format!("unexpected argument '{argument}'"),
        ClapKind::MissingRequiredArgument => format!("missing required arguments: {argument}"),
        ClapKind::ArgumentConflict => {
            format!("{argument} cannot be used with {}", context(ContextKind::PriorArg).unwrap_or_default())
        }
        ClapKind::InvalidValue if value.is_empty() => format!("missing value for '{argument}'"),
        ClapKind::InvalidValue | ClapKind::ValueValidation => {
            let reason = error.source().map(|source| format!(": {source}")).unwrap_or_default();
            format!("invalid value '{value}' for '{argument}'{reason}")
        }
        kind => kind.as_str().unwrap_or("invalid command line").to_owned(),
    };
    let similar = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let similar = || similar.into_iter().find_map(context);
    let is_output = || matches!(argument.split('=').next(), Some("--output" | "-o"));
    let option_synonym = || is_output().then(|| "--format".to_owned());
    let suggestion = command_synonym(&word, args).or_else(option_synonym).or_else(similar);
    let possible_values = context(ContextKind::ValidValue).map(|values| format!("possible values: {values}"));
    let hints = suggestion.map(|name| format!("did you mean '{name}'?")).into_iter().chain(possible_values);
    hints
        .chain(["add --help for usage and examples".to_owned()])
        .fold(Error::new(ErrorKind::Usage, message), Error::with_hint)
}

/// Returns the command that `word` stands for in other tools: in the group that `args` name, or in any group.
fn command_synonym(word: &str, args: &[OsString]) -> Option<String> {
    let synonyms: &[&str] = match word {
        "ls" => &["list"],
        "show" | "view" | "describe" => &["get"],
        "add" | "new" => &["create", "invite"],
        "edit" => &["rename"],
        "search" => &["find"],
        "signin" => &["login"],
        "signout" => &["logout"],
        "whoami" => &["status"],
        _ => &[],
    };
    let command = Cli::command();
    let named_group = command.get_subcommands().find(|group| args.iter().any(|arg| arg == group.get_name()));
    let is_candidate = |group: &&clap::Command| named_group.is_none_or(|named| named.get_name() == group.get_name());
    let names = || std::iter::once(&word).chain(synonyms);
    command.get_subcommands().filter(is_candidate).find_map(|group| {
        let name = names().find(|name| group.find_subcommand(name).is_some())?;
        Some(format!("strigo {} {name}", group.get_name()))
    })
}
