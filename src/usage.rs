//! What is wrong with a command line, in the words of clap and, where people guess, with what they look for.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind as ClapKind};
use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, ValueEnum as _};

use crate::cli::{Cli, GlobalArgs};
use crate::error::{Error, ErrorKind};
use crate::output::OutputFormat;
use crate::output::color::should_colorize;
use crate::output::reporter::Reporter;
use crate::process::{Environment, OutputStream, Process, env_vars};
use crate::report::Report;

/// What people try that does not exist: the commands before it, the words, and what to do. No words stand for any argument,
/// an empty one for a missing argument.
const ADVICE: [(&[&str], &[&str], &str); 16] = [
    (
        &[],
        &["delete", "remove", "rm", "uninvite"],
        "the API cannot delete or remove anything: use https://app.strigo.io",
    ),
    (&[], &["version"], "use `strigo --version`"),
    (&[], &["doctor", "whoami"], "use `strigo auth status`"),
    (&["auth"], &["list", "show"], "use `strigo auth status`"),
    (&["partners"], &["find", "search"], "use `strigo partners list TEXT`"),
    (&["partners"], &["add", "new"], "use `strigo partners create NAME`"),
    (&["partners"], &["show"], "use `strigo partners get PARTNER`"),
    (&["members"], &["add", "create"], "use `strigo members invite PARTNER EMAIL`"),
    (&["journal"], &["list"], "use `strigo journal show`"),
    (&["members"], &["pending"], "use `strigo members status --state pending`"),
    (&[], &["--jq", "--fields", "--query", "--template"], "pipe `--json` into jq"),
    (&[], &["--force"], "no command needs it; `strigo members invite --yes` does not ask"),
    (&["partners", "rename"], &[], "quote names that have spaces: 'Nur Academy'"),
    (&["auth", "switch"], &[""], "run `strigo auth status` to see the profiles"),
    (&[], &["--json"], "--json has no value"),
    (
        &["api"],
        &["-X", "--request", "--method", "-f", "--field"],
        "METHOD comes first: strigo api POST /partners --data '{...}'",
    ),
];

/// Returns what to do instead of what was tried.
fn advice(error: &clap::Error, args: &[OsString]) -> Option<&'static str> {
    let tried = match (error.kind(), error.get(ContextKind::InvalidSubcommand), error.get(ContextKind::InvalidArg)) {
        (ClapKind::MissingRequiredArgument, ..) => String::new(),
        (_, Some(ContextValue::String(word)), _) | (_, None, Some(ContextValue::String(word))) => word.clone(),
        _ => return None,
    };
    let words: Vec<&str> =
        args.iter().skip(1).filter_map(|arg| arg.to_str()).filter(|arg| !arg.starts_with('-')).collect();
    let is_meant = |(commands, tries, _): &&(&[&str], &[&str], &str)| {
        words.starts_with(commands)
            && (tries.contains(&&*tried)
                || (tries.is_empty() && error.kind() == ClapKind::UnknownArgument && !tried.starts_with('-')))
    };
    ADVICE.iter().find(is_meant).map(|(.., advice)| *advice)
}

/// Prints help, the version, or what is wrong with the command line, in the words of clap.
pub(crate) fn report(error: clap::Error, process: Process) -> ExitCode {
    let Process { args, env, stdout, stderr, .. } = process;
    let global = parse_leniently(&args);
    let advice = advice(&error, &args);
    let error = with_tip(error, advice);
    let color = global.color.unwrap_or_default();
    if !error.use_stderr() {
        write_styled(&error.render(), stdout, color, &env);
        return ExitCode::SUCCESS;
    }
    let format = resolve_format(&global, &env).unwrap_or(global.json.then_some(OutputFormat::Json));
    if format == Some(OutputFormat::Json) {
        let error = Error::new(ErrorKind::Usage, usage_message(&error));
        let error = anyhow::Error::from(advice.into_iter().fold(error, Error::with_hint));
        Reporter::new(stderr, format, color, (false, false), &env).error(&Report::new(&error));
    } else {
        write_styled(&error.render(), stderr, color, &env);
    }
    ExitCode::from(ErrorKind::Usage.exit_code())
}

/// Returns the global options of a command line that is invalid. clap stops at what is wrong, but `--json` often comes last.
fn parse_leniently(args: &[OsString]) -> GlobalArgs {
    let command = Cli::command().ignore_errors(true).disable_help_flag(true).disable_version_flag(true);
    let matches = command.try_get_matches_from(args).ok();
    let parsed = matches.and_then(|matches| GlobalArgs::from_arg_matches(&matches).ok()).unwrap_or_default();
    GlobalArgs { json: parsed.json || args.iter().any(|arg| arg == "--json"), ..parsed }
}

/// Adds advice. Without any, removes the option that clap suggests if it begins otherwise: `--nope` is not meant to be
/// `--endpoint`.
fn with_tip(mut error: clap::Error, advice: Option<&str>) -> clap::Error {
    if let Some(advice) = advice {
        for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::Suggested] {
            error.remove(kind);
        }
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(advice.to_owned())]));
        return error;
    }
    let start = |kind| error.get(kind).map(|name| name.to_string().chars().take("--n".len()).collect::<String>());
    if start(ContextKind::SuggestedArg).is_some_and(|suggested| start(ContextKind::InvalidArg) != Some(suggested)) {
        error.remove(ContextKind::SuggestedArg);
        // The usage is that of the option, too.
        error.remove(ContextKind::Usage);
    }
    error
}

/// Returns what is wrong with a command line as one line: clap's first paragraph.
fn usage_message(error: &clap::Error) -> String {
    // Here, clap shows help instead.
    if error.kind() == ClapKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a subcommand is required".to_owned();
    }
    let text = error.to_string();
    let lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ").trim_start_matches("error: ").to_owned()
}

fn write_styled(text: &StyledStr, mut stream: OutputStream, color: ColorChoice, env: &Environment) {
    let colorize = should_colorize(color, stream.is_terminal, env);
    let text = if colorize { text.ansi().to_string() } else { text.to_string() };
    // Ignore EPIPE: the reader closed the pipe on purpose.
    let _ = stream.writer.write_all(text.as_bytes()).and_then(|()| stream.writer.flush());
}

/// Resolves the output format from flags and variables. `None` depends on whether standard output is a terminal.
pub(crate) fn resolve_format(args: &GlobalArgs, env: &Environment) -> Result<Option<OutputFormat>, Error> {
    if args.quiet && (args.json || args.output == Some(OutputFormat::Json)) {
        let hint = "omit --quiet, or select the IDs with jq";
        return Err(Error::new(ErrorKind::Usage, "--quiet cannot be used with JSON").with_hint(hint));
    }
    match (args.json, args.output) {
        (true, None | Some(OutputFormat::Json)) => Ok(Some(OutputFormat::Json)),
        (true, Some(format)) => {
            let format = format!("{format:?}").to_lowercase();
            Err(Error::new(ErrorKind::Usage, format!("--json cannot be used with --output {format}")))
        }
        (false, Some(format)) => Ok(Some(format)),
        (false, None) => {
            let Some(name) = env.var(env_vars::OUTPUT)? else { return Ok(None) };
            OutputFormat::from_str(&name, true).map(Some).map_err(|_| {
                Error::new(ErrorKind::Usage, format!("invalid value '{name}' for {}", env_vars::OUTPUT))
                    .with_hint(format!("possible values: {}", OutputFormat::names()))
            })
        }
    }
}
