//! TSV and CSV: one record per line, nothing truncated.

use std::io::{self, Write};

use super::columns::ColumnSelection;
use super::rows::{Rows, visit_rows};
use crate::text::escape::{escape_unsafe, guard_formula};

/// Writes records with tabs between their cells. Tabs and newlines in cells are escaped, because they are unsafe characters.
pub(super) fn write_tsv(
    out: &mut impl Write,
    columns: &ColumnSelection,
    rows: &dyn Rows,
    with_header: bool,
) -> io::Result<()> {
    let mut write_line = |cells: &[&str]| {
        for (index, cell) in cells.iter().enumerate() {
            out.write_all(if index > 0 { b"\t" } else { b"" })?;
            out.write_all(escape_unsafe(cell).as_bytes())?;
        }
        out.write_all(b"\n")
    };
    if with_header {
        write_line(columns.names())?;
    }
    visit_rows(rows, 0..rows.count(), columns, &mut write_line)
}

/// Writes records as CSV (RFC 4180) in which no spreadsheet evaluates a cell. Lines end in CRLF (section 2, rule 1).
pub(super) fn write_csv(
    out: impl Write,
    columns: &ColumnSelection,
    rows: &dyn Rows,
    with_header: bool,
) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    if with_header {
        csv.write_record(columns.names()).map_err(into_io_error)?;
    }
    visit_rows(rows, 0..rows.count(), columns, &mut |cells| {
        let mut cells = cells.iter().map(|cell| guard_formula(escape_unsafe(cell)));
        let fields = cells.try_for_each(|cell| csv.write_field(cell.as_bytes()));
        fields.and_then(|()| csv.write_record(None::<&[u8]>)).map_err(into_io_error)
    })?;
    csv.flush()
}

/// Returns the I/O error inside of `error`, so that a closed pipe is recognized.
fn into_io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::TestRecord;
    use super::*;
    use proptest::prelude::*;

    fn tsv(rows: &[TestRecord]) -> String {
        let mut out = Vec::new();
        write_tsv(&mut out, &columns(), &rows, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn columns() -> ColumnSelection {
        ColumnSelection::select::<TestRecord>(None).unwrap()
    }

    fn csv(rows: &[TestRecord]) -> String {
        let mut out = Vec::new();
        write_csv(&mut out, &columns(), &rows, true).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn tsv_has_no_header_or_quotes() {
        assert_eq!(
            tsv(&[TestRecord::new("1", "a \"b\", c"), TestRecord::new("2", "d\te\n")]),
            "1\ta \"b\", c\n2\td\\u{9}e\\u{a}\n"
        );
        assert_eq!(tsv(&[]), "");
        let mut out = Vec::new();
        write_tsv(&mut out, &columns(), &[TestRecord::new("1", "a")].as_slice(), true).unwrap();
        assert_eq!(out, b"ID\tNAME\n1\ta\n");
    }

    #[test]
    fn csv_has_header_and_quotes_if_needed() {
        assert_eq!(
            csv(&[TestRecord::new("1", "a \"b\", c"), TestRecord::new("2", "")]),
            "ID,NAME\r\n1,\"a \"\"b\"\", c\"\r\n2,\r\n"
        );
        assert_eq!(csv(&[]), "ID,NAME\r\n");
    }

    #[test]
    fn csv_escapes_formulas() {
        let formula = "=HYPERLINK(\"https://h.example\",\"x\")";
        assert_eq!(
            csv(&[TestRecord::new("1", formula)]),
            "ID,NAME\r\n1,\"'=HYPERLINK(\"\"https://h.example\"\",\"\"x\"\")\"\r\n"
        );
        for start in ["+", "-", "@", "＝", "＋", "－", "＠"] {
            assert_eq!(csv(&[TestRecord::new("1", &format!("{start}1"))]), format!("ID,NAME\r\n1,'{start}1\r\n"));
        }
        assert_eq!(csv(&[TestRecord::new("a=b", "1-2+3@4")]), "ID,NAME\r\na=b,1-2+3@4\r\n");
        assert_eq!(tsv(&[TestRecord::new("1", formula)]), format!("1\t{formula}\n"));
    }

    proptest! {
        #[test]
        fn tsv_and_csv_round_trip_records(rows in prop::collection::vec(any::<(String, String)>(), 0..5)) {
            let rows: Vec<TestRecord> = rows.iter().map(|(id, name)| TestRecord::new(id, name)).collect();
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
                .map(|row| row.0.iter().map(|cell| guard_formula(escape_unsafe(cell)).into_owned()).collect())
                .collect();
            prop_assert_eq!(back, shown);
        }
    }
}
