//! Compares strigo with baselines on this machine. Started by `benches/run`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod instructions;
mod measure;
mod report;
mod server;

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use clap::Parser;

use measure::{Task, compare};
use report::{ComparisonRow, PropertyRow, Target, comparison_table, format_bytes, property_table, summary};
use server::Server;

/// Target for the size of the release binary, in bytes.
const BINARY_SIZE_TARGET: u64 = 5_000_000;

/// Target for the duration of a release build in an empty target directory.
const BUILD_TIME_TARGET: Duration = Duration::from_secs(120);

/// Compare strigo with curl and other baselines on this machine, against nginx on loopback
#[derive(Parser)]
#[command(name = "benches/run", bin_name = "benches/run")]
struct Args {
    /// Run a smoke test with little data; ignore the numbers
    #[arg(long)]
    quick: bool,

    /// Also measure a release build in an empty target directory
    #[arg(long, conflicts_with = "instructions")]
    build: bool,

    /// Count instructions with valgrind instead of measuring time
    #[arg(long)]
    instructions: bool,

    /// Compare the instruction counts with the saved output of an earlier run
    #[arg(long, value_name = "FILE", requires = "instructions")]
    against: Option<PathBuf>,

    /// Run only the benchmarks whose names contain this text
    #[arg(value_name = "FILTER")]
    filter: Option<String>,

    /// Passed by cargo bench
    #[arg(long, hide = true)]
    bench: bool,
}

/// The amount of data, and how often each pair of commands is run.
struct Scale {
    /// Partners in the response to a single call.
    small_list: usize,
    medium_list: usize,
    large_list: usize,
    /// Invitations in one batch.
    invitations: usize,
    small_list_runs: usize,
    medium_list_runs: usize,
    large_list_runs: usize,
    invitation_runs: usize,
}

impl Scale {
    const FULL: Scale = Scale {
        small_list: 8,
        medium_list: 10_000,
        large_list: 100_000,
        invitations: 1000,
        small_list_runs: 41,
        medium_list_runs: 15,
        large_list_runs: 9,
        invitation_runs: 3,
    };
    const QUICK: Scale = Scale {
        small_list: 8,
        medium_list: 100,
        large_list: 1000,
        invitations: 10,
        small_list_runs: 2,
        medium_list_runs: 2,
        large_list_runs: 2,
        invitation_runs: 2,
    };
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts the server and runs what `args` select. Missed targets are not an error.
fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let scale = if args.quick { Scale::QUICK } else { Scale::FULL };
    let dir = tempfile::TempDir::new()?;
    let server = Server::start(dir.path(), &[scale.small_list, scale.medium_list, scale.large_list])?;
    let bench = Bench { server: &server, dir: dir.path(), scale, filter: args.filter.unwrap_or_default() };
    if args.instructions {
        return instructions::print_counts(&bench, args.against.as_deref());
    }
    println!("{}\n", versions());
    bench.run(args.build)?;
    if args.quick {
        println!("This was a smoke test; ignore the numbers.");
    }
    Ok(())
}

/// What all benchmarks share.
struct Bench<'a> {
    server: &'a Server,
    /// A temporary directory.
    dir: &'a Path,
    scale: Scale,
    /// Only benchmarks whose names contain this text are run.
    filter: String,
}

