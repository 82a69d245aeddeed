//! Diagnostics on standard error: notes, warnings, errors, the request log of `--verbose`, and the progress bar.
//!
//! The progress bar is our own, because it and the diagnostics must share one lock and one injected stream; indicatif writes
//! past both.

use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstyle::Style;
use clap::ColorChoice;
use serde::Serialize;

use super::color::{BOLD, ERROR, HINT, WARNING, paint, should_colorize};
use crate::cli::OutputFormat;
use crate::process::{Environment, OutputStream};
use crate::report::Report;
use crate::text::escape::escape_unsafe;
use crate::text::json;

/// Reports diagnostics as text or, with `--json`, as one JSON object per line. Write errors are ignored: there is no other
/// place to report them.
pub struct Reporter {
    state: Mutex<ReporterState>,
    is_json: bool,
    colorize: bool,
    verbose: bool,
    is_terminal: bool,
    /// The width of the terminal in columns, if it can show a progress bar.
    bar_width: Option<u16>,
}

struct ReporterState {
    writer: Box<dyn Write + Send>,
    /// The progress bar that the last line shows, if any.
    bar: Option<String>,
}

/// Moves the cursor to the start of the line and erases the line (ECMA-48: CR, EL).
const ERASE_LINE: &str = "\r\u{1b}[K";

/// The width of the bar itself, in columns.
const BAR_COLUMNS: usize = 20;

impl Reporter {
    /// Creates a reporter that writes to `stderr`.
    pub fn new(
        stderr: OutputStream,
        format: Option<OutputFormat>,
        color: ColorChoice,
        verbose: bool,
        env: &Environment,
    ) -> Self {
        let is_json = format == Some(OutputFormat::Json);
        // On Windows, the variable is usually not set.
        let can_erase = env.var_os("TERM").map_or(cfg!(windows), |term| term != "dumb");
        let has_bar = stderr.is_terminal && !is_json && can_erase;
        Reporter {
            is_json,
            colorize: should_colorize(color, stderr.is_terminal, env),
            bar_width: has_bar.then_some(stderr.width.unwrap_or(80)),
            state: Mutex::new(ReporterState { writer: stderr.writer, bar: None }),
            verbose,
            is_terminal: stderr.is_terminal,
        }
    }

    /// Whether standard error is a terminal.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Whether diagnostics are JSON.
    pub fn is_json(&self) -> bool {
        self.is_json
    }

    /// Writes a prompt, or a part of one, unmodified.
    pub fn prompt(&self, text: &str) {
        self.lock().write(text);
    }

    /// Reports something worth knowing.
    pub fn note(&self, text: &str) {
        self.emit("note", BOLD, text);
    }

    /// Reports something that the user should fix.
    pub fn warn(&self, text: &str) {
        self.emit("warning", WARNING, text);
    }

    /// Reports a detail, if `--verbose` was given.
    pub fn trace(&self, text: &str) {
        if self.verbose {
            self.emit("trace", BOLD, text);
        }
    }

    /// Reports why the command failed.
    pub fn error(&self, report: &Report<'_>) {
        self.report(report, "error");
    }

    /// Reports why one item of several failed, while the command continues.
    pub fn item_error(&self, report: &Report<'_>) {
        self.report(report, "failed");
    }

    fn report(&self, report: &Report<'_>, json_name: &str) {
        if self.is_json {
            return self.write_line(&report.to_json_line(json_name));
        }
        let mut text = format!("{} {}", paint("error:", ERROR, self.colorize), report.message());
        for hint in report.hints() {
            text.push_str(&format!("\n{} {hint}", paint("hint:", HINT, self.colorize)));
        }
        self.write_line(&text);
    }

    /// Reports the counts of a finished batch: as `text`, or as a JSON object.
    pub fn summary(&self, text: &str, counts: &impl Serialize) {
        match self.is_json {
            true => self.write_line(&json::single_member_object("summary", counts)),
            false => self.note(text),
        }
    }

    /// Whether progress is shown as a bar, and need not be reported as lines.
    pub fn has_progress_bar(&self) -> bool {
        self.bar_width.is_some()
    }

    /// Shows that `done` of `total` items are processed. Does nothing if there is no progress bar.
    pub fn set_progress(&self, done: usize, total: usize, text: &str) {
        let filled = BAR_COLUMNS * done / total.max(1);
        let bar = format!("[{}{}] {done}/{total} {text}", "#".repeat(filled), ".".repeat(BAR_COLUMNS - filled));
        if let Some(bar) = self.fit(&bar) {
            let mut state = self.lock();
            state.write(&format!("{ERASE_LINE}{bar}"));
            state.bar = Some(bar);
        }
    }

    /// Erases the progress bar.
    pub fn clear_progress(&self) {
        let mut state = self.lock();
        if state.bar.take().is_some() {
            state.write(ERASE_LINE);
        }
    }

    /// Reports a wait: as `short` in the progress bar, or else as a note.
    pub fn report_wait(&self, text: &str, short: &str) {
        let bar = self.lock().bar.clone();
        let bar = bar.map(|bar| bar.split_inclusive(' ').take(2).collect::<String>() + short);
        match bar.and_then(|bar| self.fit(&bar)) {
            Some(bar) => self.lock().write(&format!("{ERASE_LINE}{bar}")),
            None => self.note(text),
        }
    }

    /// Truncates a progress bar to the terminal's width. Returns `None` if there is no progress bar.
    fn fit(&self, bar: &str) -> Option<String> {
        let width = usize::from(self.bar_width?);
        Some(bar.chars().take(width.saturating_sub(1)).collect())
    }

    fn write_line(&self, line: &str) {
        let mut state = self.lock();
        match state.bar.clone() {
            Some(bar) => state.write(&format!("{ERASE_LINE}{line}\n{bar}")),
            None => state.write(&format!("{line}\n")),
        }
    }

    fn emit(&self, name: &str, style: Style, text: &str) {
        if self.is_json {
            let message = json::single_member_object("message", text);
            self.write_line(&format!("{{\"{name}\":{message}}}"));
        } else {
            self.write_line(&format!("{} {}", paint(&format!("{name}:"), style, self.colorize), escape_unsafe(text)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, ReporterState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReporterState {
    fn write(&mut self, text: &str) {
        let _ = self.writer.write_all(text.as_bytes());
        let _ = self.writer.flush();
    }
}
