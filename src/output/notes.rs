//! What goes to stderr: notes, warnings, the trace of `--verbose`, and the error in the end.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use super::color::{bold, red, uses_color, yellow};
use super::escape::visible;
use super::json;
use crate::cli::{ColorChoice, Format};
use crate::error::Report;
use crate::process::{Environment, Stream};

/// Tells the user things, in words or, with `--json`, one JSON object a line. What cannot be told is dropped: there
/// is nobody left to tell.
pub struct Notes {
    to: Mutex<Box<dyn Write + Send>>,
    as_json: bool,
    color: bool,
    verbose: bool,
}

impl Notes {
    /// Tells things on `stderr`.
    pub fn new(stderr: Stream, format: Option<Format>, color: ColorChoice, verbose: bool, env: &Environment) -> Self {
        Notes {
            as_json: format == Some(Format::Json),
            color: uses_color(color, stderr.is_terminal, env),
            to: Mutex::new(stderr.to),
            verbose,
        }
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

    fn line(&self, line: &str) {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = to.write_all(format!("{line}\n").as_bytes());
        let _ = to.flush();
    }

    fn tell(&self, name: &str, label: &str, text: &str) {
        if self.as_json {
            let message = json::object(&[("message", text)]);
            self.line(&format!("{{\"{name}\":{message}}}"));
        } else {
            self.line(&format!("{label} {}", visible(text)));
        }
    }
}
