//! Splits CSV into records, strictly: a quote that is not closed, or text after a closing one, is an error.
//!
//! The `csv` crate accepts both and makes cells of what follows, so that the people in them would be dropped.

/// One record of a CSV file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CsvRow {
    /// The line where it starts, counted from 1.
    pub(super) line: u64,
    /// The cells, without their quotes.
    pub(super) cells: Vec<String>,
}

/// A quote that makes the records after it ambiguous.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum QuoteError {
    /// No quote closes the one in this line.
    Unclosed(u64),
    /// Text follows a closing quote.
    TextAfter {
        /// The line of the opening quote.
        opened_in: u64,
        /// The line of the closing quote.
        line: u64,
    },
}

/// Reads records. Lines end in LF, CRLF, or CR. After an error there are no further records.
#[derive(Debug)]
pub(super) struct CsvReader<'t> {
    /// The text that is not read yet.
    rest: &'t str,
    /// The line of `rest`, counted from 1.
    line: u64,
    delimiter: char,
}

impl<'t> CsvReader<'t> {
    /// Creates a reader for `text`, which starts in this line.
    pub(super) fn new(text: &'t str, line: u64, delimiter: char) -> Self {
        CsvReader { rest: text, line, delimiter }
    }

    fn read_record(&mut self) -> Result<CsvRow, QuoteError> {
        let (line, mut cells) = (self.line, Vec::new());
        loop {
            cells.push(self.read_cell()?);
            match self.rest.strip_prefix(self.delimiter) {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        let rest = strip_line_end(self.rest);
        self.line += u64::from(rest.len() < self.rest.len());
        self.rest = rest;
        Ok(CsvRow { line, cells })
    }

    /// Reads a cell and leaves what follows: a delimiter, the end of the line, or nothing.
    fn read_cell(&mut self) -> Result<String, QuoteError> {
        if let Some(rest) = self.skip_spaces(self.rest).strip_prefix('"') {
            self.rest = rest;
            return self.read_quoted_cell();
        }
        let end = self.rest.find([self.delimiter, '\r', '\n']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(cell.to_owned())
    }

    /// Reads a quoted cell after its opening quote.
    fn read_quoted_cell(&mut self) -> Result<String, QuoteError> {
        let opened_in = self.line;
        let mut cell = String::new();
        loop {
            let (text, rest) = self.rest.split_once('"').ok_or(QuoteError::Unclosed(opened_in))?;
            cell.push_str(text);
            self.line += count_line_ends(text);
            self.rest = rest;
            match rest.strip_prefix('"') {
                Some(rest) => {
                    cell.push('"');
                    self.rest = rest;
                }
                None => break,
            }
        }
        self.rest = self.skip_spaces(self.rest);
        match self.rest.is_empty() || self.rest.starts_with([self.delimiter, '\r', '\n']) {
            true => Ok(cell),
            false => Err(QuoteError::TextAfter { opened_in, line: self.line }),
        }
    }

    /// Skips what may stand around a quoted cell: spaces, and the byte order mark of a file that was appended.
    fn skip_spaces<'a>(&self, text: &'a str) -> &'a str {
        text.trim_start_matches(|c| matches!(c, ' ' | '\t' | '\u{a0}' | '\u{feff}') && c != self.delimiter)
    }
}

impl Iterator for CsvReader<'_> {
    type Item = Result<CsvRow, QuoteError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let record = self.read_record();
        if record.is_err() {
            self.rest = "";
        }
        Some(record)
    }
}

/// Splits the first line from the rest.
pub(super) fn split_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_at(text.find(['\r', '\n']).unwrap_or(text.len()));
    (line, strip_line_end(rest))
}

fn strip_line_end(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix(['\r', '\n'])).unwrap_or(text)
}

/// Counts the ends of lines: LF, CRLF, and CR.
pub(super) fn count_line_ends(text: &str) -> u64 {
    let pairs = text.matches("\r\n").count();
    (text.matches(['\r', '\n']).count() - pairs) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Vec<String>)> {
        CsvReader::new(text, 1, ',').map(|record| record.map(|record| (record.line, record.cells)).unwrap()).collect()
    }

    fn error(text: &str) -> QuoteError {
        CsvReader::new(text, 1, ',').find_map(Result::err).unwrap()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn csv_reader_splits_cells() {
        assert_eq!(read("a,b\n"), [row(1, &["a", "b"])]);
        assert_eq!(read("a,"), [row(1, &["a", ""])]);
        assert_eq!(read(""), []);
        assert_eq!(read("\"a,\"\"b\"\"\",\"\""), [row(1, &["a,\"b\"", ""])]);
        assert_eq!(read("a, \"b, c\" ,d"), [row(1, &["a", "b, c", "d"])]);
        assert_eq!(read("5\" pipe,x"), [row(1, &["5\" pipe", "x"])]);
    }

    #[test]
    fn csv_reader_counts_lines_of_all_kinds() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a{end}\"b{end}c\"{end}{end}d");
            let multiline = format!("b{end}c");
            assert_eq!(read(&text), [row(1, &["a"]), row(2, &[&multiline]), row(4, &[""]), row(5, &["d"])]);
        }
    }

    #[test]
    fn csv_reader_rejects_ambiguous_quotes() {
        assert_eq!(error("a\n\"b"), QuoteError::Unclosed(2));
        assert_eq!(error("a,\"b\nc,d\n"), QuoteError::Unclosed(1));
        assert_eq!(error("a\nb,\"c\"d"), QuoteError::TextAfter { opened_in: 2, line: 2 });
        assert_eq!(error("a,\"b\nc,\"d\",e"), QuoteError::TextAfter { opened_in: 1, line: 2 });
        assert_eq!(error("\"\"\""), QuoteError::Unclosed(1));
    }
}
