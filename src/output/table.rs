//! Tables for people, by comfy-table.

use std::io::{self, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, ContentLineStyle, Row, Table, TableStyle, presets};

use super::Record;
use super::color::bold;
use crate::text::escape::visible;

const LINES: ContentLineStyle = ContentLineStyle::new('│', '│', '│');
const STYLE: TableStyle = presets::UTF8_FULL_CONDENSED.header_lines(LINES).content_lines(LINES);

/// What a column needs at least to be worth reading, in columns of the terminal, borders and padding aside.
const LEAST: u16 = 10;

/// What a column takes besides its content: padding, and a border.
const AROUND: u16 = 3;

/// Keeps IDs, which are there to be copied, in one line each, where that leaves enough for the other columns.
fn keep_ids_whole(table: &mut Table, columns: &[&str], width: u16) {
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

/// A bordered table. With a `width` (columns of the terminal) it is fitted, and long text wraps; nothing is ever cut.
pub(super) fn write<R: Record>(out: &mut dyn Write, rows: &[R], width: Option<u16>, color: bool) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_header(R::COLUMNS);
    for row in rows {
        table.add_row(Row::from(row.cells().as_ref().iter().map(|cell| visible(cell))));
    }
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
        keep_ids_whole(&mut table, R::COLUMNS, width);
    }
    // The header is what stands between the first border and the separator below it.
    let mut in_header = true;
    for (at, line) in table.lines().enumerate() {
        in_header = in_header && (at == 0 || !line.starts_with('╞'));
        writeln!(out, "{}", bold(&line, color && in_header && at > 0))?;
    }
    Ok(())
}
