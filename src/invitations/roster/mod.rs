//! The roster: the people to invite and, optionally, their partners, as plain lines or CSV.
//!
//! Each row is either read exactly or is an error that names its line. Only blank lines and comments are skipped, so that
//! no person is left out silently.

mod columns;
mod decode;
mod records;

use std::cmp::Reverse;

pub use columns::ColumnOptions;

use super::email::{is_email, validate_email};
use crate::text::escape::unguard_formula;
use crate::text::invisible::trim_invisible;
use columns::{ColumnError, Columns};
use records::{CsvReader, CsvRecord, QuoteError, split_line};

/// The separators that are tried, unless a first line such as `sep=;` sets another one.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// The most columns that an error message lists.
const MAX_LISTED_COLUMNS: usize = 20;

/// The lines in which a header is searched for, to explain why the first one is none.
const MAX_TITLE_LINES: u64 = 30;

/// A person in a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEntry {
    /// The line of the roster, counted from 1; `None` for an address of the command line.
    pub line: Option<u64>,
    /// The email address, as it was written.
    pub email: String,
    /// The partner, as it was written, if the roster has a partner column.
    pub partner: Option<String>,
}

/// An error in a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterError {
    /// The line of the roster, counted from 1; `None` for an address of the command line.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// What to do about it, if the message does not say so.
    pub hint: Option<String>,
}

impl RosterError {
    fn new(line: u64, message: impl Into<String>) -> Self {
        RosterError { line: Some(line), message: message.into(), hint: None }
    }

    fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A parsed roster and all its errors.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// The entries, in the order of the file.
    pub entries: Vec<RosterEntry>,
    /// The errors, in the order of the file. If there are any, no invitation may be sent.
    pub errors: Vec<RosterError>,
    /// The name of the partner column, if there is one: each entry then names its partner.
    pub partner_column: Option<String>,
    /// The name of a column that would be the partner column if the partner were not an argument.
    pub ignored_partner_column: Option<String>,
}

impl Roster {
    /// Creates a roster from the addresses of a command line.
    pub fn from_args(emails: &[String]) -> Self {
        let mut roster = Roster::default();
        emails.iter().for_each(|email| roster.push_entry(None, trim_invisible(email), None));
        roster
    }

    /// Parses a file: one address per line, or CSV whose header names an email column. Blank lines are skipped, and so are
    /// lines that start with `#`, which in CSV must be above the header.
    ///
    /// # Errors
    ///
    /// Returns what makes the whole file unreadable: it is not text, or its header is not usable.
    pub fn parse(bytes: &[u8], options: &ColumnOptions<'_>) -> Result<Self, RosterError> {
        let text = decode::decode(bytes)?;
        let body = Body::find(&text);
        let mut roster = Roster::default();
        match body.detect_csv(options)? {
            Some(csv) => {
                if options.has_partner_arg && csv.columns.partner.is_none() {
                    let options = ColumnOptions { has_partner_arg: false, ..*options };
                    let columns = Columns::find(&csv.header, &options).ok();
                    roster.ignored_partner_column = columns.and_then(|columns| columns.partner_name(&csv.header));
                }
                roster.parse_csv(csv);
            }
            None => roster.parse_lines(&body),
        }
        Ok(roster)
    }

    fn parse_lines(&mut self, body: &Body<'_>) {
        let (mut text, mut number) = (body.text, body.line);
        while !text.is_empty() {
            let (line, rest) = split_line(text);
            if !is_blank_or_comment(line) {
                self.push_entry(Some(number), unquote(trim_invisible(line)), None);
            }
            (text, number) = (rest, number + 1);
        }
    }

    fn parse_csv(&mut self, csv: Csv<'_>) {
        let Csv { delimiter, header, columns, reader } = csv;
        self.partner_column = columns.partner_name(&header);
        for record in reader {
            match record {
                Ok(record) if record.cells.iter().all(|cell| trim_invisible(cell).is_empty()) => {}
                Ok(record) => match find_misplaced_cells(&record, header.len(), columns.email, delimiter) {
                    Some(error) => self.errors.push(error),
                    None => {
                        let cell = |index: usize| record.cells.get(index).map_or("", |cell| clean_cell(cell));
                        self.push_entry(Some(record.line), cell(columns.email), columns.partner.map(cell));
                    }
                },
                Err(error) => self.errors.push(quote_error(&error)),
            }
        }
    }

