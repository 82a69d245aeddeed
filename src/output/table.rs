//! Tables for people, drawn by comfy-table. Where a table does not fit the terminal, records are shown one under the other.

use std::io::{self, Write};
use std::ops::Range;

use comfy_table::{ColumnConstraint, ContentArrangement, ContentLineStyle, Row, Table, TableStyle, Width, presets};
use unicode_width::UnicodeWidthStr as _;

use super::color::{BOLD, paint};
use super::columns::ColumnSelection;
use super::rows::{Rows, visit_rows};
use crate::text::escape::escape_unsafe;

const LINES: ContentLineStyle = ContentLineStyle::new('│', '│', '│');
const STYLE: TableStyle = presets::UTF8_FULL_CONDENSED.header_lines(LINES).content_lines(LINES);

/// The width up to which a word is never broken, in columns. Longer ones are broken only in text that wraps.
const MAX_UNBROKEN_WORD: usize = 20;

/// The columns that padding adds to a column.
const PADDING: usize = 2;

/// The number of rows that are drawn at once: comfy-table makes many small strings of each row, so a long list as a whole
/// takes much more time and memory than in parts.
const CHUNK_ROWS: usize = 1000;

/// How tables are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableOptions {
    /// The width of the terminal in columns. Without one, tables are as wide as their content.
    pub(super) width: Option<u16>,
    /// Whether headers are bold.
    pub(super) colorize: bool,
}

/// Writes records as a table. With a width, it fits the terminal: names wrap between words, and nothing is truncated. What
/// users copy, such as IDs and links, never wraps: if there is no room for it, the records are written without a table.
pub(super) fn write(
    out: &mut impl Write,
    columns: &ColumnSelection,
    rows: &dyn Rows,
    options: TableOptions,
) -> io::Result<()> {
    match layout(columns, rows, options.width)? {
        Some(widths) => {
            let mut bottom_border = None;
            for start in (0..rows.count().max(1)).step_by(CHUNK_ROWS) {
                let range = start..rows.count().min(start + CHUNK_ROWS);
                bottom_border = write_part(out, columns, rows, range, &widths, options, start == 0)?;
            }
            bottom_border.map_or(Ok(()), |line| writeln!(out, "{line}"))
        }
        None => write_records(out, columns, rows, options, true),
    }
}

/// A table whose rows are written one by one.
#[derive(Debug, Default)]
pub(super) struct TableStream {
    /// The widths of the columns of the open table.
    widths: Vec<usize>,
    /// The line that closes the open table.
    bottom_border: Option<String>,
    /// Whether anything was written.
    has_output: bool,
}

impl TableStream {
    /// Makes a column at least this wide, so that later rows fit.
    pub(super) fn reserve(&mut self, columns: &ColumnSelection, column: &str, width: usize) {
        self.widths.resize(columns.names().len(), 0);
        for (reserved, _) in self.widths.iter_mut().zip(columns.names()).filter(|(_, name)| **name == column) {
            *reserved = width.max(*reserved);
        }
    }

    /// Writes a row. If it is wider than the open table, that is closed and another one begins.
    pub(super) fn push(
        &mut self,
        out: &mut impl Write,
        columns: &ColumnSelection,
        row: &dyn Rows,
        options: TableOptions,
    ) -> io::Result<()> {
        let needed = content_widths(columns, row)?;
        self.widths.resize(needed.len(), 0);
        let fits = needed.iter().zip(&self.widths).all(|(needed, width)| needed <= width);
        let widths: Vec<usize> = needed.iter().zip(&self.widths).map(|(needed, width)| *needed.max(width)).collect();
        if !fits_terminal(&widths, options.width) {
            self.end(out)?;
            write_records(out, columns, row, options, !self.has_output)?;
            self.has_output = true;
            return Ok(());
        }
        let continues = fits && self.bottom_border.is_some();
        if !continues {
            self.end(out)?;
        }
        self.bottom_border = write_part(out, columns, row, 0..row.count(), &widths, options, !continues)?;
        self.widths = widths;
        self.has_output = true;
        Ok(())
    }

    /// Closes the open table.
    pub(super) fn end(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.bottom_border.take().map_or(Ok(()), |line| writeln!(out, "{line}"))
    }
}

