//! The whole command line. Read this page and you know the tool.
//!
//! Doc comments are the help text. Nothing here does anything.

// In a terminal, a bare URL is just right.
#![allow(rustdoc::bare_urls)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::api::calls::Method;

/// Look after a Strigo organization's partner companies and their trainers.
///
/// strigo lists, creates and renames the partners of your organization, shows their members, and invites new trainers.
/// It is an unofficial client of the Strigo API.
#[derive(Debug, Parser)]
#[command(name = "strigo", version, max_term_width = 100, after_help = SHORT_AFTER, after_long_help = ROOT_AFTER)]
#[command(disable_help_subcommand = true, infer_long_args = false)]
pub struct Cli {
    /// What all commands have in common.
    #[command(flatten)]
    pub global: GlobalArgs,

    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags that may stand before or after the subcommand.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// How to show the result: a table on a terminal and TSV elsewhere, unless said [env: STRIGO_FORMAT]
    #[arg(long, global = true, value_enum, ignore_case = true, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Show the data exactly as the API sent it (short for --format json); errors become JSON too
    #[arg(long, global = true)]
    pub json: bool,

    /// Show IDs only, one a line
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Show each request and its answer on stderr, without the key
    #[arg(short, long, global = true)]
    pub verbose: bool,

    /// Take the credentials from this profile of the config file [env: STRIGO_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,

    /// Read this config file instead of the usual one [env: STRIGO_CONFIG]
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Where the API is [env: STRIGO_API_ENDPOINT] [default: https://app.strigo.io/api/v1]
    #[arg(long, global = true, value_name = "URL", value_hint = clap::ValueHint::Url)]
    pub endpoint: Option<String>,

    /// Longest time for one request [env: STRIGO_TIMEOUT] [default: 30]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,

    /// Longest time in all that one call waits for the rate limit or before trying again; 0 fails at once
    /// [env: STRIGO_MAX_WAIT] [default: 300]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub max_wait: Option<Duration>,

    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are respected [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub color: Option<ColorChoice>,
}

/// How a result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With borders, fitted to the terminal
    Table,
    /// One record a line, tabs between fields, no header
    Tsv,
    /// RFC 4180, with a header
    Csv,
    /// As the API sent it
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal that has them
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The nouns.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List, show, create and rename partners
    #[command(subcommand, after_long_help = PARTNERS_AFTER)]
    Partners(PartnersCommand),

    /// List a partner's members and invite new ones
    #[command(subcommand, after_long_help = MEMBERS_AFTER)]
    Members(MembersCommand),

    /// Sign in, see who is signed in, and sign out
    #[command(subcommand, after_long_help = AUTH_AFTER)]
    Auth(AuthCommand),

    /// Send any request to the API, and show its answer as it came
    ///
    /// For what the tool has no command for. The request has the tool's credentials, retries and rate limit; the body of
    /// the answer goes to stdout whatever its status, and the exit code is that of any other command.
    #[command(after_long_help = API_AFTER)]
    Api(ApiArgs),

    /// Print a manual page
    ///
    /// Without a command it is that of strigo itself. A page is made to be shown by man.
    #[command(after_long_help = MAN_AFTER)]
    Man(ManArgs),

    /// Print a script that teaches a shell to complete strigo's command line
    ///
    /// The script goes to stdout; where to put it depends on the shell.
    #[command(after_long_help = COMPLETIONS_AFTER)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
}

/// What can be done with partners.
#[derive(Debug, Subcommand)]
pub enum PartnersCommand {
    /// List the partners of the organization
    #[command(after_long_help = PARTNERS_LIST_AFTER)]
    List {
        /// Only partners whose whole name is like this, whatever its case: * is any text, ? any character
        #[arg(long, value_name = "PATTERN")]
        name: Option<String>,

        /// Sort them, instead of leaving them in the API's order
        #[arg(long, value_enum, value_name = "BY")]
        sort: Option<SortKey>,
    },

    /// Show one partner
    #[command(after_long_help = PARTNERS_GET_AFTER)]
    Get {
        /// Which partner.
        #[command(flatten)]
        partner: PartnerArg,
    },

