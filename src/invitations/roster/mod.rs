//! The roster: the people to invite and, optionally, their partners, as plain lines or CSV.
//!
//! Each row is either read exactly or is an error that names its line. Only blank lines and comments are skipped, so that
//! no person is left out silently.

mod columns;
mod decode;
mod detect;
mod partners;
mod records;

pub use columns::ColumnOptions;
pub use partners::{PartnerEntry, parse_partners};

use std::collections::BTreeMap;

use super::email::{is_email, validate_email};
use crate::text::escape::{escape_invisible, unguard_formula};
use crate::text::invisible::trim_invisible;
use crate::text::shorten;
use columns::Columns;
use detect::{Body, Csv};
use records::{CsvReader, CsvRow, QuoteError, split_line};

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
    /// The names of all columns; none for plain lines.
    pub columns: Vec<String>,
    /// The lines that were left out because they have no usable address.
    pub skipped: Vec<u64>,
    /// What a column says of people who have gone, and how many they are: `deleted` in `status`.
    pub gone: BTreeMap<(String, String), usize>,
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
                    let columns = Columns::find(&csv.header.cells, &options).ok();
                    roster.ignored_partner_column = columns.and_then(|columns| columns.partner_name(&csv.header.cells));
                }
                roster.parse_csv(csv, options)?;
            }
            None if options.filters.is_empty() => roster.parse_lines(&body),
            None => return Err(RosterError::new(body.line, "--where needs CSV with a header")),
        }
        if options.skip_invalid {
            roster.skip_invalid();
        }
        Ok(roster)
    }

    fn parse_lines(&mut self, body: &Body<'_>) {
        for (number, line) in plain_lines(body) {
            let line = text_of_line(line);
            self.push_entry(Some(number), line, None);
            if number == body.line && !line.contains('@') {
                let hint = format!("if line {number} is the header of a CSV file, use --email-column NAME");
                self.errors.iter_mut().for_each(|error| error.hint = Some(hint.clone()));
            }
        }
    }

    fn parse_csv(&mut self, csv: Csv<'_>, options: &ColumnOptions<'_>) -> Result<(), RosterError> {
        let Csv { delimiter, header, columns, reader } = csv;
        self.partner_column = columns.partner_name(&header.cells);
        self.columns = header.cells.iter().map(|name| trim_invisible(name).to_owned()).collect();
        let filters = columns::find_filters(&header.cells, options.filters);
        let filters = filters.map_err(|error| detect::column_error(header.line, &error, &header.cells))?;
        for row in rows(reader, header.cells.len(), delimiter) {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    self.errors.push(error);
                    continue;
                }
            };
            let cell = |index: usize| row.cells.get(index).map_or("", |cell| clean_cell(cell));
            let (first, email) = (cell(0), cell(columns.email));
            if first.starts_with('#') && (email.is_empty() || email == first) {
                let message = format!("invalid email address '{}'", escape_invisible(&shorten(first)));
                let hint = "put comments above the CSV header";
                self.errors.push(RosterError::new(row.line, message).with_hint(hint));
            } else if filters.iter().all(|(column, value)| cell(*column).to_lowercase() == *value) {
                self.push_entry(Some(row.line), email, columns.partner.map(cell));
                self.note_if_gone(&row.cells);
            }
        }
        Ok(())
    }

    /// Counts a person of whom a column says that they have gone.
    fn note_if_gone(&mut self, cells: &[String]) {
        for (name, cell) in self.columns.iter().zip(cells) {
            if columns::says_gone(name, clean_cell(cell)) {
                *self.gone.entry((name.clone(), clean_cell(cell).to_owned())).or_default() += 1;
            }
        }
    }

    /// Leaves out the rows without a usable address.
    fn skip_invalid(&mut self) {
        let entries = std::mem::take(&mut self.entries).into_iter();
        let (valid, invalid): (Vec<_>, Vec<_>) = entries.partition(|entry| validate_email(&entry.email).is_ok());
        self.entries = valid;
        self.skipped = invalid.iter().filter_map(|entry| entry.line).collect();
        self.errors.retain(|error| error.line.is_none_or(|line| !self.skipped.contains(&line)));
    }

    fn push_entry(&mut self, line: Option<u64>, email: &str, partner: Option<&str>) {
        let mut push_error = |message: String| self.errors.push(RosterError { line, message, hint: None });
        if let Err(message) = validate_email(email) {
            push_error(message);
        }
        if partner == Some("") {
            push_error("missing partner".to_owned());
        }
        self.entries.push(RosterEntry { line, email: email.to_owned(), partner: partner.map(str::to_owned) });
    }
}

