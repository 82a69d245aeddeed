//! The tool and its rivals in turn, on this machine: `benches/run`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod instructions;
mod measure;
mod server;

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use comfy_table::{CellAlignment, Table, presets};

use measure::{Comparison, Sample, Task, compare};
use server::Server;

/// Compares strigo with what else one would use, on this machine, against nginx on loopback.
#[derive(Parser)]
#[command(name = "benches/run")]
struct Args {
    /// A few runs on little data, to see that it works: the figures say nothing
    #[arg(long)]
    quick: bool,

    /// Count instructions (by valgrind) instead of taking the time: they do not depend on the machine's load
    #[arg(long)]
    instructions: bool,

    /// Counts that --instructions has printed before, to be compared with
    #[arg(long, value_name = "FILE", requires = "instructions")]
    against: Option<PathBuf>,

    /// Only lines whose name has this in it
    #[arg(value_name = "PART")]
    only: Option<String>,

    /// Said by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// How much is measured.
pub struct Scale {
    one: usize,
    many: usize,
    ten_times: usize,
    invitations: usize,
    runs_of_one: usize,
    runs_of_many: usize,
}

impl Scale {
    const FULL: Scale =
        Scale { one: 8, many: 100_000, ten_times: 1_000_000, invitations: 1000, runs_of_one: 41, runs_of_many: 9 };
    const QUICK: Scale =
        Scale { one: 8, many: 1000, ten_times: 10_000, invitations: 10, runs_of_one: 2, runs_of_many: 2 };
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let scale = if args.quick { Scale::QUICK } else { Scale::FULL };
    let dir = tempfile::TempDir::new()?;
    let server = Server::start(dir.path(), &[scale.one, scale.many, scale.ten_times])?;
    let bench = Bench { server: &server, dir: dir.path(), scale, only: args.only.unwrap_or_default() };
    if args.instructions {
        return instructions::print(&bench, args.against.as_deref());
    }
    println!("{}\n", versions());
    bench.print()
}

/// What there is to be measured, and where.
pub struct Bench<'a> {
    server: &'a Server,
    dir: &'a Path,
    scale: Scale,
    only: String,
}

/// What a line of the table says.
struct Row {
    what: String,
    rival: &'static str,
    comparison: Comparison,
    /// The most that the ratio, and the tool's memory in bytes, may be.
    target: Option<f64>,
    memory_target: Option<u64>,
}

