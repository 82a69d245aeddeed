//! Invalid command lines: turns clap's errors into the tool's own, with hints for words that other tools use.

use std::error::Error as _;
use std::ffi::OsString;
use std::iter;

use clap::error::{ContextKind, ContextValue, ErrorKind as ClapKind};
use clap::{Command, CommandFactory as _};

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
        ClapKind::InvalidSubcommand => format!("unknown command '{word}'"),
        ClapKind::UnknownArgument => format!("unexpected argument '{argument}'"),
        ClapKind::MissingRequiredArgument => format!("missing required argument {argument}"),
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
    let root = Cli::command();
    let path = command_path(&root, args);
    let similar_command = || {
        // The most similar name is the last one. It may be an alias, which is not shown.
        let Some(ContextValue::Strings(names)) = error.get(ContextKind::SuggestedSubcommand) else { return None };
        path.last()?.find_subcommand(names.last()?).map(|command| command.get_name().to_owned())
    };
    let similar_argument = || context(ContextKind::SuggestedArg).or_else(|| context(ContextKind::SuggestedValue));
    let similar = || Some(format!("'{}'", similar_command().or_else(similar_argument)?));
    let suggestion = command_synonym(&word, &root, path.get(1).copied()).or_else(similar);
    let possible_values = context(ContextKind::ValidValue)
        .filter(|values| !values.is_empty())
        .map(|values| format!("possible values: {values}"));
    let hints = suggestion.map(|name| format!("did you mean {name}?")).into_iter().chain(possible_values);
    let names: Vec<&str> = path.iter().map(|command| command.get_name()).collect();
    let help = format!("run `{} --help` for usage and examples", names.join(" "));
    hints.chain([help]).fold(Error::new(ErrorKind::Usage, message), Error::with_hint)
}

/// Returns the commands that `word` stands for in other tools: in `group`, or in all groups.
fn command_synonym(word: &str, root: &Command, group: Option<&Command>) -> Option<String> {
    let synonyms: &[&str] = match word {
        "ls" => &["list"],
        "show" | "view" | "describe" => &["get"],
        "add" | "new" => &["create", "invite"],
        "edit" => &["rename"],
        "signin" => &["login"],
        "signout" => &["logout"],
        "use" | "activate" => &["switch"],
        "whoami" => &["status"],
        _ => &[],
    };
    let groups = group.map_or_else(|| root.get_subcommands().collect(), |group| vec![group]);
    // Other commands have a status, too, but not of the user.
    let groups = groups.into_iter().filter(|group| word != "whoami" || group.get_name() == "auth");
    let found = groups.filter_map(|group| {
        let command = iter::once(&word).chain(synonyms).find_map(|name| group.find_subcommand(name))?;
        Some(format!("`strigo {} {}`", group.get_name(), command.get_name()))
    });
    Some(found.collect::<Vec<_>>().join(" or ")).filter(|found| !found.is_empty())
}

/// Returns the commands that `args` name, from `root` to the most specific one.
fn command_path<'c>(root: &'c Command, args: &[OsString]) -> Vec<&'c Command> {
    let mut path = vec![root];
    for arg in args {
        path.extend(path.last().and_then(|command| command.find_subcommand(arg)));
    }
    path
}
