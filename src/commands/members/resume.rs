//! The command that goes on with a run of invitations, and what else can be done about one that is not complete.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory as _};

use crate::cli::{Cli, InviteArgs, JournalArgs};
use crate::context::Context;
use crate::error::Reason;
use crate::invitations::Invitee;
use crate::invitations::summary::Summary;
use crate::settings::Flags;
use crate::text::escape::shell_quote;

/// The option that applies to one run only: repeated, it would send invitations again that became unknown since.
const ONE_TIME_OPTION: &str = "retry_unknown";

/// The most addresses that the command of a hint has, and the most partners that have a hint.
const MAX_LISTED: usize = 20;
const MAX_PARTNERS: usize = 3;

/// The hint about a run that is not recorded.
pub(super) const DO_NOT_REPEAT: &str = "do not run the same command again: it would send duplicate invitations";

/// Returns how to continue after a run that is not complete.
pub(super) fn resume_hints(args: &InviteArgs, summary: &Summary, context: &Context<'_>) -> Vec<String> {
    let counts = &summary.counts;
    if !summary.is_recorded() {
        return match counts.invited + counts.unknown {
            0 => vec!["no invitations were sent".to_owned()],
            _ => vec![DO_NOT_REPEAT.to_owned(), "with a journal, a run can be resumed".to_owned()],
        };
    }
    let mut hints = Vec::new();
    let is_repeatable = !args.resend || args.older_than.is_some();
    let is_any_left = match is_repeatable {
        true => counts.failed + counts.not_attempted + counts.in_progress > 0,
        false => !summary.left.is_empty(),
    };
    // Without the journal, everyone would be invited again.
    let stopped_by = summary.stopped_by.as_ref().map(|(_, error)| error.reasons());
    let is_journal_lost = stopped_by.is_some_and(|reasons| reasons.contains(&Reason::JournalLost));
    if is_any_left && !is_journal_lost {
        // A resend that was sent would be sent again.
        let mut left: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        if !is_repeatable {
            let people = summary.left.iter();
            people.for_each(|invitee| left.entry(&invitee.partner_id).or_default().push(&invitee.email));
        }
        let mut commands = vec![resume_command(&context.matches, None)];
        if !left.is_empty() {
            // By the name that was typed, if it is the only one.
            let typed = args.partner.as_deref().filter(|_| args.partners.is_empty());
            let only = |id: &str, emails| resume_command(&context.matches, Some((typed.unwrap_or(id), emails)));
            commands = left.iter().map(|(id, emails)| only(id, emails)).collect();
        }
        hints.extend(commands.iter().map(|command| format!("to resume, run: {command}")));
        hints.extend(args.roster.from.first().and_then(roster_hint));
    }
    if counts.in_progress > 0 {
        let hint = "if the other run was killed, the outcome is unknown 15 minutes after it began to invite the person: run \
                    the command again then";
        hints.push(hint.to_owned());
    }
    if !summary.unknown.is_empty() {
        hints.extend(resolve_hints(args, &summary.unknown, context.flags));
        hints.push("to send all unknown invitations again, add --retry-unknown (they may be sent twice)".to_owned());
    }
    hints
}

/// Returns the commands that record what became of unknown invitations.
pub(super) fn resolve_hints(args: &InviteArgs, unknown: &[Invitee], flags: &Flags) -> Vec<String> {
    let (arrived, did_not) = match unknown {
        [_] => ("it arrived", "it did not arrive"),
        _ => ("they arrived", "they did not arrive"),
    };
    let mut by_partner: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    unknown.iter().for_each(|invitee| by_partner.entry(&invitee.partner_id).or_default().push(&invitee.email));
    let commands = by_partner.into_iter().map(|(partner_id, emails)| resolve_command(args, partner_id, &emails, flags));
    let hints = |command: String| {
        [format!("if {arrived}, run: {command} --invited"), format!("if {did_not}, run: {command} --not-invited")]
    };
    let mut hints: Vec<String> = commands.take(MAX_PARTNERS).flat_map(hints).collect();
    if unknown.len() > MAX_LISTED || hints.len() == 2 * MAX_PARTNERS {
        hints.push("to see all of them, run: strigo members status --state unknown".to_owned());
    }
    hints
}

/// Returns the command that records an invitation which was sent without a record.
pub(super) fn record_hint(args: &InviteArgs, invitee: &Invitee, invited: bool, flags: &Flags) -> String {
    let option = if invited { "--invited" } else { "--not-invited" };
    let command = resolve_command(args, &invitee.partner_id, &[&invitee.email], flags);
    format!("to record it, run: {command} {option}")
}

