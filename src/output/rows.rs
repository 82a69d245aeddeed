//! Rows of one kind, in any format.

use std::cell::Cell;
use std::marker::PhantomData;

use serde::Serialize;
use serde_json::Value;

use super::formats::{self, Cells, OutputFormat};
use super::printer::{Printer, write_error};
use super::table;
use crate::error::{Error, ErrorKind};
use crate::text::escape::escape_unsafe;
use crate::text::json;

/// The length of the date of a time in RFC 3339.
const DATE_LEN: usize = "2026-01-31".len();

/// What is printed as a row of cells.
pub trait Row: Serialize {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// The columns that are printed unless others are selected. With ordinary values, they fit a terminal of 80 columns.
    const DEFAULT: &'static [&'static str] = Self::COLUMNS;

    /// The column that `--quiet` prints.
    const ID: &'static str = "ID";

    /// Returns one cell for each of [`Row::COLUMNS`].
    fn cells(&self) -> Vec<String> {
        cells_of_fields(self, Self::COLUMNS)
    }
}

/// Returns the fields that are named like these columns. `null` is empty.
pub fn cells_of_fields<R: Serialize + ?Sized>(row: &R, columns: &[&str]) -> Vec<String> {
    let fields = serde_json::to_value(row).unwrap_or_default();
    let cell = |column: &&str| match &fields[column.to_lowercase()] {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    columns.iter().map(cell).collect()
}

/// Prints rows of one kind. A command needs it before it sends anything, so that a mistyped column changes nothing.
pub struct RowPrinter<R> {
    printer: Printer,
    /// That of the printer, except that quiet output is TSV.
    format: OutputFormat,
    /// The positions of the columns that are printed.
    columns: Vec<usize>,
    /// Whether the user has chosen them.
    is_selected: bool,
    with_header: bool,
    /// Whether a byte order mark comes first.
    bom: bool,
    /// The least widths of the columns in a table.
    widths: Vec<usize>,
    /// Whether a row was printed by itself.
    has_printed: Cell<bool>,
    row: PhantomData<R>,
}

impl Printer {
    /// Returns what prints rows of one kind: these columns, in any case, or those that are printed by default.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] if a column does not exist, or if the format has no columns or no byte order mark.
    pub fn rows<R: Row>(
        &self,
        selected: Option<&[String]>,
        with_header: bool,
        bom: bool,
    ) -> Result<RowPrinter<R>, Error> {
        let format = if self.quiet { OutputFormat::Tsv } else { self.format };
        if bom && format != OutputFormat::Csv {
            return Err(Error::new(ErrorKind::Usage, "--bom can only be used with CSV").with_hint("add --output csv"));
        }
        if format == OutputFormat::Json && selected.is_some() {
            let hint = "use another format, or select the fields with jq";
            return Err(Error::new(ErrorKind::Usage, "--columns cannot be used with JSON").with_hint(hint));
        }
        let names: Vec<&str> = match selected {
            Some(names) => names.iter().map(String::as_str).collect(),
            None if self.quiet => vec![R::ID],
            None => R::DEFAULT.to_vec(),
        };
        let position = |name: &str| {
            R::COLUMNS.iter().position(|column| column.eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
                let error = Error::new(ErrorKind::Usage, format!("unknown column '{name}'"));
                let distance = |column: &str| strsim::osa_distance(&name.to_uppercase(), column);
                let near = R::COLUMNS.iter().find(|column| 2 * distance(column) <= name.chars().count());
                let near = near.filter(|_| !name.is_empty()).map(|column| format!("did you mean {column}?"));
                let all = format!("possible columns: {}", R::COLUMNS.join(", "));
                near.into_iter().chain([all]).fold(error, Error::with_hint)
            })
        };
        let columns = names.into_iter().map(position).collect::<Result<Vec<_>, _>>()?;
        let (printer, widths) = (self.clone(), vec![0; columns.len()]);
        Ok(RowPrinter {
            printer,
            format,
            columns,
            is_selected: selected.is_some(),
            with_header,
            bom,
            widths,
            has_printed: Cell::new(false),
            row: PhantomData,
        })
    }
}

impl<R: Row> RowPrinter<R> {
    /// Prints a list. `raw` is its JSON; `rows` is called only if another format is printed.
    ///
    /// # Errors
    ///
    /// Returns the error of `rows`, and [`ErrorKind::Unexpected`] if writing fails.
    pub fn print_list(&self, raw: &str, rows: impl FnOnce() -> Result<Vec<R>, Error>) -> Result<(), Error> {
        if self.format == OutputFormat::Json {
            return self.printer.print_json(raw);
        }
        let cells = self.cells(&rows()?);
        self.printer.print_text(&match self.format {
            OutputFormat::Table if cells.rows.is_empty() && self.printer.is_terminal() => String::new(),
            OutputFormat::Table => table::draw(&cells, &self.widths, &self.printer, self.with_header),
            format => self.mark() + &formats::lines(&cells, format, self.with_header),
        })
    }

