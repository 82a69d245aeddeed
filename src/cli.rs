//! The command line, defined with clap. Doc comments are help texts, and each command has its examples.
//!
//! Nothing here has behavior.

// A terminal shows a bare URL best.
#![allow(rustdoc::bare_urls)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, ArgGroup, Args, ColorChoice, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use reqwest::Method;

use crate::error::ErrorKind;
use crate::invitations::event::State;
use crate::output::OutputFormat;
use crate::settings::Flags;
use crate::text::parse_duration;

/// Returns the examples of the tool, and the exit codes of all commands.
fn overview() -> String {
    let mut text = "Examples:
  strigo partners list
  strigo partners get 'Acme Training'
  strigo members list 'Acme Training'
  strigo members invite 'Acme Training' dana@acme.example
  strigo partners list --json | jq -r '.[].name'

Exit codes:
  0    success"
        .to_owned();
    for kind in ErrorKind::all() {
        text.push_str(&format!("\n  {:<4} {}", kind.exit_code(), kind.summary()));
    }
    text
}

/// Manage the partners of a Strigo organization and their members
///
/// List, create, and rename partners, list their members, and invite new ones. This is an unofficial client of the Strigo
/// API.
///
/// To authenticate, run `strigo auth login`, or set STRIGO_ORG_ID and STRIGO_API_KEY. An organization owner can find both
/// at https://app.strigo.io/settings#account.
#[derive(Debug, Parser)]
#[command(
    name = "strigo",
    // Not the name of the file, which on Windows ends in `.exe`.
    bin_name = "strigo",
    version,
    max_term_width = 100,
    args_override_self = true,
    infer_long_args = false,
    after_long_help = overview()
)]
pub struct Cli {
    /// Options of all commands.
    #[command(flatten)]
    pub global: GlobalArgs,

    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that may stand before or after the command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Output format [default: table in a terminal, tsv otherwise] [env: STRIGO_OUTPUT]
    #[arg(short, long, alias = "format", global = true, value_enum, ignore_case = true, value_name = "FORMAT")]
    pub output: Option<OutputFormat>,

    /// Print JSON, including errors (same as --output json)
    #[arg(long, global = true)]
    pub json: bool,

    /// Print only what identifies each row, such as its ID, or only the columns of --columns; and no notes
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Log each request and response to stderr (never the API key)
    #[arg(short, long, global = true)]
    pub verbose: bool,

    /// Use this profile from the config file [env: STRIGO_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,

    /// Path to the config file [env: STRIGO_CONFIG]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Base URL of the API [default: https://app.strigo.io/api/v1] [env: STRIGO_ENDPOINT]
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint: Option<String>,

    /// Timeout for each request, such as 90s or 5m [default: 30s] [env: STRIGO_TIMEOUT]
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub timeout: Option<Duration>,

    /// Maximum total time that an API call waits for the rate limit and between retries; 0 never waits [default: 5m]
    /// [env: STRIGO_MAX_WAIT]
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub max_wait: Option<Duration>,

    /// When to use color; NO_COLOR and CLICOLOR_FORCE are honored [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub color: Option<ColorChoice>,
}

impl GlobalArgs {
    /// Returns the options that settings are resolved from.
    pub fn flags(&self) -> Flags {
        let GlobalArgs { profile, config, endpoint, timeout, max_wait, .. } = self.clone();
        Flags { profile, config, endpoint, timeout, max_wait }
    }
}

/// Which parts of records are printed.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output options")]
pub struct ColumnArgs {
    /// Print these columns
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub columns: Option<Vec<String>>,

    /// Print no header
    #[arg(long)]
    pub no_header: bool,

    /// Start CSV with a byte order mark, for Excel
    #[arg(long)]
    pub bom: bool,
}

const API: &str = "Examples:
  strigo api GET /health
  strigo api POST /partners --data '{\"name\": \"Acme Training\"}'
  strigo api PATCH /partners/yCoaiix2pRjxMjCn7 --data @partner.json --include";

