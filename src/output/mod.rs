//! What goes to stdout and stderr.

pub mod color;
mod delimited;
pub mod notes;
mod table;

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

use crate::cli::Format;
use crate::error::{Error, Kind};
use crate::process::Stream;
use crate::settings::Display;
use crate::text::{cause, escape, json};
use color::uses_color;
use delimited::Csv;
use table::Table;

/// What is held back at the most before it is written, in bytes.
const BUFFER: usize = 64 * 1024;

/// Something that is shown as a row of cells.
pub trait Record {
    /// The columns' names.
    const COLUMNS: &'static [&'static str];

    /// What identifies it.
    fn id(&self) -> &str;

    /// One cell a column.
    fn cells(&self) -> impl AsRef<[&str]>;
}

/// Records that can be gone through one by one, as often as need be.
pub trait Records {
    /// One of them; it may borrow from what holds them all.
    type Row<'a>: Record
    where
        Self: 'a;

    /// Shows each of them to `see`, until that has seen enough. Fails where they cannot be read to their end.
    fn each<'a>(&'a self, see: &mut dyn FnMut(&Self::Row<'a>) -> ControlFlow<()>) -> Result<(), Error>;
}

/// Records that are all there.
struct Rows<R>(Vec<R>);

impl<R: Record> Records for Rows<R> {
    type Row<'a>
        = R
    where
        R: 'a;

    fn each<'a>(&'a self, see: &mut dyn FnMut(&R) -> ControlFlow<()>) -> Result<(), Error> {
        let _ = self.0.iter().try_for_each(see);
        Ok(())
    }
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
            to: BufWriter::with_capacity(BUFFER, stdout.to),
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

    /// Whether what is shown is JSON, and not made of records.
    pub fn shows_json(&self) -> bool {
        self.is_json() && !self.quiet
    }

    /// Shows a list: `raw` is its JSON.
    pub fn list<R: Record>(&mut self, raw: &str, rows: Vec<R>) -> Result<(), Error> {
        if self.shows_json() { self.json(raw) } else { self.records(&Rows(rows)) }
    }

    /// Shows one object: `raw` is its JSON.
    pub fn one<R: Record>(&mut self, raw: &str, row: impl FnOnce() -> Result<R, Error>) -> Result<(), Error> {
        if self.shows_json() { self.json(raw) } else { self.records(&Rows(vec![row()?])) }
    }

    /// Shows JSON as it came, laid out for whoever reads it.
    pub fn json(&mut self, raw: &str) -> Result<(), Error> {
        self.write(|this| {
            if this.is_terminal {
                json::write_indented(&mut this.to, raw)?;
            } else {
                json::write_compact(&mut this.to, raw)?;
            }
            this.to.write_all(b"\n")
        })
    }

    /// Shows a record of a stream, at once: nothing is held back, and each JSON value is on a line of its own. A
    /// table needs all of its rows to find its widths, so it is shown by [`Output::table`] in the end.
    pub fn next<R: Record>(&mut self, raw: &str, row: &R, is_first: bool) -> Result<(), Error> {
        let shown = self.write(|this| match this.format {
            _ if this.quiet => this.id(row),
            Format::Json => {
                json::write_compact(&mut this.to, raw)?;
                this.to.write_all(b"\n")
            }
            Format::Tsv => delimited::write_tsv(&mut this.to, row),
            Format::Csv => {
                let mut csv = Csv::new(&mut this.to);
                if is_first {
                    csv.header::<R>()?;
                }
                csv.row(row)?;
                csv.end()
            }
            Format::Table => Ok(()),
        });
        shown.and_then(|()| self.flush())
    }

    /// Shows the rows of a stream that [`Output::next`] could not show one by one.
    pub fn table<R: Record>(&mut self, rows: Vec<R>) -> Result<(), Error> {
        if !self.is_table() || rows.is_empty() {
            return Ok(());
        }
        self.records(&Rows(rows))
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

    /// Shows records one by one, or in a table. Where they cannot be read to their end, what came before may be shown
    /// already, if it was much.
    pub fn records<R: Records>(&mut self, records: &R) -> Result<(), Error> {
        let mut written = Ok(());
        let read = match self.format {
            _ if self.quiet => Self::each(records, &mut written, |row| self.id(row)),
            Format::Tsv | Format::Json => {
                Self::each(records, &mut written, |row| delimited::write_tsv(&mut self.to, row))
            }
            Format::Csv => {
                let mut csv = Csv::new(&mut self.to);
                written = csv.header::<R::Row<'_>>();
                let read = Self::each(records, &mut written, |row| csv.row(row));
                written = written.and_then(|()| csv.end());
                read
            }
            Format::Table => self.show_table(records, &mut written),
        };
        match read {
            Ok(()) => self.write(|_| written),
            Err(error) => {
                self.discard();
                Err(error)
            }
        }
    }

    fn show_table<R: Records>(&mut self, records: &R, written: &mut io::Result<()>) -> Result<(), Error> {
        let table = Table::measure(records, self.width, self.color)?;
        if self.is_terminal && table.is_empty() {
            return Ok(());
        }
        *written = table.write_head(&mut self.to);
        Self::each(records, written, |row| table.write_row(&mut self.to, row))?;
        if written.is_ok() {
            *written = table.write_foot(&mut self.to);
        }
        Ok(())
    }

    /// Forgets what is still held back: half a list could be taken for all of it.
    fn discard(&mut self) {
        let nowhere: Box<dyn Write + Send> = Box::new(io::sink());
        let (to, _) = std::mem::replace(&mut self.to, BufWriter::new(nowhere)).into_parts();
        self.to = BufWriter::with_capacity(BUFFER, to);
    }

    /// Goes through records until one cannot be written.
    fn each<'a, R: Records>(
        records: &'a R,
        written: &mut io::Result<()>,
        mut write: impl FnMut(&R::Row<'a>) -> io::Result<()>,
    ) -> Result<(), Error> {
        if written.is_err() {
            return Ok(());
        }
        records.each(&mut |row| {
            *written = write(row);
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
    }

    fn id(&mut self, row: &impl Record) -> io::Result<()> {
        self.to.write_all(escape::visible(row.id()).as_bytes())?;
        self.to.write_all(b"\n")
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

/// A record for the tests of what shows records.
#[cfg(test)]
pub(crate) struct Sample(pub(crate) [String; 2]);

#[cfg(test)]
impl Sample {
    pub(crate) fn new(id: &str, name: &str) -> Self {
        Sample([id.to_owned(), name.to_owned()])
    }
}

#[cfg(test)]
impl Record for Sample {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME"];

    fn id(&self) -> &str {
        &self.0[0]
    }

    fn cells(&self) -> impl AsRef<[&str]> {
        [self.0[0].as_str(), self.0[1].as_str()]
    }
}
