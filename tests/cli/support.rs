//! Helpers: a hermetic `strigo` command, mocks that verify each request, and sandboxes.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime};

use assert_cmd::Command;
use mockito::{Matcher, Mock, Server, ServerGuard};
use tempfile::TempDir;

use crate::server::{ACCESS_KEY_ID, API_KEY, BASE_PATH, ORG_ID, SECRET_ACCESS_KEY, Sandbox, State};

/// An empty home directory, shared by all commands that do not write to it.
static HOME: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

/// The header with which the tool identifies itself.
pub const USER_AGENT: &str = concat!("strigo/", env!("CARGO_PKG_VERSION"), " (+https://docs.rs/strigo-cli)");

/// Returns the environment variables of a hermetic process.
pub fn hermetic_env() -> Vec<(&'static str, PathBuf)> {
    let mut env = vec![
        ("HOME", HOME.path().to_owned()),
        ("XDG_CONFIG_HOME", HOME.path().join("config")),
        ("XDG_CACHE_HOME", HOME.path().join("cache")),
        ("XDG_STATE_HOME", HOME.path().join("state")),
        // Tests share this home. Those of the journal have their own place for it.
        ("STRIGO_JOURNAL", "none".into()),
        ("PATH", std::env::var_os("PATH").unwrap_or_default().into()),
    ];
    // Windows needs it to open a socket.
    env.extend(std::env::var_os("SystemRoot").map(|dir| ("SystemRoot", dir.into())));
    env
}

/// Returns a `strigo` command without credentials and without the real environment.
pub fn strigo(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strigo"));
    command.env_clear().envs(hermetic_env()).args(args);
    command
}