impl Bench<'_> {
    /// A task of the tool's.
    pub fn strigo(&self, endpoint: &str, args: &[&str]) -> Task {
        self.task(&tool(), endpoint, args)
    }

    fn shell(&self, endpoint: &str, script: &str) -> Task {
        self.task("sh", endpoint, &["-c", script])
    }

    fn task(&self, program: &str, endpoint: &str, args: &[&str]) -> Task {
        let bundle = self.server.bundle();
        let env: [(&str, OsString); 8] = [
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("HOME", self.dir.into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("STRIGO_API_ENDPOINT", endpoint.into()),
            ("STRIGO_ORG_ID", "benchmark".into()),
            ("STRIGO_API_KEY", "benchmark-key".into()),
            ("SSL_CERT_FILE", bundle.clone().into()),
            ("CURL_CA_BUNDLE", bundle.into()),
        ];
        Task {
            program: program.into(),
            args: args.iter().map(Into::into).collect(),
            env: env.map(|(name, value)| (name.into(), value)).into(),
        }
    }

    /// Whether a line of this name is wanted.
    pub fn wants(&self, name: &str) -> bool {
        name.contains(&self.only)
    }

    fn print(&self) -> Result<(), Box<dyn Error>> {
        let mut rows = Vec::new();
        self.one_call(&mut rows)?;
        self.start(&mut rows)?;
        self.many(&mut rows)?;
        self.invitations(&mut rows)?;
        println!("{}\n", table(&rows));
        self.print_growth()?;
        let size = fs::metadata(tool())?.len();
        println!("The binary has {size} bytes (at most 4,000,000).");
        Ok(())
    }

    fn one_call(&self, rows: &mut Vec<Row>) -> Result<(), Box<dyn Error>> {
        let Scale { one, runs_of_one, .. } = self.scale;
        for (name, endpoint, target, memory) in [
            ("one HTTPS call, --json", self.server.https(one), 0.15, Some(8 << 20)),
            ("one HTTP call, --json", self.server.http(one), 0.45, None),
        ] {
            if !self.wants(name) {
                continue;
            }
            let ours = self.strigo(&endpoint, &["partners", "list", "--json"]);
            let url = format!("{endpoint}/partners");
            let python = [concat!(env!("CARGO_MANIFEST_DIR"), "/benches/requests_list.py"), &url];
            let token = "Authorization: Bearer benchmark:benchmark-key";
            let rivals = [
                ("curl", Some(self.shell(&endpoint, &curl(&endpoint))), Some(target)),
                (
                    "python3 requests",
                    has("python3 -c 'import requests'").then(|| self.task("python3", &endpoint, &python)),
                    None,
                ),
                ("xh", has("xh --version").then(|| self.task("xh", &endpoint, &["--ignore-stdin", &url, token])), None),
            ];
            for (rival, task, target) in rivals {
                let Some(task) = task else { continue };
                let comparison = compare(&ours, &task, runs_of_one)?;
                let memory_target = memory.filter(|_| rival == "curl");
                rows.push(Row { what: name.to_owned(), rival, comparison, target, memory_target });
            }
        }
        Ok(())
    }

    fn start(&self, rows: &mut Vec<Row>) -> Result<(), Box<dyn Error>> {
        if !self.wants("--version") {
            return Ok(());
        }
        let hello = self.dir.join("hello");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/hello.c");
        let built = Command::new("cc").args(["-O2", "-o"]).arg(&hello).arg(source).status()?;
        if !built.success() {
            return Err("cc cannot build benches/hello.c".into());
        }
        let ours = self.strigo("http://localhost", &["--version"]);
        let theirs = self.task(&hello.to_string_lossy(), "", &[]);
        let comparison = compare(&ours, &theirs, self.scale.runs_of_one)?;
        let what = "--version".to_owned();
        rows.push(Row { what, rival: "a C program", comparison, target: Some(1.5), memory_target: None });
        Ok(())
    }

    fn many(&self, rows: &mut Vec<Row>) -> Result<(), Box<dyn Error>> {
        let Scale { many, runs_of_many, .. } = self.scale;
        let endpoint = self.server.http(many);
        let body = self.server.body_size(many)?;
        let curl = curl(&endpoint);
        let columns = "jq -r '.data[] | [.id, .name] | @tsv'";
        for (format, rival, script, target, memory) in [
            ("json", "curl | jq -c", format!("{curl} | jq -c .data"), 0.06, body * 5 / 2),
            ("tsv", "curl | jq @tsv", format!("{curl} | {columns}"), 0.06, body * 5 / 2),
            ("csv", "curl | jq @csv", format!("{curl} | {}", columns.replace("@tsv", "@csv")), 0.06, body * 5 / 2),
            ("table", "curl | jq | column", format!("{curl} | {columns} | column -t -s '\t'"), 0.2, body * 6),
        ] {
            let what = format!("{many} partners, --format {format}");
            if !self.wants(&what) {
                continue;
            }
            let ours = self.strigo(&endpoint, &["partners", "list", "--format", format]);
            let comparison = compare(&ours, &self.shell(&endpoint, &script), runs_of_many)?;
            rows.push(Row { what, rival, comparison, target: Some(target), memory_target: Some(memory) });
        }
        Ok(())
    }

    fn invitations(&self, rows: &mut Vec<Row>) -> Result<(), Box<dyn Error>> {
        let Scale { one, invitations, .. } = self.scale;
        let endpoint = self.server.http(one);
        let roster = self.dir.join("roster.txt");
        let emails: String = (0..invitations).map(|at| format!("trainer{at}@acme.example\n")).collect();
        fs::write(&roster, emails)?;
        let roster = roster.to_string_lossy();
        let post = curl(&endpoint).replace("/partners", "/partners/p/members");
        let script = format!("while read -r email; do {post} -d '{{\"email\":\"'$email'\"}}'; done < {roster}");
        let journal = format!("{}/journal.jsonl", self.dir.display());
        let with_journal = format!("rm -f {journal}; exec \"$0\" \"$@\" --journal {journal}");
        let words = ["members", "invite", "id:p", "--from", &roster, "--quiet"];
        let journalled = self.task("sh", &endpoint, &[&["-c", &with_journal, &tool()], &words[..]].concat());
        for (what, ours, target) in
            [("invitations", self.strigo(&endpoint, &words), Some(0.05)), ("invitations, --journal", journalled, None)]
        {
            let what = format!("{invitations} {what}");
            if !self.wants(&what) {
                continue;
            }
            let comparison = compare(&ours, &self.shell(&endpoint, &script), self.scale.runs_of_many.min(3))?;
            rows.push(Row { what, rival: "a loop of curl", comparison, target, memory_target: None });
        }
        Ok(())
    }

    /// What ten times as many partners take in the time of so many.
    fn print_growth(&self) -> Result<(), Box<dyn Error>> {
        let Scale { many, ten_times, runs_of_many, .. } = self.scale;
        let (small, large) = (self.server.http(many), self.server.http(ten_times));
        let mut shown = new_table(&["format", &format!("{many}"), &format!("{ten_times}"), "ratio", "at most"]);
        for format in
            ["json", "tsv", "csv", "table"].into_iter().filter(|format| self.wants(&format!("growth, {format}")))
        {
            let args = ["partners", "list", "--format", format];
            let times = runs_of_many.min(5);
            let comparison = compare(&self.strigo(&large, &args), &self.strigo(&small, &args), times)?;
            let Comparison { ours, theirs, ratio } = comparison;
            shown.add_row([
                format.to_owned(),
                in_words(&theirs),
                in_words(&ours),
                format!("{ratio:.2}"),
                "10.5".to_owned(),
            ]);
        }
        println!("{shown}\n");
        Ok(())
    }
}

