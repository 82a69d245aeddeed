//! `strigo completion`: the scripts of the shells, and what they ask at each Tab.
//!
//! A script runs `strigo __complete SHELL ...`, which prints a candidate a line: `VALUE<Tab>HELP`, or the text to insert for
//! bash. Exit code 0 means that these are all, 1 that the shell completes a file. Nothing is written to stderr: at Tab, an
//! error would only disturb the line.
//!
//! clap_complete's engine finds the argument at the cursor. Its own scripts are not used: they insert names without quotes
//! in bash, and do not match words with quotes in zsh and fish.

mod bash;
mod partners;

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::builder::StyledStr;
use clap::{Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _, ValueHint};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};

use crate::cli::{Cli, GlobalArgs, METHODS};
use crate::invitations::event::State;
use crate::output::Printer;
use crate::process::{Environment, Process};
use crate::settings::Sources;
use crate::text::escape::is_unsafe_char;
pub(super) use partners::clear_cache;

/// Stands for a file, which the shell completes: it knows `~`, and how to quote.
const FILE: &str = "\0file";

/// Says that a value is wanted, even if none matches, so that options are not offered in its place.
const VALUE: &str = "\0value";

/// Prints the script of a shell.
pub(super) fn run(shell: Shell, printer: &Printer) -> Result<()> {
    Ok(printer.print_text(match shell {
        Shell::Zsh => include_str!("../../../completions/_strigo"),
        Shell::Fish => include_str!("../../../completions/strigo.fish"),
        Shell::Elvish => include_str!("../../../completions/strigo.elv"),
        Shell::PowerShell => include_str!("../../../completions/_strigo.ps1"),
        _ => include_str!("../../../completions/strigo.bash"),
    })?)
}

/// Answers a script; `args` are the arguments after `__complete`.
pub fn answer(args: &[OsString], process: Process) -> ExitCode {
    let Process { env, mut stdout, .. } = process;
    let Some(text) = reply(args, env) else { return ExitCode::FAILURE };
    let _ = stdout.writer.write_all(text.as_bytes()).and_then(|()| stdout.writer.flush());
    ExitCode::SUCCESS
}

fn reply(args: &[OsString], env: Environment) -> Option<String> {
    let (shell, args) = args.split_first()?;
    match (shell.to_str()?, args) {
        // COMP_TYPE, what bash takes for the word at the cursor, and the line up to the cursor.
        ("bash", [comp_type, word, line]) => {
            let line = bash::Line::parse(&line.to_string_lossy(), &word.to_string_lossy())?;
            let found = candidates(line.words().iter().map(OsString::from).collect(), env)?;
            Some(line.replies(&found, comp_type == bash::COMP_TYPE_LIST))
        }
        // The words up to the cursor, the unfinished one last.
        ("zsh" | "fish" | "elvish", words) => Some(describe(candidates(words.to_vec(), env)?)),
        // With a blank at its end: Windows PowerShell drops an empty word.
        ("powershell", [words @ .., last]) => {
            let last = last.to_str()?.strip_suffix(' ')?.into();
            Some(describe(candidates([words, &[last]].concat(), env)?))
        }
        _ => None,
    }
}

fn describe(candidates: Vec<Candidate>) -> String {
    let line = |Candidate { value, help }| if help.is_empty() { value + "\n" } else { format!("{value}\t{help}\n") };
    candidates.into_iter().map(line).collect()
}

/// The whole of the word at the cursor, completed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    value: String,
    help: String,
}

/// The words up to the cursor, from the program's name to the unfinished one.
struct Line {
    words: Vec<OsString>,
    env: Environment,
}

impl Line {
    /// Parses the words, as far as they are valid.
    fn matches(&self) -> Option<ArgMatches> {
        Cli::command().ignore_errors(true).try_get_matches_from(&self.words).ok()
    }

    /// Hands the sources of this line's settings to `read`.
    fn with_sources<T>(&self, read: impl FnOnce(&Sources<'_>) -> Option<T>) -> Option<T> {
        let flags = GlobalArgs::from_arg_matches(&self.matches()?).ok()?.flags();
        read(&Sources::load(&flags, &self.env).ok()?)
    }
}

/// Returns the candidates for the last word. Returns `None` if it is a file.
fn candidates(words: Vec<OsString>, env: Environment) -> Option<Vec<Candidate>> {
    let is_option = words.last()?.as_encoded_bytes().starts_with(b"-");
    let attached = attach_values(&words);
    let mut command = with_completers(Cli::command(), &Arc::new(Line { words, env }));
    let last = attached.len() - 1;
    let found = complete(&mut command, attached, last, None).ok()?;
    let mut found: Vec<Candidate> = found.iter().filter_map(to_candidate).collect();
    if found.iter().any(|candidate| candidate.value.ends_with(FILE)) {
        return None;
    }
    if !is_option && found.iter().any(|candidate| !candidate.value.starts_with('-')) {
        found.retain(|candidate| !candidate.value.starts_with('-'));
    }
    // What cannot be typed, and the marks.
    found.retain(|candidate| !candidate.value.contains(is_unsafe_char));
    Some(found)
}

/// Joins the values of global options to them, but for a value at the cursor. The engine takes a separate one for a command if
/// it has its name: `--profile members`.
fn attach_values(words: &[OsString]) -> Vec<OsString> {
    let root = Cli::command();
    let options = root.get_arguments().filter(|arg| arg.get_action().takes_values()).filter_map(Arg::get_long);
    let options: Vec<OsString> = options.map(|name| format!("--{name}").into()).collect();
    let mut attached: Vec<OsString> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        match attached.last_mut().filter(|last| index + 1 < words.len() && options.contains(last)) {
            Some(option) => {
                option.push("=");
                option.push(word);
            }
            None => attached.push(word.clone()),
        }
    }
    attached
}

