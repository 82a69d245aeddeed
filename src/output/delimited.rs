//! TSV and CSV: one record a line, nothing cut.

use std::borrow::Cow;
use std::io::{self, Write};

use super::Record;
use crate::text::escape::visible;

/// A line, a tab between its cells. The cells hold neither tab nor newline, since those are harmful.
pub(super) fn write_tsv(out: &mut impl Write, row: &impl Record) -> io::Result<()> {
    for (at, cell) in row.cells().as_ref().iter().enumerate() {
        if at > 0 {
            out.write_all(b"\t")?;
        }
        out.write_all(visible(cell).as_bytes())?;
    }
    out.write_all(b"\n")
}

/// RFC 4180, made to be opened in a spreadsheet: no cell is a formula there.
pub(super) struct Csv<W: Write>(csv::Writer<Held<W>>);

/// What the crate passes on when it has enough, or is dropped, stays with the writer behind it: that decides whether it is
/// shown at all.
struct Held<W>(W);

impl<W: Write> Write for Held<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Csv<W> {
    /// Lines end in CRLF, as the RFC has it (section 2, rule 1).
    pub(super) fn new(out: W) -> Self {
        Csv(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Held(out)))
    }

    /// The names of the columns.
    pub(super) fn header<R: Record>(&mut self) -> io::Result<()> {
        self.0.write_record(R::COLUMNS).map_err(cause)
    }

    /// One record.
    pub(super) fn row(&mut self, row: &impl Record) -> io::Result<()> {
        for cell in row.cells().as_ref() {
            self.0.write_field(as_text(visible(cell)).as_bytes()).map_err(cause)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(cause)
    }

    /// Passes on what is held back here.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection"): with an apostrophe before it, which those
/// that would run it take for "this is text". Tabs and carriage returns, which do the same, are visible already.
fn as_text(cell: Cow<'_, str>) -> Cow<'_, str> {
    // The wide ones are taken for the others by spreadsheets in East Asian languages.
    if cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) { format!("'{cell}").into() } else { cell }
}

/// The failure to write behind the crate's own, so that a closed pipe is seen to be one.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;
    use proptest::prelude::*;

    fn tsv(rows: &[Sample]) -> String {
        let mut out = Vec::new();
        rows.iter().for_each(|row| write_tsv(&mut out, row).unwrap());
        String::from_utf8(out).unwrap()
    }

    fn csv(rows: &[Sample]) -> String {
        let mut out = Vec::new();
        let mut csv = Csv::new(&mut out);
        csv.header::<Sample>().unwrap();
        rows.iter().for_each(|row| csv.row(row).unwrap());
        csv.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn tsv_has_no_header_and_no_quotes() {
        assert_eq!(
            tsv(&[Sample::new("1", "a \"b\", c"), Sample::new("2", "d\te\n")]),
            "1\ta \"b\", c\n2\td\\u{9}e\\u{a}\n"
        );
        assert_eq!(tsv(&[]), "");
    }

    #[test]
    fn csv_has_a_header_and_quotes_where_needed() {
        assert_eq!(
            csv(&[Sample::new("1", "a \"b\", c"), Sample::new("2", "")]),
            "ID,NAME\r\n1,\"a \"\"b\"\", c\"\r\n2,\r\n"
        );
        assert_eq!(csv(&[]), "ID,NAME\r\n");
    }

    #[test]
    fn no_cell_of_a_csv_is_a_formula() {
        let formula = "=HYPERLINK(\"https://h.example\",\"x\")";
        assert_eq!(
            csv(&[Sample::new("1", formula)]),
            "ID,NAME\r\n1,\"'=HYPERLINK(\"\"https://h.example\"\",\"\"x\"\")\"\r\n"
        );
        for start in ["+", "-", "@", "＝", "＋", "－", "＠"] {
            assert_eq!(csv(&[Sample::new("1", &format!("{start}1"))]), format!("ID,NAME\r\n1,'{start}1\r\n"));
        }
        assert_eq!(csv(&[Sample::new("a=b", "1-2+3@4")]), "ID,NAME\r\na=b,1-2+3@4\r\n");
        assert_eq!(tsv(&[Sample::new("1", formula)]), format!("1\t{formula}\n"));
    }

    proptest! {
        #[test]
        fn records_stay_apart(rows in prop::collection::vec(any::<(String, String)>(), 0..5)) {
            let rows: Vec<Sample> = rows.iter().map(|(id, name)| Sample::new(id, name)).collect();
            let text = tsv(&rows);
            prop_assert_eq!(text.lines().count(), rows.len());
            prop_assert!(text.lines().all(|line| line.matches('\t').count() == 1));

            let text = csv(&rows);
            let mut reader = ::csv::Reader::from_reader(text.as_bytes());
            let back: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let shown: Vec<Vec<String>> = rows
                .iter()
                .map(|row| row.0.iter().map(|cell| as_text(visible(cell)).into_owned()).collect())
                .collect();
            prop_assert_eq!(back, shown);
        }
    }
}
