//! The command that resumes a batch of invitations, and what else can be done about one that is not complete.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::cli::InviteArgs;
use crate::invitations::batch::BatchResult;
use crate::text::escape::shell_quote;

/// The options that apply to one run only: repeated, they would settle or send invitations again that became unknown since.
const ONE_TIME_FLAGS: [&str; 1] = ["--retry-unknown"];
const ONE_TIME_OPTIONS: [&str; 2] = ["--assume-invited", "--assume-not-invited"];

/// Returns how to continue after a batch that is not complete. `words` is the command line without the program's name.
pub(super) fn resume_hints(args: &InviteArgs, result: &BatchResult, words: &[OsString]) -> Vec<String> {
    let counts = &result.counts;
    if args.journal.is_empty() {
        let repeat = "do not run the same command again: it would send duplicate invitations";
        return match counts.invited + counts.unknown {
            0 => vec!["no invitations were sent".to_owned()],
            _ => vec![repeat.to_owned(), "with --journal FILE, a run can be resumed".to_owned()],
        };
    }
    let mut hints = vec![format!("to resume, run: {}", resume_command(words, result.unrecorded.as_deref()))];
    match args.roster.from.first() {
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
        let settle = "if you know whether an unknown invitation arrived, add --assume-invited EMAIL or \
                      --assume-not-invited EMAIL";
        let retry = "to send all unknown invitations again, add --retry-unknown (they may be sent twice)";
        hints.extend([settle.to_owned(), retry.to_owned()]);
    }
    hints
}

/// Whether this is another name of standard input, which may be a regular file but is another one in the next run.
fn is_standard_input(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd", "/proc/self/fd"].iter().any(|prefix| path.starts_with(prefix))
}

/// Returns the command that records an invitation which was sent without a record.
pub(super) fn record_hint(email: &str, words: &[OsString]) -> String {
    format!("to record it, run: {}", resume_command(words, Some(email)))
}

/// Returns the command line without the options that apply to one run only, quoted for a shell. It records that an address was
/// invited, if that is missing.
fn resume_command(words: &[OsString], unrecorded: Option<&str>) -> String {
    let mut command = "strigo".to_owned();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            break;
        }
        if ONE_TIME_OPTIONS.iter().any(|option| word == option) {
            words.next();
        } else if !ONE_TIME_FLAGS.iter().any(|flag| word == flag) && !has_one_time_value(word) {
            push_word(&mut command, word);
        }
    }
    for word in unrecorded.iter().flat_map(|email| ["--assume-invited", email]) {
        push_word(&mut command, OsStr::new(word));
    }
    let rest = words.as_slice();
    if !rest.is_empty() {
        push_word(&mut command, OsStr::new("--"));
        rest.iter().for_each(|word| push_word(&mut command, word));
    }
    command
}

/// Whether this is an option with its value, such as `--assume-invited=dana@acme.example`.
fn has_one_time_value(word: &OsStr) -> bool {
    let option = word.as_encoded_bytes().split(|byte| *byte == b'=').next().unwrap_or_default();
    option.len() < word.len() && ONE_TIME_OPTIONS.iter().any(|name| name.as_bytes() == option)
}

fn push_word(command: &mut String, word: &OsStr) {
    command.push(' ');
    command.push_str(&shell_quote(word));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> String {
        resume_command(&words.iter().map(OsString::from).collect::<Vec<_>>(), None)
    }

    #[test]
    fn resume_command_records_what_is_missing() {
        let words: Vec<OsString> = ["--assume-invited", "x@y.co", "-q", "--", "a@b.co"].map(OsString::from).to_vec();
        let command = resume_command(&words, Some("a+b@c.co"));
        assert_eq!(command, "strigo -q --assume-invited a+b@c.co -- a@b.co");
    }

    #[test]
    fn resume_command_omits_one_time_options() {
        let words =
            ["members", "invite", "--retry-unknown", "Acme Inc", "--assume-invited", "a@b.co", "--journal", "j"];
        assert_eq!(command(&words), format!("strigo members invite {} --journal j", shell_quote("Acme Inc")));
        assert_eq!(
            command(&["--assume-not-invited=a@b.co,c@d.co", "--journal=j"]),
            format!("strigo {}", shell_quote("--journal=j"))
        );
        assert_eq!(command(&["--assume-invited"]), "strigo");
        assert_eq!(command(&["-q", "--", "--retry-unknown"]), "strigo -q -- --retry-unknown");
        assert_eq!(command(&["-q", "--"]), "strigo -q");
    }
}
