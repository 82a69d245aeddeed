//! Which columns of a record are printed.

use super::Record;
use crate::error::{Error, ErrorKind};

/// A selection of a record's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnSelection {
    names: Vec<&'static str>,
    /// The positions of the columns in the record; `None` selects the first ones, in their order.
    positions: Option<Vec<usize>>,
}

impl ColumnSelection {
    /// Selects the columns with these names, in any case, or those that are printed by default.
    ///
    /// Returns [`ErrorKind::Usage`] if there is no such column.
    pub(super) fn select<R: Record>(wanted: Option<&[String]>) -> Result<Self, Error> {
        Self::select_from(R::COLUMNS, R::DEFAULT_COLUMN_COUNT, wanted)
    }

    fn select_from(
        all: &'static [&'static str],
        default_count: usize,
        wanted: Option<&[String]>,
    ) -> Result<Self, Error> {
        let Some(wanted) = wanted else {
            return Ok(ColumnSelection { names: all[..default_count].to_vec(), positions: None });
        };
        let position = |name: &String| {
            all.iter().position(|column| column.eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
                let error = Error::new(ErrorKind::Usage, format!("unknown column '{name}'"));
                error.with_hint(format!("possible columns: {}", all.join(", ")))
            })
        };
        let positions: Vec<usize> = wanted.iter().map(position).collect::<Result<_, _>>()?;
        let names = positions.iter().map(|position| all[*position]).collect();
        Ok(ColumnSelection { names, positions: Some(positions) })
    }

    /// Returns the names.
    pub(super) fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Calls `with` with those of a record's cells that are selected.
    pub(super) fn with_selected<T>(&self, cells: &[&str], with: impl FnOnce(&[&str]) -> T) -> T {
        match &self.positions {
            None => with(&cells[..self.names.len()]),
            Some(positions) => with(&positions.iter().map(|position| cells[*position]).collect::<Vec<_>>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::TestRecord;
    use super::*;

    fn select(names: &[&str]) -> Result<ColumnSelection, Error> {
        ColumnSelection::select::<TestRecord>(Some(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()))
    }

    #[test]
    fn columns_are_selected_in_the_order_given_and_in_any_case() {
        let columns = select(&["name", " Id", "NAME"]).unwrap();
        assert_eq!(columns.names(), ["NAME", "ID", "NAME"]);
        let cells = |columns: &ColumnSelection| columns.with_selected(&["1", "a"], |cells| cells.join("|"));
        assert_eq!(cells(&columns), "a|1|a");
        assert_eq!(cells(&ColumnSelection::select::<TestRecord>(None).unwrap()), "1|a");
    }

    #[test]
    fn unknown_column_lists_the_columns() {
        let error = select(&["id", "mail"]).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Usage, "unknown column 'mail'"));
        assert_eq!(error.hints(), ["possible columns: ID, NAME"]);
    }
}
