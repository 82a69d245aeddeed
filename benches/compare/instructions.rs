//! How many instructions the paths that matter take, by valgrind's callgrind. The same binary on the same data takes the
//! same number, whatever else the machine does, but for what threads make of it.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::measure::Task;
use crate::{Bench, new_table};

/// Counts, prints a table, and compares it with one that was printed before.
pub fn print(bench: &Bench<'_>, against: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let before = against.map(fs::read_to_string).transpose()?.map(|text| read(&text)).unwrap_or_default();
    let mut table = new_table(&["path", "instructions", "before", "change"]);
    for (name, task) in paths(bench)?.into_iter().filter(|(name, _)| bench.wants(name)) {
        let count = count(&task, bench.dir)?;
        let before = before.get(&name).copied();
        let change = before.map(|before| format!("{:+.2} %", (count as f64 / before as f64 - 1.0) * 100.0));
        table.add_row([
            name,
            count.to_string(),
            before.map(|before| before.to_string()).unwrap_or_default(),
            change.unwrap_or_default(),
        ]);
    }
    println!("{table}");
    Ok(())
}

fn paths(bench: &Bench<'_>) -> Result<Vec<(String, Task)>, Box<dyn Error>> {
    let (one, many) = (bench.scale.one, bench.scale.many);
    let list = |endpoint: String, format: &str| bench.strigo(&endpoint, &["partners", "list", "--format", format]);
    let roster = bench.dir.join("large-roster.txt");
    let emails: String = (0..many).map(|at| format!("trainer{at}@acme.example\n")).collect();
    fs::write(&roster, emails)?;
    let invite = ["members", "invite", "id:p", "--from", &roster.to_string_lossy(), "--dry-run"];
    let mut paths = vec![
        ("--version".to_owned(), bench.strigo("http://localhost", &["--version"])),
        ("--help".to_owned(), bench.strigo("http://localhost", &["--help"])),
        ("one HTTP call".to_owned(), list(bench.server.http(one), "json")),
        ("one HTTPS call".to_owned(), list(bench.server.https(one), "json")),
        (format!("roster of {many}"), bench.strigo("http://localhost", &invite)),
    ];
    for format in ["json", "tsv", "csv", "table"] {
        paths.push((format!("{many} partners as {format}"), list(bench.server.http(many), format)));
    }
    Ok(paths)
}

fn count(task: &Task, dir: &Path) -> Result<u64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(&task.program)
        .args(&task.args)
        .env_clear()
        .envs(task.env.iter().cloned())
        .current_dir(dir)
        .output()
        .map_err(|error| format!("valgrind cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split("Collected : ").nth(1));
    count.and_then(|count| count.trim().parse().ok()).ok_or_else(|| format!("valgrind counted nothing: {said}").into())
}

/// The counts of a table that was printed before.
fn read(text: &str) -> HashMap<String, u64> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows = text.lines().map(cells);
    rows.filter_map(|cells| Some((cells.get(1)?.clone(), cells.get(2)?.parse().ok()?))).collect()
}
