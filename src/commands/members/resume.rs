//! The command that goes on with a run of invitations, and what else can be done about one that is not complete.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory as _};

use crate::cli::Cli;
use crate::invitations::summary::Summary;
use crate::text::escape::shell_quote;

/// The options that apply to one run only: repeated, they would resolve or send invitations again that became unknown since.
const ONE_TIME_OPTIONS: [&str; 3] = ["retry_unknown", "assume_invited", "assume_not_invited"];

/// Returns how to continue after a run that is not complete. `roster` is the value of `--from`, if it is given.
pub(super) fn resume_hints(
    is_recorded: bool,
    roster: Option<&PathBuf>,
    summary: &Summary,
    matches: &ArgMatches,
) -> Vec<String> {
    let counts = &summary.counts;
    if !is_recorded {
        let repeat = "do not run the same command again: it would send duplicate invitations";
        return match counts.invited + counts.unknown {
            0 => vec!["no invitations were sent".to_owned()],
            _ => vec![repeat.to_owned(), "with --journal FILE, a run can be resumed".to_owned()],
        };
    }
    let mut hints = vec![format!("to resume, run: {}", resume_command(matches, summary.unrecorded.as_deref()))];
    match roster {
        Some(path) if path == Path::new("-") => hints.push("pass the same roster on standard input".to_owned()),
        Some(path) if !path.is_file() || is_standard_input(path) => {
            let path = shell_quote(path);
            hints.push(format!("replace {path}, which can only be read once, by the same roster"));
        }
        _ => {}
    }
    if counts.in_progress > 0 {
        let hint = "if the other run was killed, the outcome is unknown 15 minutes after it began to invite the person: run \
                    the command again then";
        hints.push(hint.to_owned());
    }
    if counts.unknown > 0 {
        let resolve = "if you know whether an unknown invitation arrived, add --assume-invited EMAIL or \
                       --assume-not-invited EMAIL";
        let retry = "to send all unknown invitations again, add --retry-unknown (they may be sent twice)";
        hints.extend([resolve.to_owned(), retry.to_owned()]);
    }
    hints
}

/// Whether this is another name of standard input, which may be a regular file but is another one in the next run.
fn is_standard_input(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd", "/proc/self/fd"].iter().any(|prefix| path.starts_with(prefix))
}

/// Returns the command that records an invitation which was sent without a record.
pub(super) fn record_hint(email: &str, matches: &ArgMatches) -> String {
    format!("to record it, run: {}", resume_command(matches, Some(email)))
}

/// Returns the command line without the options that apply to one run only, quoted for a shell. It records that an address was
/// invited, if that is missing.
fn resume_command(matches: &ArgMatches, unrecorded: Option<&str>) -> String {
    let mut root = Cli::command();
    root.build();
    let mut words = vec![OsString::from(root.get_name())];
    let (mut command, mut matches) = (&root, matches);
    while let Some((name, below)) = matches.subcommand() {
        let Some(subcommand) = command.find_subcommand(name) else { break };
        words.push(name.into());
        (command, matches) = (subcommand, below);
    }
    let (mut options, positionals) = given_arguments(command, matches);
    options.extend(unrecorded.iter().flat_map(|email| ["--assume-invited".into(), OsString::from(email)]));
    let is_like_option = |word: &OsString| word.as_encoded_bytes().starts_with(b"-");
    match positionals.iter().any(is_like_option) {
        true => words.extend(options.into_iter().chain([OsString::from("--")]).chain(positionals)),
        false => words.extend(positionals.into_iter().chain(options)),
    }
    words.iter().map(shell_quote).collect::<Vec<_>>().join(" ")
}

/// Returns the options that the command line has, each with its value, and the other arguments.
fn given_arguments(command: &Command, matches: &ArgMatches) -> (Vec<OsString>, Vec<OsString>) {
    let (mut options, mut positionals) = (Vec::new(), Vec::new());
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let is_given = matches.value_source(id) == Some(ValueSource::CommandLine);
        if !is_given || ONE_TIME_OPTIONS.contains(&id) {
            continue;
        }
        let values = matches.get_raw(id).into_iter().flatten();
        match arg.get_long() {
            None => positionals.extend(values.map(OsStr::to_owned)),
            Some(name) if arg.get_action().takes_values() => {
                options.extend(values.flat_map(|value| [format!("--{name}").into(), value.to_owned()]));
            }
            Some(name) => options.push(format!("--{name}").into()),
        }
    }
    (options, positionals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str], unrecorded: Option<&str>) -> String {
        let words = [&["strigo", "members", "invite"], words].concat();
        resume_command(&Cli::command().try_get_matches_from(words).unwrap(), unrecorded)
    }

    #[test]
    fn resume_command_has_what_was_given() {
        let words = ["-q", "--profile=x", "Acme Inc", "a@b.co", "c@d.co", "--journal", "j", "--limit"];
        let command = |words: &[&str]| command(words, None);
        assert_eq!(
            command(&words[..7]),
            "strigo members invite 'Acme Inc' a@b.co c@d.co --journal j --quiet --profile x"
        );
        assert_eq!(command(&["--journal=j", "--", "-x", "a@b.co"]), "strigo members invite --journal j -- -x a@b.co");
    }

    #[test]
    fn resume_command_records_what_is_missing() {
        assert_eq!(
            command(&["nur", "a@b.co", "--journal", "j"], Some("a+b@c.co")),
            "strigo members invite nur a@b.co --journal j --assume-invited a+b@c.co"
        );
    }

    #[test]
    fn resume_command_omits_one_time_options() {
        let words = ["--retry-unknown", "nur", "--assume-invited", "a@b.co,c@d.co", "--journal", "j"];
        assert_eq!(command(&words, None), "strigo members invite nur --journal j");
    }
}