    fn push_entry(&mut self, line: Option<u64>, email: &str, partner: Option<&str>) {
        let mut push_error = |message: String| self.errors.push(RosterError { line, message, hint: None });
        match validate_email(email) {
            Err(_) if email.starts_with('#') => push_error("comments must be above the CSV header".to_owned()),
            Err(message) => push_error(message),
            Ok(()) => {}
        }
        if partner == Some("") {
            push_error("missing partner".to_owned());
        }
        self.entries.push(RosterEntry { line, email: email.to_owned(), partner: partner.map(str::to_owned) });
    }
}

/// A CSV file whose header has been read.
struct Csv<'t> {
    delimiter: char,
    /// The names of the columns.
    header: Vec<String>,
    columns: Columns,
    /// Reads the rows after the header.
    reader: CsvReader<'t>,
}

/// A roster from its first line on that is not blank, a comment, or `sep=`.
struct Body<'t> {
    text: &'t str,
    /// The line of `text`, counted from 1.
    line: u64,
    /// The separator that a line such as `sep=;` sets.
    delimiter: Option<char>,
}

/// The first record, if cells are separated by this delimiter, and what it is as a header.
struct Header<'t> {
    delimiter: char,
    cells: Vec<String>,
    columns: Result<Columns, ColumnError>,
    reader: CsvReader<'t>,
}

