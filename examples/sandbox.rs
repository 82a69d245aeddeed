//! The API in memory, and the tool run against it: `cargo run --example sandbox -- partners list`.
//!
//! Without a command of the tool it serves until it is stopped.

// The server is shared with the tests, which look at more of it.
#[allow(dead_code)]
#[path = "sandbox/server.rs"]
mod server;

use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use server::{API_KEY, FAULTS, Fault, ORG_ID, RateLimit, Sandbox, State};
use strigo_cli::Process;
use strigo_cli::process::Environment;

/// The Strigo partners API in memory, with the sample data of its reference.
#[derive(Parser)]
#[command(after_help = format!("Faults: {FAULTS}"))]
struct Args {
    /// The port to serve on; 0 takes any that is free
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Requests allowed in a window
    #[arg(long, default_value_t = RateLimit::default().requests)]
    limit: u64,

    /// The window's length in seconds
    #[arg(long, default_value_t = RateLimit::default().window.as_secs())]
    window: u64,

    /// What goes wrong with the first request, and so on (several: one for each request)
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,

    /// What goes wrong with all other requests
    #[arg(long, value_name = "FAULT")]
    always: Option<Fault>,

    /// A command of the tool to run against the sandbox, such as `partners list`; without one, it serves
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args = Args::parse();
    let mut state = State::sample();
    state.faults = args.fault.into();
    state.always = args.always;
    state.limit = RateLimit { requests: args.limit, window: Duration::from_secs(args.window.max(1)) };
    let sandbox = Sandbox::start(args.port, state)?;
    if args.command.is_empty() {
        return serve(&sandbox);
    }
    Ok(run_tool(&sandbox, args.command))
}

fn serve(sandbox: &Sandbox) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = std::io::stdout();
    writeln!(out, "export STRIGO_API_ENDPOINT={}", sandbox.endpoint())?;
    writeln!(out, "export STRIGO_ORG_ID={ORG_ID}")?;
    writeln!(out, "export STRIGO_API_KEY={API_KEY}")?;
    out.flush()?;
    writeln!(
        std::io::stderr(),
        "The sandbox is serving. Paste the lines above into another terminal; Ctrl-C stops it."
    )?;
    loop {
        std::thread::park();
    }
}

/// Runs the tool in this process, signed in to the sandbox whatever the environment and the config file say.
fn run_tool(sandbox: &Sandbox, command: Vec<OsString>) -> ExitCode {
    let endpoint = sandbox.endpoint();
    let lookup = move |name: &str| match name {
        "STRIGO_API_ENDPOINT" => Some(endpoint.clone().into()),
        "STRIGO_ORG_ID" => Some(ORG_ID.into()),
        "STRIGO_API_KEY" => Some(API_KEY.into()),
        "STRIGO_PROFILE" | "STRIGO_CONFIG" => None,
        _ => std::env::var_os(name),
    };
    let mut process = Process::current();
    process.args = std::iter::once("strigo".into()).chain(command).collect();
    process.env = Environment::new(lookup);
    strigo_cli::run(process)
}
