//! Output: data on standard output, diagnostics on standard error.

pub mod color;
mod columns;
mod delimited;
mod markdown;
pub mod reporter;
mod rows;
mod table;

use std::io::{self, BufWriter, Write};

use crate::cli::{GlobalArgs, OutputFormat, RecordArgs};
use crate::error::{Error, ErrorKind};
use crate::process::{Environment, OutputStream};
use crate::text::escape::escape_unsafe;
use crate::text::{error_message, json};
use color::should_colorize;
use columns::ColumnSelection;
use rows::Rows;
use table::{TableOptions, TableStream};

/// The size of the output buffer, in bytes.
const BUFFER_SIZE: usize = 64 * 1024;

/// Something that is printed as a row of cells.
pub trait Record {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// How many of the columns, from the first, are printed unless others are selected.
    const DEFAULT_COLUMN_COUNT: usize = Self::COLUMNS.len();

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
    /// Which parts of records are printed.
    records: RecordArgs,
    is_terminal: bool,
    table_options: TableOptions,
    /// The table of a sequence of records.
    sequence: TableStream,
    /// Whether a record of the sequence was printed.
    has_sequence: bool,
    pipe_closed: bool,
}

impl Printer {
    /// Creates a printer for the selected format, or for the default one of `stdout`.
    pub fn new(stdout: OutputStream, format: Option<OutputFormat>, args: &GlobalArgs, env: &Environment) -> Self {
        let default = if stdout.is_terminal { OutputFormat::Table } else { OutputFormat::Tsv };
        Printer {
            format: format.unwrap_or(default),
            quiet: args.quiet,
            records: RecordArgs::default(),
            table_options: TableOptions {
                colorize: should_colorize(args.color.unwrap_or_default(), stdout.is_terminal, env),
                width: stdout.width,
            },
            is_terminal: stdout.is_terminal,
            sequence: TableStream::default(),
            has_sequence: false,
            writer: BufWriter::with_capacity(BUFFER_SIZE, stdout.writer),
            pipe_closed: false,
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

    /// Whether the format is JSON.
    pub fn is_json(&self) -> bool {
        self.format == OutputFormat::Json
    }

    /// Whether a record may be shown to a person in a form of its own instead of as a row.
    pub fn is_free_form(&self) -> bool {
        self.format == OutputFormat::Table && !self.quiet && self.records.columns.is_none()
    }

    /// Selects which parts of the records of a command are printed. Called before anything is sent, so that a mistyped
    /// column changes nothing.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] if a column does not exist, or if the format has no columns.
    pub fn select<R: Record>(&mut self, records: &RecordArgs) -> Result<(), Error> {
        if self.is_json() && !self.quiet && records.columns.is_some() {
            let hint = "use another format, or select the fields with jq";
            return Err(Error::new(ErrorKind::Usage, "--columns cannot be used with JSON").with_hint(hint));
        }
        self.records = records.clone();
        self.selected_columns::<R>().map(drop)
    }

    fn selected_columns<R: Record>(&self) -> Result<ColumnSelection, Error> {
        ColumnSelection::select::<R>(self.records.columns.as_deref())
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
        let (columns, rows) = (self.selected_columns::<R>()?, rows()?);
        self.print_rows(&columns, &rows.as_slice())
    }

    fn print_rows(&mut self, columns: &ColumnSelection, rows: &dyn Rows) -> Result<(), Error> {
        self.with_writer(|this| match this.format {
            OutputFormat::Table if !this.quiet && rows.count() == 0 && this.is_terminal => Ok(()),
            OutputFormat::Table if !this.quiet => table::write(&mut this.writer, columns, rows, this.table_options),
            _ => this.write_rows(columns, rows, true),
        })
    }

    /// Writes rows in a format whose lines do not depend on each other.
    fn write_rows(&mut self, columns: &ColumnSelection, rows: &dyn Rows, is_first: bool) -> io::Result<()> {
        let RecordArgs { columns: selected, header, no_header } = &self.records;
        let with_header = |default: bool| is_first && (*header || default && !no_header);
        match self.format {
            _ if self.quiet && selected.is_none() => {
                (0..rows.count()).try_for_each(|index| writeln!(self.writer, "{}", escape_unsafe(rows.id(index))))
            }
            _ if self.quiet => delimited::write_tsv(&mut self.writer, columns, rows, with_header(false)),
            OutputFormat::Csv => delimited::write_csv(&mut self.writer, columns, rows, with_header(true)),
            OutputFormat::Markdown => markdown::write(&mut self.writer, columns, rows, is_first),
            OutputFormat::Table | OutputFormat::Tsv | OutputFormat::Json => {
                delimited::write_tsv(&mut self.writer, columns, rows, with_header(false))
            }
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

    /// Makes a column of the sequence that follows at least this wide, if it is a table.
    pub fn reserve_width<R: Record>(&mut self, column: &str, width: usize) -> Result<(), Error> {
        self.sequence.reserve(&self.selected_columns::<R>()?, column, width);
        Ok(())
    }

    /// Prints one record of a sequence at once, JSON on a single line.
    pub fn print_next<R: Record>(&mut self, raw: &str, row: &R) -> Result<(), Error> {
        let (columns, row) = (self.selected_columns::<R>()?, std::slice::from_ref(row));
        self.print_next_row(&columns, raw, &row)
    }

    fn print_next_row(&mut self, columns: &ColumnSelection, raw: &str, row: &dyn Rows) -> Result<(), Error> {
        let is_first = !std::mem::replace(&mut self.has_sequence, true);
        self.with_writer(|this| {
            match this.format {
                OutputFormat::Json if !this.quiet => {
                    json::write_compact(&mut this.writer, raw)?;
                    this.writer.write_all(b"\n")?;
                }
                OutputFormat::Table if !this.quiet => {
                    this.sequence.push(&mut this.writer, columns, row, this.table_options)?;
                }
                _ => this.write_rows(columns, row, is_first)?,
            }
            this.writer.flush()
        })
    }

    /// Ends a sequence of records.
    pub fn end_sequence(&mut self) -> Result<(), Error> {
        self.with_writer(|this| {
            this.sequence.end(&mut this.writer)?;
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