    /// Create a partner
    ///
    /// Two partners can share a name: say --if-not-exists to get the one that is there instead of a second one.
    #[command(after_long_help = PARTNERS_CREATE_AFTER)]
    Create {
        /// The new partner's name
        #[arg(value_parser = partner_name)]
        name: String,

        /// Return the partner of that name if there is one
        #[arg(long)]
        if_not_exists: bool,

        /// Whether to do it at all.
        #[command(flatten)]
        dry_run: DryRun,
    },

    /// Give a partner another name
    #[command(after_long_help = PARTNERS_RENAME_AFTER)]
    Rename {
        /// Which partner.
        #[command(flatten)]
        partner: PartnerArg,

        /// The partner's new name
        #[arg(value_parser = partner_name)]
        new_name: String,

        /// Whether to do it at all.
        #[command(flatten)]
        dry_run: DryRun,
    },
}

/// What partners are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortKey {
    /// By name, whatever its case
    Name,
    /// By ID
    Id,
}

/// What can be done with members.
#[derive(Debug, Subcommand)]
pub enum MembersCommand {
    /// List the members of a partner, or of all partners
    #[command(after_long_help = MEMBERS_LIST_AFTER)]
    List {
        /// Whose.
        #[command(flatten)]
        whose: WhoseMembers,
    },

    /// Find the partners that somebody is a member of
    #[command(after_long_help = MEMBERS_FIND_AFTER)]
    Find {
        /// The member's email address, whatever its case
        email: String,
    },

    /// Invite trainers to join a partner
    ///
    /// Each invitation is shown as it is made. The link in it lets whoever holds it join: with --quiet, only the
    /// invitation's ID is shown.
    ///
    /// With --journal, a run that was ended by whatever it was can be run again: nobody is invited twice, and nobody
    /// is forgotten.
    #[command(after_long_help = MEMBERS_INVITE_AFTER)]
    Invite(InviteArgs),
}

/// Whose members.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct WhoseMembers {
    /// The partner's ID or exact name; `id:` or `name:` before it says which of the two it is
    pub partner: Option<String>,

    /// List the members of every partner, with the partner's name
    #[arg(long)]
    pub all: bool,
}

/// Whom to invite, and how carefully.
#[derive(Debug, Args)]
pub struct InviteArgs {
    /// The partner's ID or exact name; left out where the roster has a column `partner`
    pub partner: Option<String>,

    /// The trainers' email addresses
    #[arg(value_name = "EMAIL")]
    pub emails: Vec<String>,

    /// Invite everybody in this roster: one address a line, or CSV with a column `email` (and `partner`); - is stdin
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub from: Option<PathBuf>,

    /// Keep a journal in this file; run again with it, only those who are not invited yet are
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub journal: Option<PathBuf>,

    /// Leave out who is a member already (one more request for each partner)
    #[arg(long)]
    pub skip_members: bool,

    /// Send again what the journal knows to be unknown: those may be invited twice
    #[arg(long, requires = "journal")]
    pub retry_unknown: bool,

    /// Whether to do it at all.
    #[command(flatten)]
    pub dry_run: DryRun,
}

/// A request, and how its answer is shown.
#[derive(Debug, Args)]
pub struct ApiArgs {
    /// The HTTP method
    #[arg(value_parser = methods(), ignore_case = true)]
    pub method: Method,

    /// The path below the endpoint, such as /partners
    pub path: String,

    /// The JSON to send; @FILE reads it from a file, and - from stdin
    #[arg(long, value_name = "JSON|@FILE|-")]
    pub data: Option<String>,

    /// One more header, or another value for one; may be given several times
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,

    /// Say that a POST may be sent again where nobody knows whether it arrived
    #[arg(long)]
    pub idempotent: bool,

    /// Show the answer's status and headers before its body
    #[arg(short, long)]
    pub include: bool,

    /// Whether to do it at all.
    #[command(flatten)]
    pub dry_run: DryRun,
}

/// The names of the methods.
fn methods() -> impl TypedValueParser<Value = Method> {
    let named = |name: String| Method::named(&name).ok_or("there is no such method");
    PossibleValuesParser::new(Method::ALL.map(Method::as_str)).try_map(named)
}

/// Which manual page.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command whose page it is, such as `partners list`
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,

    /// The page strigo(5): the config file and the journal
    #[arg(long, conflicts_with = "command")]
    pub files: bool,

    /// Write all pages below this directory, into man1 and man5
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath, conflicts_with_all = ["command", "files"])]
    pub all: Option<PathBuf>,
}