const MAN: &str = "Examples:
  strigo man
  strigo man partners list";

const COMPLETION: &str = "Examples:
  strigo completion bash > ~/.local/share/bash-completion/completions/strigo
  strigo completion zsh > ~/.zfunc/_strigo          # with ~/.zfunc in $fpath
  strigo completion fish > ~/.config/fish/completions/strigo.fish
  strigo completion powershell >> $PROFILE
  strigo completion elvish >> ~/.config/elvish/rc.elv";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List, show, create, and rename partners
    #[command(subcommand, alias = "partner")]
    Partners(PartnersCommand),

    /// List, search, and invite members, and show who has joined
    #[command(subcommand, alias = "member")]
    Members(MembersCommand),

    /// Show, correct, and copy journals of invitations
    #[command(subcommand)]
    Journal(JournalCommand),

    /// Log in, log out, and show the login status
    #[command(subcommand)]
    Auth(AuthCommand),

    /// Send a request to the API and print the response
    ///
    /// Use this for API calls that have no command of their own. Without METHOD, the request is a GET. Credentials, retries, the rate limit, and exit codes are
    /// those of the other commands. The response body is printed whatever its status.
    ///
    /// Paths outside the endpoint are rejected. A POST is retried only if the API cannot have processed it.
    #[command(allow_missing_positional = true, after_long_help = API)]
    Api(ApiArgs),

    /// Print the manual page of a command
    ///
    /// Without COMMAND, print the page of strigo itself. In a terminal, `man` shows it; otherwise its source is printed.
    #[command(after_long_help = MAN)]
    Man(ManArgs),

    /// Generate a shell completion script
    ///
    /// The script is printed to stdout. See the examples for where to install it.
    #[command(alias = "completions", after_long_help = COMPLETION)]
    Completion {
        /// Shell to generate the script for
        #[arg(value_enum)]
        shell: Shell,
    },
}

const PARTNERS_LIST: &str = "Examples:
  strigo partners list                           # a table, or TSV in a pipe
  strigo partners list training --sort name      # 'training' is in the name
  strigo partners list --json | jq length        # count partners
  strigo partners list --output csv > partners.csv";

const PARTNERS_GET: &str = "Examples:
  strigo partners get yCoaiix2pRjxMjCn7          # by ID: one request
  strigo partners get 'Acme Training' --quiet    # its ID
  strigo partners get name:yCoaiix2pRjxMjCn7     # a name that looks like an ID";

const PARTNERS_CREATE: &str = "Examples:
  strigo partners create 'Acme Training'
  strigo partners create 'Acme Training' --if-not-exists --quiet    # its ID
  strigo partners create --from partners.csv";

const PARTNERS_RENAME: &str = "Examples:
  strigo partners rename 'Acme Training' 'Acme Academy'
  strigo partners rename yCoaiix2pRjxMjCn7 'Acme Academy' --dry-run
  strigo partners rename --from names.csv";

/// The commands for partners.
#[derive(Debug, Subcommand)]
pub enum PartnersCommand {
    /// List partners
    #[command(alias = "ls", after_long_help = PARTNERS_LIST)]
    List {
        /// List only partners whose name contains this text (case-insensitive)
        text: Option<String>,

        /// Add the number of members (one extra request per partner)
        #[arg(long)]
        members: bool,

        /// Sort by this field [default: the API's order]
        #[arg(long, value_enum, value_name = "FIELD")]
        sort: Option<SortKey>,

        /// What is printed.
        #[command(flatten)]
        output: ColumnArgs,
    },

    /// Show one partner
    ///
    /// An argument of 17 letters and digits is treated as an ID. Anything else is looked up by ID, then by exact name.
    #[command(after_long_help = PARTNERS_GET)]
    Get {
        /// Partner ID or exact name; prefix it with id: or name: to be explicit
        partner: String,

        /// What is printed.
        #[command(flatten)]
        output: ColumnArgs,
    },

