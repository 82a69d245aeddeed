//! Tables for people, drawn by comfy-table.

use comfy_table::{ColumnConstraint, ContentArrangement, ContentLineStyle, Row, Table, TableStyle, presets};

use super::Record;
use super::color::{BOLD, paint};
use crate::text::escape::escape_unsafe;

const LINES: ContentLineStyle = ContentLineStyle::new('│', '│', '│');
const STYLE: TableStyle = presets::UTF8_FULL_CONDENSED.header_lines(LINES).content_lines(LINES);

/// The width that a column needs to be readable, without border and padding.
const MIN_COLUMN_WIDTH: u16 = 10;

/// The columns that border and padding add to a column.
const COLUMN_OVERHEAD: u16 = 3;

/// Renders records as a table. With a `width`, it fits a terminal of that many columns: long text wraps and is never
/// truncated.
pub(super) fn render<R: Record>(rows: &[R], width: Option<u16>, colorize: bool) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(R::COLUMNS);
    table.add_rows(rows.iter().map(|row| Row::from(row.cells().as_ref().iter().map(|cell| escape_unsafe(cell)))));
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        prevent_id_wrapping(&mut table, R::COLUMNS, width);
    }
    let mut text = String::new();
    // The header is between the top border and the separator below it.
    let mut is_header = false;
    for line in table.lines() {
        is_header &= !line.starts_with('╞');
        text.push_str(&paint(&line, BOLD, colorize && is_header));
        text.push('\n');
        is_header |= line.starts_with('┌');
    }
    text
}

/// Keeps IDs, which users copy, on one line if that leaves enough room for the other columns.
fn prevent_id_wrapping(table: &mut Table, columns: &[&str], width: u16) {
    let is_id = |name: &str| name == "ID" || name.ends_with("_ID");
    let widths = table.column_max_content_widths();
    let required = columns.iter().zip(&widths).map(|(name, width)| {
        let content = if is_id(name) { *width } else { (*width).min(MIN_COLUMN_WIDTH) };
        u32::from(content) + u32::from(COLUMN_OVERHEAD)
    });
    if required.sum::<u32>() >= u32::from(width) {
        return;
    }
    for (index, _) in columns.iter().enumerate().filter(|(_, name)| is_id(name)) {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}