impl<'t> Body<'t> {
    fn find(text: &'t str) -> Self {
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
    fn detect_csv(&self, options: &ColumnOptions<'_>) -> Result<Option<Csv<'t>>, RosterError> {
        let (mut headers, quote_error) = self.read_headers(options);
        let usable: Vec<usize> = (0..headers.len()).filter(|index| headers[*index].is_usable()).collect();
        match usable[..] {
            // A separator that does not occur makes one cell of the whole line.
            [first, second, ..] if headers[second].cells.len() > 1 => {
                let [first, second] = [first, second].map(|index| quote_delimiter(headers[index].delimiter));
                let message = format!("cells could be separated by {first} or {second}");
                Err(RosterError::new(self.line, message)
                    .with_hint("add a first line with the separator, such as sep=;"))
            }
            [index, ..] => {
                let Header { delimiter, cells: header, columns, reader } = headers.swap_remove(index);
                let columns = columns.map_err(|error| column_error(self.line, &error, &header))?;
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
                Some(Ok(CsvRecord { cells, .. })) => {
                    let columns = Columns::find(&cells, options);
                    headers.push(Header { delimiter, cells, columns, reader });
                }
                Some(Err(error)) => quote_error = quote_error.or(Some(error)),
                None => {}
            }
        }
        headers.sort_by_key(|header| Reverse(header.cells.len()));
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
            Some(Header { cells, columns: Err(error), .. }) if cells.len() > 1 || is_csv => {
                Some(column_error(self.line, error, cells))
            }
            _ => quote_error.as_ref().map(self::quote_error),
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
        let cells = || self.cells.iter().map(|cell| clean_cell(cell)).filter(|cell| !cell.is_empty());
        cells().any(is_email) && cells().any(|cell| !cell.contains('@'))
    }
}

fn missing_header(line: u64, row: &Header<'_>) -> RosterError {
    let name = |(index, cell): (usize, &String)| match is_email(clean_cell(cell)) {
        true => "email".to_owned(),
        false if index < 2 => "name".to_owned(),
        false => format!("column{}", index + 1),
    };
    let names: Vec<String> = row.cells.iter().enumerate().map(name).collect();
    let names = names.join(&row.delimiter.to_string());
    RosterError::new(line, "this looks like CSV without a header line")
        .with_hint(format!("add a header line above it that names the columns, such as {names}"))
}

fn column_error(line: u64, error: &ColumnError, header: &[String]) -> RosterError {
    let quote = |column: usize| format!("'{}'", header.get(column).map_or("", |name| trim_invisible(name)));
    match error {
        ColumnError::NotFound { option, chosen } => {
            let mut found: Vec<String> = (0..header.len().min(MAX_LISTED_COLUMNS)).map(quote).collect();
            if header.len() > MAX_LISTED_COLUMNS {
                found.push(format!("{} more", header.len() - MAX_LISTED_COLUMNS));
            }
            let missing = chosen.as_ref().map_or("no email column".to_owned(), |name| format!("no column '{name}'"));
            RosterError::new(line, format!("{missing}; the columns are {}", found.join(", ")))
                .with_hint(format!("use {option} NAME to choose one of the columns"))
        }
        ColumnError::Ambiguous { option, columns: [first, second] } => {
            let columns = format!("{} ({}) and {} ({})", first + 1, quote(*first), second + 1, quote(*second));
            RosterError::new(line, format!("columns {columns} have the same meaning"))
                .with_hint(format!("rename one of them, or use {option} NAME if their names differ"))
        }
    }
}

fn quote_error(error: &QuoteError) -> RosterError {
    let error = match error {
        QuoteError::Unclosed(line) => RosterError::new(*line, "unclosed quote"),
        QuoteError::TextAfter { opened_in, line } if opened_in == line => {
            RosterError::new(*line, "text after the closing quote of a cell")
        }
        QuoteError::TextAfter { opened_in, line } => {
            let message = format!("the quote that opens here is closed in line {line}, and text follows it");
            RosterError::new(*opened_in, message)
        }
    };
    error.with_hint("write a quote within a quoted cell twice (\"\")")
}

/// Returns an error if the cells of a row are not under the columns that they belong to.
fn find_misplaced_cells(record: &CsvRecord, columns: usize, email: usize, delimiter: char) -> Option<RosterError> {
    let filled = record.cells.iter().rposition(|cell| !trim_invisible(cell).is_empty()).map_or(0, |last| last + 1);
    if filled > columns {
        let message = format!("the row has {filled} cells, but the header has {columns}");
        let hint = format!("put a cell that contains {} in double quotes", quote_delimiter(delimiter));
        return Some(RosterError::new(record.line, message).with_hint(hint));
    }
    // A quote that was not meant to open a cell can swallow the rows up to the next quote.
    let is_row = |line: &str| {
        let cells: Vec<&str> = line.split(delimiter).collect();
        cells.len() > 1 && cells.get(email).is_some_and(|cell| is_email(clean_cell(cell)))
    };
    let later_lines = |cell: &String| cell.split(['\r', '\n']).skip(1).any(is_row);
    record.cells.iter().any(later_lines).then(|| {
        RosterError::new(record.line, "a cell contains other rows; a quote may be missing or too many")
            .with_hint("close the quote, or remove the line breaks from the cell")
    })
}

fn quote_delimiter(delimiter: char) -> String {
    if delimiter == '\t' { "a tab".to_owned() } else { format!("'{delimiter}'") }
}

/// Returns the contents of a cell without invisible characters around them and without the guard against formulas.
fn clean_cell(cell: &str) -> &str {
    unguard_formula(trim_invisible(cell))
}

fn is_blank_or_comment(line: &str) -> bool {
    let line = trim_invisible(line);
    line.is_empty() || line.starts_with('#')
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

/// Removes one pair of quotes around a line.
fn unquote(line: &str) -> &str {
    let unquoted = ['"', '\''].into_iter().find_map(|quote| line.strip_prefix(quote)?.strip_suffix(quote));
    unquoted.map_or(line, trim_invisible)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Row = (u64, String, Option<String>);

    fn parse(text: impl AsRef<[u8]>) -> Result<Roster, RosterError> {
        Roster::parse(text.as_ref(), &ColumnOptions::default())
    }

    fn rows(roster: Roster) -> Vec<Row> {
        assert_eq!(roster.errors, []);
        roster.entries.into_iter().map(|entry| (entry.line.unwrap(), entry.email, entry.partner)).collect()
    }

    fn read(text: impl AsRef<[u8]>) -> Vec<Row> {
        rows(parse(text).unwrap())
    }

    /// Returns the lines and messages of the errors, of the whole file or of its rows.
    fn errors_of(text: impl AsRef<[u8]>) -> Vec<(u64, String)> {
        let errors = parse(text).map_or_else(|error| vec![error], |roster| roster.errors);
        errors.into_iter().map(|error| (error.line.unwrap(), error.message)).collect()
    }

    /// Asserts that there is one error, with this line and text in its message.
    #[track_caller]
    fn assert_error(text: impl AsRef<[u8]>, line: u64, message: &str) {
        let errors = errors_of(text.as_ref());
        let text = String::from_utf8_lossy(text.as_ref());
        assert!(errors.len() == 1 && errors[0].0 == line && errors[0].1.contains(message), "{text:?}: {errors:?}");
    }

    fn row(line: u64, email: &str, partner: Option<&str>) -> Row {
        (line, email.to_owned(), partner.map(str::to_owned))
    }

    #[test]
    fn roster_parses_plain_lines() {
        let text = "\u{feff}# trainers\r\n a@b.co \r\n\r\n\"c@d.co\"\n'e@f.co'\n  # later\nG@h.co";
        let expected = [row(2, "a@b.co", None), row(4, "c@d.co", None), row(5, "e@f.co", None), row(7, "G@h.co", None)];
        assert_eq!(read(text), expected);
        for text in ["", "\n# empty\n", "\u{feff}", "\r\r\r", "email,partner\n", "# only\n\nemail\n", "sep=;\n"] {
            assert_eq!(read(text), [], "{text:?}");
        }
    }

    #[test]
    fn roster_parses_csv_with_and_without_partners() {
        assert_eq!(read("Name,Email\nDana, a@b.co \n"), [row(2, "a@b.co", None)]);
        let text = "\u{feff}# from the office\r\n\r\n\"Email\" ; Partner;x\r\na@b.co;\"Acme; \"\"Inc\"\"\";\r\n;;\r\n\r\nc@d.co; nur \r\n";
        assert_eq!(read(text), [row(4, "a@b.co", Some("Acme; \"Inc\"")), row(7, "c@d.co", Some("nur"))]);
        assert_eq!(read("partner\temail\nnur\ta@b.co"), [row(2, "a@b.co", Some("nur"))]);
        assert_eq!(read("partner|email\nnur|a@b.co"), [row(2, "a@b.co", Some("nur"))]);
        assert_eq!(read("email\na@b.co\n"), [row(2, "a@b.co", None)]);
    }

    #[test]
    fn roster_quotes_must_be_closed() {
        assert_error("email,partner,note\na@b.co,nur,\"5 ft\nb@b.co,nur,x\nc@b.co,nur,y\n", 2, "unclosed quote");
        assert_error("email,x\r\na@b.co,\"Acme\r\nb@b.co,Beta", 2, "unclosed quote");
        assert_error("email;x\ra@b.co;\"Acme\rb@b.co;Beta", 2, "unclosed quote");
        assert_error("\"email,partner\na@b.co,nur\n", 1, "unclosed quote");
        assert_error("name,\"email\na@b.co,nur\n", 1, "unclosed quote");
        assert_error("email,x\na@b.co,\"Acme\" Inc\nb@b.co,y\n", 2, "text after the closing quote");
        assert_error("email,x\na@b.co,\"5 ft\nb@b.co,\"Acme\"\n", 2, "closed in line 3, and text follows it");
        // The quotes are balanced, but other rows are between them.
        assert_error("email,partner,x\na@b.co,nur,\"5 ft\nb@b.co,nur,x\nc@d.co,nur,\"\n", 2, "contains other rows");
        assert_eq!(read("email,x\na@b.co,5\" pipe\nc@d.co,x\n").len(), 2);
        assert_eq!(read("email,x\na@b.co,\"one\r\ntwo, three\"\n").len(), 1);
    }

    #[test]
    fn roster_rows_may_not_have_more_cells_than_the_header() {
        assert_error("email,partner\na@b.co,Acme, Inc\n", 2, "the row has 3 cells, but the header has 2");
        assert_error("email;partner\nx@y.co;nur\n\na@b.co;Acme;;Inc;\n", 4, "the row has 4 cells");
        assert_error("email\na@b.co,nur\n", 2, "the row has 2 cells, but the header has 1");
        assert_error("name,email\nLevi, Dana,a@b.co\n", 2, "the row has 3 cells");
        assert_eq!(read("email,partner\na@b.co,nur,, ,\u{feff}\n"), [row(2, "a@b.co", Some("nur"))]);
        assert_eq!(read("email,partner\na@b.co, \"Acme, Inc\" \n"), [row(2, "a@b.co", Some("Acme, Inc"))]);
        assert_eq!(read("email,name,role\na@b.co\n"), [row(2, "a@b.co", None)]);
    }

    #[test]
    fn roster_comments_in_csv_are_above_the_header() {
        assert_eq!(read("partner,email\n#1 Training,a@b.co\n"), [row(2, "a@b.co", Some("#1 Training"))]);
        assert_eq!(read("# x,email\npartner,email\n#,a@b.co\n"), [row(3, "a@b.co", Some("#"))]);
        assert_eq!(read("#,name,email\n1,Dana,a@b.co\n"), [row(2, "a@b.co", None)]);
        assert_error("email,partner\n# later,nur\na@b.co,nur\n", 2, "comments must be above the CSV header");
        assert_error("email\n# later\na@b.co\n", 2, "comments must be above the CSV header");
    }

    #[test]
    fn roster_invisible_characters_around_cells_are_removed() {
        for text in ["\u{feff}a@b.co", "\u{200b}a@b.co\u{200e}", "\u{a0}a@b.co\u{ad}", "\"\u{feff}a@b.co \""] {
            assert_eq!(read(format!("{text}\n")), [row(1, "a@b.co", None)], "{text:?}");
            assert_eq!(read(format!("partner,email\nnur\u{200b},{text}")), [row(2, "a@b.co", Some("nur"))], "{text:?}");
        }
        // Two files, each with a byte order mark, joined.
        assert_eq!(read("\u{feff}email,x\na@b.co,1\n\u{feff}\"c@d.co\",2\n").len(), 2);
        assert_error(
            "email,partner\na\u{200b}@b.co,nur\n",
            2,
            r"'a\u{200b}@b.co': contains an invisible character (\u{200b})",
        );
        assert_error("email,partner\n“a@b.co”,nur\n", 2, "use a@b.co instead");
        assert_error("o’neil@b.co\n", 1, "use o'neil@b.co instead");
    }

    #[test]
    fn roster_columns_are_found_or_listed() {
        assert_error("name,e-post\nDana,Dana\n", 1, "no email column; the columns are 'name', 'e-post'");
        assert_error("name;e-post\nDana;x\n", 1, "no email column; the columns are 'name', 'e-post'");
        assert_error(
            "email,name,email\na@b.co,x,c@d.co\n",
            1,
            "columns 1 ('email') and 3 ('email') have the same meaning",
        );
        assert_error("email,company,account\na@b.co,x,y\n", 1, "columns 2 ('company') and 3 ('account')");
        assert_error("\"e\nmail\",name,\"email\"\na@b.co,x,y\n", 1, "columns 1 ('e\nmail') and 3");
        assert_eq!(read("name,\"Email\n(work)\",\"Email\"\r\n\r\nx,y,a@b.co"), [row(4, "a@b.co", None)]);
        assert_error("email;x,email\na@b.co;y\n", 1, "cells could be separated by");
        assert_error((0..30).map(|n| format!("c{n},")).collect::<String>(), 1, "'c19', 11 more");
    }

    #[test]
    fn roster_columns_can_be_chosen() {
        let read = |options: ColumnOptions<'_>, text: &str| Roster::parse(text.as_bytes(), &options);
        let options = ColumnOptions { email: Some("Identifier"), partner: Some("Team"), has_partner_arg: false };
        assert_eq!(
            rows(read(options, "identifier;team;email\na@b.co;nur;x@y.co\n").unwrap()),
            [row(2, "a@b.co", Some("nur"))]
        );
        for (text, message) in [
            ("identifier,email\na@b.co,x@y.co\n", "no column 'Team'; the columns are 'identifier', 'email'"),
            ("a@b.co\n", "no column 'Identifier'; the columns are 'a@b.co'"),
            ("team,identifier,identifier\n", "columns 2 ('identifier') and 3 ('identifier')"),
        ] {
            let error = read(options, text).unwrap_err();
            assert!(error.message.contains(message), "{error:?}");
        }
        let with_arg = ColumnOptions { has_partner_arg: true, ..ColumnOptions::default() };
        let roster = read(with_arg, "email,Company\na@b.co,nur\n").unwrap();
        assert_eq!((roster.partner_column, roster.ignored_partner_column.as_deref()), (None, Some("Company")));
    }

    #[test]
    fn roster_separator_line_is_obeyed() {
        assert_eq!(read("sep=;\r\nemail;partner\r\na@b.co;Acme, Inc\r\n"), [row(3, "a@b.co", Some("Acme, Inc"))]);
        assert_eq!(read("\u{feff}\"sep=,\"\nemail,x;y\na@b.co,1\n"), [row(3, "a@b.co", None)]);
        assert_eq!(read("SEP=\t\nemail\tpartner\na@b.co\tnur\n"), [row(3, "a@b.co", Some("nur"))]);
        assert_eq!(read("sep=^\n# x\nemail^partner\na@b.co^nur\n"), [row(4, "a@b.co", Some("nur"))]);
        assert_error("sep=,\nemail;partner\na@b.co;nur\n", 2, "no email column");
    }

    #[test]
    fn roster_lines_of_all_kinds_are_counted() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["# x", "", "partner,email", "nur,\"a@b.co\"", "", "nur,nonsense", "x"].join(end);
            let lines: Vec<u64> = errors_of(text).iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [6, 7], "{end:?}");
            assert_error(["a@b.co", "nonsense", "c@d.co"].join(end), 2, "missing @");
        }
        let text = "note,email\n\"one\ntwo\",a@b.co\nx,c@d.co\n";
        assert_eq!(read(text), [row(2, "a@b.co", None), row(4, "c@d.co", None)]);
    }