    /// Create partners
    ///
    /// A name that a partner has already, in any case, is refused: only the IDs would tell the two apart.
    #[command(after_long_help = PARTNERS_CREATE)]
    Create(CreateArgs),

    /// Rename partners
    #[command(after_long_help = PARTNERS_RENAME)]
    Rename(RenameArgs),
}

/// The arguments of `partners create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Names of the new partners
    #[arg(value_parser = parse_partner_name, value_name = "NAME", required_unless_present = "from")]
    pub names: Vec<String>,

    /// Create the partners of this file that do not exist: one name per line, or CSV with a `partner` or `name` column; -
    /// reads stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["names", "allow_duplicate"])]
    pub from: Option<PathBuf>,

    /// Return the existing partner if one has this name
    #[arg(long)]
    pub if_not_exists: bool,

    /// Create the partner even if one has this name
    #[arg(long, conflicts_with = "if_not_exists")]
    pub allow_duplicate: bool,

    /// Show what would be done instead of doing it
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// What is printed.
    #[command(flatten)]
    pub output: ColumnArgs,
}

/// The arguments of `partners rename`.
#[derive(Debug, Args)]
pub struct RenameArgs {
    /// Partner ID or exact name; prefix it with id: or name: to be explicit
    #[arg(required_unless_present = "from")]
    pub partner: Option<String>,

    /// New name
    #[arg(value_parser = parse_partner_name, required_unless_present = "from")]
    pub new_name: Option<String>,

    /// Rename the partners of this CSV file, with the columns `partner` and `new_name`; - reads stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["partner", "new_name", "allow_duplicate"])]
    pub from: Option<PathBuf>,

    /// Rename the partner even if another one has this name
    #[arg(long)]
    pub allow_duplicate: bool,

    /// Show what would be done instead of doing it
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// What is printed.
    #[command(flatten)]
    pub output: ColumnArgs,
}

/// The field that partners are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortKey {
    /// Name (case-insensitive)
    Name,
    /// ID
    Id,
}

const MEMBERS_LIST: &str = "Examples:
  strigo members list 'Acme Training'
  strigo members list 'Acme Training' --json | jq -r '.[].email'
  strigo members list --all --output csv > access.csv";

const MEMBERS_SEARCH: &str = "Examples:
  strigo members search dana@acme.example
  strigo members search @acme.example --output csv";

const MEMBERS_SHOW: &str = "Examples:
  strigo members show dana@acme.example";

const MEMBERS_STATUS: &str = "Examples:
  strigo members status                          # everyone who was invited
  strigo members status --from all.csv           # and who was not
  strigo members status --state pending --older-than 7d --exit-code
  strigo members status --from all.csv --all-members --state not_in_roster";

const MEMBERS_INVITE: &str = "Examples:
  strigo members invite 'Acme Training' dana@acme.example
  strigo members invite gil@acme.example --partner w00t --partner nur
  strigo members invite --from all.csv --where status=active --dry-run
  strigo members invite --from all.csv --resend --older-than 7d";

/// The commands for members.
#[derive(Debug, Subcommand)]
pub enum MembersCommand {
    /// List the members of one partner or of all partners
    #[command(alias = "ls", after_long_help = MEMBERS_LIST)]
    List {
        /// The partner, or all of them.
        #[command(flatten)]
        scope: MemberScope,

        /// What is printed.
        #[command(flatten)]
        output: ColumnArgs,
    },

    /// Find members by a part of their addresses, and the partners that they belong to
    ///
    /// Fetches the members of all partners, up to eight at a time, within the rate limit.
    #[command(alias = "find", after_long_help = MEMBERS_SEARCH)]
    Search {
        /// Part of an email address, ignoring case; if it is the whole address of anyone, only theirs
        text: String,

        /// What is printed.
        #[command(flatten)]
        output: ColumnArgs,
    },

    /// Show all that is known about one person, and what to do next
    ///
    /// Fetches the members of all partners, and reads the journal.
    #[command(after_long_help = MEMBERS_SHOW)]
    Show(ShowArgs),

