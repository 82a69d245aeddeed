//! Output: data on standard output, diagnostics on standard error.

pub mod color;
mod delimited;
pub mod reporter;
mod table;

use std::io::{self, BufWriter, Write};

use crate::cli::{GlobalArgs, OutputFormat};
use crate::error::{Error, ErrorKind};
use crate::process::{Environment, OutputStream};
use crate::text::escape::escape_unsafe;
use crate::text::{error_message, json};
use color::should_colorize;

/// The size of the output buffer, in bytes.
const BUFFER_SIZE: usize = 64 * 1024;

/// Something that is printed as a row of cells.
pub trait Record {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// One cell per column.
    fn cells(&self) -> impl AsRef<[&str]>;

    /// The ID: the first cell, unless the record says otherwise.
    fn id(&self) -> &str {
        self.cells().as_ref().first().copied().unwrap_or_default()
    }
}

/// Prints data to standard output.
pub struct Printer {
    writer: BufWriter<Box<dyn Write + Send>>,
    format: OutputFormat,
    quiet: bool,
    is_terminal: bool,
    width: Option<u16>,
    colorize: bool,
    pipe_closed: bool,
}

impl Printer {
    /// Creates a printer for the selected format, or for the default one of `stdout`.
    pub fn new(stdout: OutputStream, format: Option<OutputFormat>, args: &GlobalArgs, env: &Environment) -> Self {
        let default = if stdout.is_terminal { OutputFormat::Table } else { OutputFormat::Tsv };
        Printer {
            format: format.unwrap_or(default),
            quiet: args.quiet,
            colorize: should_colorize(args.color.unwrap_or_default(), stdout.is_terminal, env),
            is_terminal: stdout.is_terminal,
            width: stdout.width,
            writer: BufWriter::with_capacity(BUFFER_SIZE, stdout.writer),
            pipe_closed: false,
        }
    }

    /// Whether a person sees the output, which is more than IDs.
    pub fn is_interactive(&self) -> bool {
        self.is_terminal && !self.quiet
    }

    /// Whether the format is JSON.
    pub fn is_json(&self) -> bool {
        self.format == OutputFormat::Json
    }

    /// Whether records are printed as a table.
    pub fn is_table(&self) -> bool {
        self.format == OutputFormat::Table && !self.quiet
    }

    /// Prints a list. `raw` is its JSON; `rows` is called only if another format is printed.
    ///
    /// # Errors
    ///
    /// Returns the error of `rows`, and [`ErrorKind::Unexpected`] if writing fails; this holds for all other methods, too.
    pub fn print_list<R: Record>(
        &mut self,
        raw: &str,
        rows: impl FnOnce() -> Result<Vec<R>, Error>,
    ) -> Result<(), Error> {
        if self.is_json() && !self.quiet {
            return self.print_json(raw);
        }
        let rows = rows()?;
        self.with_writer(|this| this.write_rows(&rows, true))
    }

    fn write_rows<R: Record>(&mut self, rows: &[R], with_header: bool) -> io::Result<()> {
        match self.format {
            _ if self.quiet => rows.iter().try_for_each(|row| writeln!(self.writer, "{}", escape_unsafe(row.id()))),
            OutputFormat::Table if rows.is_empty() && self.is_terminal => Ok(()),
            OutputFormat::Table => table::write(&mut self.writer, rows, self.width, self.colorize),
            OutputFormat::Csv => delimited::write_csv(&mut self.writer, rows, with_header),
            OutputFormat::Tsv | OutputFormat::Json => delimited::write_tsv(&mut self.writer, rows),
        }
    }

    /// Prints one object. `raw` is its JSON; `row` is called only if another format is printed.
    pub fn print_one<R: Record>(&mut self, raw: &str, row: impl FnOnce() -> Result<R, Error>) -> Result<(), Error> {
        self.print_list(raw, || Ok(vec![row()?]))
    }

    /// Prints JSON as the API sent it: indented in a terminal, otherwise on one line.
    pub fn print_json(&mut self, raw: &str) -> Result<(), Error> {
        self.with_writer(|this| {
            if this.is_terminal {
                json::write_pretty(&mut this.writer, raw)?;
            } else {
                json::write_compact(&mut this.writer, raw)?;
            }
            this.writer.write_all(b"\n")
        })
    }

    /// Prints one record of a sequence at once, JSON on a single line. A table needs all rows for its column widths, so it
    /// is printed at the end by [`Printer::print_list`].
    pub fn print_next<R: Record>(&mut self, raw: &str, row: &R, is_first: bool) -> Result<(), Error> {
        self.with_writer(|this| {
            if this.is_json() && !this.quiet {
                json::write_compact(&mut this.writer, raw)?;
                this.writer.write_all(b"\n")?;
            } else if !this.is_table() {
                this.write_rows(std::slice::from_ref(row), is_first)?;
            }
            this.writer.flush()
        })
    }

    /// Prints a line of the tool's own text.
    pub fn print_line(&mut self, text: &str) -> Result<(), Error> {
        self.with_writer(|this| writeln!(this.writer, "{text}"))
    }

    /// Prints text unmodified.
    pub fn print_text(&mut self, text: &str) -> Result<(), Error> {
        self.with_writer(|this| this.writer.write_all(text.as_bytes()))
    }

    /// Prints bytes unmodified. For a terminal they are escaped and end with a newline.
    pub fn print_bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if !self.is_terminal || bytes.is_empty() {
            return self.with_writer(|this| this.writer.write_all(bytes));
        }
        let text = String::from_utf8_lossy(bytes);
        text.lines().map(escape_unsafe).try_for_each(|line| self.print_line(&line))
    }

    /// Flushes the buffer.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.with_writer(|this| this.writer.flush())
    }

    /// Runs a write. A closed pipe is not an error: this and all later output is dropped, as Unix tools do.
    fn with_writer(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> Result<(), Error> {
        if self.pipe_closed {
            return Ok(());
        }
        match write(self) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.pipe_closed = true;
                Ok(())
            }
            result => result.map_err(|error| {
                let message = format!("cannot write to standard output: {}", error_message(&error));
                Error::new(ErrorKind::Unexpected, message)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Record;

    /// A record for the tests of the formats.
    pub(super) struct TestRecord(pub(super) [String; 2]);

    impl TestRecord {
        pub(super) fn new(id: &str, name: &str) -> Self {
            TestRecord([id.to_owned(), name.to_owned()])
        }
    }

    impl Record for TestRecord {
        const COLUMNS: &'static [&'static str] = &["ID", "NAME"];

        fn cells(&self) -> impl AsRef<[&str]> {
            [self.0[0].as_str(), self.0[1].as_str()]
        }
    }
}