    #[test]
    fn roster_encodings_are_decoded_or_rejected() {
        let text = "partner\temail\r\nÉcole 👩‍🏫\ta@b.co\r\n";
        let expected = [row(2, "a@b.co", Some("École 👩‍🏫"))];
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        assert_eq!(read(text), expected);
        assert_eq!(read([&b"\xff\xfe"[..], &little].concat()), expected);
        assert_eq!(read([&b"\xfe\xff"[..], &big].concat()), expected);

        assert_error(b"email,partner\r\na@b.co,\xc9cole\r\n", 2, "the byte 0xc9, which is not valid UTF-8");
        assert_error(b"a@b.co\rc@d.co\r\xff\r", 3, "the byte 0xff");
        assert_error(&little, 1, "a NUL byte");
        assert_error([&b"\xff\xfe"[..], &little[..little.len() - 1]].concat(), 3, "half a UTF-16 character");
        assert_error(b"\xff\xfea\0\n\0\x00\xd8b\0", 2, "0xd800, which is not valid UTF-16");
        assert_error(b"\xff\xfe\0\0a\0\0\0", 1, "a NUL byte");
        assert_error("a@b.co\nc@d\0.co\n", 2, "a NUL byte");
    }

    #[test]
    fn roster_of_another_file_type_is_rejected() {
        for (bytes, what) in [
            (&b"PK\x03\x04\x14\0\x06\0"[..], "a spreadsheet file"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "a spreadsheet file of an old Excel"),
            (b"%PDF-1.7\n", "a PDF file"),
            (b"\x1f\x8b\x08\0", "a gzip file"),
            (b"\xef\xbb\xbf\n<HTML><table><tr><td>a@b.co", "an HTML file"),
            (b"<?xml version=\"1.0\"?>", "an XML file"),
            (b"{\"email\": \"a@b.co\"}", "a JSON file"),
            (b"BEGIN:VCARD\nEMAIL:a@b.co", "a vCard file"),
        ] {
            assert_error(bytes, 1, what);
            assert!(parse(bytes).unwrap_err().hint.is_some());
        }
        assert_eq!(read("PK@b.co\n"), [row(1, "PK@b.co", None)]);
    }

