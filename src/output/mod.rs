//! What goes to stdout and stderr.

pub mod color;
mod delimited;
pub mod notes;
mod table;

use std::io::{self, BufWriter, Write};

use crate::cli::Format;
use crate::error::{Error, Kind};
use crate::process::Stream;
use crate::settings::Display;
use crate::text::{cause, escape, json};
use color::uses_color;

/// Something that is shown as a row of cells.
pub trait Record {
    /// The columns' names.
    const COLUMNS: &'static [&'static str];

    /// What identifies it.
    fn id(&self) -> &str;

    /// One cell a column.
    fn cells(&self) -> impl AsRef<[&str]>;
}

/// Shows data on stdout.
pub struct Output {
    to: BufWriter<Box<dyn Write + Send>>,
    format: Format,
    quiet: bool,
    is_terminal: bool,
    width: Option<u16>,
    color: bool,
    is_closed: bool,
}

impl Output {
    /// Shows data on `stdout` in the format asked for, or in the one that suits it.
    pub fn new(stdout: Stream, display: &Display, env: &crate::process::Environment) -> Self {
        let usual = if stdout.is_terminal { Format::Table } else { Format::Tsv };
        Output {
            format: display.format.unwrap_or(usual),
            quiet: display.quiet,
            color: uses_color(display.color, stdout.is_terminal, env),
            is_terminal: stdout.is_terminal,
            width: stdout.width,
            to: BufWriter::with_capacity(64 * 1024, stdout.to),
            is_closed: false,
        }
    }

    /// Whether a person looks at it.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Whether the reader asked for JSON.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether records are shown as a table.
    pub fn is_table(&self) -> bool {
        self.format == Format::Table && !self.quiet
    }

    /// Whether only IDs are shown.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Shows a list: `raw` is its JSON, and `rows` are made from it where they are needed.
    pub fn list<R: Record>(&mut self, raw: &str, rows: impl FnOnce() -> Result<Vec<R>, Error>) -> Result<(), Error> {
        if self.is_json() && !self.quiet {
            return self.json(raw);
        }
        let rows = rows()?;
        self.write(|this| this.rows(&rows))
    }

    /// Shows one object: `raw` is its JSON.
    pub fn one<R: Record>(&mut self, raw: &str, row: impl FnOnce() -> Result<R, Error>) -> Result<(), Error> {
        self.list(raw, || Ok(vec![row()?]))
    }

    /// Shows a record of a stream, at once: nothing is held back, and each JSON value is on a line of its own. A
    /// table needs all of its rows to find its widths, so it is shown by [`Output::table`] in the end.
    pub fn next<R: Record>(&mut self, raw: &str, row: &R, is_first: bool) -> Result<(), Error> {
        let shown = self.write(|this| match this.format {
            _ if this.quiet => this.ids(std::slice::from_ref(row)),
            Format::Json => {
                json::write_compact(&mut this.to, raw)?;
                this.to.write_all(b"\n")
            }
            Format::Tsv => delimited::write_tsv(&mut this.to, std::slice::from_ref(row)),
            Format::Csv if is_first => delimited::write_csv(&mut this.to, std::slice::from_ref(row)),
            Format::Csv => delimited::write_csv_rows(&mut this.to, std::slice::from_ref(row)),
            Format::Table => Ok(()),
        });
        shown.and_then(|()| self.flush())
    }

    /// Shows the rows of a stream that [`Output::next`] could not show one by one.
    pub fn table<R: Record>(&mut self, rows: &[R]) -> Result<(), Error> {
        if !self.is_table() || rows.is_empty() {
            return Ok(());
        }
        self.write(|this| this.rows(rows))
    }

    /// Shows a line of text that the tool itself has made.
    pub fn line(&mut self, text: &str) -> Result<(), Error> {
        self.write(|this| writeln!(this.to, "{text}"))
    }

    /// Shows text as it is.
    pub fn text(&mut self, text: &str) -> Result<(), Error> {
        self.write(|this| this.to.write_all(text.as_bytes()))
    }

    /// Shows bytes as they came. A terminal gets them as harmless text, and a newline at their end.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if !self.is_terminal || bytes.is_empty() {
            return self.write(|this| this.to.write_all(bytes));
        }
        let text = String::from_utf8_lossy(bytes);
        let lines = text.lines();
        lines.map(escape::visible).try_for_each(|line| self.line(&line))
    }

    /// Passes on everything that is still held back.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.write(|this| this.to.flush())
    }

    fn json(&mut self, raw: &str) -> Result<(), Error> {
        self.write(|this| {
            if this.is_terminal {
                json::write_indented(&mut this.to, raw)?;
            } else {
                json::write_compact(&mut this.to, raw)?;
            }
            this.to.write_all(b"\n")
        })
    }

    fn rows<R: Record>(&mut self, rows: &[R]) -> io::Result<()> {
        match self.format {
            _ if self.quiet => self.ids(rows),
            Format::Csv => delimited::write_csv(&mut self.to, rows),
            Format::Table if rows.is_empty() && self.is_terminal => Ok(()),
            Format::Table => table::write(&mut self.to, rows, self.width, self.color),
            Format::Tsv | Format::Json => delimited::write_tsv(&mut self.to, rows),
        }
    }

    fn ids<R: Record>(&mut self, rows: &[R]) -> io::Result<()> {
        rows.iter().try_for_each(|row| writeln!(self.to, "{}", escape::visible(row.id())))
    }

    /// A reader that has gone away wants no more: what is written to it from then on is dropped, and that is no
    /// failure. Any other is one of kind [`Kind::Unexpected`].
    fn write(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> Result<(), Error> {
        if self.is_closed {
            return Ok(());
        }
        match write(self) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            other => other.map_err(|error| {
                Error::new(Kind::Unexpected, format!("cannot write the result to stdout: {}", cause(&error)))
            }),
        }
    }
}