    fn mark(&self) -> String {
        if self.bom { "\u{feff}".to_owned() } else { String::new() }
    }

    /// Prints one object, like a list.
    ///
    /// # Errors
    ///
    /// See [`RowPrinter::print_list`].
    pub fn print_one(&self, raw: &str, row: impl FnOnce() -> Result<R, Error>) -> Result<(), Error> {
        self.print_list(raw, || Ok(vec![row()?]))
    }

    /// Makes a column at least this wide in a table whose rows are printed one by one.
    pub fn reserve_width(&mut self, column: &str, width: usize) {
        if let Some(index) = self.columns.iter().position(|position| R::COLUMNS[*position] == column) {
            self.widths[index] = width;
        }
    }

    /// Prints a row at once, below those that were printed so; JSON on a single line. In a terminal, whose user has chosen no
    /// columns, a sentence is printed instead of a row of a table.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Unexpected`] if writing fails, also if the reader has gone: what follows would be lost.
    pub fn print_next(&self, raw: &str, row: &R, sentence: &str) -> Result<(), Error> {
        let is_first = !self.has_printed.replace(true);
        let (cells, with_header) = (self.cells(std::slice::from_ref(row)), is_first && self.with_header);
        let text = match self.format {
            OutputFormat::Json => json::to_compact(raw) + "\n",
            OutputFormat::Table if self.printer.is_terminal() && !self.is_selected => {
                sentence.lines().map(|line| escape_unsafe(line).into_owned() + "\n").collect()
            }
            OutputFormat::Table => table::draw(&cells, &self.widths, &self.printer, with_header),
            format if is_first => self.mark() + &formats::lines(&cells, format, with_header),
            format => formats::lines(&cells, format, with_header),
        };
        self.printer.write(|out| out.write_all(text.as_bytes())).map_err(|error| write_error(&error))
    }

    /// Returns the cells of the selected columns.
    fn cells(&self, rows: &[R]) -> Cells {
        // A person needs the date of a time, unless they ask for the column.
        let is_for_person = self.format == OutputFormat::Table && self.printer.is_terminal() && !self.is_selected;
        let show = |column: usize, cell: &str| match is_for_person && R::COLUMNS[column].ends_with("_AT") {
            true => cell.get(..DATE_LEN).unwrap_or(cell).to_owned(),
            false => escape_unsafe(cell).into_owned(),
        };
        let select = |row: &R| {
            let cells = row.cells();
            self.columns.iter().map(|position| show(*position, &cells[*position])).collect()
        };
        let names = self.columns.iter().map(|position| R::COLUMNS[*position]).collect();
        Cells { names, rows: rows.iter().map(select).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Environment, OutputStream};
    use clap::ColorChoice;

    #[derive(Serialize)]
    struct TestRow {
        id: u8,
        name: &'static str,
        note: &'static str,
    }

    impl Row for TestRow {
        const COLUMNS: &'static [&'static str] = &["ID", "NAME", "NOTE"];
        const DEFAULT: &'static [&'static str] = &["NAME", "ID"];
    }

    fn rows(quiet: bool, columns: Option<&[&str]>) -> Result<RowPrinter<TestRow>, Error> {
        let stdout = OutputStream { writer: Box::new(std::io::sink()), is_terminal: false, width: None };
        let printer = Printer::new(stdout, None, quiet, ColorChoice::Never, &Environment::new(|_| None));
        let columns: Option<Vec<String>> = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        printer.rows(columns.as_deref(), true, false)
    }

    #[test]
    fn columns_are_selected_in_the_order_given_and_in_any_case() {
        for (quiet, columns, names, cells) in [
            (false, None, &["NAME", "ID"][..], &[r"a\u{1b}", "1"][..]),
            (true, None, &["ID"], &["1"]),
            (true, Some(&["note", " Id", "NOTE"][..]), &["NOTE", "ID", "NOTE"], &["n", "1", "n"]),
        ] {
            let selected = rows(quiet, columns).unwrap().cells(&[TestRow { id: 1, name: "a\u{1b}", note: "n" }]);
            assert_eq!(selected.names, names);
            assert_eq!(selected.rows, [cells]);
        }
    }

    #[test]
    fn unknown_column_lists_the_columns() {
        let error = rows(false, Some(&["id", "mail"])).err().unwrap();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Usage, "unknown column 'mail'"));
        assert_eq!(error.hints(), ["possible columns: ID, NAME, NOTE"]);
    }
}
