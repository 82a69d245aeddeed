//! Markdown tables (GitHub Flavored Markdown, section 4.10), such as for the summary page of a CI job.

use std::io::{self, Write};

use comfy_table::{Table, presets};

use super::columns::ColumnSelection;
use super::rows::{Rows, visit_rows};
use crate::text::escape::escape_unsafe;

/// Writes records as a table, without the header if `with_header` is false.
pub(super) fn write(
    out: &mut impl Write,
    columns: &ColumnSelection,
    rows: &dyn Rows,
    with_header: bool,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(columns.names());
    visit_rows(rows, 0..rows.count(), columns, &mut |cells| {
        table.add_row(cells.iter().map(|cell| escape(cell)).collect::<Vec<_>>());
        Ok(())
    })?;
    // The header and the line below it.
    let skipped = if with_header { 0 } else { 2 };
    table.lines().skip(skipped).try_for_each(|line| writeln!(out, "{}", line.trim_end()))
}

/// Escapes the characters that have a meaning in Markdown, or would end the cell.
fn escape(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    for c in escape_unsafe(cell).chars() {
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
    use super::super::tests::TestRecord;
    use super::*;

    fn markdown(rows: &[TestRecord], with_header: bool) -> String {
        let mut out = Vec::new();
        write(&mut out, &ColumnSelection::select::<TestRecord>(None).unwrap(), &rows, with_header).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn markdown_is_one_line_per_row() {
        let rows = [TestRecord::new("1", "one"), TestRecord::new("2", "a|b\n<c> & *d*")];
        assert_eq!(
            markdown(&rows, true),
            "| ID | NAME                         |\n\
             |----|------------------------------|\n\
             | 1  | one                          |\n\
             | 2  | a\\|b\\\\u{a}&lt;c> &amp; \\*d\\* |\n"
        );
        assert_eq!(markdown(&rows[..1], false), "| 1  | one  |\n");
    }
}