fn to_candidate(found: &CompletionCandidate) -> Option<Candidate> {
    let value = found.get_value().to_str()?.to_owned();
    let help = found.get_help().map(ToString::to_string).unwrap_or_default();
    Some(Candidate { value, help: help.replace(is_unsafe_char, " ") })
}

/// Returns the values that may stand at the cursor. `typed` is the part of the last word that is the value.
type Completer = fn(line: &Line, typed: &str) -> Option<Vec<CompletionCandidate>>;

fn with_completers(command: Command, line: &Arc<Line>) -> Command {
    let command = command.mut_args(|arg| {
        let (completer, mark): (Completer, _) = match arg.get_id().as_str() {
            "partner" | "partners" => (partners::partners, VALUE),
            "new_name" => (partners::current_name, VALUE),
            "method" => (methods_and_paths, VALUE),
            "path" => (partners::api_paths, VALUE),
            "profile" | "default_profile" => (profiles, VALUE),
            "columns" => (columns, VALUE),
            "state" => (states, VALUE),
            "command" => (man_pages, VALUE),
            _ if arg.get_value_hint() == ValueHint::FilePath => (|_, _| None, FILE),
            _ => return arg,
        };
        let line = Arc::clone(line);
        arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
            // `get --profile=s` may be a partner for the engine, too.
            let Some(typed) = typed.to_str().filter(|typed| !typed.starts_with('-')) else { return Vec::new() };
            let mut found = completer(&line, typed).unwrap_or_default();
            found.retain(|candidate| candidate.get_value().as_encoded_bytes().starts_with(typed.as_bytes()));
            found.push(mark.into());
            found
        }))
    });
    command.mut_subcommands(|subcommand| with_completers(subcommand, line))
}

fn candidate(value: impl Into<OsString>, help: impl Into<StyledStr>) -> CompletionCandidate {
    CompletionCandidate::new(value).help(Some(help.into()))
}

fn profiles(line: &Line, _: &str) -> Option<Vec<CompletionCandidate>> {
    let help = |org_id: Option<String>| org_id.map(|id| format!("organization {id}")).unwrap_or_default();
    line.with_sources(|sources| {
        Some(sources.profiles().into_iter().map(|(name, org_id)| candidate(name, help(org_id))).collect())
    })
}

/// Returns the columns of the command, in the case in which the user types.
fn columns(line: &Line, typed: &str) -> Option<Vec<CompletionCandidate>> {
    let is_upper = typed.contains(|c: char| c.is_ascii_uppercase());
    let in_case = |name: &str| if is_upper { name.to_owned() } else { name.to_lowercase() };
    let matches = line.matches()?;
    let (group, matches) = matches.subcommand()?;
    let (command, matches) = matches.subcommand()?;
    let is_set = |flag: &str| matches!(matches.try_get_one(flag), Ok(Some(true)));
    let names = super::columns_of(&[group, command], is_set).iter().map(|name| in_case(name));
    Some(names.filter(|name| !is_listed(line, name)).map(CompletionCandidate::new).collect())
}

fn states(line: &Line, _: &str) -> Option<Vec<CompletionCandidate>> {
    let names = State::ALL.iter().map(|state| state.name());
    Some(names.filter(|name| !is_listed(line, name)).map(CompletionCandidate::new).collect())
}

/// Whether a value stands in the list at the cursor already.
fn is_listed(line: &Line, value: &str) -> bool {
    let word = line.words.last().map(|word| word.to_string_lossy()).unwrap_or_default();
    let list = word.rsplit('=').next().unwrap_or_default();
    list.rsplit(',').skip(1).any(|listed| listed == value)
}

/// The method may be missing before the path.
fn methods_and_paths(line: &Line, typed: &str) -> Option<Vec<CompletionCandidate>> {
    let methods = METHODS.into_iter().map(CompletionCandidate::new);
    Some(methods.chain(partners::api_paths(line, typed)?).collect())
}

/// Returns the commands below the one whose page is being named.
fn man_pages(line: &Line, _: &str) -> Option<Vec<CompletionCandidate>> {
    let matches = line.matches()?;
    let words: Vec<&String> = matches.subcommand_matches("man")?.get_many("command")?.collect();
    let root = Cli::command();
    // The last word is the unfinished one.
    let group = words.iter().rev().skip(1).rev().try_fold(&root, |command, word| command.find_subcommand(word))?;
    let about = |command: &Command| command.get_about().cloned().unwrap_or_default();
    Some(group.get_subcommands().map(|command| candidate(command.get_name(), about(command))).collect())
}
