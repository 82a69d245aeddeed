//! Dynamic completion: the values that only strigo knows, for the completion scripts.
//!
//! The scripts run `strigo __complete SHELL ...`, which prints the candidates, one per line, and nothing if anything fails:
//! at Tab, an error would only disturb the command line. clap_complete's engine finds the argument at the cursor. Its own
//! adapter for bash is not used, because it neither quotes nor describes candidates.

mod bash;
mod cache;
mod partners;
pub mod scripts;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};

use crate::cli::{self, Cli};
use crate::invitations::event::State;
use crate::process::{Environment, Process};
use crate::settings::Sources;
use bash::CommandLine;
pub(super) use cache::clear as clear_cache;

/// A value that completes the word at the cursor, and its description.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    value: String,
    help: String,
}

/// The kind of value at the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompletionKind {
    Partner,
    Profile,
    /// The new name of a partner.
    NewName,
    /// The path of a request.
    ApiPath,
    /// The columns of the command's records, separated by commas.
    Columns,
    /// The command whose manual page is printed.
    ManPage,
    /// The states of people, separated by commas.
    States,
    /// The commands of a group that an alias names, which the static scripts do not know.
    Commands,
}

/// The kinds, each with the name of its argument, and a value that the engine returns in place of the values. No argument
/// can contain it.
const KINDS: [(CompletionKind, &str, &str); 9] = [
    (CompletionKind::Partner, "partner", "\0partner"),
    (CompletionKind::Profile, "profile", "\0profile"),
    (CompletionKind::Profile, "default_profile", "\0default_profile"),
    (CompletionKind::NewName, "new_name", "\0new_name"),
    (CompletionKind::ApiPath, "path", "\0path"),
    (CompletionKind::Columns, "columns", "\0columns"),
    (CompletionKind::ManPage, "command", "\0command"),
    (CompletionKind::States, "state", "\0state"),
    (CompletionKind::States, "fail_if", "\0fail_if"),
];

/// Answers a completion script; `args` are the arguments after `__complete`. Succeeds if a value that strigo knows is at
/// the cursor, even if there are no candidates: no other completion makes sense then.
pub fn run(args: &[OsString], process: Process) -> ExitCode {
    let Process { env, mut stdout, .. } = process;
    let args: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let lines = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // Bash's COMP_TYPE and COMP_WORDBREAKS, and the line up to the cursor.
        ["bash", comp_type, word_breaks, line] => {
            let line = CommandLine::parse(line, word_breaks);
            let list_only = comp_type == bash::COMP_TYPE_LIST;
            candidates(line.words(), &env).map(|candidates| line.replies(&candidates, list_only))
        }
        // The words up to the cursor, the unfinished one last.
        ["zsh" | "fish", .., _] => {
            let format = |candidate: Candidate| format!("{}\t{}", candidate.value, candidate.help);
            candidates(&args[1..], &env).map(|candidates| candidates.into_iter().map(format).collect())
        }
        [partners::REFRESH_COMMAND, ..] => {
            let flags = cli::scan_global_args(&args).flags();
            let sources = Sources::load(&flags, &env).ok();
            sources.and_then(|sources| partners::refresh_cache(&sources, &env)).map(|()| Vec::new())
        }
        _ => None,
    };
    let Some(lines) = lines else { return ExitCode::FAILURE };
    let text: String = lines.into_iter().map(|line| line + "\n").collect();
    let _ = stdout.writer.write_all(text.as_bytes()).and_then(|()| stdout.writer.flush());
    ExitCode::SUCCESS
}

/// Returns the candidates for the last word as a whole, including `--profile=` before a profile. Returns `None` if another
/// kind of value is at the cursor.
fn candidates(words: &[String], env: &Environment) -> Option<Vec<Candidate>> {
    let (kind, prefix) = completion_target(words).or_else(|| Some((kind_without_argument(words)?, String::new())))?;
    let typed = words.last().and_then(|word| word.strip_prefix(prefix.as_str())).unwrap_or_default();
    // The user is typing an option where a partner would be possible, too.
    if typed.starts_with('-') {
        return None;
    }
    let candidates = match kind {
        CompletionKind::Columns => column_candidates(words, typed),
        CompletionKind::States => state_candidates(),
        CompletionKind::ManPage => {
            command_candidates(words.iter().skip_while(|word| *word != "man").skip(1).map(String::as_str))
        }
        CompletionKind::Commands => command_candidates(words.iter().skip(1).map(String::as_str)),
        _ => {
            let flags = cli::scan_global_args(words).flags();
            let Ok(resolver) = Sources::load(&flags, env) else { return Some(Vec::new()) };
            match kind {
                CompletionKind::Profile => profile_candidates(&resolver),
                CompletionKind::NewName => partners::current_name(words, &resolver, env),
                CompletionKind::ApiPath => partners::api_paths(words, &resolver, env),
                _ => partners::candidates(words, &resolver, env, typed),
            }
        }
    };
    let is_given =
        |value: &str| prefix.rsplit('=').next().is_some_and(|list| list.split(',').any(|other| other == value));
    let matching = candidates.into_iter().filter(|candidate| candidate.value.starts_with(typed));
    let matching = matching.filter(|candidate| !is_given(&candidate.value));
    Some(matching.map(|candidate| Candidate { value: format!("{prefix}{}", candidate.value), ..candidate }).collect())
}

