//! The command-line tool `strigo`, as a library.
//!
//! Data flows one way: arguments become a [`cli::Cli`], that and the environment become [`settings::Settings`], a
//! command asks the [`api`] and hands what came back to the [`output`]. A failure on the way is an [`error::Error`].
//!
//! | module | what it knows |
//! |---|---|
//! | [`process`] | arguments, environment and streams, so that all of it can be replaced |
//! | [`cli`] | the whole command line, and nothing of what it does |
//! | [`settings`] | flags, environment and file become settings |
//! | [`config`] | the config file |
//! | `private_file` | files for their owner alone, replaced whole |
//! | `key_command` | the command that prints the key |
//! | `prompt` | asks a person, and does not show a key while it is typed |
//! | [`commands`] | what each command does, one file per noun |
//! | [`invitations`] | inviting several people |
//! | [`api`] | the calls, and how they are sent |
//! | [`output`] | formats, and what may reach a terminal |
//! | [`text`] | harmless text, and JSON as it came |
//! | [`error`] | kinds of failure, exit codes and how they are told |

#![warn(unreachable_pub)]

use std::process::ExitCode;

use clap::error::ErrorKind as ClapKind;
use clap::{CommandFactory as _, Parser as _, ValueEnum as _};

pub mod api;
pub mod cli;
pub mod commands;
pub mod config;
pub mod error;
pub mod invitations;
mod key_command;
pub mod output;
mod private_file;
pub mod process;
mod prompt;
pub mod settings;
pub mod text;

pub use process::Process;

use cli::{Cli, ColorChoice, Command, Format, GlobalArgs};
use commands::Surroundings;
use error::{Error, Kind, Report};
use output::Output;
use output::color::uses_color;
use output::notes::Notes;
use settings::{Display, Sources};

/// Does what the arguments say, and returns the exit code of [`error::Kind::exit_code`], or success.
pub fn run(process: Process) -> ExitCode {
    if process.args.get(1).is_some_and(|word| word == cli::COMPLETE) {
        let args: Vec<_> = process.args.iter().skip(2).cloned().collect();
        return commands::complete::run(&args, process);
    }
    if let [_, word] = &process.args[..]
        && (word == "--version" || word == "-V")
    {
        // The whole command line takes longer to set up than all the rest of this.
        return show(&format!("strigo {}\n", env!("CARGO_PKG_VERSION")), process);
    }
    let wishes = cli::peek(&process.args);
    match Cli::try_parse_from(&process.args) {
        Ok(Cli { command: Some(command), global }) => execute(command, &global, process),
        Ok(Cli { command: None, .. }) => show_help(&Cli::command().render_help(), wishes.color, process),
        Err(error) => match error.kind() {
            ClapKind::DisplayHelp | ClapKind::DisplayVersion => show_help(&error.render(), wishes.color, process),
            _ => refuse(&error, &wishes, process),
        },
    }
}

/// Lets a fault of the tool end it as any other failure does: with a message for people and the exit code 1.
pub fn tell_panics() {
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write as _;
        let place = panic.location().map(|place| format!(" at {}:{}", place.file(), place.line()));
        let _ = writeln!(
            std::io::stderr(),
            "error: strigo has a fault{}: {}.\nPlease report it, with what you did and what strigo --version says.",
            place.unwrap_or_default(),
            panic.payload_as_str().unwrap_or("it gives no reason"),
        );
        std::process::exit(Kind::Unexpected.exit_code().into());
    }));
}

fn execute(command: Command, args: &GlobalArgs, process: Process) -> ExitCode {
    let Process { args: words, env, clock, interrupts, stdin, stdout, stderr } = process;
    let display = Display::resolve(args, &env);
    let format = display.as_ref().map_or(args.json.then_some(Format::Json), |display| display.format);
    let notes = Notes::new(stderr, format, args.color.unwrap_or_default(), args.verbose, &env);
    let done = display.map_err(anyhow::Error::from).and_then(|display| {
        let output = Output::new(stdout, &display, &env);
        let words = words.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        let sources = &Sources::new(args, &env);
        let around =
            Surroundings { args: words, sources, stdin, clock: &*clock, interrupts: &interrupts, notes: &notes };
        commands::dispatch(command, output, around)
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let report = Report::new(&failure);
            notes.error(&report);
            ExitCode::from(report.kind().exit_code())
        }
    }
}

fn show_help(text: &clap::builder::StyledStr, color: ColorChoice, process: Process) -> ExitCode {
    let is_colored = uses_color(color, process.stdout.is_terminal, &process.env);
    show(&if is_colored { text.ansi().to_string() } else { text.to_string() }, process)
}

fn show(text: &str, process: Process) -> ExitCode {
    let Process { mut stdout, .. } = process;
    // Whoever closes the pipe has seen enough.
    let _ = stdout.to.write_all(text.as_bytes()).and_then(|()| stdout.to.flush());
    ExitCode::SUCCESS
}

/// Tells what is wrong with a command line that could not be read.
fn refuse(error: &clap::Error, wishes: &cli::Wishes, process: Process) -> ExitCode {
    let Process { env, mut stderr, .. } = process;
    let text = error.render();
    let is_json = |format: Format| format == Format::Json;
    let by_env = || env.text("STRIGO_FORMAT").ok().flatten().and_then(|name| Format::from_str(&name, true).ok());
    if wishes.format.or_else(by_env).is_some_and(is_json) {
        // Without a verb, clap has the help of the noun to say and no message.
        let plain = match error.kind() {
            ClapKind::DisplayHelpOnMissingArgumentOrSubcommand => "a subcommand is missing\n\nSee --help.".to_owned(),
            _ => text.to_string(),
        };
        let (message, more) = plain.split_once("\n\n").unwrap_or((&plain, ""));
        let message = message.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ");
        let failure = Error::new(Kind::Usage, message).hint(more.split_whitespace().collect::<Vec<_>>().join(" "));
        Notes::new(stderr, Some(Format::Json), ColorChoice::Never, false, &env)
            .error(&Report::new(&anyhow::Error::from(failure)));
    } else {
        let color = uses_color(wishes.color, stderr.is_terminal, &env);
        let shown = if color { text.ansi().to_string() } else { text.to_string() };
        let _ = stderr.to.write_all(shown.as_bytes()).and_then(|()| stderr.to.flush());
    }
    ExitCode::from(Kind::Usage.exit_code())
}