    #[test]
    fn roster_without_a_header_is_recognized() {
        for (text, header) in [
            ("Dana,a@b.co\nNoam,c@d.co\n", "name,email"),
            ("a@b.co;Acme;x\n", "email;name;column3"),
            ("# x\n\"Levi, Dana\",a@b.co\n", "name,email"),
            ("1\tDana\ta@b.co\n", "name\tname\temail"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.message, "this looks like CSV without a header line");
            assert!(error.hint.as_deref().unwrap().ends_with(&format!("such as {header}")), "{error:?}");
        }
    }

    #[test]
    fn roster_lines_that_are_nearly_addresses_have_a_suggestion() {
        for text in
            ["\"Dana Levi\" <a@b.co>;", "Levi, Dana <a@b.co>", "mailto:a@b.co", "<a@b.co>", "a@b.co,", "a@b.co;"]
        {
            assert_error(format!("{text}\nc@d.co\n"), 1, "use a@b.co instead");
        }
        assert_error("a@b.co, c@d.co\n", 1, "write one address per line");
        assert_error("email\nDana <a@b.co>\n", 2, "use a@b.co instead");
    }

    #[test]
    fn roster_formula_guard_is_removed() {
        let text = "ID,EMAIL,ROLE,PARTNER_ID,PARTNER_NAME\r\n1,'+a@b.co,partner,'=x,'=y\r\n2,o'neil@b.co,,p,\r\n";
        assert_eq!(read(text), [row(2, "+a@b.co", Some("=x")), row(3, "o'neil@b.co", Some("p"))]);
        assert_eq!(read("email,partner\na@b.co,''=x\n"), [row(2, "a@b.co", Some("'=x"))]);
        assert_eq!(read("email,partner\na@b.co,'quoted'\n"), [row(2, "a@b.co", Some("'quoted'"))]);
    }

