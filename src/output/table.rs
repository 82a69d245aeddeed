//! Tables for people, by comfy-table.
//!
//! A table that is fitted to a terminal is comfy-table's from the first line to the last. One that is not has a line for
//! each row, and may have a million of them: comfy-table draws what does not depend on their number, and each row is
//! written in between as it comes, so that the memory does not grow with them.

use std::io::{self, Write};
use std::ops::ControlFlow;

use comfy_table::{ColumnConstraint, ContentArrangement, ContentLineStyle, Row, TableStyle, presets};
use unicode_width::UnicodeWidthStr as _;

use super::color::bold;
use super::{Record, Records};
use crate::error::Error;
use crate::text::escape::visible;

const LINES: ContentLineStyle = ContentLineStyle::new('│', '│', '│');
const STYLE: TableStyle = presets::UTF8_FULL_CONDENSED.header_lines(LINES).content_lines(LINES);

/// Stands for a row's content where only what is around it is wanted. No border has it.
const FILLER: char = 'x';

/// A table whose rows have been looked at once.
pub(super) struct Table {
    /// What comes before the rows, line by line.
    head: Vec<String>,
    /// What stands before each cell, and after the last.
    around: Vec<String>,
    /// Each column's width on a terminal.
    widths: Vec<usize>,
    /// What comes after the rows or, where the table is fitted, the rows as well.
    foot: Vec<String>,
    is_empty: bool,
    is_fitted: bool,
}

impl Table {
    /// Looks at the records. With a `width` (columns of the terminal) the table is fitted, and long text wraps; nothing is
    /// ever cut.
    pub(super) fn measure<R: Records>(records: &R, width: Option<u16>, color: bool) -> Result<Self, Error> {
        let columns = R::Row::COLUMNS;
        let mut drawn = comfy_table::Table::new();
        drawn.load_style(STYLE).set_header(columns);
        let mut widths: Vec<usize> = columns.iter().map(|name| columns_of(name)).collect();
        let mut is_empty = true;
        records.each(&mut |row| {
            is_empty = false;
            if width.is_some() {
                drawn.add_row(Row::from(row.cells().as_ref().iter().map(|cell| visible(cell))));
            } else {
                for (width, cell) in widths.iter_mut().zip(row.cells().as_ref()) {
                    *width = columns_of(&visible(cell)).max(*width);
                }
            }
            ControlFlow::Continue(())
        })?;
        match width {
            Some(width) => {
                drawn.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
                keep_ids_whole(&mut drawn, columns, width);
            }
            None => {
                drawn.add_row(widths.iter().map(|width| FILLER.to_string().repeat(*width)));
            }
        }
        let mut head: Vec<String> = drawn.lines().collect();
        // The header is what stands between the first border and the separator below it.
        let separator = head.iter().position(|line| line.starts_with('╞')).unwrap_or_default();
        let mut foot = head.split_off((separator + 1).min(head.len()));
        head.iter_mut().take(separator).skip(1).for_each(|line| *line = bold(line, color));
        let around = match width {
            Some(_) => Vec::new(),
            None => split_at_fillers(&foot.remove(0)),
        };
        Ok(Table { head, around, widths, foot, is_empty, is_fitted: width.is_some() })
    }

    /// Whether there are no rows.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    pub(super) fn write_head(&self, out: &mut impl Write) -> io::Result<()> {
        self.head.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// Writes one of the rows that were looked at.
    pub(super) fn write_row(&self, out: &mut impl Write, row: &impl Record) -> io::Result<()> {
        if self.is_fitted {
            return Ok(());
        }
        let (cells, mut around) = (row.cells(), self.around.iter());
        for (cell, width) in cells.as_ref().iter().zip(&self.widths) {
            let text = visible(cell);
            out.write_all(around.next().map(String::as_bytes).unwrap_or_default())?;
            out.write_all(text.as_bytes())?;
            write_spaces(out, width.saturating_sub(columns_of(&text)))?;
        }
        out.write_all(around.next().map(String::as_bytes).unwrap_or_default())?;
        out.write_all(b"\n")
    }

    pub(super) fn write_foot(&self, out: &mut impl Write) -> io::Result<()> {
        self.foot.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// The columns of a terminal that a text takes.
fn columns_of(text: &str) -> usize {
    // What is not ASCII takes a look into tables. There are no control characters left.
    if text.is_ascii() { text.len() } else { text.width() }
}

fn write_spaces(out: &mut impl Write, mut count: usize) -> io::Result<()> {
    const SPACES: &[u8] = &[b' '; 64];
    while count > 0 {
        let some = count.min(SPACES.len());
        out.write_all(&SPACES[..some])?;
        count -= some;
    }
    Ok(())
}

/// What a line has before its first cell, between its cells and after the last.
fn split_at_fillers(line: &str) -> Vec<String> {
    line.split(FILLER).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// What a column needs at least to be worth reading, in columns of the terminal, borders and padding aside.
const LEAST: u16 = 10;

/// What a column takes besides its content: padding, and a border.
const AROUND: u16 = 3;

/// Keeps IDs, which are there to be copied, in one line each, where that leaves enough for the other columns.
fn keep_ids_whole(table: &mut comfy_table::Table, columns: &[&str], width: u16) {
    let is_id = |name: &str| name == "ID" || name.ends_with("_ID");
    let widths = table.column_max_content_widths();
    let needed = columns.iter().zip(&widths).map(|(name, width)| {
        let content = if is_id(name) { *width } else { (*width).min(LEAST) };
        u32::from(content) + u32::from(AROUND)
    });
    if needed.sum::<u32>() >= u32::from(width) {
        return;
    }
    for (at, _) in columns.iter().enumerate().filter(|(_, name)| is_id(name)) {
        if let Some(column) = table.column_mut(at) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rows, Sample};
    use super::*;
    use proptest::prelude::*;

    fn written(pairs: &[(String, String)]) -> String {
        let rows = Rows(pairs.iter().map(|(id, name)| Sample::new(id, name)).collect());
        let table = Table::measure(&rows, None, false).unwrap();
        let mut out = Vec::new();
        table.write_head(&mut out).unwrap();
        rows.0.iter().for_each(|row| table.write_row(&mut out, row).unwrap());
        table.write_foot(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The same by comfy-table alone.
    fn drawn(pairs: &[(String, String)]) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(STYLE).set_header(Sample::COLUMNS);
        for (id, name) in pairs {
            table.add_row([visible(id), visible(name)]);
        }
        table.lines().map(|line| line + "\n").collect()
    }

    proptest! {
        #[test]
        fn rows_in_between_are_as_comfy_table_draws_them(
            pairs in prop::collection::vec(("[!-~]{1,18}", any::<String>().prop_map(|text| format!("x{text}x"))), 1..6),
        ) {
            prop_assert_eq!(written(&pairs), drawn(&pairs));
        }
    }

    #[test]
    fn a_table_without_rows_has_a_header() {
        assert_eq!(written(&[]), drawn(&[]));
    }
}