/// What can be done with credentials.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Save an organization's ID and API key in the config file
    ///
    /// Asks for what is not given; the key is not shown while it is typed. The pair is tried on the API before it is
    /// saved. With --profile it goes into that profile, and with --endpoint the endpoint is saved beside it.
    #[command(after_long_help = AUTH_LOGIN_AFTER)]
    Login(LoginArgs),

    /// Show which credentials there are, where they are kept and whether the API takes them
    ///
    /// Of a key its last four characters are shown, and nothing of one that is shorter than twelve.
    #[command(after_long_help = AUTH_STATUS_AFTER)]
    Status {
        /// Do not ask the API, and run no command that prints a key
        #[arg(long)]
        offline: bool,
    },

    /// Remove an organization's ID and API key from the config file
    ///
    /// Removes what the profile has, or the top level without --profile, and leaves the rest of the file as it is.
    #[command(after_long_help = AUTH_LOGOUT_AFTER)]
    Logout,
}

/// What is saved, and how carefully.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The organization's ID
    #[arg(long, value_name = "ID")]
    pub org_id: Option<String>,

    /// Read the key from the first line of stdin
    #[arg(long)]
    pub key_stdin: bool,

    /// Save the pair without trying it on the API
    #[arg(long)]
    pub no_verify: bool,
}

/// Which partner.
#[derive(Debug, Args)]
pub struct PartnerArg {
    /// The partner's ID or exact name; `id:` or `name:` before it says which of the two it is
    #[arg(value_name = "PARTNER")]
    pub partner: String,
}

/// Whether to do it at all.
#[derive(Debug, Clone, Copy, Args)]
pub struct DryRun {
    /// Show what would be sent, and send nothing that changes anything
    #[arg(long)]
    pub dry_run: bool,
}

/// A name that the API could take.
fn partner_name(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err("a partner's name cannot be empty") } else { Ok(text.to_owned()) }
}

/// What can be seen of a command line that could not be read.
#[derive(Debug, Default)]
pub struct Wishes {
    /// The format, which decides how failures are told.
    pub format: Option<Format>,
    /// Whether to colour.
    pub color: ColorChoice,
}

/// Looks for the format and the colour in arguments that need not make sense as a whole.
pub fn peek(args: &[OsString]) -> Wishes {
    let mut wishes = Wishes::default();
    let words: Vec<&str> = args.iter().skip(1).map(|arg| arg.to_str().unwrap_or_default()).collect();
    for (flag, value) in flags(&words) {
        match (flag, value) {
            ("--json", _) => wishes.format = Some(Format::Json),
            ("--format", name) => wishes.format = Format::from_str(name, true).ok(),
            ("--color", value) => wishes.color = ColorChoice::from_str(value, false).unwrap_or_default(),
            _ => {}
        }
    }
    wishes
}

/// Looks for what settings are made of in a command line that is not finished yet.
pub fn peek_sources(words: &[String]) -> GlobalArgs {
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let mut args = GlobalArgs::default();
    for (flag, value) in flags(&words) {
        match flag {
            "--profile" => args.profile = Some(value.to_owned()),
            "--config" => args.config = Some(value.into()),
            "--endpoint" => args.endpoint = Some(value.to_owned()),
            _ => {}
        }
    }
    args
}

/// Each word, and the value that it has if it is a flag which takes one.
fn flags<'a>(words: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    let before_end = words.iter().enumerate().take_while(|(_, word)| **word != "--");
    before_end.map(|(at, word)| match word.split_once('=') {
        Some((flag, value)) => (flag, value),
        None => (*word, words.get(at + 1).copied().unwrap_or_default()),
    })
}

/// The first argument that the shells' scripts give, to be told what only the tool knows. It is no command, so that
/// nothing lists it.
pub const COMPLETE: &str = "__complete";