    #[test]
    fn roster_errors_have_line_numbers() {
        let lines = |text: &str| errors_of(text).iter().map(|(line, _)| *line).collect::<Vec<_>>();
        assert_eq!(lines("a@b.co\nnonsense\n\nDana <d@e.co>\n"), [2, 4]);
        let text = "email,partner\nx,nur\na@b.co,\n,nur\nc@d.co\n";
        assert_eq!(lines(text), [2, 3, 4, 5]);
        assert_eq!(errors_of(text)[1].1, "missing partner");
        assert_eq!(errors_of(text)[2].1, "missing email address");
    }

    #[test]
    fn roster_reads_huge_cells() {
        let cell = format!("{}, \"\"y\"\"\n", "x".repeat(1_000_000)).repeat(10);
        assert_eq!(read(format!("note,email\n\"{cell}\",a@b.co\n,c@d.co\n")).len(), 2);
        let errors = errors_of(format!("note,email\n,\"{cell}\"\n"));
        assert!(errors[0].1.len() < 500, "{}", errors[0].1.len());
    }

    proptest! {
        #[test]
        fn roster_parse_never_panics(bytes in any::<Vec<u8>>(), text in "(?s)[a@.,;\"#\r\n\t e]{0,80}") {
            let _ = parse(&bytes);
            let _ = parse(format!("email,partner\n{text}"));
            let _ = parse(&text);
        }
    }
}