    /// Show who has joined, and who has not
    ///
    /// Compares the people in the journal, and in a roster, with the members of their partners: one request per partner.
    #[command(after_long_help = MEMBERS_STATUS)]
    Status(StatusArgs),

    /// Invite people to join a partner
    ///
    /// Each invitation is printed as soon as it is sent. Its link lets anyone who has it join; to print only IDs, use
    /// --quiet.
    ///
    /// Each invitation is recorded in a journal before and after it is sent. People who were invited before are skipped, so
    /// that any run can be interrupted and repeated.
    ///
    /// All input is validated before the first invitation is sent. If a response is lost, the invitation is reported as
    /// unknown and not retried, until `strigo journal resolve` states what happened. Ctrl-C stops after the current
    /// invitation. With --json, each invitation is one line.
    #[command(after_long_help = MEMBERS_INVITE)]
    Invite(InviteArgs),
}

/// One partner, or all of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct MemberScope {
    /// Partner ID or exact name; prefix it with id: or name: to be explicit
    pub partner: Option<String>,

    /// List the members of all partners, with a PARTNER_NAME column
    #[arg(long)]
    pub all: bool,
}

/// Where invitations are recorded.
#[derive(Debug, Default, Args)]
pub struct JournalArgs {
    /// Where invitations are recorded: a file, s3://BUCKET/PREFIX, or none [default: a file per organization] [env:
    /// STRIGO_JOURNAL]
    // The last one must not silently replace the others.
    #[arg(long, value_name = "PLACE", value_hint = ValueHint::FilePath, action = ArgAction::Append)]
    pub journal: Vec<OsString>,
}

/// Where the people come from whom a command is about.
#[derive(Debug, Default, Args)]
pub struct RosterArgs {
    /// Roster: one address per line, or CSV with `email` and optionally `partner`; - reads stdin
    // Repeated values are kept, and rejected later: the last one must not silently replace the others.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, action = ArgAction::Append)]
    pub from: Vec<PathBuf>,

    /// CSV column of the addresses [default: `email`]
    ///
    /// Without it, usual names like `email` are recognized, too.
    #[arg(long, value_name = "NAME", requires = "from")]
    pub email_column: Option<String>,

    /// CSV column of the partners [default: `partner`]
    ///
    /// Without it, usual names like `partner` are recognized, too.
    #[arg(long, value_name = "NAME", requires = "from")]
    pub partner_column: Option<String>,

    /// Read only rows with this value (repeatable)
    ///
    /// The case of the value is ignored.
    #[arg(long = "where", value_name = "COLUMN=VALUE", requires = "from", value_parser = parse_filter)]
    pub filters: Vec<(String, String)>,

    /// Leave out rows without a usable address
    ///
    /// They are counted.
    #[arg(long, requires = "from")]
    pub skip_invalid: bool,

    /// Accept a roster without addresses
    #[arg(long, requires = "from")]
    pub allow_empty: bool,
}

/// The arguments of `members show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Email address
    pub email: String,

    /// The journal.
    #[command(flatten)]
    pub journal: JournalArgs,

    /// What is printed.
    #[command(flatten)]
    pub output: ColumnArgs,
}

/// The arguments of `members status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Partner ID or exact name; omit it for all partners
    ///
    /// It is needed if the roster has no column of partners.
    pub partner: Option<String>,

    /// Also show members who are not in the roster
    #[arg(long, requires = "from")]
    pub all_members: bool,

    /// Show only people in these states
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state_parser())]
    pub state: Vec<String>,

    /// Show only people invited longer ago, such as 7d
    ///
    /// Invitations whose outcome is unknown count.
    #[arg(long, value_name = "DURATION", value_parser = parse_age)]
    pub older_than: Option<Duration>,

    /// Exit with code 10 if anyone is shown
    #[arg(long)]
    pub exit_code: bool,

    /// Wait until no one who is shown is pending
    #[arg(long)]
    pub wait: bool,

    /// How long to wait, such as 2d; exit with code 7 then
    #[arg(long, value_name = "TIME", requires = "wait", value_parser = parse_duration)]
    pub wait_timeout: Option<Duration>,

    /// The journal.
    #[command(flatten)]
    pub journal: JournalArgs,

    /// The roster.
    #[command(flatten, next_help_heading = "Roster options")]
    pub roster: RosterArgs,

    /// What is printed.
    #[command(flatten)]
    pub output: ColumnArgs,
}

