//! Tables for people, drawn by comfy-table.

use std::io::{self, Write};
use std::iter;

use comfy_table::{ColumnConstraint, ContentArrangement, ContentLineStyle, Row, Table, TableStyle, Width, presets};
use unicode_width::UnicodeWidthStr as _;

use super::Record;
use super::color::{BOLD, paint};
use crate::text::escape::escape_unsafe;

const LINES: ContentLineStyle = ContentLineStyle::new('│', '│', '│');
const STYLE: TableStyle = presets::UTF8_FULL_CONDENSED.header_lines(LINES).content_lines(LINES);

/// The width that a column needs to be readable, without border and padding.
const MIN_COLUMN_WIDTH: usize = 10;

/// The columns that padding adds to a column.
const PADDING: usize = 2;

/// The number of rows that are drawn at once: comfy-table makes many small strings of each row, so a long list as a whole
/// takes much more time and memory than in parts.
const CHUNK_ROWS: usize = 1000;

/// Writes records as a table. With a `width`, it fits a terminal of that many columns: long text wraps and is never
/// truncated.
pub(super) fn write<R: Record>(out: &mut impl Write, rows: &[R], width: Option<u16>, colorize: bool) -> io::Result<()> {
    let constraints = constraints(R::COLUMNS, &content_widths(rows), width);
    // comfy-table chooses the width of a column without constraint by all rows.
    let chunk_rows = if constraints.iter().all(Option::is_some) { CHUNK_ROWS } else { usize::MAX };
    let (first, rest) = rows.split_at(rows.len().min(chunk_rows));
    let mut bottom_border = None;
    for (index, chunk) in iter::once(first).chain(rest.chunks(chunk_rows)).enumerate() {
        let mut lines = draw(chunk, &constraints, width);
        bottom_border = lines.pop();
        let header_len = lines.iter().position(|line| line.starts_with('╞')).map_or(0, |separator| separator + 1);
        let (header, body) = lines.split_at(header_len);
        for line in header.iter().filter(|_| index == 0) {
            writeln!(out, "{}", paint(line, BOLD, colorize && line.starts_with('│')))?;
        }
        body.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    bottom_border.map_or(Ok(()), |line| writeln!(out, "{line}"))
}

/// Fixes the widths of all columns if they fit, or of the IDs, which users copy, if that leaves enough room for the others.
fn constraints(columns: &[&str], widths: &[usize], limit: Option<u16>) -> Vec<Option<ColumnConstraint>> {
    let is_id = |name: &str| name == "ID" || name.ends_with("_ID");
    let columns = || columns.iter().zip(widths);
    let fits = |max_text: usize| {
        let needed = |(name, width): (&&str, &usize)| if is_id(name) { *width } else { *width.min(&max_text) };
        limit.is_none_or(|limit| columns().map(|column| needed(column) + PADDING + 1).sum::<usize>() < limit.into())
    };
    let (all_fit, ids_fit) = (fits(usize::MAX), fits(MIN_COLUMN_WIDTH));
    let constraint = |(name, width): (&&str, &usize)| {
        let width = Width::Fixed(u16::try_from(width + PADDING).unwrap_or(u16::MAX));
        (all_fit || ids_fit && is_id(name)).then_some(ColumnConstraint::Absolute(width))
    };
    columns().map(constraint).collect()
}

/// Returns the width of the widest cell of each column, including its name.
fn content_widths<R: Record>(rows: &[R]) -> Vec<usize> {
    let mut widths: Vec<_> = R::COLUMNS.iter().map(|name| name.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row.cells().as_ref()) {
            *width = escape_unsafe(cell).width().max(*width);
        }
    }
    widths
}

/// Returns the lines of a table with header.
fn draw<R: Record>(rows: &[R], constraints: &[Option<ColumnConstraint>], width: Option<u16>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(R::COLUMNS);
    table.add_rows(rows.iter().map(|row| Row::from(row.cells().as_ref().iter().map(|cell| escape_unsafe(cell)))));
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    for (column, constraint) in table.column_iter_mut().zip(constraints) {
        if let Some(constraint) = constraint {
            column.set_constraint(*constraint);
        }
    }
    table.lines().collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::TestRecord;
    use super::*;

    fn lines(rows: &[TestRecord], width: Option<u16>) -> Vec<String> {
        let mut text = Vec::new();
        write(&mut text, rows, width, false).unwrap();
        String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn long_list_is_one_table_with_the_widths_of_all_rows() {
        let rows = |name: &dyn Fn(usize) -> String| -> Vec<_> {
            (0..2 * CHUNK_ROWS + 1).map(|index| TestRecord::new("a", &name(index))).collect()
        };
        // The widest name is in the last chunk.
        let lines =
            lines(&rows(&|index| if index == 2 * CHUNK_ROWS { "研修".repeat(9) } else { "b".to_owned() }), None);
        assert_eq!(lines.len(), 3 + 2 * CHUNK_ROWS + 1 + 1);
        assert!(lines.iter().all(|line| line.width() == lines[0].width()));
        let start_count = |start: char| lines.iter().filter(|line| line.starts_with(start)).count();
        assert_eq!([start_count('┌'), start_count('╞'), start_count('└')], [1, 1, 1]);
        assert!(lines[lines.len() - 1].starts_with('└'));
    }

    #[test]
    fn table_wraps_only_if_it_does_not_fit() {
        let rows = [TestRecord::new("yCoaiix2pRjxMjCn7", "Acme Training Partners")];
        let natural = lines(&rows, None);
        let width = u16::try_from(natural[0].width()).unwrap();
        assert_eq!(lines(&rows, Some(width)), natural);
        let narrow = lines(&rows, Some(width - 1));
        assert!(narrow.len() > natural.len() && narrow.iter().all(|line| line.width() < width.into()), "{narrow:?}");
        assert!(narrow.iter().any(|line| line.contains("yCoaiix2pRjxMjCn7")));
    }

    #[test]
    fn empty_list_has_only_a_header() {
        assert_eq!(lines(&[], None), ["┌────┬──────┐", "│ ID │ NAME │", "╞════╪══════╡", "└────┴──────┘"]);
    }
}
