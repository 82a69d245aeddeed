//! Detects the format of a roster: plain lines, or CSV with its separator and header.

use std::cmp::Reverse;

use super::columns::{ColumnError, ColumnOptions, Columns};
use super::records::{CsvReader, CsvRow, QuoteError, split_line};
use super::{RosterError, clean_cell, find_email, is_blank_or_comment, quote_delimiter};
use crate::invitations::email::is_email;
use crate::text::invisible::trim_invisible;

/// The separators that are tried, unless a first line such as `sep=;` sets another one.
pub(super) const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// The most columns that an error message lists.
const MAX_LISTED_COLUMNS: usize = 20;

/// The lines in which a header is searched for, to explain why the first one is none.
const MAX_TITLE_LINES: u64 = 30;

/// A CSV file whose header has been read.
pub(super) struct Csv<'t> {
    /// The separator of cells.
    pub(super) delimiter: char,
    /// The names of the columns.
    pub(super) header: CsvRow,
    pub(super) columns: Columns,
    /// Reads the rows after the header.
    pub(super) reader: CsvReader<'t>,
}

/// A roster from its first line on that is not blank, a comment, or `sep=`.
pub(super) struct Body<'t> {
    pub(super) text: &'t str,
    /// The line of `text`, counted from 1.
    pub(super) line: u64,
    /// The separator that a line such as `sep=;` sets.
    pub(super) delimiter: Option<char>,
}

/// The first record, if cells are separated by this delimiter, and what it is as a header.
struct Header<'t> {
    delimiter: char,
    record: CsvRow,
    columns: Result<Columns, ColumnError>,
    reader: CsvReader<'t>,
}

impl<'t> Body<'t> {
    /// Skips what precedes the first line.
    pub(super) fn find(text: &'t str) -> Self {
        let mut body = Body { text, line: 1, delimiter: None };
        while !body.text.is_empty() {
            let (line, rest) = split_line(body.text);
            match parse_separator_line(line) {
                Some(delimiter) if body.delimiter.is_none() => body.delimiter = Some(delimiter),
                _ if is_blank_or_comment(line) && !is_header_with_number_sign(line) => {}
                _ => break,
            }
            (body.text, body.line) = (rest, body.line + 1);
        }
        body
    }

    /// Reads the header of a CSV file. Returns `None` for a list of plain lines.
    pub(super) fn detect_csv(&self, options: &ColumnOptions<'_>) -> Result<Option<Csv<'t>>, RosterError> {
        let (mut headers, quote_error) = self.read_headers(options);
        let usable: Vec<usize> = (0..headers.len()).filter(|index| headers[*index].is_usable()).collect();
        match usable[..] {
            // A separator that does not occur makes one cell of the whole line.
            [first, second, ..] if headers[second].record.cells.len() > 1 => {
                let [first, second] = [first, second].map(|index| quote_delimiter(headers[index].delimiter));
                let message = format!("cells could be separated by {first} or {second}");
                Err(RosterError::new(self.line, message)
                    .with_hint("add a first line with the separator, such as sep=;"))
            }
            [index, ..] => {
                let Header { delimiter, record: header, columns, reader } = headers.swap_remove(index);
                if let Some(error) = find_joined_row(&header) {
                    return Err(error);
                }
                let columns = columns.map_err(|error| column_error(self.line, &error, &header.cells))?;
                Ok(Some(Csv { delimiter, header, columns, reader }))
            }
            [] => self.find_header_error(&headers, quote_error, options).map_or(Ok(None), Err),
        }
    }

    /// Reads the first record with each separator, those first that make the most cells, and returns an error of the others.
    fn read_headers(&self, options: &ColumnOptions<'_>) -> (Vec<Header<'t>>, Option<QuoteError>) {
        let (mut headers, mut quote_error) = (Vec::new(), None);
        for delimiter in self.delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]) {
            let mut reader = CsvReader::new(self.text, self.line, delimiter);
            match reader.next() {
                Some(Ok(record)) => {
                    let columns = Columns::find(&record.cells, options);
                    headers.push(Header { delimiter, record, columns, reader });
                }
                Some(Err(error)) => quote_error = quote_error.or(Some(error)),
                None => {}
            }
        }
        headers.sort_by_key(|header| Reverse(header.record.cells.len()));
        (headers, quote_error)
    }

    /// Returns what is wrong with a first record that has no email column, or `None` if it can be a plain line.
    fn find_header_error(
        &self,
        headers: &[Header<'_>],
        quote_error: Option<QuoteError>,
        options: &ColumnOptions<'_>,
    ) -> Option<RosterError> {
        let is_csv = self.delimiter.is_some() || options.has_chosen_column();
        if !is_csv && split_line(self.text).0.contains('@') {
            return headers.iter().find(|header| header.is_row()).map(|header| missing_header(self.line, header));
        }
        if !is_csv && let Some(line) = self.find_later_header() {
            let hint = "remove the lines above it, or start them with #";
            return Some(RosterError::new(line, "the header is below other lines").with_hint(hint));
        }
        match headers.first() {
            Some(Header { record, columns: Err(error), .. }) if record.cells.len() > 1 || is_csv => {
                Some(find_joined_row(record).unwrap_or_else(|| column_error(self.line, error, &record.cells)))
            }
            _ => quote_error.as_ref().map(super::quote_error),
        }
    }

    /// Returns the line of a header that follows the title of a report.
    fn find_later_header(&self) -> Option<u64> {
        let mut rest = self.text;
        (self.line..self.line + MAX_TITLE_LINES).skip(1).find(|_| {
            rest = split_line(rest).1;
            let is_header =
                |cells: &[String]| cells.len() > 1 && Columns::find(cells, &ColumnOptions::default()).is_ok();
            DELIMITERS.into_iter().any(|delimiter| {
                let record = CsvReader::new(split_line(rest).0, 1, delimiter).next();
                matches!(record, Some(Ok(record)) if is_header(&record.cells))
            })
        })
    }
}

