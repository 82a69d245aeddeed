//! What `--help` shows of the command line, beside the texts of [`crate::cli`].

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::columns_of;
use crate::cli::Cli;

/// Returns the command line in which `--help` of a command fits a terminal: without details, which `strigo help` has, and
/// without the global options.
pub(crate) fn command() -> Command {
    let hide_if_global = |arg: Arg| if arg.is_global_set() { arg.hide_short_help(true) } else { arg };
    Cli::command().mut_args(hide_if_global).mut_subcommands(|subcommand| shorten(subcommand, &[]))
}

fn shorten(command: Command, groups: &[&str]) -> Command {
    let name = command.get_name().to_owned();
    let path = [groups, &[&*name]].concat();
    let examples = command.get_after_long_help().cloned().unwrap_or_default();
    let gap = if command.has_subcommands() { "" } else { "\n\n" };
    let more = format!("Options like --json: `strigo --help`; details: `strigo help {}`", path.join(" "));
    let help =
        Arg::new("help").short('h').long("help").action(ArgAction::HelpShort).help_heading(None).help("Print help");
    let columns = describe_columns(&path);
    command
        .disable_help_flag(true)
        .arg(help)
        .after_help(format!("{examples}{gap}{more}"))
        .after_long_help(examples)
        .mut_args(|arg| match arg.get_id() == "columns" {
            true => arg.help(format!("Print these columns: {columns}")),
            false => arg,
        })
        .mut_subcommands(|subcommand| shorten(subcommand, &path))
}

/// Returns the names of the columns, and of those that a flag adds.
fn describe_columns(path: &[&str]) -> String {
    let columns = columns_of(path, |_| false);
    let with = |flag: &'static str| (flag, &columns_of(path, |set| set == flag)[columns.len()..]);
    let added = ["members", "all"].map(with).into_iter().find(|(_, more)| !more.is_empty());
    let more = added.map(|(flag, more)| format!("; with --{flag}, {}", more.join(", "))).unwrap_or_default();
    (columns.join(", ") + &more).to_lowercase()
}

#[cfg(test)]
mod tests {
    #[test]
    fn command_passes_clap_debug_assert() {
        super::command().debug_assert();
    }
}
