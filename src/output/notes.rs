//! What goes to stderr: notes, warnings, the trace of `--verbose`, and the error in the end.

use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::color::{bold, red, uses_color, yellow};
use crate::cli::{ColorChoice, Format};
use crate::error::Report;
use crate::process::{Environment, Stream};
use crate::text::escape::visible;
use crate::text::json;

/// Tells the user things, in words or, with `--json`, one JSON object a line. What cannot be told is dropped: there
/// is nobody left to tell.
pub struct Notes {
    to: Mutex<Writer>,
    as_json: bool,
    color: bool,
    verbose: bool,
    is_terminal: bool,
    /// The terminal's width, where there is one that a bar can be drawn on.
    bar_width: Option<u16>,
}

struct Writer {
    to: Box<dyn Write + Send>,
    /// The bar that stands in the last line, if there is one.
    bar: Option<String>,
}

/// Back to the beginning of the line, and everything after it erased (ECMA-48: CR, EL).
const ERASE_LINE: &str = "\r\u{1b}[K";

/// The bar's own width in columns.
const BAR_COLUMNS: usize = 20;

impl Notes {
    /// Tells things on `stderr`.
    pub fn new(stderr: Stream, format: Option<Format>, color: ColorChoice, verbose: bool, env: &Environment) -> Self {
        let as_json = format == Some(Format::Json);
        let can_draw = stderr.is_terminal && !as_json && env.os("TERM").is_some_and(|term| term != "dumb");
        Notes {
            as_json,
            color: uses_color(color, stderr.is_terminal, env),
            bar_width: can_draw.then_some(stderr.width.unwrap_or(80)),
            to: Mutex::new(Writer { to: stderr.to, bar: None }),
            verbose,
            is_terminal: stderr.is_terminal,
        }
    }

    /// Whether a person reads them.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// A question to a person, or a part of one: as it is, and without a newline at its end.
    pub fn question(&self, text: &str) {
        self.lock().write(text);
    }

    /// Something worth knowing.
    pub fn note(&self, text: &str) {
        self.tell("note", &bold("note:", self.color), text);
    }

    /// Something that ought to be mended.
    pub fn warning(&self, text: &str) {
        self.tell("warning", &yellow("warning:", self.color), text);
    }

    /// What happens on the way, for those who asked for it.
    pub fn trace(&self, text: &str) {
        if self.verbose {
            self.tell("trace", &bold("trace:", self.color), text);
        }
    }

    /// Why it did not work: the last thing to be said.
    pub fn error(&self, report: &Report<'_>) {
        self.report(report, "error");
    }

    /// Why a part of it did not work, while the rest goes on.
    pub fn failed(&self, report: &Report<'_>) {
        self.report(report, "failed");
    }

    fn report(&self, report: &Report<'_>, name: &str) {
        if self.as_json {
            self.line(&report.json(name));
        } else {
            self.line(&format!("{} {}", red("error:", self.color), report.words()));
        }
    }

    /// Whether progress is drawn as a bar, and need not be told in lines.
    pub fn draws_bar(&self) -> bool {
        self.bar_width.is_some()
    }

    /// Draws how much of a long work is done, in place of what was drawn before. Only on a terminal.
    pub fn draw_bar(&self, done: usize, total: usize, text: &str) {
        let Some(width) = self.bar_width else { return };
        let full = BAR_COLUMNS * done / total.max(1);
        let bar = format!("[{}{}] {done}/{total} {text}", "#".repeat(full), ".".repeat(BAR_COLUMNS - full));
        let fitted: String = bar.chars().take(usize::from(width).saturating_sub(1)).collect();
        let mut to = self.lock();
        to.write(&format!("{ERASE_LINE}{fitted}"));
        to.bar = Some(fitted);
    }

    /// Takes the bar away, so that something else can be written.
    pub fn erase_bar(&self) {
        let mut to = self.lock();
        if to.bar.take().is_some() {
            to.write(ERASE_LINE);
        }
    }

    /// What is waited for, and in few words for the bar, if there is one.
    pub fn waiting(&self, text: &str, in_bar: &str) {
        let mut to = self.lock();
        let Some(bar) = &to.bar else {
            drop(to);
            return self.note(text);
        };
        let room = usize::from(self.bar_width.unwrap_or(80)).saturating_sub(1);
        let counts: String = bar.split_inclusive(' ').take(2).collect();
        let line: String = format!("{counts}{in_bar}").chars().take(room).collect();
        to.write(&format!("{ERASE_LINE}{line}"));
    }

    /// Counts of something that is over: in words, or as a JSON object.
    pub fn summary(&self, words: &str, counts: &impl Serialize) {
        if self.as_json {
            self.line(&json::object("summary", counts));
        } else {
            self.note(words);
        }
    }

    /// Whether things are told as JSON.
    pub fn are_json(&self) -> bool {
        self.as_json
    }

    fn line(&self, line: &str) {
        let mut to = self.lock();
        match to.bar.clone() {
            Some(bar) => to.write(&format!("{ERASE_LINE}{line}\n{bar}")),
            None => to.write(&format!("{line}\n")),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.to.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, name: &str, label: &str, text: &str) {
        if self.as_json {
            let message = json::object("message", text);
            self.line(&format!("{{\"{name}\":{message}}}"));
        } else {
            self.line(&format!("{label} {}", visible(text)));
        }
    }
}

impl Writer {
    fn write(&mut self, text: &str) {
        let _ = self.to.write_all(text.as_bytes());
        let _ = self.to.flush();
    }
}