fn resolve_command(args: &InviteArgs, partner_id: &str, emails: &[&str], flags: &Flags) -> String {
    let emails: Vec<String> = emails.iter().take(MAX_LISTED).map(shell_quote).collect();
    let (emails, partner) = (emails.join(" "), shell_quote(partner_id));
    format!("strigo journal resolve {emails} --partner {partner}{}", journal_options(&args.journal, flags))
}

/// Returns the options that decide which organization and which journal a command is about, each after a space.
pub(super) fn journal_options(journal: &JournalArgs, flags: &Flags) -> String {
    let options = [
        ("--journal", journal.journal.first().map(shell_quote)),
        ("--profile", flags.profile.as_deref().map(shell_quote)),
        ("--config", flags.config.as_deref().map(shell_quote)),
        ("--endpoint", flags.endpoint.as_deref().map(shell_quote)),
    ];
    options.into_iter().filter_map(|(name, value)| Some(format!(" {name} {}", value?))).collect()
}

fn roster_hint(path: &PathBuf) -> Option<String> {
    if path == Path::new("-") {
        return Some("pass the same roster on standard input".to_owned());
    }
    let is_read_once = !path.is_file() || is_standard_input(path);
    is_read_once.then(|| format!("replace {}, which can only be read once, by the same roster", shell_quote(path)))
}

/// Whether this is another name of standard input, which may be a regular file but is another one in the next run.
fn is_standard_input(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd", "/proc/self/fd"].iter().any(|prefix| path.starts_with(prefix))
}

/// Returns the command line without the options that apply to one run only, quoted for a shell. If these people of a partner
/// are what is left, only they are typed again.
fn resume_command(matches: &ArgMatches, left: Option<(&str, &Vec<&str>)>) -> String {
    let mut root = Cli::command();
    root.build();
    let mut words = vec![OsString::from(root.get_name())];
    let (mut command, mut matches) = (&root, matches);
    while let Some((name, below)) = matches.subcommand() {
        let Some(subcommand) = command.find_subcommand(name) else { break };
        words.push(name.into());
        (command, matches) = (subcommand, below);
    }
    let (options, mut positionals) = given_arguments(command, matches, left.is_some());
    if let Some((partner, emails)) = left {
        positionals = [partner].iter().chain(emails).map(OsString::from).collect();
    }
    let is_like_option = |word: &OsString| word.as_encoded_bytes().starts_with(b"-");
    match positionals.iter().any(is_like_option) {
        true => words.extend(options.into_iter().chain([OsString::from("--")]).chain(positionals)),
        false => words.extend(positionals.into_iter().chain(options)),
    }
    words.iter().map(shell_quote).collect::<Vec<_>>().join(" ")
}

/// Returns the options that the command line has, each with its value, and the other arguments.
fn given_arguments(command: &Command, matches: &ArgMatches, without_partners: bool) -> (Vec<OsString>, Vec<OsString>) {
    let (mut options, mut positionals) = (Vec::new(), Vec::new());
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let is_given = matches.value_source(id) == Some(ValueSource::CommandLine);
        if !is_given || id == ONE_TIME_OPTION || (without_partners && id == "partners") {
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

    fn command(words: &[&str], left: Option<(&str, &Vec<&str>)>) -> String {
        let words = [&["strigo", "members", "invite"], words].concat();
        resume_command(&Cli::command().try_get_matches_from(words).unwrap(), left)
    }

    #[test]
    fn resume_command_has_what_was_given() {
        let words = ["-q", "--profile=x", "Acme Inc", "a@b.co", "c@d.co", "--journal", "j"];
        let command = |words: &[&str]| command(words, None);
        assert_eq!(command(&words), "strigo members invite 'Acme Inc' a@b.co c@d.co --journal j --quiet --profile x");
        assert_eq!(command(&["--journal=j", "--", "-x", "a@b.co"]), "strigo members invite --journal j -- -x a@b.co");
        assert_eq!(command(&["--retry-unknown", "nur", "a@b.co"]), "strigo members invite nur a@b.co");
    }

    #[test]
    fn resume_command_of_a_resend_has_those_who_are_left() {
        let left = vec!["c@d.co"];
        let words = ["nur", "a@b.co", "c@d.co", "--resend"];
        assert_eq!(command(&words, Some(("nur", &left))), "strigo members invite nur c@d.co --resend");
        let words = ["a@b.co", "c@d.co", "--partner", "nur", "--partner=w00t", "--resend"];
        assert_eq!(command(&words, Some(("id:p", &left))), "strigo members invite id:p c@d.co --resend");
    }
}
