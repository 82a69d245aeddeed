//! The command-line tool `strigo`, as a library.
//!
//! Data flows one way: arguments become a [`cli::Cli`], which becomes [`settings::Settings`]; a command queries the [`api`]
//! and passes the response to [`output`]. A failure on the way is an [`error::Error`].

#![warn(unreachable_pub)]

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ErrorKind as ClapKind};
use clap::{ArgMatches, ColorChoice, CommandFactory as _, FromArgMatches as _, ValueEnum as _};

pub mod api;
pub mod cli;
pub mod commands;
mod context;
mod directory;
pub mod error;
pub mod http;
pub mod invitations;
pub mod object_store;
pub mod output;
mod parallel;
mod private_file;
pub mod process;
mod prompt;
pub mod report;
pub mod settings;
pub mod text;

pub use process::Process;

use cli::{Cli, Command, GlobalArgs};
use context::Context;
use error::{Error, ErrorKind};
use output::color::should_colorize;
use output::reporter::Reporter;
use output::{OutputFormat, Printer};
use process::{Environment, OutputStream, env_vars};
use report::Report;

/// Runs the command line of `process`, and returns success or the exit code of [`ErrorKind::exit_code`].
pub fn run(process: Process) -> ExitCode {
    if process.args.get(1).is_some_and(|word| word == cli::COMPLETE_COMMAND) {
        let args: Vec<_> = process.args.iter().skip(2).cloned().collect();
        return commands::completion::answer(&args, process);
    }
    match parse(&process.args) {
        Ok((Cli { command, global }, matches)) => run_command(command, &global, matches, process),
        Err(error) => report_parse_error(&without_far_suggestion(error), process),
    }
}

fn parse(args: &[OsString]) -> Result<(Cli, ArgMatches), clap::Error> {
    let matches = Cli::command().try_get_matches_from(args)?;
    Ok((Cli::from_arg_matches(&matches)?, matches))
}

/// Makes a panic end the process like any other failure: with a message for users and the exit code 1.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write as _;
        let location = panic.location().map(|location| format!(" at {}:{}", location.file(), location.line()));
        let _ = writeln!(
            std::io::stderr(),
            "error: internal error{}: {}\nhint: this is a bug in strigo; please report it with the command and the output \
             of `strigo --version`",
            location.unwrap_or_default(),
            panic.payload_as_str().unwrap_or("unknown panic"),
        );
        std::process::exit(ErrorKind::Unexpected.exit_code().into());
    }));
}

fn run_command(command: Command, args: &GlobalArgs, matches: ArgMatches, process: Process) -> ExitCode {
    let Process { env, clock, signals, stdin, stdout, stderr, .. } = process;
    let format = resolve_format(args, &env);
    let error_format = *format.as_ref().unwrap_or(&args.json.then_some(OutputFormat::Json));
    let reporter =
        Reporter::new(stderr, error_format, args.color.unwrap_or_default(), (args.quiet, args.verbose), &env);
    let result = format.map_err(anyhow::Error::from).and_then(|format| {
        let printer = Printer::new(stdout, format, args.quiet, args.color.unwrap_or_default(), &env);
        let (clock, signals, reporter) = (&*clock, &signals, &reporter);
        let on_notice = |notice: &http::RequestNotice<'_>| context::report_notice(reporter, notice);
        let flags = args.flags();
        let (settings, client, partners) = Default::default();
        let context = Context {
            matches,
            flags: &flags,
            env: &env,
            stdin,
            clock,
            signals,
            reporter,
            printer,
            on_notice: &on_notice,
            settings,
            client,
            partners,
        };
        commands::dispatch(command, context)
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let report = Report::new(&error);
            reporter.error(&report);
            ExitCode::from(report.kind().exit_code())
        }
    }
}

/// Resolves the output format from flags and variables. `None` depends on whether standard output is a terminal.
fn resolve_format(args: &GlobalArgs, env: &Environment) -> Result<Option<OutputFormat>, Error> {
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

/// Prints help, the version, or what is wrong with the command line, in the words of clap.
fn report_parse_error(error: &clap::Error, process: Process) -> ExitCode {
    let Process { args, env, stdout, stderr, .. } = process;
    let global = parse_leniently(&args);
    let color = global.color.unwrap_or_default();
    if !error.use_stderr() {
        write_styled(&error.render(), stdout, color, &env);
        return ExitCode::SUCCESS;
    }
    let format = resolve_format(&global, &env).unwrap_or(global.json.then_some(OutputFormat::Json));
    if format == Some(OutputFormat::Json) {
        let error = anyhow::Error::from(Error::new(ErrorKind::Usage, usage_message(error)));
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

/// Removes the option that clap suggests if it begins otherwise: `--nope` is not meant to be `--endpoint`.
fn without_far_suggestion(mut error: clap::Error) -> clap::Error {
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