/// The binary as it is shipped, if somebody says where it is: what is built beside the benchmark has the features of all
/// that is built for tests.
fn tool() -> String {
    std::env::var("STRIGO_BENCH_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_strigo").to_owned())
}

/// A call by curl that lists partners.
fn curl(endpoint: &str) -> String {
    format!(
        "curl -sS -H \"Authorization: Bearer $STRIGO_ORG_ID:$STRIGO_API_KEY\" -H 'Accept: application/json' -H \
         'Content-Type: application/json' {endpoint}/partners"
    )
}

fn has(command: &str) -> bool {
    Command::new("sh").args(["-c", command]).output().is_ok_and(|output| output.status.success())
}

fn table(rows: &[Row]) -> Table {
    let heads = ["what", "strigo", "rival", "takes", "ratio", "at most", "memory at most"];
    let mut table = new_table(&heads);
    for Row { what, rival, comparison, target, memory_target } in rows {
        let Comparison { ours, theirs, ratio } = comparison;
        table.add_row([
            what.clone(),
            in_words(ours),
            (*rival).to_owned(),
            in_words(theirs),
            format!("{ratio:.3}"),
            target.map(|most| most.to_string()).unwrap_or_default(),
            memory_target.map(mebibytes).unwrap_or_default(),
        ]);
    }
    table
}

/// A table that a page of Markdown can hold.
pub fn new_table(heads: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(heads);
    for at in 1..heads.len() {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Wall time, CPU time and the largest process's memory.
fn in_words(sample: &Sample) -> String {
    let milliseconds = |time: std::time::Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
    format!("{} ms, cpu {} ms, {}", milliseconds(sample.wall), milliseconds(sample.cpu), mebibytes(sample.peak))
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// The machine and the programs, a line each.
fn versions() -> String {
    let shell = "date +%F; uname -sr; sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort | uniq -c; nginx -v; curl \
                 --version | head -1; jq --version; xh --version 2>/dev/null | head -1; rustc --version; python3 -c 'import \
                 requests, sys; print(\"Python\", sys.version.split()[0] + \", requests\", requests.__version__)'";
    let lines = Command::new("sh").args(["-c", &format!("exec 2>&1; {shell}")]).output();
    let lines = lines.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    format!("strigo {}\n{lines}", env!("CARGO_PKG_VERSION"))
}
