//! Runs an in-memory partners API, and optionally `strigo` against it: `cargo run --example sandbox -- partners list`.
//!
//! Without a `strigo` command, the API is served until the process is stopped.

// The server is shared with the tests, which use more of its items.
#[allow(dead_code)]
#[path = "sandbox/server.rs"]
mod server;

use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use server::{ACCESS_KEY_ID, API_KEY, Fault, ORG_ID, RateLimit, SECRET_ACCESS_KEY, Sandbox, State, StoreFault};
use strigo_cli::Process;
use strigo_cli::process::Environment;

/// In-memory Strigo partners API with the sample data of the API reference, and an S3 object store with the bucket 'jobs'
#[derive(Parser)]
#[command(after_help = format!("Faults: {}\n\nStore faults: {}", Fault::NAMES, StoreFault::NAMES))]
struct Args {
    /// Port to listen on; 0 picks a free port
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Requests allowed per rate-limit window
    #[arg(long, default_value_t = RateLimit::default().requests)]
    limit: u64,

    /// Length of the rate-limit window in seconds
    #[arg(long, default_value_t = RateLimit::default().window.as_secs())]
    window: u64,

    /// Fault to inject into the next request to the API; repeat for the following requests
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,

    /// Fault to inject into all other requests to the API
    #[arg(long, value_name = "FAULT")]
    always: Option<Fault>,

    /// Fault to inject into the next request to the object store; repeat for the following requests
    #[arg(long, value_name = "FAULT")]
    store_fault: Vec<StoreFault>,

    /// Fault to inject into all other requests to the object store
    #[arg(long, value_name = "FAULT")]
    store_always: Option<StoreFault>,

    /// Remove this member from the sandbox that runs at --port, and exit
    #[arg(long, value_name = "EMAIL", requires = "port")]
    leave: Option<String>,

    /// strigo command to run against the sandbox; without one, keep serving
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args = Args::parse();
    if let Some(email) = &args.leave {
        return leave(args.port, email);
    }
    let mut state = State::sample();
    state.faults = args.fault.into();
    state.default_fault = args.always;
    state.store.faults = args.store_fault.into();
    state.store.default_fault = args.store_always;
    state.limit = RateLimit { requests: args.limit, window: Duration::from_secs(args.window.max(1)) };
    let sandbox = Sandbox::start(args.port, state)?;
    if args.command.is_empty() {
        return serve(&sandbox);
    }
    Ok(run_strigo(&sandbox, args.command))
}

/// Asks a running sandbox to remove a member.
fn leave(port: u16, email: &str) -> Result<ExitCode, Box<dyn Error>> {
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
    write!(stream, "GET {}leave/{email} HTTP/1.1\r\nhost: localhost\r\n\r\n", server::WEB_PATH)?;
    let response = std::io::read_to_string(stream)?;
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or_default();
    write!(std::io::stdout(), "{body}")?;
    Ok(if head.starts_with("HTTP/1.1 200 ") { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn serve(sandbox: &Sandbox) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = std::io::stdout();
    writeln!(out, "export STRIGO_ENDPOINT={}", sandbox.endpoint())?;
    writeln!(out, "export STRIGO_ORG_ID={ORG_ID}")?;
    writeln!(out, "export STRIGO_API_KEY={API_KEY}")?;
    writeln!(out, "export STRIGO_JOURNAL={}", fresh_journal().display())?;
    writeln!(out, "export AWS_ENDPOINT_URL_S3={}", sandbox.store_url())?;
    writeln!(out, "export AWS_ACCESS_KEY_ID={ACCESS_KEY_ID}")?;
    writeln!(out, "export AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY}")?;
    out.flush()?;
    writeln!(
        std::io::stderr(),
        "Sandbox is running. Paste the lines above into another terminal; press Ctrl-C to stop.\n\
         To join, open the link of an invitation. To leave: cargo run --example sandbox -- --port {} --leave EMAIL",
        sandbox.port()
    )?;
    loop {
        std::thread::park();
    }
}

/// Returns a file for the invitations of this sandbox, so that trying it never fills anyone's own.
fn fresh_journal() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("strigo-sandbox-{}.jsonl", std::process::id()))
}

/// Runs `strigo` in this process with the sandbox's credentials, which override the environment and the config file.
fn run_strigo(sandbox: &Sandbox, command: Vec<OsString>) -> ExitCode {
    let (endpoint, store_url) = (sandbox.endpoint(), sandbox.store_url());
    let var = move |name: &str| match name {
        "AWS_ENDPOINT_URL_S3" => Some(store_url.clone().into()),
        "AWS_ACCESS_KEY_ID" => Some(ACCESS_KEY_ID.into()),
        "AWS_SECRET_ACCESS_KEY" => Some(SECRET_ACCESS_KEY.into()),
        "STRIGO_ENDPOINT" => Some(endpoint.clone().into()),
        "STRIGO_ORG_ID" => Some(ORG_ID.into()),
        "STRIGO_API_KEY" => Some(API_KEY.into()),
        "STRIGO_JOURNAL" => std::env::var_os(name).or_else(|| Some(fresh_journal().into())),
        "STRIGO_PROFILE" | "STRIGO_CONFIG" => None,
        _ => std::env::var_os(name),
    };
    let mut process = Process::current();
    process.args = std::iter::once("strigo".into()).chain(command).collect();
    process.env = Environment::new(var);
    strigo_cli::run(process)
}