/// Accepts the name of a state of a person.
fn state_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(State::ALL.map(|state| {
        PossibleValue::new(state.name()).help(match state {
            State::Joined => "A member of the partner",
            State::Left => "A member once, and none any more",
            State::Pending => "Invited, not joined",
            State::Unknown => "Perhaps invited: the outcome of the invitation is unknown",
            State::InProgress => "Being invited by another run",
            State::Failed => "The invitation failed",
            State::NotInvited => "In the roster, and never invited",
            State::NotInRoster => "A member who is not in the roster",
        })
    }))
}

/// The arguments of `members invite`.
#[derive(Debug, Args)]
pub struct InviteArgs {
    /// Partner ID or exact name; omit it with --partner
    ///
    /// Omit it, too, if the roster has a column of partners.
    pub partner: Option<String>,

    /// Email addresses to invite
    #[arg(value_name = "EMAIL")]
    pub emails: Vec<String>,

    /// The journal.
    #[command(flatten)]
    pub journal: JournalArgs,

    /// Fail if the journal does not exist
    ///
    /// Otherwise it is created.
    #[arg(long)]
    pub require_journal: bool,

    /// Invite again those who have not joined
    ///
    /// These are the addresses of the command line or, with --older-than, all who were invited before.
    #[arg(long)]
    pub resend: bool,

    /// With --resend: only if longer ago, such as 7d
    #[arg(long, value_name = "DURATION", requires = "resend", value_parser = parse_age)]
    pub older_than: Option<Duration>,

    /// Retry unknown outcomes; may invite someone twice
    #[arg(long)]
    pub retry_unknown: bool,

    /// Do not ask before more than 20 invitations
    ///
    /// Nor before a partner is created whose name may be a mistake.
    #[arg(short, long)]
    pub yes: bool,

    /// Show what would be done instead of doing it
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// The roster.
    #[command(flatten, next_help_heading = "Recipients")]
    pub roster: RosterArgs,

    /// Invite to this partner (repeatable)
    ///
    /// All arguments are email addresses then.
    #[arg(long = "partner", value_name = "PARTNER", help_heading = "Recipients")]
    pub partners: Vec<String>,

    /// Create partners of the roster that do not exist
    ///
    /// Each is created once, before anyone is invited.
    #[arg(long, requires = "from", help_heading = "Recipients")]
    pub create_partners: bool,

    /// Skip existing members (a request per partner)
    #[arg(long, help_heading = "Recipients")]
    pub skip_members: bool,

    /// Invite at most N people; the next run goes on
    #[arg(long, value_name = "N", help_heading = "Recipients")]
    pub limit: Option<usize>,

    /// What is printed.
    #[command(flatten)]
    pub output: ColumnArgs,
}

/// The arguments of `api`.
#[derive(Debug, Args)]
pub struct ApiArgs {
    /// HTTP method
    #[arg(value_parser = method_parser(), ignore_case = true, default_value = "GET", hide_default_value = true)]
    pub method: Method,

    /// Path relative to the endpoint, such as /partners
    pub path: String,

    /// JSON request body; @FILE reads it from a file, - from stdin
    #[arg(long, value_name = "JSON|@FILE|-")]
    pub data: Option<String>,

    /// Add or replace a request header (repeatable)
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,

    /// Print the response status and headers before the body
    #[arg(short, long)]
    pub include: bool,

