//! A hermetic command, and mocks that fail their test if they are not asked exactly what they expect.

use std::path::PathBuf;
use std::sync::LazyLock;

use assert_cmd::Command;
use mockito::{Matcher, Mock, Server, ServerGuard};
use tempfile::TempDir;

use crate::server::{API_KEY, ORG_ID, Sandbox, State};

/// An empty home that all commands share and none writes to.
static HOME: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

/// The variables of a hermetic process.
pub fn hermetic_env() -> Vec<(&'static str, PathBuf)> {
    vec![
        ("HOME", HOME.path().to_owned()),
        ("XDG_CONFIG_HOME", HOME.path().join("config")),
        ("PATH", std::env::var_os("PATH").unwrap_or_default().into()),
    ]
}

/// The tool with nothing of the real environment, not signed in.
pub fn strigo(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strigo"));
    command.env_clear().envs(hermetic_env()).args(args);
    command
}

/// The variables that sign a process in at this endpoint.
pub fn signed_in(endpoint: &str) -> [(&'static str, String); 3] {
    [
        ("STRIGO_API_ENDPOINT", endpoint.to_owned()),
        ("STRIGO_ORG_ID", ORG_ID.to_owned()),
        ("STRIGO_API_KEY", API_KEY.to_owned()),
    ]
}

/// The tool, signed in at this endpoint.
pub fn strigo_at(endpoint: &str, args: &[&str]) -> Command {
    let mut command = strigo(args);
    command.envs(signed_in(endpoint));
    command
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end.
pub fn run(mut command: Command) -> Ran {
    let output = command.timeout(std::time::Duration::from_secs(60)).output().unwrap();
    Ran {
        code: output.status.code().expect("ended by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// Asserts all that a command did.
    #[track_caller]
    pub fn expect(self, code: i32, stdout: &str, stderr: &str) {
        let Ran { code: real_code, stdout: real_stdout, stderr: real_stderr } = &self;
        assert_eq!((real_stdout.as_str(), real_stderr.as_str(), *real_code), (stdout, stderr, code));
    }

    /// The only line of JSON on stderr.
    #[track_caller]
    pub fn json_error(&self) -> serde_json::Value {
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        assert_eq!(self.stdout, "");
        serde_json::from_str::<serde_json::Value>(&self.stderr).unwrap()["error"].take()
    }
}

/// The API as mocks: each is asked exactly once, with nothing but what the reference says, or the test fails.
pub struct Api {
    server: ServerGuard,
    mocks: Vec<Mock>,
}

impl Api {
    pub fn new() -> Self {
        Api { server: Server::new(), mocks: Vec::new() }
    }

    /// Expects one request, and answers it with this status and body.
    pub fn on(mut self, request: &str, sent: &str, status: usize, body: impl AsRef<[u8]>) -> Self {
        let (method, path) = request.split_once(' ').unwrap();
        let mock = self
            .server
            .mock(method, format!("/api/v1{path}").as_str())
            .match_header("authorization", format!("Bearer {ORG_ID}:{API_KEY}").as_str())
            .match_header("accept", "application/json")
            .match_header("content-type", "application/json")
            .match_body(if sent.is_empty() { Matcher::Missing } else { Matcher::Exact(sent.to_owned()) })
            .match_request(|request| {
                let expected = ["accept", "authorization", "content-length", "content-type", "host"];
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

    /// Expects one request, and answers it with this `data`.
    pub fn data(self, request: &str, sent: &str, data: &str) -> Self {
        self.on(request, sent, 200, format!(r#"{{"data":{data},"result":"success"}}"#))
    }

    pub fn endpoint(&self) -> String {
        format!("{}/api/v1", self.server.url())
    }

    /// Runs the tool against the mocks.
    pub fn strigo(&self, args: &[&str]) -> Ran {
        run(strigo_at(&self.endpoint(), args))
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.mocks.iter().for_each(Mock::assert);
        }
    }
}

/// A sandbox with the sample data.
pub fn sandbox() -> Sandbox {
    Sandbox::start(0, State::sample()).unwrap()
}

/// Runs the tool against a sandbox.
pub fn strigo_in(sandbox: &Sandbox, args: &[&str]) -> Ran {
    run(strigo_at(&sandbox.endpoint(), args))
}

/// The methods and paths of the requests that a sandbox received, without the endpoint's own path.
pub fn requests(sandbox: &Sandbox) -> Vec<String> {
    let state = sandbox.state();
    state.log.iter().map(|received| format!("{} {}", received.method, &received.path["/api/v1".len()..])).collect()
}

/// Writes a config file into a directory of its own.
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
