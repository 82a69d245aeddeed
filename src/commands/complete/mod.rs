//! What the shells' scripts ask the tool when Tab is pressed: values that only the tool knows.
//!
//! `strigo __complete SHELL ...` prints them, one a line, and nothing at all where something is wrong: whoever presses Tab
//! has no use for an error. Which argument is at the cursor is found by clap_complete's engine.

mod bash;
mod cache;
mod partners;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};

use crate::cli::{self, Cli};
use crate::process::{Environment, Process};
use crate::settings::Sources;
use bash::Line;
pub(super) use cache::forget;

/// A value that can be offered, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offer {
    value: String,
    about: String,
}

/// What is at the cursor, where it is something that only the tool knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Partner,
    Profile,
}

impl Wanted {
    /// Stands in the engine's answer for the values that it cannot know. No argument can hold it.
    fn mark(self) -> &'static str {
        match self {
            Wanted::Partner => "\0partner",
            Wanted::Profile => "\0profile",
        }
    }
}

/// Answers a script; `args` are what comes after `__complete`. Succeeds where a partner or a profile is at the cursor, be
/// there any to offer or not: then nothing else is worth offering.
pub fn run(args: &[OsString], process: Process) -> ExitCode {
    let Process { env, mut stdout, .. } = process;
    let args: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let lines = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // What bash calls COMP_TYPE and COMP_WORDBREAKS, and the line up to the cursor.
        ["bash", comp_type, breaks, line] => {
            let line = Line::read(line, breaks);
            offers(line.words(), &env).map(|offers| line.replies(&offers, comp_type == bash::LISTING))
        }
        // The words up to the cursor, the unfinished one last.
        ["zsh" | "fish", .., _] => {
            let described = |offer: Offer| format!("{}\t{}", offer.value, offer.about);
            offers(&args[1..], &env).map(|offers| offers.into_iter().map(described).collect())
        }
        [partners::REMEMBER, ..] => {
            let global = cli::peek_sources(&args[1..]);
            partners::remember(&Sources::new(&global, &env), &env).map(|()| Vec::new())
        }
        _ => None,
    };
    let Some(lines) = lines else { return ExitCode::FAILURE };
    let text: String = lines.into_iter().map(|line| line + "\n").collect();
    let _ = stdout.to.write_all(text.as_bytes()).and_then(|()| stdout.to.flush());
    ExitCode::SUCCESS
}

/// What can stand for the last word, which is whole: `--profile=` before a profile included. `None` where something else
/// is to be completed.
fn offers(words: &[String], env: &Environment) -> Option<Vec<Offer>> {
    let (wanted, before) = at_cursor(words)?;
    let typed = words.last().and_then(|word| word.strip_prefix(before.as_str())).unwrap_or_default();
    // A flag has been begun where a partner could stand as well.
    if typed.starts_with('-') {
        return None;
    }
    let args = cli::peek_sources(words);
    let sources = Sources::new(&args, env);
    let offers = match wanted {
        Wanted::Profile => profiles(&sources),
        Wanted::Partner => partners::offers(words, &sources, env, typed),
    };
    let fits = offers.into_iter().filter(|offer| offer.value.starts_with(typed));
    Some(fits.map(|offer| Offer { value: format!("{before}{}", offer.value), ..offer }).collect())
}

/// What is wanted at the end of these words, and what of the last one comes before it.
fn at_cursor(words: &[String]) -> Option<(Wanted, String)> {
    let mut command = marked(Cli::command());
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    let at = words.len().checked_sub(1)?;
    let found = complete(&mut command, words, at, None).ok()?;
    found.iter().filter_map(|candidate| candidate.get_value().to_str()).find_map(|value| {
        [Wanted::Partner, Wanted::Profile].into_iter().find_map(|wanted| {
            let before = value.strip_suffix(wanted.mark())?;
            Some((wanted, before.to_owned()))
        })
    })
}

/// The command line, with marks where the tool knows the values.
fn marked(command: clap::Command) -> clap::Command {
    let completer = |wanted: Wanted| ArgValueCompleter::new(move |_: &_| vec![CompletionCandidate::new(wanted.mark())]);
    let command = command.mut_args(|arg| match arg.get_id().as_str() {
        "partner" => arg.add(completer(Wanted::Partner)),
        "profile" => arg.add(completer(Wanted::Profile)),
        _ => arg,
    });
    command.mut_subcommands(marked)
}

fn profiles(sources: &Sources<'_>) -> Vec<Offer> {
    let profiles = sources.profiles().unwrap_or_default();
    let about = |org_id: Option<String>| org_id.map(|id| format!("organization {id}")).unwrap_or_default();
    profiles.into_iter().map(|(value, org_id)| Offer { value, about: about(org_id) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str) -> Option<(Wanted, String)> {
        at_cursor(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_argument_at_the_cursor_is_known() {
        let partner = Some((Wanted::Partner, String::new()));
        for line in [
            "strigo partners get ",
            "strigo partners get Ac",
            "strigo partners rename Ac",
            "strigo --json partners get -q Ac",
            "strigo members list --profile x Ac",
            "strigo members invite Ac",
            "strigo members invite --from f Ac",
        ] {
            assert_eq!(at(line), partner, "{line}");
        }
        assert_eq!(at("strigo --profile st"), Some((Wanted::Profile, String::new())));
        assert_eq!(at("strigo partners list --profile "), Some((Wanted::Profile, String::new())));
        assert_eq!(at("strigo auth login --profile=st"), Some((Wanted::Profile, "--profile=".to_owned())));
        for line in [
            "strigo",
            "strigo ",
            "strigo partners ",
            "strigo partners create ",
            "strigo partners rename Ac ",
            "strigo members invite Ac ",
            "strigo partners list --format ",
            "strigo completions ",
            "",
        ] {
            assert_eq!(at(line), None, "{line}");
        }
    }
}