    /// Show what would be done instead of doing it
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// The arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Command whose page is printed, such as `partners list`; `config` for the config file and the journal
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

const JOURNAL_SHOW: &str = "Examples:
  strigo journal show
  strigo journal show --journal s3://jobs/trainers --json";

const JOURNAL_RESOLVE: &str = "Examples:
  strigo journal resolve dana@acme.example --not-invited
  strigo journal resolve dana@acme.example --invited --partner nur
  strigo journal resolve --invited --from before.csv --at 2026-01-31";

const JOURNAL_COPY: &str = "Examples:
  strigo journal copy s3://jobs/trainers";

/// The commands for journals.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Show what the journal knows about each person
    ///
    /// Reads the journal only. To see who has joined meanwhile, use `strigo members status`.
    #[command(after_long_help = JOURNAL_SHOW)]
    Show {
        /// The journal.
        #[command(flatten)]
        journal: JournalArgs,

        /// What is printed.
        #[command(flatten)]
        output: ColumnArgs,
    },

    /// Record whether people were invited
    ///
    /// Resolves unknown invitations, and records invitations that were not sent by strigo. Nothing is sent.
    #[command(after_long_help = JOURNAL_RESOLVE)]
    Resolve(ResolveArgs),

    /// Copy the journal from a file to an object store
    ///
    /// Invitations and their outcomes are kept. No run may use the journal meanwhile: later records are not copied.
    #[command(after_long_help = JOURNAL_COPY)]
    Copy {
        /// New journal; an unfinished copy is completed
        #[arg(value_name = "s3://BUCKET/PREFIX")]
        to: String,

        /// The journal.
        #[command(flatten)]
        journal: JournalArgs,
    },
}

/// The arguments of `journal resolve`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("outcome").args(["invited", "not_invited"]).required(true)))]
pub struct ResolveArgs {
    /// Email addresses
    #[arg(value_name = "EMAIL")]
    pub emails: Vec<String>,

    /// They were invited
    #[arg(long)]
    pub invited: bool,

    /// They were not invited
    #[arg(long)]
    pub not_invited: bool,

    /// Partner ID or exact name; needed for people whom the journal does not have
    #[arg(long)]
    pub partner: Option<String>,

    /// With --invited, when: a date such as 2026-01-31, or a time (RFC 3339) [default: now]
    #[arg(long, value_name = "DATE", value_parser = parse_time, conflicts_with = "not_invited")]
    pub at: Option<SystemTime>,

    /// Show what would be recorded
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// The journal.
    #[command(flatten)]
    pub journal: JournalArgs,

    /// The roster.
    #[command(flatten, next_help_heading = "Roster options")]
    pub roster: RosterArgs,
}

const AUTH_LOGIN: &str = "Examples:
  strigo auth login                              # prompts for both
  strigo auth login --profile staging --endpoint https://example.com/api/v1
  strigo auth login --org-id MyOrgId --key-stdin < key.txt";

const AUTH_STATUS: &str = "Examples:
  strigo auth status
  strigo auth status --offline --json            # without contacting the API
  strigo auth status --quiet > /dev/null         # only the exit code";

const AUTH_SWITCH: &str = "Examples:
  strigo auth switch staging
  strigo auth switch --top-level                 # the credentials of no profile";

const AUTH_LOGOUT: &str = "Examples:
  strigo auth logout
  strigo auth logout --profile staging";

/// The commands for credentials.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Log in to an organization
    ///
    /// Prompts for the organization ID and API key, checks them against the API, and saves them to the config file.
    /// --profile saves them to that profile, and --endpoint is saved with them.
    ///
    /// An organization owner can find both at https://app.strigo.io/settings#account. To keep the API key out of the config
    /// file, set api_key_command instead; see strigo(5). Nothing is saved unless the exit code is 0.
    #[command(after_long_help = AUTH_LOGIN)]
    Login(LoginArgs),

    /// Show all configured credentials and whether they work
    ///
    /// API keys are masked: only the last four characters are shown, and none of a key shorter than twelve.
    #[command(after_long_help = AUTH_STATUS)]
    Status {
        /// Do not contact the API or run an api_key_command
        #[arg(long)]
        offline: bool,

        /// What is printed.
        #[command(flatten)]
        output: ColumnArgs,
    },

    /// Choose the profile that is used by default
    ///
    /// Saves its name in the config file as default_profile. --profile and STRIGO_PROFILE override it.
    #[command(after_long_help = AUTH_SWITCH)]
    Switch(SwitchArgs),

    /// Remove saved credentials
    ///
    /// Removes the credentials of the profile, or the top-level ones if no profile is selected, from the config file.
    ///
    /// This does not invalidate the API key; an organization owner can replace it at
    /// https://app.strigo.io/settings#account.
    #[command(after_long_help = AUTH_LOGOUT)]
    Logout,
}

