//! Formats results as Markdown tables and evaluates their targets.

use comfy_table::{CellAlignment, Table, presets};

use crate::measure::{Comparison, Sample};

/// Upper limits for one line of the comparison table.
#[derive(Clone, Copy, Default)]
pub struct Target {
    /// Limit of the ratio of strigo's wall time to the baseline's.
    pub ratio: Option<f64>,
    /// Limit of strigo's peak memory, in bytes.
    pub memory: Option<u64>,
}

/// One line of the comparison table.
pub struct ComparisonRow {
    /// What is measured.
    pub name: String,
    /// The name of the program that strigo is compared with.
    pub baseline: &'static str,
    pub comparison: Comparison,
    pub target: Target,
}

impl ComparisonRow {
    /// Returns for each target of the line whether it is met.
    pub fn targets_met(&self) -> Vec<bool> {
        let Comparison { strigo, ratio, .. } = &self.comparison;
        let ratio_met = self.target.ratio.map(|limit| *ratio <= limit);
        let memory_met = self.target.memory.map(|limit| strigo.peak_memory <= limit);
        ratio_met.into_iter().chain(memory_met).collect()
    }
}

/// One line of the table of properties that are not compared with a baseline.
pub struct PropertyRow {
    pub name: &'static str,
    /// The measured value, with its unit.
    pub value: String,
    /// The upper limit, with its unit.
    pub target: String,
    /// Whether the value is at most the limit.
    pub met: bool,
}

/// Formats the comparisons as a table.
pub fn comparison_table(rows: &[ComparisonRow]) -> Table {
    let header = ["benchmark", "strigo", "baseline", "baseline time", "ratio", "target", "memory target", "met"];
    let mut table = new_table(&header);
    for row in rows {
        let Comparison { strigo, baseline, ratio } = &row.comparison;
        let targets_met = row.targets_met();
        let met = if targets_met.is_empty() { "" } else { yes_or_no(targets_met.iter().all(|met| *met)) };
        table.add_row([
            row.name.clone(),
            format_sample(strigo),
            row.baseline.to_owned(),
            format_sample(baseline),
            format!("{ratio:.3}"),
            row.target.ratio.map(|limit| limit.to_string()).unwrap_or_default(),
            row.target.memory.map(format_mebibytes).unwrap_or_default(),
            met.to_owned(),
        ]);
    }
    table
}

/// Formats the properties as a table.
pub fn property_table(rows: &[PropertyRow]) -> Table {
    let mut table = new_table(&["property", "value", "target", "met"]);
    for row in rows {
        table.add_row([row.name, &row.value, &row.target, yes_or_no(row.met)]);
    }
    table
}

/// Describes how many of the targets were missed. `targets_met` says for each target whether it was met.
pub fn summary(targets_met: &[bool]) -> String {
    let missed = targets_met.iter().filter(|met| !**met).count();
    let noun = if targets_met.len() == 1 { "target" } else { "targets" };
    format!("{missed} of {} {noun} missed", targets_met.len())
}

/// Returns an empty Markdown table. All columns but the first are right-aligned.
pub fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(header);
    for index in 1..header.len() {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Formats a number of bytes with thousands separators.
pub fn format_bytes(bytes: u64) -> String {
    let digits = bytes.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + " bytes"
}

fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// Formats wall time, CPU time, and peak memory.
fn format_sample(sample: &Sample) -> String {
    let milliseconds = |time: std::time::Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
    let (wall_time, cpu_time) = (milliseconds(sample.wall_time), milliseconds(sample.cpu_time));
    format!("{wall_time} ms, cpu {cpu_time} ms, {}", format_mebibytes(sample.peak_memory))
}

fn format_mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
