//! Counts instructions with valgrind's callgrind. For the same binary and data the counts are nearly constant,
//! independent of the load of the machine. Thread scheduling accounts for the remaining differences.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::measure::Task;
use crate::report::new_table;
use crate::{Bench, write_emails};

/// Counts the instructions of each scenario and prints a table. If `previous` is the path of a table printed by an
/// earlier run, the table includes its counts and the changes in percent.
pub fn print_counts(bench: &Bench<'_>, previous: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let previous_counts = match previous {
        Some(path) => {
            let text =
                fs::read_to_string(path).map_err(|error| format!("cannot read '{}': {error}", path.display()))?;
            parse_counts(&text)
        }
        None => HashMap::new(),
    };
    let mut table = new_table(&["scenario", "instructions", "before", "change"]);
    for (name, task) in scenarios(bench)?.into_iter().filter(|(name, _)| bench.matches(name)) {
        let count = count_instructions(&task, bench.dir)?;
        let before = previous_counts.get(&name).copied();
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

/// Returns the commands to count, with their names.
fn scenarios(bench: &Bench<'_>) -> Result<Vec<(String, Task)>, Box<dyn Error>> {
    let (small, large) = (bench.scale.small_list, bench.scale.large_list);
    let list = |endpoint: String, format: &str| bench.strigo(&endpoint, &["partners", "list", "--format", format]);
    let roster = bench.dir.join("large-roster.txt");
    write_emails(&roster, large)?;
    let invite = ["members", "invite", "id:p", "--from", &roster.to_string_lossy(), "--dry-run"];
    let mut scenarios = vec![
        ("--version".to_owned(), bench.strigo("http://localhost", &["--version"])),
        ("--help".to_owned(), bench.strigo("http://localhost", &["--help"])),
        ("one HTTP call".to_owned(), list(bench.server.http(small), "json")),
        ("one HTTPS call".to_owned(), list(bench.server.https(small), "json")),
        (format!("roster of {large}"), bench.strigo("http://localhost", &invite)),
    ];
    for format in ["json", "tsv", "csv", "table"] {
        scenarios.push((format!("{large} partners as {format}"), list(bench.server.http(large), format)));
    }
    Ok(scenarios)
}

/// Runs `task` in callgrind and returns the number of instructions.
fn count_instructions(task: &Task, dir: &Path) -> Result<u64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(&task.program)
        .args(&task.args)
        .env_clear()
        .envs(task.env.iter().cloned())
        .current_dir(dir)
        .output()
        .map_err(|error| format!("cannot run valgrind: {error}"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let count = stderr.lines().find_map(|line| line.split("Collected : ").nth(1));
    count
        .and_then(|count| count.trim().parse().ok())
        .ok_or_else(|| format!("valgrind did not report an instruction count: {stderr}").into())
}

/// Parses the first two columns of a table printed by [`print_counts`]. Other lines are ignored.
fn parse_counts(text: &str) -> HashMap<String, u64> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows = text.lines().map(cells);
    rows.filter_map(|cells| Some((cells.get(1)?.clone(), cells.get(2)?.parse().ok()?))).collect()
}
