//! Tables for people, by comfy-table.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, ContentLineStyle, Row, Table, TableStyle, presets};

use super::Record;
use super::color::bold;
use crate::text::escape::visible;

const LINES: ContentLineStyle = ContentLineStyle::new('│', '│', '│');
const STYLE: TableStyle = presets::UTF8_FULL_CONDENSED.header_lines(LINES).content_lines(LINES);

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
    }
    // The header is what stands between the first border and the separator below it.
    let mut in_header = true;
    for (at, line) in table.lines().enumerate() {
        in_header = in_header && (at == 0 || !line.starts_with('╞'));
        writeln!(out, "{}", bold(&line, color && in_header && at > 0))?;
    }
    Ok(())
}