/// The arguments of `auth switch`.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct SwitchArgs {
    /// Profile to use by default
    #[arg(value_name = "PROFILE")]
    pub default_profile: Option<String>,

    /// Use the credentials at the top level of the config file by default
    #[arg(long)]
    pub top_level: bool,
}

/// The arguments of `auth login`.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Organization ID
    #[arg(long, value_name = "ID")]
    pub org_id: Option<String>,

    /// Read the API key from the first line of stdin
    #[arg(long)]
    pub key_stdin: bool,

    /// Save the credentials without checking them
    #[arg(long)]
    pub no_verify: bool,
}

/// The methods that `api` sends.
pub const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

/// Parses one of the standard methods, in any case.
fn method_parser() -> impl TypedValueParser<Value = Method> {
    PossibleValuesParser::new(METHODS).try_map(|name: String| name.to_ascii_uppercase().parse::<Method>())
}

/// Parses `COLUMN=VALUE`.
fn parse_filter(text: &str) -> Result<(String, String), &'static str> {
    let (column, value) =
        text.split_once('=').filter(|(column, _)| !column.trim().is_empty()).ok_or("expected COLUMN=VALUE")?;
    Ok((column.to_owned(), value.to_owned()))
}

fn parse_partner_name(text: &str) -> Result<String, &'static str> {
    // Blanks around a name cannot be seen, and a name with them is not found without.
    Some(text.trim().to_owned()).filter(|name| !name.is_empty()).ok_or("partner name must not be empty")
}

/// Parses an age in hours, days, or weeks, such as `7d`. Without a unit, days would be taken as seconds; and `1m`, which
/// people mean as a month, would be a minute.
fn parse_age(text: &str) -> Result<Duration, String> {
    const EXPECTED: &str = "expected hours, days, or weeks, such as 12h, 7d, or 2w";
    let text = text.trim();
    if text.parse::<f64>().is_ok() {
        return Err(format!("missing unit; {EXPECTED}"));
    }
    let is_age = |text: &str| text.ends_with(['h', 'd', 'w']) && !text.contains(['s', 'm', 'M', 'y']);
    parse_duration(text).ok().filter(|_| is_age(text)).ok_or_else(|| EXPECTED.to_owned())
}

/// Parses a date (UTC), or a time.
fn parse_time(text: &str) -> Result<SystemTime, &'static str> {
    let time = humantime::parse_rfc3339(text).or_else(|_| humantime::parse_rfc3339(&format!("{text}T00:00:00Z")));
    let time = time.map_err(|_| "expected a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z")?;
    if time > SystemTime::now() { Err("it is in the future") } else { Ok(time) }
}

/// The first argument of the requests that completion scripts send. It is not a command, so that no list shows it.
pub const COMPLETE_COMMAND: &str = "__complete";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_has_a_unit_that_is_not_ambiguous() {
        let hours = |hours: u64| Ok(Duration::from_secs(hours * 3600));
        for (text, expected) in [("12h", 12), (" 7d", 7 * 24), ("2w", 14 * 24), ("1d 12h", 36), ("0d", 0)] {
            assert_eq!(parse_age(text), hours(expected), "{text}");
        }
        for text in ["7", "1m", "1M", "90s", "1y", "1h 5m", "d", "", "-1d", "99999w"] {
            assert!(parse_age(text).is_err(), "{text}");
        }
    }
}