/// Returns the environment variables with the sandbox's credentials and this endpoint.
pub fn auth_env(endpoint: &str) -> [(&'static str, String); 3] {
    [
        ("STRIGO_ENDPOINT", endpoint.to_owned()),
        ("STRIGO_ORG_ID", ORG_ID.to_owned()),
        ("STRIGO_API_KEY", API_KEY.to_owned()),
    ]
}

/// Returns a `strigo` command with credentials and this endpoint.
pub fn strigo_with_endpoint(endpoint: &str, args: &[&str]) -> Command {
    let mut command = strigo(args);
    command.envs(auth_env(endpoint));
    command
}

/// Returns the environment variables with the object store of a sandbox.
pub fn store_env(sandbox: &Sandbox) -> [(&'static str, String); 3] {
    [
        ("AWS_ENDPOINT_URL_S3", sandbox.store_url()),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.to_owned()),
    ]
}

/// The exit code and output of a command that has ended.
#[derive(Debug)]
pub struct CommandOutput {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command until it exits.
pub fn run(mut command: Command) -> CommandOutput {
    // A generous limit, so that a command that hangs fails its test.
    let output = command.timeout(Duration::from_secs(60)).output().unwrap();
    CommandOutput {
        code: output.status.code().expect("the command was terminated by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl CommandOutput {
    /// Asserts the exit code and the whole output.
    #[track_caller]
    pub fn assert(self, code: i32, stdout: &str, stderr: &str) {
        assert_eq!((self.stdout.as_str(), self.stderr.as_str(), self.code), (stdout, stderr, code));
    }

    /// Returns the `error` object of the JSON line that must be the only output.
    #[track_caller]
    pub fn json_error(&self) -> serde_json::Value {
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        assert_eq!(self.stdout, "");
        serde_json::from_str::<serde_json::Value>(&self.stderr).unwrap()["error"].take()
    }
}

/// A mock API. The test fails unless each expected request is received exactly once, with the documented headers only.
pub struct MockApi {
    server: ServerGuard,
    mocks: Vec<Mock>,
}

impl MockApi {
    pub fn new() -> Self {
        MockApi { server: Server::new(), mocks: Vec::new() }
    }

    /// Expects a request, such as `GET /partners`, with this body, and responds with this status and body.
    pub fn expect(mut self, request: &str, request_body: &str, status: usize, body: impl AsRef<[u8]>) -> Self {
        let (method, path) = request.split_once(' ').unwrap();
        let mock = self
            .server
            .mock(method, format!("/api/v1{path}").as_str())
            .match_header("authorization", format!("Bearer {ORG_ID}:{API_KEY}").as_str())
            .match_header("accept", "application/json")
            .match_header("content-type", "application/json")
            .match_header("user-agent", USER_AGENT)
            .match_header("accept-encoding", "gzip")
            .match_body(if request_body.is_empty() {
                Matcher::Missing
            } else {
                Matcher::Exact(request_body.to_owned())
            })
            .match_request(|request| {
                let expected = [
                    "accept", "accept-encoding", "authorization", "content-length", "content-type", "host",
                    "user-agent",
                ];
                request.headers().keys().all(|name| expected.contains(&name.as_str()))
            })
            .with_status(status)
            .with_header("content-type", "application/json")
            .with_body(body)
            .expect(1)
            .create();
        self.mocks.push(mock);
        self
    }

    /// Expects a request, and responds with a success envelope around this `data`.
    pub fn expect_data(self, request: &str, request_body: &str, data: &str) -> Self {
        self.expect(request, request_body, 200, format!(r#"{{"data":{data},"result":"success"}}"#))
    }

    pub fn endpoint(&self) -> String {
        format!("{}/api/v1", self.server.url())
    }

    /// Runs `strigo` against the mocks.
    pub fn strigo(&self, args: &[&str]) -> CommandOutput {
        run(strigo_with_endpoint(&self.endpoint(), args))
    }
}

impl Drop for MockApi {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.mocks.iter().for_each(Mock::assert);
        }
    }
}

/// Runs a check for each case at the same time, because most of their time is spent waiting.
pub fn check_all<T: Send>(cases: impl IntoIterator<Item = T>, check: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        let check = &check;
        cases.into_iter().for_each(|case| drop(scope.spawn(move || check(case))));
    });
}

/// Returns a length of the rate limit's windows with which the current one ends in more than 15 hours, whenever that is. They
/// begin at multiples of their length since the Unix epoch.
pub fn long_window() -> Duration {
    const ABOUT: u64 = 80_000;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let windows_since_epoch = now / ABOUT;
    Duration::from_secs(now / windows_since_epoch)
}

/// Returns a command for which SIGINT and SIGTERM are not ignored, as SIGINT is if the tests run in the background.
pub fn command_with_default_signals(program: &str) -> std::process::Command {
    if !cfg!(target_os = "linux") {
        return std::process::Command::new(program);
    }
    let mut command = std::process::Command::new("env");
    command.args(["--default-signal=INT,TERM", program]);
    command
}

/// Waits until a condition holds that another process must bring about. Fails if that takes a minute.
#[track_caller]
pub fn wait_until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "the condition does not hold after a minute");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Says that a test cannot run on this machine. The test harness counts it as passed, and hides what it prints.
pub fn say_ignored(why: &str) {
    use std::io::Write as _;
    let test = std::thread::current();
    let _ = writeln!(std::io::stderr(), "test {} ... ignored, {why}", test.name().unwrap_or_default());
}

/// Starts a sandbox with the sample data.
pub fn sandbox() -> Sandbox {
    Sandbox::start(0, State::sample()).unwrap()
}

/// Runs `strigo` against a sandbox.
pub fn strigo_with_sandbox(sandbox: &Sandbox, args: &[&str]) -> CommandOutput {
    run(strigo_with_endpoint(&sandbox.endpoint(), args))
}

/// Returns the requests that a sandbox received as `METHOD /path`, without the endpoint's base path.
pub fn request_lines(sandbox: &Sandbox) -> Vec<String> {
    let state = sandbox.state();
    state.requests.iter().map(|request| format!("{} {}", request.method, &request.path[BASE_PATH.len()..])).collect()
}

/// Returns an endpoint that refuses connections: its port was free a moment ago.
pub fn unused_endpoint() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}{BASE_PATH}", listener.local_addr().unwrap())
}

/// Writes a private config file into a new temporary directory.
pub fn config_file(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    (dir, path)
}

/// Returns the exit code of a process as a shell shows it: of one that died of a signal, 128 and its number.
#[cfg(unix)]
pub fn shell_code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().or_else(|| Some(128 + status.signal()?)).unwrap()
}
