//! Invalid command lines: turns clap's errors into the tool's own, with hints for words that people try.

use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ErrorKind as ClapKind};
use clap::{Command, CommandFactory as _};

use crate::cli::Cli;
use crate::error::{Error, ErrorKind};

/// Commands of other tools, and what they are called here.
const COMMAND_SYNONYMS: [(&str, &str); 13] = [
    ("ls", "list"),
    ("show", "get"),
    ("view", "get"),
    ("describe", "get"),
    ("add", "create"),
    ("add", "invite"),
    ("new", "create"),
    ("edit", "rename"),
    ("search", "find"),
    ("signin", "login"),
    ("signout", "logout"),
    ("whoami", "status"),
    ("completion", "completions"),
];

/// Options of other tools, and what they are called here.
const OPTION_SYNONYMS: [(&str, &str); 2] = [("--output", "--format"), ("-o", "--format")];

/// Converts clap's `error` about `args` into an [`ErrorKind::Usage`] error.
pub(crate) fn usage_error(error: &clap::Error, args: &[OsString]) -> Error {
    suggestions(error, args)
        .into_iter()
        .map(|name| format!("did you mean '{name}'?"))
        .chain(possible_values(error))
        .chain([more_information(error)])
        .fold(Error::new(ErrorKind::Usage, message(error)), Error::with_hint)
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    error.get(kind).map(ToString::to_string)
}

fn message(error: &clap::Error) -> String {
    let argument = context(error, ContextKind::InvalidArg).unwrap_or_default();
    let value = context(error, ContextKind::InvalidValue);
    match (error.kind(), value.as_deref()) {
        (ClapKind::DisplayHelpOnMissingArgumentOrSubcommand | ClapKind::MissingSubcommand, _) => {
            "a subcommand is required".to_owned()
        }
        (ClapKind::InvalidSubcommand, _) => {
            format!("unrecognized subcommand '{}'", context(error, ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        (ClapKind::UnknownArgument, _) => format!("unexpected argument '{argument}'"),
        (ClapKind::MissingRequiredArgument, _) => format!("missing required arguments: {argument}"),
        (ClapKind::ArgumentConflict, _) => {
            let other = context(error, ContextKind::PriorArg).unwrap_or_else(|| "other arguments".to_owned());
            format!("{argument} cannot be used with {other}")
        }
        (ClapKind::InvalidValue, Some("")) => format!("missing value for '{argument}'"),
        (ClapKind::InvalidValue | ClapKind::ValueValidation, Some(value)) => {
            let reason = error.source().map(|source| format!(": {source}")).unwrap_or_default();
            format!("invalid value '{value}' for '{argument}'{reason}")
        }
        (kind, _) => kind.as_str().unwrap_or("invalid command line").to_owned(),
    }
}

fn possible_values(error: &clap::Error) -> Option<String> {
    context(error, ContextKind::ValidValue).map(|values| format!("possible values: {values}"))
}

fn more_information(error: &clap::Error) -> String {
    match error.kind() {
        ClapKind::DisplayHelpOnMissingArgumentOrSubcommand => "run `strigo <command> --help` for usage".to_owned(),
        _ => "add --help for usage and examples".to_owned(),
    }
}

/// Returns the commands, options, or values that may have been meant.
fn suggestions(error: &clap::Error, args: &[OsString]) -> Vec<String> {
    let synonym = match error.kind() {
        ClapKind::InvalidSubcommand => {
            context(error, ContextKind::InvalidSubcommand).and_then(|word| command_synonym(&word, args))
        }
        ClapKind::UnknownArgument => context(error, ContextKind::InvalidArg).and_then(|word| option_synonym(&word)),
        _ => None,
    };
    let similar = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    match synonym {
        Some(name) => vec![name],
        None => similar.into_iter().filter_map(|kind| context(error, kind)).collect(),
    }
}

/// Returns the command that `word` stands for, in the group that `args` name or in any.
fn command_synonym(word: &str, args: &[OsString]) -> Option<String> {
    let mut root = Cli::command();
    root.build();
    let group = root.get_subcommands().find(|sub| args.iter().any(|arg| arg == sub.get_name()));
    let groups: Vec<&Command> = group.map_or_else(|| root.get_subcommands().collect(), |group| vec![group]);
    let others = COMMAND_SYNONYMS.iter().filter(|(synonym, _)| *synonym == word).map(|(_, name)| *name);
    let names: Vec<&str> = std::iter::once(word).chain(others).collect();
    let command = groups.iter().find_map(|group| {
        let name = names.iter().find(|name| group.find_subcommand(name).is_some())?;
        Some(format!("strigo {} {name}", group.get_name()))
    });
    command
        .or_else(|| names.iter().find(|name| root.find_subcommand(name).is_some()).map(|name| format!("strigo {name}")))
}

fn option_synonym(word: &str) -> Option<String> {
    let name = word.split('=').next().unwrap_or_default();
    OPTION_SYNONYMS.iter().find(|(synonym, _)| *synonym == name).map(|(_, option)| (*option).to_owned())
}
