//! Rows of any kind of record, so that each format is compiled only once.

use std::io;
use std::ops::Range;

use super::Record;
use super::columns::ColumnSelection;

/// A list of records.
pub(super) trait Rows {
    /// Returns the number of records.
    fn count(&self) -> usize;

    /// Returns the ID of a record.
    fn id(&self, index: usize) -> &str;

    /// Calls `visit` with the cells of a record.
    fn visit_cells(&self, index: usize, visit: &mut dyn FnMut(&[&str]));
}

impl<R: Record> Rows for &[R] {
    fn count(&self) -> usize {
        self.len()
    }

    fn id(&self, index: usize) -> &str {
        self[index].id()
    }

    fn visit_cells(&self, index: usize, visit: &mut dyn FnMut(&[&str])) {
        visit(self[index].cells().as_ref());
    }
}

/// Calls `visit` with the selected cells of each record, until it fails.
pub(super) fn visit_rows(
    rows: &dyn Rows,
    range: Range<usize>,
    columns: &ColumnSelection,
    visit: &mut dyn FnMut(&[&str]) -> io::Result<()>,
) -> io::Result<()> {
    let mut result = Ok(());
    for index in range {
        rows.visit_cells(index, &mut |cells| result = columns.with_selected(cells, &mut *visit));
        if result.is_err() {
            break;
        }
    }
    result
}
