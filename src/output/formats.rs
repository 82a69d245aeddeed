//! The formats, and those of one line per row: TSV, CSV, and Markdown. Nothing is truncated.

use clap::ValueEnum;
use comfy_table::{Table, presets};

use crate::text::escape::guard_formula;

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Table that fits the terminal
    Table,
    /// Tab-separated values without a header
    Tsv,
    /// Comma-separated values with a header (RFC 4180)
    Csv,
    /// Markdown table
    Markdown,
    /// JSON exactly as the API returned it
    Json,
}

impl OutputFormat {
    /// Returns the names of all formats, for an error message.
    pub fn names() -> String {
        let names = Self::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        names.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    }
}

/// Rows that are safe for a terminal: tabs and newlines are among the characters that were escaped.
pub(super) struct Cells {
    /// The names of the columns.
    pub(super) names: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Returns rows in a format whose lines do not depend on each other.
pub(super) fn lines(cells: &Cells, format: OutputFormat, with_header: bool) -> String {
    match format {
        OutputFormat::Csv => csv(cells, with_header),
        OutputFormat::Markdown => markdown(cells, with_header),
        OutputFormat::Table | OutputFormat::Tsv | OutputFormat::Json => tsv(cells),
    }
}

fn tsv(cells: &Cells) -> String {
    cells.rows.iter().map(|row| row.join("\t") + "\n").collect()
}

/// Returns CSV (RFC 4180) in which no spreadsheet evaluates a cell. Lines end in CRLF (section 2, rule 1).
fn csv(cells: &Cells, with_header: bool) -> String {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail.
    if with_header {
        let _ = csv.write_record(&cells.names);
    }
    for row in &cells.rows {
        let _ = csv.write_record(row.iter().map(|cell| guard_formula(cell.into()).into_owned()));
    }
    String::from_utf8(csv.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Returns a table of GitHub Flavored Markdown (section 4.10), such as for the summary page of a CI job.
fn markdown(cells: &Cells, with_header: bool) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(&cells.names);
    table.add_rows(cells.rows.iter().map(|row| row.iter().map(|cell| escape_markdown(cell)).collect::<Vec<_>>()));
    // The header and the line below it.
    let skipped = if with_header { 0 } else { 2 };
    table.lines().skip(skipped).map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Escapes the characters that have a meaning in Markdown, or would end the cell.
fn escape_markdown(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    for c in cell.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::OutputFormat::{Csv, Markdown, Tsv};
    use super::*;
    use crate::text::escape::escape_unsafe;
    use proptest::prelude::*;

    fn cells(rows: &[[&str; 2]]) -> Cells {
        let rows = rows.iter().map(|row| row.map(|cell| escape_unsafe(cell).into_owned()).to_vec()).collect();
        Cells { names: vec!["ID", "NAME"], rows }
    }

    #[test]
    fn tsv_has_no_header_or_quotes() {
        assert_eq!(
            lines(&cells(&[["1", "a \"b\", c"], ["2", "d\te\n"]]), Tsv, true),
            "1\ta \"b\", c\n2\td\\u{9}e\\u{a}\n"
        );
        assert_eq!(lines(&cells(&[]), Tsv, true), "");
    }

    #[test]
    fn csv_has_header_and_quotes_if_needed() {
        let rows = cells(&[["1", "a \"b\", c"], ["2", ""]]);
        assert_eq!(lines(&rows, Csv, true), "ID,NAME\r\n1,\"a \"\"b\"\", c\"\r\n2,\r\n");
        assert_eq!(lines(&rows, Csv, false), "1,\"a \"\"b\"\", c\"\r\n2,\r\n");
        assert_eq!(lines(&cells(&[]), Csv, true), "ID,NAME\r\n");
    }

    #[test]
    fn csv_escapes_formulas() {
        let csv = |id: &str, name: &str| lines(&cells(&[[id, name]]), Csv, false);
        let formula = "=HYPERLINK(\"https://h.example\",\"x\")";
        assert_eq!(csv("1", formula), "1,\"'=HYPERLINK(\"\"https://h.example\"\",\"\"x\"\")\"\r\n");
        for start in ["=", "+", "-", "@", "＝", "＋", "－", "＠", " =", "\u{a0}+", "\u{feff}@", " ' ="] {
            assert_eq!(csv("1", &format!("{start}1")), format!("1,'{start}1\r\n"));
        }
        assert_eq!(csv("a=b", "1-2+3@4"), "a=b,1-2+3@4\r\n");
        assert_eq!(lines(&cells(&[["1", formula]]), Tsv, false), format!("1\t{formula}\n"));
    }

    #[test]
    fn markdown_is_one_line_per_row() {
        let rows = [["1", "one"], ["2", "a|b\n<c> & *d*"]];
        assert_eq!(
            lines(&cells(&rows), Markdown, true),
            "| ID | NAME                         |\n\
             |----|------------------------------|\n\
             | 1  | one                          |\n\
             | 2  | a\\|b\\\\u{a}&lt;c> &amp; \\*d\\* |\n"
        );
        assert_eq!(lines(&cells(&rows[..1]), Markdown, false), "| 1  | one  |\n");
    }

    proptest! {
        #[test]
        fn tsv_and_csv_round_trip_rows(rows in prop::collection::vec(any::<(String, String)>(), 0..5)) {
            let rows: Vec<[&str; 2]> = rows.iter().map(|(id, name)| [id.as_str(), name]).collect();
            let cells = cells(&rows);
            let text = lines(&cells, Tsv, false);
            prop_assert_eq!(text.lines().count(), rows.len());
            prop_assert!(text.lines().all(|line| line.matches('\t').count() == 1));

            let text = lines(&cells, Csv, true);
            let mut reader = ::csv::Reader::from_reader(text.as_bytes());
            let back: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let shown: Vec<Vec<String>> = cells
                .rows
                .iter()
                .map(|row| row.iter().map(|cell| guard_formula(cell.into()).into_owned()).collect())
                .collect();
            prop_assert_eq!(back, shown);
        }
    }
}