/// Returns the lines that are neither blank nor comments, with their numbers.
fn plain_lines<'t>(body: &Body<'t>) -> impl Iterator<Item = (u64, &'t str)> + use<'t> {
    let (mut text, mut number) = (body.text, body.line);
    let lines = std::iter::from_fn(move || {
        let (line, rest) = Some(split_line(text)).filter(|_| !text.is_empty())?;
        (text, number) = (rest, number + 1);
        Some((number - 1, line))
    });
    lines.filter(|(_, line)| !is_blank_or_comment(line))
}

/// Returns the text of a plain line, without what is around it.
fn text_of_line(line: &str) -> &str {
    clean_cell(unquote(trim_invisible(line)))
}

/// Returns the rows that are not blank, each with its cells under the columns that they belong to, or why that is not so.
fn rows<'t>(
    reader: CsvReader<'t>,
    columns: usize,
    delimiter: char,
) -> impl Iterator<Item = Result<CsvRow, RosterError>> + use<'t> {
    let is_blank = |row: &CsvRow| row.cells.iter().all(|cell| trim_invisible(cell).is_empty());
    let rows = reader.filter(move |row| !row.as_ref().is_ok_and(is_blank));
    rows.map(move |row| {
        let row = row.map_err(|error| quote_error(&error))?;
        find_misplaced_cells(&row, columns, delimiter).map_or(Ok(row), Err)
    })
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
    error.with_hint("close the quote; one that belongs to the text is written twice (\"\") in a quoted cell")
}

/// Returns an error if the cells of a row are not under the columns that they belong to.
fn find_misplaced_cells(record: &CsvRow, columns: usize, delimiter: char) -> Option<RosterError> {
    let filled = record.cells.iter().rposition(|cell| !trim_invisible(cell).is_empty()).map_or(0, |last| last + 1);
    if filled > columns {
        let message = format!("the row has {filled} cells, but the header has {columns}");
        let hint = format!("put cells that contain {} in double quotes", quote_delimiter(delimiter));
        return Some(RosterError::new(record.line, message).with_hint(hint));
    }
    // A quote that was not meant to open a cell swallows rows up to the next quote.
    let multiline_cells = record.cells.iter().filter(|cell| cell.contains(['\r', '\n']));
    find_email(multiline_cells).map(|email| {
        RosterError::new(record.line, format!("a cell of several lines contains the address {email}"))
            .with_hint("if a quote is missing or too many, correct it; otherwise remove the line breaks from the cell")
    })
}