/// Returns the kind of value at the cursor, and the part of the last word before it.
fn completion_target(words: &[String]) -> Option<(CompletionKind, String)> {
    let mut command = with_sentinels(Cli::command());
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    let index = words.len().checked_sub(1)?;
    let completions = complete(&mut command, words, index, None).ok()?;
    let values = completions.iter().filter_map(|candidate| candidate.get_value().to_str());
    let targets = values.filter_map(|value| {
        KINDS.into_iter().find_map(|(kind, _, sentinel)| Some((kind, value.strip_suffix(sentinel)?.to_owned())))
    });
    // `--profile=x` could be a partner, too, if one may follow.
    targets.max_by_key(|(_, prefix)| prefix.len())
}

/// Returns the kind of a value that the engine does not know: the path of `api` without a method, and a command of a group
/// that an alias names.
fn kind_without_argument(words: &[String]) -> Option<CompletionKind> {
    let (typed, before) = words.split_last()?;
    let names: Vec<&str> = before.iter().skip(1).map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    match names[..] {
        ["api"] if typed.starts_with('/') => Some(CompletionKind::ApiPath),
        [group] => {
            let root = Cli::command();
            let command = root.find_subcommand(group)?;
            (command.get_name() != group && command.has_subcommands()).then_some(CompletionKind::Commands)
        }
        _ => None,
    }
}

/// Makes the arguments of the [`KINDS`] complete to their sentinels.
fn with_sentinels(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|arg| match KINDS.iter().find(|(_, name, _)| *name == arg.get_id().as_str()) {
        Some((.., sentinel)) => arg.add(ArgValueCompleter::new(move |_: &_| vec![CompletionCandidate::new(sentinel)])),
        None => arg,
    });
    command.mut_subcommands(with_sentinels)
}

/// Returns the columns of the command's records, in the case in which the user types.
fn column_candidates(words: &[String], typed: &str) -> Vec<Candidate> {
    let is_upper = typed.contains(|c: char| c.is_ascii_uppercase());
    let columns = super::columns_of(words).iter().map(|name| (*name).to_owned());
    let in_case = |name: String| if is_upper { name } else { name.to_lowercase() };
    columns.map(|name| Candidate { value: in_case(name), help: String::new() }).collect()
}

/// Returns the states of people.
fn state_candidates() -> Vec<Candidate> {
    State::ALL.iter().map(|state| Candidate { value: state.name().to_owned(), help: String::new() }).collect()
}

/// Returns the commands below the one that these words name, the last of which is unfinished.
fn command_candidates<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Candidate> {
    let named: Vec<&str> = words.filter(|word| !word.starts_with('-')).collect();
    let root = Cli::command();
    let complete_words = &named[..named.len().saturating_sub(1)];
    let Some(command) = complete_words.iter().try_fold(&root, |command, word| command.find_subcommand(word)) else {
        return Vec::new();
    };
    let describe = |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let candidate =
        |command: &clap::Command| Candidate { value: command.get_name().to_owned(), help: describe(command) };
    command.get_subcommands().map(candidate).collect()
}

fn profile_candidates(resolver: &Sources<'_>) -> Vec<Candidate> {
    let help = |org_id: Option<String>| org_id.map(|id| format!("organization {id}")).unwrap_or_default();
    resolver.profiles().into_iter().map(|(value, org_id)| Candidate { value, help: help(org_id) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(line: &str) -> Option<(CompletionKind, String)> {
        completion_target(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn completion_target_detects_argument_kind() {
        let partner = Some((CompletionKind::Partner, String::new()));
        for line in [
            "strigo partners get ",
            "strigo partners get Ac",
            "strigo partners rename Ac",
            "strigo --json partners get -q Ac",
            "strigo members list --profile x Ac",
            "strigo members invite Ac",
            "strigo members invite --from f Ac",
        ] {
            assert_eq!(target(line), partner, "{line}");
        }
        assert_eq!(target("strigo --profile st"), Some((CompletionKind::Profile, String::new())));
        assert_eq!(target("strigo partners list --profile "), Some((CompletionKind::Profile, String::new())));
        for (line, kind, prefix) in [
            ("strigo partners rename Ac N", CompletionKind::NewName, ""),
            ("strigo api GET /p", CompletionKind::ApiPath, ""),
            ("strigo partners list --columns id,", CompletionKind::Columns, "id,"),
            ("strigo partners list --columns=i", CompletionKind::Columns, "--columns="),
            ("strigo members status --columns=i", CompletionKind::Columns, "--columns="),
            ("strigo members list --profile=s", CompletionKind::Profile, "--profile="),
            ("strigo man partners l", CompletionKind::ManPage, ""),
        ] {
            assert_eq!(target(line), Some((kind, prefix.to_owned())), "{line}");
        }
        assert_eq!(target("strigo auth login --profile=st"), Some((CompletionKind::Profile, "--profile=".to_owned())));
        for line in [
            "strigo",
            "strigo ",
            "strigo partners ",
            "strigo partners create ",
            "strigo members invite Ac ",
            "strigo partners list --output ",
            "strigo completion ",
            "",
        ] {
            assert_eq!(target(line), None, "{line}");
        }
    }
}
