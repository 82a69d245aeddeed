//! Standard output.

use std::cell::RefCell;
use std::io::{self, BufWriter, Write};
use std::rc::Rc;

use clap::ColorChoice;

use super::color::should_colorize;
use super::formats::OutputFormat;
use crate::error::{Error, ErrorKind};
use crate::process::{Environment, OutputStream};
use crate::text::escape::escape_unsafe;
use crate::text::{error_message, json};

/// Prints data to standard output. Clones print to the same stream.
///
/// A reader that goes away is not an error: Unix tools end quietly then. Only [`super::RowPrinter::print_next`] reports it.
#[derive(Clone)]
pub struct Printer {
    writer: Rc<RefCell<Box<dyn Write + Send>>>,
    pub(super) format: OutputFormat,
    pub(super) quiet: bool,
    is_terminal: bool,
    /// The terminal's width in columns. Without one, tables are as wide as their content.
    pub(super) width: Option<u16>,
    /// Whether headers are bold.
    pub(super) colorize: bool,
}

impl Printer {
    /// Creates a printer for the selected format, or for the default one of `stdout`.
    pub fn new(
        stdout: OutputStream,
        format: Option<OutputFormat>,
        quiet: bool,
        color: ColorChoice,
        env: &Environment,
    ) -> Self {
        let default = if stdout.is_terminal { OutputFormat::Table } else { OutputFormat::Tsv };
        Printer {
            format: format.unwrap_or(default),
            quiet,
            is_terminal: stdout.is_terminal,
            width: stdout.width,
            colorize: should_colorize(color, stdout.is_terminal, env),
            writer: Rc::new(RefCell::new(stdout.writer)),
        }
    }

    /// Whether standard output is a terminal.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Whether a person sees the output, which is more than IDs.
    pub fn is_interactive(&self) -> bool {
        self.is_terminal && !self.quiet
    }

    /// Whether tables are printed.
    pub fn is_table(&self) -> bool {
        self.format == OutputFormat::Table && !self.quiet
    }

    /// Whether the format is JSON.
    pub fn is_json(&self) -> bool {
        self.format == OutputFormat::Json
    }

    /// Prints JSON as the API sent it: indented in a terminal, otherwise on one line.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Unexpected`] if writing fails; this holds for all other methods, too.
    pub fn print_json(&self, raw: &str) -> Result<(), Error> {
        self.print(|out| {
            match self.is_terminal {
                true => json::write_pretty(out, raw)?,
                false => json::write_compact(out, raw)?,
            }
            out.write_all(b"\n")
        })
    }

    /// Prints a line of the tool's own text.
    pub fn print_line(&self, text: &str) -> Result<(), Error> {
        self.print(|out| writeln!(out, "{text}"))
    }

    /// Prints text unmodified.
    pub fn print_text(&self, text: &str) -> Result<(), Error> {
        self.print(|out| out.write_all(text.as_bytes()))
    }

    /// Prints bytes unmodified. For a terminal they are escaped and end with a newline.
    pub fn print_bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        self.print(|out| match self.is_terminal {
            false => out.write_all(bytes),
            true => {
                String::from_utf8_lossy(bytes).lines().try_for_each(|line| writeln!(out, "{}", escape_unsafe(line)))
            }
        })
    }

    fn print(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
        match self.write(write) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|error| write_error(&error)),
        }
    }

    /// Runs a write, and flushes.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut stdout = self.writer.borrow_mut();
        let mut out = BufWriter::new(&mut **stdout);
        write(&mut out)?;
        out.flush()?;
        drop(out);
        stdout.flush()
    }
}

pub(super) fn write_error(error: &io::Error) -> Error {
    Error::new(ErrorKind::Unexpected, format!("cannot write to standard output: {}", error_message(error)))
}
