//! The roster: the people to invite and, optionally, their partners, as plain lines or CSV.

use super::email::validate_email;

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

/// An invalid entry of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterError {
    /// The line of the roster, counted from 1; `None` for an address of the command line.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: String,
}

/// A parsed roster and all its errors.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// The entries, in the order of the file.
    pub entries: Vec<RosterEntry>,
    /// The errors, in the order of the file. If there are any, no invitation may be sent.
    pub errors: Vec<RosterError>,
    /// Whether each entry names its partner.
    pub has_partner_column: bool,
}

impl Roster {
    /// Creates a roster from the addresses of a command line.
    pub fn from_args(emails: &[String]) -> Self {
        let mut roster = Roster::default();
        emails.iter().for_each(|email| roster.push_entry(None, email, None));
        roster
    }

    /// Parses a file: one address per line, or CSV whose header has an `email` column. Blank lines and lines that start
    /// with `#` are skipped.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut roster = Roster::default();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let lines = LineIndex::new(bytes);
        let text = match std::str::from_utf8(bytes).map_err(|error| lines.line_at(error.valid_up_to())) {
            Ok(text) => text,
            Err(line) => {
                roster.push_error(Some(line), "not valid UTF-8; save the file as UTF-8");
                return roster;
            }
        };
        let start = skip_blank_and_comment_lines(text, 0);
        let first = text[start..].lines().next().unwrap_or_default();
        match [',', ';', '\t'].into_iter().find_map(|delimiter| Columns::from_header(first, delimiter)) {
            Some(columns) => roster.parse_csv(text, start, columns, &lines),
            None if first.contains([',', ';', '\t']) && !first.contains('@') => {
                roster.push_error(Some(lines.line_at(start)), "CSV header has no `email` column");
            }
            None => roster.parse_lines(text),
        }
        roster
    }

    fn parse_lines(&mut self, text: &str) {
        for (line, number) in text.lines().zip(1..) {
            if !is_blank_or_comment(line) {
                self.push_entry(Some(number), unquote(line), None);
            }
        }
    }

    fn parse_csv(&mut self, text: &str, start: usize, columns: Columns, lines: &LineIndex) {
        self.has_partner_column = columns.partner.is_some();
        let mut reader = csv_reader(&text[start..], columns.delimiter, true);
        let mut record = csv::StringRecord::new();
        // Infallible: the input is in memory and UTF-8, and records may have any length.
        while let Ok(true) = reader.read_record(&mut record) {
            if record.iter().all(str::is_empty) {
                continue;
            }
            // The reader's position is before the blank and comment lines that it has skipped.
            let position = record.position().map_or(start, |position| start + position.byte() as usize);
            let position = skip_blank_and_comment_lines(text, position.min(text.len()));
            let line = lines.line_at(position);
            // An unclosed quote makes a cell of the lines that follow, whose people would be dropped.
            let raw = text.get(position..start + reader.position().byte() as usize).unwrap_or_default();
            if raw.matches('"').count() % 2 == 1 && record.iter().any(|cell| cell.contains(['\r', '\n'])) {
                self.push_error(Some(line), "unclosed quote");
            }
            let cell = |index: usize| record.get(index).unwrap_or_default().trim();
            self.push_entry(Some(line), cell(columns.email), columns.partner.map(cell));
        }
    }

    fn push_entry(&mut self, line: Option<u64>, email: &str, partner: Option<&str>) {
        let email = email.trim();
        if let Err(message) = validate_email(email) {
            self.push_error(line, &message);
        }
        if partner == Some("") {
            self.push_error(line, "missing partner");
        }
        self.entries.push(RosterEntry { line, email: email.to_owned(), partner: partner.map(str::to_owned) });
    }

    fn push_error(&mut self, line: Option<u64>, message: &str) {
        self.errors.push(RosterError { line, message: message.to_owned() });
    }
}

/// The positions of the columns in a CSV file.
#[derive(Debug)]
struct Columns {
    delimiter: char,
    email: usize,
    partner: Option<usize>,
}

impl Columns {
    /// Finds the columns in a header. Returns `None` if it has no `email` column.
    fn from_header(header: &str, delimiter: char) -> Option<Self> {
        let names = csv_reader(header, delimiter, false).records().next()?.ok()?;
        let position = |column: &str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(column));
        Some(Columns { delimiter, email: position("email")?, partner: position("partner") })
    }
}

fn csv_reader(text: &str, delimiter: char, has_headers: bool) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter as u8).comment(Some(b'#')).trim(csv::Trim::All).flexible(true);
    builder.has_headers(has_headers).from_reader(text.as_bytes())
}

/// Converts offsets to line numbers.
struct LineIndex(Vec<usize>);

impl LineIndex {
    fn new(bytes: &[u8]) -> Self {
        LineIndex((0..bytes.len()).filter(|index| bytes[*index] == b'\n').collect())
    }

    /// Returns the line of an offset in bytes, counted from 1.
    fn line_at(&self, offset: usize) -> u64 {
        self.0.partition_point(|newline| *newline < offset) as u64 + 1
    }
}

fn is_blank_or_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Returns the start of the first line at or after `from`, itself the start of a line, that is not blank or a comment.
fn skip_blank_and_comment_lines(text: &str, mut from: usize) -> usize {
    while let Some(rest) = text.get(from..) {
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        if line.is_empty() || !is_blank_or_comment(line) {
            break;
        }
        from += line.len();
    }
    from
}

