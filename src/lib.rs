//! The command-line tool `strigo`, as a library.
//!
//! Data flows one way: arguments become a [`cli::Cli`], which becomes [`settings::Settings`]; a command queries the [`api`]
//! and passes the response to [`output`]. A failure on the way is an [`error::Error`].

#![warn(unreachable_pub)]

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind as ClapKind;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

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
mod usage;

pub use process::Process;

use cli::{Cli, Command, GlobalArgs};
use context::Context;
use error::ErrorKind;
use output::reporter::Reporter;
use output::{OutputFormat, Printer};
use report::Report;

/// Runs the command line of `process`, and returns success or the exit code of [`ErrorKind::exit_code`].
pub fn run(process: Process) -> ExitCode {
    if process.args.get(1).is_some_and(|word| word == cli::COMPLETE_COMMAND) {
        let args: Vec<_> = process.args.iter().skip(2).cloned().collect();
        return commands::completion::answer(&args, process);
    }
    match parse(&process.args) {
        Ok((Cli { command, global }, matches)) => run_command(command, &global, matches, process),
        Err(error) => usage::report(error, process),
    }
}

fn parse(args: &[OsString]) -> Result<(Cli, ArgMatches), clap::Error> {
    let matches = Cli::command().try_get_matches_from(args).map_err(|error| match error.kind() {
        // Only those who ask for help wait until it is written.
        ClapKind::DisplayHelp | ClapKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            commands::help::command().try_get_matches_from(args).err().unwrap_or(error)
        }
        _ => error,
    })?;
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
    let format = usage::resolve_format(args, &env);
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
            let mut report = Report::new(&error);
            let signal_code = signals.exit_code().filter(|_| report.kind() == ErrorKind::Interrupted);
            report.exit_code = signal_code.unwrap_or(report.exit_code);
            reporter.error(&report);
            if signal_code.is_some() {
                signals.end_process();
            }
            ExitCode::from(report.exit_code)
        }
    }
}