impl Bench<'_> {
    /// Returns a task that runs strigo.
    fn strigo(&self, endpoint: &str, args: &[&str]) -> Task {
        self.task(&strigo_binary(), endpoint, args)
    }

    /// Returns a task that runs a shell script.
    fn shell(&self, endpoint: &str, script: &str) -> Task {
        self.task("sh", endpoint, &["-c", script])
    }

    /// Returns a task with the credentials, `endpoint`, and the CA bundle of the server in its environment.
    fn task(&self, program: &str, endpoint: &str, args: &[&str]) -> Task {
        let ca_bundle = self.server.ca_bundle();
        let env: [(&str, OsString); 8] = [
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("HOME", self.dir.into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("STRIGO_API_ENDPOINT", endpoint.into()),
            ("STRIGO_ORG_ID", "benchmark".into()),
            ("STRIGO_API_KEY", "benchmark-key".into()),
            ("SSL_CERT_FILE", ca_bundle.clone().into()),
            ("CURL_CA_BUNDLE", ca_bundle.into()),
        ];
        Task {
            program: program.into(),
            args: args.iter().map(Into::into).collect(),
            env: env.map(|(name, value)| (name.into(), value)).into(),
        }
    }

    /// Returns whether the benchmark called `name` is to be run.
    fn matches(&self, name: &str) -> bool {
        name.contains(&self.filter)
    }

    /// Runs the benchmarks and prints their results. Also measures a release build if `with_build` is true.
    fn run(&self, with_build: bool) -> Result<(), Box<dyn Error>> {
        let mut comparisons = Vec::new();
        self.bench_single_call(&mut comparisons)?;
        self.bench_startup(&mut comparisons)?;
        self.bench_lists(&mut comparisons)?;
        self.bench_invitations(&mut comparisons)?;
        println!("{}\n", comparison_table(&comparisons));

        let mut properties = vec![binary_size()?];
        if with_build {
            properties.push(build_time()?);
        }
        println!("{}\n", property_table(&properties));

        let mut targets_met: Vec<bool> = comparisons.iter().flat_map(ComparisonRow::targets_met).collect();
        targets_met.extend(properties.iter().map(|property| property.met));
        println!("{}", summary(&targets_met));
        Ok(())
    }

    /// Compares one call whose response is small, over HTTPS and HTTP.
    fn bench_single_call(&self, rows: &mut Vec<ComparisonRow>) -> Result<(), Box<dyn Error>> {
        let Scale { small_list, small_list_runs, .. } = self.scale;
        let https_target = Target { ratio: Some(0.15), memory: Some(8 << 20) };
        let http_target = Target { ratio: Some(0.35), memory: None };
        for (name, endpoint, curl_target) in [
            ("one HTTPS call, --json", self.server.https(small_list), https_target),
            ("one HTTP call, --json", self.server.http(small_list), http_target),
        ] {
            if !self.matches(name) {
                continue;
            }
            let strigo = self.strigo(&endpoint, &["partners", "list", "--json"]);
            let url = format!("{endpoint}/partners");
            let python_args = [concat!(env!("CARGO_MANIFEST_DIR"), "/benches/requests_list.py"), &url];
            let python = self.task("python3", &endpoint, &python_args);
            let xh_args = ["--ignore-stdin", &url, "Authorization: Bearer benchmark:benchmark-key"];
            let xh = self.task("xh", &endpoint, &xh_args);
            let baselines = [
                ("curl", Some(self.shell(&endpoint, &curl_command(&endpoint))), curl_target),
                ("python3 requests", succeeds("python3 -c 'import requests'").then_some(python), Target::default()),
                ("xh", succeeds("xh --version").then_some(xh), Target::default()),
            ];
            for (baseline, task, target) in baselines {
                let Some(task) = task else { continue };
                let comparison = compare(&strigo, &task, small_list_runs)?;
                rows.push(ComparisonRow { name: name.to_owned(), baseline, comparison, target });
            }
        }
        Ok(())
    }

    /// Compares the startup time with that of a minimal C program.
    fn bench_startup(&self, rows: &mut Vec<ComparisonRow>) -> Result<(), Box<dyn Error>> {
        if !self.matches("--version") {
            return Ok(());
        }
        let hello = self.dir.join("hello");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/hello.c");
        let status = Command::new("cc").args(["-O2", "-o"]).arg(&hello).arg(source).status()?;
        if !status.success() {
            return Err(format!("cannot compile benches/hello.c: {status}").into());
        }
        let strigo = self.strigo("http://localhost", &["--version"]);
        let c_program = self.task(&hello.to_string_lossy(), "", &[]);
        let comparison = compare(&strigo, &c_program, self.scale.small_list_runs)?;
        rows.push(ComparisonRow {
            name: "--version".to_owned(),
            baseline: "a C program",
            comparison,
            target: Target { ratio: Some(1.6), memory: None },
        });
        Ok(())
    }

    /// Compares lists of two lengths in each output format.
    fn bench_lists(&self, rows: &mut Vec<ComparisonRow>) -> Result<(), Box<dyn Error>> {
        let Scale { medium_list, large_list, medium_list_runs, large_list_runs, .. } = self.scale;
        let medium_target = Target { ratio: Some(0.15), memory: None };
        let medium_table_target = Target { ratio: Some(0.25), memory: None };
        let large_target = Target { ratio: Some(0.25), memory: Some(150 << 20) };
        for (count, runs, target, table_target) in [
            (medium_list, medium_list_runs, medium_target, medium_table_target),
            (large_list, large_list_runs, large_target, large_target),
        ] {
            let endpoint = self.server.http(count);
            let curl = curl_command(&endpoint);
            let jq = "jq -r '.data[] | [.id, .name]";
            for (format, baseline, script, target) in [
                ("json", "curl | jq -c", format!("{curl} | jq -c .data"), target),
                ("tsv", "curl | jq @tsv", format!("{curl} | {jq} | @tsv'"), target),
                ("csv", "curl | jq @csv", format!("{curl} | {jq} | @csv'"), target),
                ("table", "curl | jq | column", format!("{curl} | {jq} | @tsv' | column -t -s '\t'"), table_target),
            ] {
                let name = format!("{count} partners, --format {format}");
                if !self.matches(&name) {
                    continue;
                }
                let strigo = self.strigo(&endpoint, &["partners", "list", "--format", format]);
                let comparison = compare(&strigo, &self.shell(&endpoint, &script), runs)?;
                rows.push(ComparisonRow { name, baseline, comparison, target });
            }
        }
        Ok(())
    }

    /// Compares a batch of invitations, with and without a journal, with one curl process per invitation.
    fn bench_invitations(&self, rows: &mut Vec<ComparisonRow>) -> Result<(), Box<dyn Error>> {
        let Scale { small_list, invitations, invitation_runs, .. } = self.scale;
        let endpoint = self.server.http(small_list);
        let roster = self.dir.join("roster.txt");
        write_emails(&roster, invitations)?;
        let roster = roster.to_string_lossy();
        let curl = curl_command(&endpoint).replace("/partners", "/partners/p/members");
        let curl_loop = format!("while read -r email; do {curl} -d '{{\"email\":\"'$email'\"}}'; done < {roster}");
        let args = ["members", "invite", "id:p", "--from", &roster, "--quiet"];
        // Each run starts without a journal; otherwise it would have nothing to send.
        let journal = format!("{}/journal.jsonl", self.dir.display());
        let journal_script = format!("rm -f {journal}; exec \"$0\" \"$@\" --journal {journal}");
        let with_journal =
            self.task("sh", &endpoint, &[&["-c", &journal_script, &strigo_binary()], &args[..]].concat());
        for (name, strigo, target) in [
            ("invitations", self.strigo(&endpoint, &args), Target { ratio: Some(0.05), memory: None }),
            ("invitations, --journal", with_journal, Target::default()),
        ] {
            let name = format!("{invitations} {name}");
            if !self.matches(&name) {
                continue;
            }
            let comparison = compare(&strigo, &self.shell(&endpoint, &curl_loop), invitation_runs)?;
            rows.push(ComparisonRow { name, baseline: "a loop of curl", comparison, target });
        }
        Ok(())
    }
}

