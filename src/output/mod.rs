//! Output: data on standard output, diagnostics on standard error.

pub mod color;
mod formats;
mod printer;
pub mod reporter;
mod rows;
mod table;

pub use formats::OutputFormat;
pub use printer::Printer;
pub use rows::{Row, RowPrinter, cells_of_fields};