/// Removes whitespace and one pair of quotes around a line.
fn unquote(line: &str) -> &str {
    let line = line.trim();
    ['"', '\''].into_iter().find_map(|quote| line.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(u64, String, Option<String>)> {
        let roster = Roster::parse(text.as_bytes());
        assert_eq!(roster.errors, []);
        roster.entries.into_iter().map(|entry| (entry.line.unwrap(), entry.email, entry.partner)).collect()
    }

    fn errors_of(text: impl AsRef<[u8]>) -> Vec<(u64, String)> {
        let errors = Roster::parse(text.as_ref()).errors;
        errors.into_iter().map(|error| (error.line.unwrap(), error.message)).collect()
    }

    fn row(line: u64, email: &str, partner: Option<&str>) -> (u64, String, Option<String>) {
        (line, email.to_owned(), partner.map(str::to_owned))
    }

    #[test]
    fn roster_parses_plain_lines() {
        let text = "\u{feff}# trainers\r\n a@b.co \r\n\r\n\"c@d.co\"\n'e@f.co'\n  # later\nG@h.co";
        let expected = [row(2, "a@b.co", None), row(4, "c@d.co", None), row(5, "e@f.co", None), row(7, "G@h.co", None)];
        assert_eq!(read(text), expected);
        assert_eq!(read(""), []);
        assert_eq!(read("\n# empty\n"), []);
    }

    #[test]
    fn roster_parses_csv_with_and_without_partners() {
        assert_eq!(read("Name,Email\nDana, a@b.co \n"), [row(2, "a@b.co", None)]);
        let text = "\u{feff}# from the office\r\n\r\n\"Email\" ; Partner;x\r\na@b.co;\"Acme; \"\"Inc\"\"\";\r\n;;\r\n\r\n# no\r\nc@d.co; nur \r\n";
        assert_eq!(read(text), [row(4, "a@b.co", Some("Acme; \"Inc\"")), row(8, "c@d.co", Some("nur"))]);
        assert_eq!(read("partner\temail\nnur\ta@b.co"), [row(2, "a@b.co", Some("nur"))]);
        assert_eq!(read("email\na@b.co\n"), [row(2, "a@b.co", None)]);
    }

    #[test]
    fn roster_counts_lines_in_multiline_cells() {
        let text = "note,email\n\"one\ntwo\",a@b.co\nx,c@d.co\n";
        assert_eq!(read(text), [row(2, "a@b.co", None), row(4, "c@d.co", None)]);
    }

    #[test]
    fn roster_unclosed_quote_is_an_error() {
        for text in ["email,x\na@b.co,\"Acme\nb@b.co,Beta\nc@d.co,Gamma\n", "email,x\r\na@b.co,\"Acme\r\nb@b.co,Beta"] {
            assert_eq!(errors_of(text), [(2, "unclosed quote".to_owned())]);
        }
        assert_eq!(read("email,x\na@b.co,5\" pipe\nc@d.co,x\n").len(), 2);
    }

    #[test]
    fn roster_errors_have_line_numbers() {
        let errors = errors_of("a@b.co\nnonsense\n\nDana <d@e.co>\n");
        assert_eq!(errors.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
        let errors = errors_of("email,partner\nx,nur\na@b.co,\n,\nc@d.co\n");
        assert_eq!(errors.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 5]);
        assert!(errors[1].1.contains("missing partner"));
    }

    #[test]
    fn roster_invalid_format_is_a_single_error() {
        let errors = errors_of("name,mail\nDana,a@b.co\n");
        assert_eq!((errors.len(), errors[0].0), (1, 1));
        assert!(errors[0].1.contains("no `email` column"));
        let errors = errors_of(b"a@b.co\n\xff\n");
        assert_eq!((errors.len(), errors[0].0), (1, 2));
        assert!(errors[0].1.contains("UTF-8"));
        assert_eq!(errors_of(b"\xff\xfea\0").len(), 1);
    }

    proptest! {
        #[test]
        fn roster_parse_never_panics(bytes in any::<Vec<u8>>(), text in "(?s)[a@.,;\"#\r\n\t e]{0,80}") {
            Roster::parse(&bytes);
            Roster::parse(format!("email,partner\n{text}").as_bytes());
            Roster::parse(text.as_bytes());
        }

        #[test]
        fn roster_csv_round_trips(rows in prop::collection::vec(("[a-z]{1,8}", "[ -~é]{1,12}"), 0..8)) {
            let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            csv.write_record(["partner", "email"]).unwrap();
            for (name, partner) in &rows {
                csv.write_record([format!("x{}", partner.trim()), format!("{name}@b.co")]).unwrap();
            }
            let text = csv.into_inner().unwrap();
            let roster = Roster::parse(&text);
            prop_assert_eq!(&roster.errors, &[]);
            let back: Vec<_> = roster.entries.iter().map(|entry| (entry.email.clone(), entry.partner.clone())).collect();
            let sent: Vec<_> = rows
                .iter()
                .map(|(name, partner)| (format!("{name}@b.co"), Some(format!("x{}", partner.trim()))))
                .collect();
            prop_assert_eq!(back, sent);
            for (entry, line) in roster.entries.iter().zip(2..) {
                prop_assert_eq!(entry.line, Some(line));
            }
        }
    }
}