/// Measures the size of the binary that is benchmarked.
fn binary_size() -> io::Result<PropertyRow> {
    let size = fs::metadata(strigo_binary())?.len();
    Ok(PropertyRow {
        name: "binary size",
        value: format_bytes(size),
        target: format_bytes(BINARY_SIZE_TARGET),
        met: size <= BINARY_SIZE_TARGET,
    })
}

/// Measures a release build in an empty target directory. Dependencies are downloaded beforehand.
fn build_time() -> Result<PropertyRow, Box<dyn Error>> {
    let target_dir = tempfile::TempDir::new()?;
    run_cargo(&["fetch", "--quiet", "--locked"], target_dir.path())?;
    let started_at = Instant::now();
    run_cargo(&["build", "--quiet", "--release", "--locked", "--offline"], target_dir.path())?;
    let elapsed = started_at.elapsed();
    Ok(PropertyRow {
        name: "release build",
        value: format!("{:.1}s", elapsed.as_secs_f64()),
        target: format!("{}s", BUILD_TIME_TARGET.as_secs()),
        met: elapsed <= BUILD_TIME_TARGET,
    })
}

/// Runs cargo in this package.
fn run_cargo(args: &[&str], target_dir: &Path) -> Result<(), Box<dyn Error>> {
    let status = Command::new("cargo")
        .args(args)
        .env("CARGO_TARGET_DIR", target_dir)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("'cargo {}' failed: {status}", args.join(" ")).into()) }
}

/// Returns the path of the binary to measure. The default is the one that cargo built for this benchmark, which has the
/// features of the dev-dependencies; `benches/run` sets the variable to a copy of the release binary.
fn strigo_binary() -> String {
    std::env::var("STRIGO_BENCH_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_strigo").to_owned())
}

/// Returns a curl command line that lists partners. It reads the credentials from the environment.
fn curl_command(endpoint: &str) -> String {
    format!(
        "curl -sS -H \"Authorization: Bearer $STRIGO_ORG_ID:$STRIGO_API_KEY\" -H 'Accept: application/json' -H \
         'Content-Type: application/json' {endpoint}/partners"
    )
}

/// Writes a roster of `count` distinct email addresses, one a line.
fn write_emails(path: &Path, count: usize) -> io::Result<()> {
    let emails: String = (0..count).map(|index| format!("trainer{index}@acme.example\n")).collect();
    fs::write(path, emails)
}

/// Returns whether a shell command succeeds.
fn succeeds(command: &str) -> bool {
    Command::new("sh").args(["-c", command]).output().is_ok_and(|output| output.status.success())
}

/// Returns the date, the machine, and the versions of the programs, one a line.
fn versions() -> String {
    let script = "exec 2>&1; date +%F; uname -sr; sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort | uniq -c; \
                  nginx -v; curl --version | head -1; jq --version; xh --version 2>/dev/null | head -1; rustc --version; \
                  python3 -c 'import requests, sys; print(\"Python\", sys.version.split()[0] + \", requests\", \
                  requests.__version__)' 2>/dev/null";
    let output = Command::new("sh").args(["-c", script]).output();
    let lines = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    format!("strigo {}\n{lines}", env!("CARGO_PKG_VERSION"))
}