/// A number of seconds, whole or not, of at most ten years.
pub fn seconds(text: &str) -> Result<Duration, String> {
    const MOST: f64 = 10.0 * 365.0 * 86_400.0;
    let seconds: f64 =
        text.trim().parse().map_err(|_| "it must be a number of seconds, such as 30 or 0.5".to_owned())?;
    if !(0.0..=MOST).contains(&seconds) {
        return Err("it must be a number of seconds that is not below 0 and not beyond ten years".to_owned());
    }
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

const SHORT_AFTER: &str = "Say --help instead of -h for examples and exit codes.";

const ROOT_AFTER: &str = "\
Examples:
  strigo partners list                       all partners, as a table
  strigo partners get 'Acme Training'        one partner, by name
  strigo members list 'Acme Training'        its trainers
  strigo members invite 'Acme Training' dana@acme.example
  strigo partners list --json | jq -r '.[].name'

Signing in:
  Say `strigo auth login`, or set STRIGO_ORG_ID and STRIGO_API_KEY. An owner of the
  organization finds both at https://app.strigo.io/settings#account.

Exit codes:
  0  done
  1  an answer that makes no sense, or a fault of the tool
  2  a wrong command line, email or roster, or an ambiguous name; nothing was changed
  3  no credentials, or a config file or endpoint that cannot be used
  4  the API refuses the credentials (401, 403)
  5  not found
  6  the API refuses the call; it would do so again
  7  no connection, no answer in time, a server error or the rate limit; nothing was changed,
     it is safe to run again
  8  something was sent that changes things, and no usable answer came; it may have happened
  9  several invitations, or several partners' members, of which some failed
  130  interrupted";

const PARTNERS_AFTER: &str = "\
Examples:
  strigo partners list
  strigo partners create 'Acme Training'

Exit codes: 0 when done; `strigo --help` lists the others.";

const MEMBERS_AFTER: &str = "\
Examples:
  strigo members list 'Acme Training'
  strigo members invite 'Acme Training' dana@acme.example

Exit codes: 0 when done; `strigo --help` lists the others.";

const PARTNERS_LIST_AFTER: &str = "\
Examples:
  strigo partners list                          a table on a terminal, TSV in a pipe
  strigo partners list --json | jq length       how many there are
  strigo partners list --format csv > partners.csv
  strigo partners list --name '*training*' --sort name

Exit codes: 0 done (also if there are none), 2 a bad pattern, 3 no credentials, 4 credentials refused, 7 the API cannot be reached.";

const PARTNERS_GET_AFTER: &str = "\
Examples:
  strigo partners get yCoaiix2pRjxMjCn7         by ID: one request
  strigo partners get 'Acme Training'           by name: looked up in the list
  strigo partners get name:yCoaiix2pRjxMjCn7    a name that looks like an ID
  strigo partners get 'Acme Training' --quiet   its ID

An argument of 17 letters and digits is taken for an ID. Anything else is looked up, by ID and then by exact name.

Exit codes: 0 done, 2 several partners share the name, 3 no credentials, 4 credentials refused, 5 no such partner,
7 the API cannot be reached.";

const PARTNERS_CREATE_AFTER: &str = "\
Examples:
  strigo partners create 'Acme Training'
  strigo partners create 'Acme Training' --if-not-exists --quiet    its ID, whether new or not
  strigo partners create 'Acme Training' --dry-run

Exit codes: 0 done, 2 several partners have the name already, 3 no credentials, 4 credentials refused, 6 name refused,
7 the API cannot be reached and nothing was created, 8 no usable answer came: it may or may not have been created.";

const PARTNERS_RENAME_AFTER: &str = "\
Examples:
  strigo partners rename 'Acme Training' 'Acme Academy'
  strigo partners rename yCoaiix2pRjxMjCn7 'Acme Academy' --dry-run

Exit codes: 0 done, 2 several partners share the name, 3 no credentials, 4 credentials refused, 5 no such partner,
6 name refused, 7 the API cannot be reached: it is safe to run again.";

const MEMBERS_LIST_AFTER: &str = "\
Examples:
  strigo members list 'Acme Training'
  strigo members list yCoaiix2pRjxMjCn7 --format csv > members.csv
  strigo members list 'Acme Training' --json | jq -r '.[].email'
  strigo members list --all --format csv > access.csv

Exit codes: 0 done (also if there are none), 2 several partners share the name, 3 no credentials,
4 credentials refused, 5 no such partner, 7 the API cannot be reached, 9 with --all, some partners' members are missing.";

const MEMBERS_FIND_AFTER: &str = "\
Examples:
  strigo members find dana@acme.example
  strigo members find dana@acme.example --format csv

Asks for every partner's members, up to eight partners at once and within the rate limit.

Exit codes: 0 found, 2 not an email address, 3 no credentials, 4 credentials refused, 5 a member of no partner,
7 the API cannot be reached, 9 some partners' members are missing.";

const MEMBERS_INVITE_AFTER: &str = "\
Examples:
  strigo members invite 'Acme Training' dana@acme.example
  strigo members invite 'Acme Training' --from trainers.txt --journal trainers.jsonl
  strigo members invite --from trainers.csv --journal trainers.jsonl --quiet
  strigo members invite --from trainers.csv --dry-run
  strigo members invite --from trainers.csv --journal trainers.jsonl --retry-unknown

Everything is checked before anything is sent. An invitation whose answer was lost is never sent again by itself: it is
reported as unknown. Ctrl-C ends the run after the invitation under way. With --json, one invitation a line.

Exit codes: 0 done, 2 a bad email, roster or journal: nothing was sent, 3 no credentials, 4 credentials refused,
5 no such partner, 6 invitation refused, 7 the API cannot be reached: with the same journal it is safe to run again,
8 somebody may or may not have been invited, 9 several invitations, of which some failed, 130 interrupted.";

const AUTH_AFTER: &str = "\
Examples:
  strigo auth login
  strigo auth status

Exit codes: 0 when done; `strigo --help` lists the others.";

const AUTH_LOGIN_AFTER: &str = "\
Examples:
  strigo auth login                                         asks for both
  strigo auth login --profile staging --endpoint https://strigo.example.com/api/v1
  strigo auth login --org-id MyOrgId --key-stdin < key.txt      for scripts

An owner of the organization finds its ID and its API key at https://app.strigo.io/settings#account.

To keep the key out of the file, put an api_key_command there instead: the README shows how.

Exit codes: 0 done, 2 something is missing and nobody can be asked, 3 the config file or the pair cannot be used,
4 the API refuses the pair, 7 the API cannot be reached. Nothing is saved unless the code is 0. 130 interrupted.";

const AUTH_STATUS_AFTER: &str = "\
Examples:
  strigo auth status                       where the pairs are, and whether the API takes them
  strigo auth status --offline --json      as JSON, without asking the API
  strigo auth status --quiet > /dev/null       for its exit code alone

Exit codes: 0 the pair in force works (with --offline: is complete), 3 there is none, or it cannot be used,
4 the API refuses it, 7 the API cannot be reached.";

const AUTH_LOGOUT_AFTER: &str = "\
Examples:
  strigo auth logout
  strigo auth logout --profile staging

The key itself goes on working: an owner of the organization can replace it at https://app.strigo.io/settings#account.

Exit codes: 0 done, 3 nothing is there to be removed, or the config file cannot be used.";

const API_AFTER: &str = "\
Examples:
  strigo api GET /partners
  strigo api GET /health
  strigo api POST /partners --data '{\"name\": \"Acme Training\"}'
  strigo api PATCH /partners/yCoaiix2pRjxMjCn7 --data @partner.json --include

A path leads nowhere but below the endpoint. A POST is sent again only where the API cannot have acted on it, unless
--idempotent says that this does no harm.

Exit codes: 0 done, 1 an answer that is not JSON, 2 a wrong path, header or data, 3 no credentials, 4 credentials refused,
5 not found, 6 refused, 7 the API cannot be reached, 8 no usable answer came: it may or may not have happened.";

const MAN_AFTER: &str = "\
Examples:
  strigo man | man -l -
  strigo man partners list | man -l -
  strigo man --files | man -l -               the config file and the journal
  strigo man --all ~/.local/share/man

Exit codes: 0 done, 1 a page cannot be written, 2 no such command.";

const COMPLETIONS_AFTER: &str = "\
Examples:
  strigo completions bash > ~/.local/share/bash-completion/completions/strigo
  strigo completions zsh > ~/.zfunc/_strigo          with ~/.zfunc in $fpath
  strigo completions fish > ~/.config/fish/completions/strigo.fish
  strigo completions powershell >> $PROFILE
  strigo completions elvish >> ~/.config/elvish/rc.elv

Exit codes: 0 done, 2 no such shell.";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn seconds_are_numbers_that_make_sense() {
        assert_eq!(seconds("0"), Ok(Duration::ZERO));
        assert_eq!(seconds(" 1.5 "), Ok(Duration::from_millis(1500)));
        for text in ["", "-1", "nan", "inf", "1e300", "30s", "0x10"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