impl Header<'_> {
    /// Whether it has a column of addresses.
    fn is_usable(&self) -> bool {
        !matches!(self.columns, Err(ColumnError::NotFound { .. }))
    }

    /// Whether this looks like a row of data: one cell is an address, and another one is not.
    fn is_row(&self) -> bool {
        let cells = || self.record.cells.iter().map(|cell| clean_cell(cell)).filter(|cell| !cell.is_empty());
        cells().any(is_email) && cells().any(|cell| !cell.contains('@'))
    }
}

fn missing_header(line: u64, row: &Header<'_>) -> RosterError {
    let is_after_email = |index| row.record.cells[..index].iter().any(|cell| is_email(clean_cell(cell)));
    let name = |(index, cell): (usize, &String)| match is_email(clean_cell(cell)) {
        true => "email".to_owned(),
        false if row.record.cells.len() == 2 && is_after_email(index) => "partner".to_owned(),
        false if index < 2 => "name".to_owned(),
        false => format!("column{}", index + 1),
    };
    let names: Vec<String> = row.record.cells.iter().enumerate().map(name).collect();
    let delimiter = if row.delimiter == '\t' { "<tab>".to_owned() } else { row.delimiter.to_string() };
    let names = names.join(&delimiter);
    RosterError::new(line, "this looks like CSV without a header line")
        .with_hint(format!("add a header line above it that names the columns, such as {names}"))
}

/// Returns the error for a header that has an address: it is none, or the first row is joined to it.
fn find_joined_row(header: &CsvRow) -> Option<RosterError> {
    let message = format!("the header contains the address {}", find_email(header.cells.iter())?);
    let hint = "put the names of the columns into a line of their own above the first row";
    Some(RosterError::new(header.line, message).with_hint(hint))
}

pub(super) fn column_error(line: u64, error: &ColumnError, header: &[String]) -> RosterError {
    let quote = |column: usize| format!("'{}'", header.get(column).map_or("", |name| trim_invisible(name)));
    match error {
        ColumnError::NotFound { option, chosen } => {
            let mut found: Vec<String> = (0..header.len().min(MAX_LISTED_COLUMNS)).map(quote).collect();
            if header.len() > MAX_LISTED_COLUMNS {
                found.push(format!("{} more", header.len() - MAX_LISTED_COLUMNS));
            }
            let missing = chosen.as_ref().map_or("no email column".to_owned(), |name| format!("no column '{name}'"));
            RosterError::new(line, format!("{missing}; the columns are {}", found.join(", "))).with_hint(
                match *option {
                    "--where" => "use --where COLUMN=VALUE with one of the columns".to_owned(),
                    option => format!("use {option} NAME to choose one of the columns"),
                },
            )
        }
        ColumnError::Same(column) => {
            let message = format!("column {} is chosen for both the addresses and the partners", quote(*column));
            RosterError::new(line, message).with_hint("use different columns for --email-column and --partner-column")
        }
        ColumnError::Ambiguous { option, columns: [first, second] } => {
            let columns = format!("{} ({}) and {} ({})", first + 1, quote(*first), second + 1, quote(*second));
            RosterError::new(line, format!("columns {columns} have the same meaning"))
                .with_hint(format!("rename one of them, or use {option} NAME if their names differ"))
        }
    }
}

/// Whether this line is a header whose first column is called `#`, as in numbered lists.
fn is_header_with_number_sign(line: &str) -> bool {
    DELIMITERS.into_iter().any(|delimiter| {
        let mut cells = trim_invisible(line).split(delimiter).map(str::to_owned);
        cells.next().is_some_and(|cell| cell.trim() == "#")
            && Columns::find(&cells.collect::<Vec<_>>(), &ColumnOptions::default()).is_ok()
    })
}

/// Parses the line with which Excel sets the separator of a CSV file, such as `sep=;`.
fn parse_separator_line(line: &str) -> Option<char> {
    let line = line.trim_matches([' ', '"', '\u{feff}']);
    let name = line.get(..4).filter(|name| name.eq_ignore_ascii_case("sep="))?;
    let mut separator = line[name.len()..].chars();
    let (first, second) = (separator.next(), separator.next());
    first.filter(|c| second.is_none() && !c.is_alphanumeric())
}