/// Writes rows of a table, below its header if they are the first ones. Returns the line that closes the table.
fn write_part(
    out: &mut impl Write,
    columns: &ColumnSelection,
    rows: &dyn Rows,
    range: Range<usize>,
    widths: &[usize],
    options: TableOptions,
    is_first: bool,
) -> io::Result<Option<String>> {
    let mut lines = draw(columns, rows, range, widths, options.width)?;
    let bottom_border = lines.pop();
    let header_len = lines.iter().position(|line| line.starts_with('╞')).map_or(0, |separator| separator + 1);
    let (header, body) = lines.split_at(header_len);
    for line in header.iter().filter(|_| is_first) {
        writeln!(out, "{}", paint(line, BOLD, options.colorize && line.starts_with('│')))?;
    }
    body.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    Ok(bottom_border)
}

/// Writes each record as lines of a name and a value, with an empty line between records. What users copy has a line of its
/// own if it does not fit beside the name; other text wraps.
fn write_records(
    out: &mut impl Write,
    columns: &ColumnSelection,
    rows: &dyn Rows,
    options: TableOptions,
    is_first: bool,
) -> io::Result<()> {
    let indent = columns.names().iter().map(|name| name.width()).max().unwrap_or_default() + 2;
    let room = options.width.map_or(usize::MAX, |width| usize::from(width).saturating_sub(indent));
    let mut is_first = is_first;
    visit_rows(rows, 0..rows.count(), columns, &mut |cells| {
        if !std::mem::take(&mut is_first) {
            writeln!(out)?;
        }
        for (name, cell) in columns.names().iter().zip(cells) {
            let (label, cell) = (paint(name, BOLD, options.colorize), escape_unsafe(cell));
            let gap = " ".repeat(indent - name.width());
            match *name {
                _ if cell.is_empty() => writeln!(out, "{label}"),
                name if wraps(name) => {
                    let lines = textwrap::wrap(&cell, textwrap::Options::new(room).break_words(false));
                    writeln!(out, "{label}{gap}{}", lines.join(&format!("\n{:indent$}", "")))
                }
                "LINK" => writeln!(out, "{label}\n{cell}"),
                _ if cell.width() > room => writeln!(out, "{label}\n{cell}"),
                _ => writeln!(out, "{label}{gap}{cell}"),
            }?;
        }
        Ok(())
    })
}

/// Whether text in this column wraps, between words. What users copy does not.
fn wraps(name: &str) -> bool {
    name == "NAME" || name.ends_with("_NAME")
}

fn fits_terminal(widths: &[usize], limit: Option<u16>) -> bool {
    limit.is_none_or(|limit| widths.iter().map(|width| width + PADDING + 1).sum::<usize>() < limit.into())
}

/// Returns the widths of the columns, or `None` if the table does not fit the terminal.
fn layout(columns: &ColumnSelection, rows: &dyn Rows, limit: Option<u16>) -> io::Result<Option<Vec<usize>>> {
    let full = content_widths(columns, rows)?;
    if fits_terminal(&full, limit) {
        return Ok(Some(full));
    }
    let words = word_widths(columns, rows)?;
    let mut widths: Vec<usize> = columns
        .names()
        .iter()
        .zip(full.iter().zip(words))
        .map(|(name, (full, word))| if wraps(name) { word.min(MAX_UNBROKEN_WORD).max(name.width()) } else { *full })
        .collect();
    if !fits_terminal(&widths, limit) {
        return Ok(None);
    }
    // Each column that wraps gets one more column in turn, until the terminal is full.
    while fits_terminal(&widths, limit) {
        let narrow =
            widths.iter_mut().zip(&full).filter(|(width, full)| **width < **full).min_by_key(|(width, _)| **width);
        let Some((width, _)) = narrow else { break };
        *width += 1;
    }
    if !fits_terminal(&widths, limit)
        && let Some(width) =
            widths.iter_mut().zip(columns.names()).rev().find(|(_, name)| wraps(name)).map(|pair| pair.0)
    {
        *width -= 1;
    }
    Ok(Some(widths))
}

/// Returns the width of the widest cell of each column, including its name.
fn content_widths(columns: &ColumnSelection, rows: &dyn Rows) -> io::Result<Vec<usize>> {
    cell_widths(columns, rows, |cell| cell.width())
}

/// Returns the width of the widest word of each column.
fn word_widths(columns: &ColumnSelection, rows: &dyn Rows) -> io::Result<Vec<usize>> {
    cell_widths(columns, rows, |cell| cell.split_whitespace().map(|word| word.width()).max().unwrap_or_default())
}

fn cell_widths(columns: &ColumnSelection, rows: &dyn Rows, measure: impl Fn(&str) -> usize) -> io::Result<Vec<usize>> {
    let mut widths: Vec<_> = columns.names().iter().map(|name| measure(name)).collect();
    visit_rows(rows, 0..rows.count(), columns, &mut |cells| {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = measure(&escape_unsafe(cell)).max(*width);
        }
        Ok(())
    })?;
    Ok(widths)
}

