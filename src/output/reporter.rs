//! Diagnostics on standard error: notes, warnings, errors, the request log of `--verbose`, and the progress bar.
//!
//! The progress bar is our own: it is a line of text below the diagnostics, in their injected stream and under their lock.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use anstyle::Style;
use clap::ColorChoice;
use serde::Serialize;
use textwrap::{Options, WordSeparator, WordSplitter};

use super::color::{BOLD, ERROR, HINT, WARNING, paint, should_colorize};
use super::formats::OutputFormat;
use crate::process::{Environment, OutputStream};
use crate::report::Report;
use crate::text::escape::escape_unsafe;
use crate::text::json;

/// Reports diagnostics as text or, with `--json`, as one JSON object per line. Write errors are ignored: there is no other
/// place to report them.
pub struct Reporter {
    screen: Mutex<Screen>,
    is_json: bool,
    colorize: bool,
    verbose: bool,
    /// Whether notes are left out.
    quiet: bool,
    is_terminal: bool,
    /// The terminal's width in columns, if it is known.
    width: Option<usize>,
    /// The width of a progress bar in columns, if the terminal can show one.
    bar_width: Option<usize>,
}

struct Screen {
    writer: Box<dyn Write + Send>,
    /// The progress bar, which is the last line, and the text beside it.
    bar: Option<(String, String)>,
}

/// Moves the cursor to the start of the line and erases the line (ECMA-48: CR, EL).
const ERASE_LINE: &str = "\r\u{1b}[K";

/// The width of the bar itself, in columns.
const BAR_COLUMNS: usize = 20;

/// Stands for a space of a command while lines are wrapped. A control character is escaped elsewhere.
const KEPT_SPACE: &str = "\u{1}";

/// Marks the spaces of commands: between backquotes, and after `run: `.
fn keep_commands(line: &str) -> String {
    let (text, command) = line.find("run: strigo ").map_or((line, ""), |start| line.split_at(start + "run: ".len()));
    let parts = text.split('`').enumerate();
    let kept = parts.map(|(index, part)| if index % 2 == 1 { part.replace(' ', KEPT_SPACE) } else { part.to_owned() });
    kept.collect::<Vec<_>>().join("`") + &command.replace(' ', KEPT_SPACE)
}

impl Reporter {
    /// Creates a reporter that writes to `stderr`.
    pub fn new(
        stderr: OutputStream,
        format: Option<OutputFormat>,
        color: ColorChoice,
        (quiet, verbose): (bool, bool),
        env: &Environment,
    ) -> Self {
        let is_json = format == Some(OutputFormat::Json);
        // On Windows, the variable is usually not set.
        let can_erase = env.var_os("TERM").map_or(cfg!(windows), |term| term != "dumb");
        let has_bar = stderr.is_terminal && !is_json && can_erase;
        Reporter {
            is_json,
            colorize: should_colorize(color, stderr.is_terminal, env),
            bar_width: has_bar.then(|| usize::from(stderr.width.unwrap_or(80)).saturating_sub(1)),
            screen: Mutex::new(Screen { writer: stderr.writer, bar: None }),
            verbose,
            quiet,
            is_terminal: stderr.is_terminal,
            width: stderr.width.map(usize::from),
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
        self.write(text, |_| {});
    }

    /// Reports something worth knowing, unless `--quiet` was given.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.emit("note", BOLD, text);
        }
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
        self.write_line(&self.wrap(&text));
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
        let filled = "#".repeat(BAR_COLUMNS * done / total.max(1));
        let bar = format!("[{filled:.<BAR_COLUMNS$}] {done}/{total} ");
        self.write("", |shown| *shown = self.bar_width.map(|_| (bar, text.to_owned())));
    }

    /// Erases the progress bar.
    pub fn clear_progress(&self) {
        self.write("", |bar| *bar = None);
    }

    /// Reports a wait: as `short` beside the progress bar, or else as a note.
    pub fn report_wait(&self, text: &str, short: &str) {
        if self.write("", |bar| bar.as_mut().map(|(_, text)| short.clone_into(text))).is_none() {
            self.note(text);
        }
    }

    fn emit(&self, name: &str, style: Style, text: &str) {
        self.write_line(&match self.is_json {
            true => format!("{{\"{name}\":{}}}", json::single_member_object("message", text)),
            false => {
                self.wrap(&format!("{} {}", paint(&format!("{name}:"), style, self.colorize), escape_unsafe(text)))
            }
        });
    }

    /// Wraps lines between words at the terminal's width. Commands are kept whole, so that they can be copied.
    fn wrap(&self, text: &str) -> String {
        let Some(width) = self.width else { return text.to_owned() };
        let options = Options::new(width).break_words(false).word_separator(WordSeparator::AsciiSpace);
        let options = options.word_splitter(WordSplitter::NoHyphenation).subsequent_indent("  ");
        let wrap = |line: &str| textwrap::fill(&keep_commands(line), &options).replace(KEPT_SPACE, " ");
        text.lines().map(wrap).collect::<Vec<_>>().join("\n")
    }

    fn write_line(&self, line: &str) {
        self.write(&format!("{line}\n"), |_| {});
    }

    /// Writes `text` above the progress bar, and changes the bar.
    fn write<T>(&self, text: &str, change: impl FnOnce(&mut Option<(String, String)>) -> T) -> T {
        let mut screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut output = if screen.bar.is_some() { ERASE_LINE.to_owned() } else { String::new() };
        let result = change(&mut screen.bar);
        output.push_str(text);
        if let (Some((bar, text)), Some(width)) = (&screen.bar, self.bar_width) {
            output.extend(bar.chars().chain(text.chars()).take(width));
        }
        let _ = screen.writer.write_all(output.as_bytes()).and_then(|()| screen.writer.flush());
        result
    }
}