/// Returns an email address that is somewhere in these cells.
fn find_email<'c>(mut cells: impl Iterator<Item = &'c String>) -> Option<&'c str> {
    let is_separator = |c: char| c.is_whitespace() || ",;|<>()[]\"':".contains(c);
    cells.find_map(|cell| cell.split(is_separator).find(|word| is_email(word)))
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
        assert_eq!(read("'+a@b.co\n"), [row(1, "+a@b.co", None)]);
        let error = &parse("Contacts\na@b.co\n").unwrap().errors[0];
        assert!(error.hint.as_deref().unwrap().contains("if line 1 is the header of a CSV file"), "{error:?}");
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
        assert_error(
            "email,partner,x\na@b.co,nur,\"5 ft\nb@b.co,nur,x\nc@d.co,nur,\"\n",
            2,
            "a cell of several lines contains the address",
        );
        assert_error("\"email\",\"na\na@b.co,x\nc@d.co,\"\ne@f.co,x\n", 1, "the header contains");
        // The address and its partner are in different rows.
        let text = "partner,city,email\nnur,\",a@b.co\nw00t,\",c@d.co\n";
        assert_error(text, 2, "a cell of several lines contains the address a@b.co");
        assert_error("name,email\n\"Bob,a@b.co\nAl\",c@d.co\n", 2, "contains the address a@b.co");
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
        assert_error("email,partner\n# later,nur\na@b.co,nur\n", 2, "invalid email address '#");
        assert_error("email\n# later\na@b.co\n", 2, "invalid email address '#");
        assert_error("partner,email\n# later\nnur,a@b.co\n", 2, "invalid email address '#");
        assert_error("partner,email\n#1 Training,x\n", 2, "invalid email address 'x'");
        assert_error("email,partner\n#a@b.co,nur\n", 2, "invalid email address '#");
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
        let columns = |count: usize| (1..=count).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
        assert_error(columns(31), 1, "'c20', 11 more");
        assert!(errors_of(columns(20).as_bytes())[0].1.ends_with("'c20'"));
    }

    #[test]
    fn roster_columns_can_be_chosen() {
        let read = |options: ColumnOptions<'_>, text: &str| Roster::parse(text.as_bytes(), &options);
        let options = ColumnOptions {
            email: Some("Identifier"),
            partner: Some("Team"),
            has_partner_arg: false,
            ..ColumnOptions::default()
        };
        assert_eq!(
            rows(read(options, "identifier;team;email\na@b.co;nur;x@y.co\n").unwrap()),
            [row(2, "a@b.co", Some("nur"))]
        );
        for (text, message) in [
            ("identifier,email\na@b.co,x@y.co\n", "no column 'Team'; the columns are 'identifier', 'email'"),
            ("a@b.co\n", "the header contains the address a@b.co"),
            ("identifier,team,a@b.co\n", "the header contains the address a@b.co"),
            ("team,identifier,identifier\n", "columns 2 ('identifier') and 3 ('identifier')"),
        ] {
            let error = read(options, text).unwrap_err();
            assert!(error.message.contains(message), "{error:?}");
        }
        let same =
            ColumnOptions { email: Some("x"), partner: Some("X"), has_partner_arg: false, ..ColumnOptions::default() };
        assert!(read(same, "x,y\n").unwrap_err().message.contains("is chosen for both"));
        let email_only = ColumnOptions { email: Some("partner"), has_partner_arg: true, ..ColumnOptions::default() };
        assert_eq!(rows(read(email_only, "partner\na@b.co\n").unwrap()), [row(2, "a@b.co", None)]);
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
    fn roster_header_may_not_be_joined_with_a_row() {
        for text in [
            "email,partner,namea@b.co,nur,Bob\nc@d.co,w00t,Al\n",
            "email,partnera@b.co,nur\nc@d.co,w00t\n",
            "a@b.co,email\nc@d.co,e@f.co\n",
            "sep=;\na@b.co\n",
        ] {
            let errors = errors_of(text);
            assert!(errors.len() == 1 && errors[0].1.contains("a@b.co"), "{text:?}: {errors:?}");
        }
    }

    #[test]
    fn roster_without_a_header_is_recognized() {
        for (text, header) in [
            ("Dana,a@b.co\nNoam,c@d.co\n", "name,email"),
            ("a@b.co;Acme;x\n", "email;name;column3"),
            ("# x\n\"Levi, Dana\",a@b.co\n", "name,email"),
            ("1\tDana\ta@b.co\n", "name<tab>name<tab>email"),
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