/// Returns the lines of a table with header.
fn draw(
    columns: &ColumnSelection,
    rows: &dyn Rows,
    range: Range<usize>,
    widths: &[usize],
    limit: Option<u16>,
) -> io::Result<Vec<String>> {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(columns.names());
    visit_rows(rows, range, columns, &mut |cells| {
        table.add_row(Row::from(cells.iter().map(|cell| escape_unsafe(cell))));
        Ok(())
    })?;
    if let Some(limit) = limit {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(limit);
    }
    for (column, width) in table.column_iter_mut().zip(widths) {
        let width = Width::Fixed(u16::try_from(width + PADDING).unwrap_or(u16::MAX));
        column.set_constraint(ColumnConstraint::Absolute(width));
    }
    Ok(table.lines().collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::TestRecord;
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>, &ColumnSelection) -> io::Result<()>) -> Vec<String> {
        let mut text = Vec::new();
        write(&mut text, &ColumnSelection::select::<TestRecord>(None).unwrap()).unwrap();
        String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
    }

    fn lines(rows: &[TestRecord], width: Option<u16>) -> Vec<String> {
        text(|out, columns| write(out, columns, &rows, TableOptions { width, colorize: false }))
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
    fn table_wraps_names_between_words() {
        let rows = [TestRecord::new("yCoaiix2pRjxMjCn7", "Acme Training Partners")];
        let natural = lines(&rows, None);
        let width = u16::try_from(natural[0].width()).unwrap();
        assert_eq!(lines(&rows, Some(width)), natural);
        for width in width - 14..width {
            let narrow = lines(&rows, Some(width));
            assert!(narrow.len() > natural.len(), "{narrow:?}");
            assert!(narrow.iter().all(|line| line.width() <= width.into()), "{narrow:?}");
            for word in ["yCoaiix2pRjxMjCn7", "Acme", "Training", "Partners"] {
                assert!(narrow.iter().any(|line| line.contains(word)), "{word}: {narrow:?}");
            }
        }
    }

    #[test]
    fn records_are_written_without_a_table_if_it_does_not_fit() {
        let rows = [TestRecord::new("yCoaiix2pRjxMjCn7", "Acme Training"), TestRecord::new("2", "")];
        let expected = ["ID    yCoaiix2pRjxMjCn7", "NAME  Acme Training", "", "ID    2", "NAME"];
        assert_eq!(lines(&rows, Some(31)), expected);
        assert!(lines(&rows, Some(32))[0].starts_with('┌'));
    }

    #[test]
    fn records_break_only_text_that_wraps() {
        let rows = [TestRecord::new("firstname.lastname@company.example", "Acme Training Partners Incorporated")];
        let expected =
            ["ID", "firstname.lastname@company.example", "NAME  Acme Training Partners", "      Incorporated"];
        assert_eq!(lines(&rows, Some(36)), expected);
        let rows = [TestRecord::new("yCoaiix2pRjxMjCn7", "unbroken".repeat(5).as_str())];
        assert_eq!(lines(&rows, Some(22)), ["ID", "yCoaiix2pRjxMjCn7", &format!("NAME  {}", "unbroken".repeat(5))]);
    }

    #[test]
    fn empty_list_has_only_a_header() {
        assert_eq!(lines(&[], None), ["┌────┬──────┐", "│ ID │ NAME │", "╞════╪══════╡", "└────┴──────┘"]);
    }

    #[test]
    fn stream_begins_another_table_for_a_wider_row() {
        let rows = [("1", "one"), ("2", "seven"), ("3", "three"), ("4", "more than the width")];
        let options = TableOptions { width: Some(20), colorize: false };
        let lines = text(|out, columns| {
            let mut stream = TableStream::default();
            stream.reserve(columns, "ID", 3);
            rows.iter().try_for_each(|(id, name)| {
                stream.push(out, columns, &[TestRecord::new(id, name)].as_slice(), options)
            })?;
            stream.end(out)
        });
        assert_eq!(
            lines,
            [
                "┌─────┬──────┐",
                "│ ID  │ NAME │",
                "╞═════╪══════╡",
                "│ 1   │ one  │",
                "└─────┴──────┘",
                "┌─────┬───────┐",
                "│ ID  │ NAME  │",
                "╞═════╪═══════╡",
                "│ 2   │ seven │",
                "│ 3   │ three │",
                "└─────┴───────┘",
                "",
                "ID    4",
                "NAME  more than the",
                "      width",
            ]
        );
    }
}
