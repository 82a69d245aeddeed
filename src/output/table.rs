//! Tables for people, arranged by comfy-table. Where a table does not fit the terminal, its rows are shown one under the
//! other.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr as _;

use super::color::{BOLD, paint, state_style};
use super::formats::Cells;
use super::printer::Printer;

/// The blanks between columns.
const GAP: u16 = 2;

/// The width up to which a word of a name is never broken, in columns.
const MAX_UNBROKEN_WORD: usize = 20;

/// Returns the lines of a table whose columns are at least as wide as `widths`, below its header if `with_header`. With a
/// width, it fits the terminal: names wrap between words, and nothing is truncated. What users copy, such as IDs and links,
/// never wraps: if there is no room for it, the rows are shown without a table, with an empty line between them.
pub(super) fn draw(cells: &Cells, widths: &[usize], printer: &Printer, with_header: bool) -> String {
    let lines = arrange(cells, widths, printer.width);
    if printer.width.is_some_and(|width| lines.iter().any(|line| line.width() > width.into())) {
        return cells.rows.iter().map(|row| draw_block(&cells.names, row, printer)).collect::<Vec<_>>().join("\n");
    }
    let (header, rows) = lines.split_at(1);
    let header = header.iter().filter(|_| with_header).map(|line| paint(line, BOLD, printer.colorize));
    let rows = rows.iter().map(|line| if printer.colorize { paint_state(line, cells) } else { line.clone() });
    header.chain(rows).map(|line| line + "\n").collect()
}

/// Paints the state of a person in a line of a table that has one: the last word that is a state.
fn paint_state(line: &str, cells: &Cells) -> String {
    let mut words = line.rsplit(' ').filter(|_| cells.names.contains(&"STATE"));
    let state = words.find_map(|word| Some((word, state_style(word)?)));
    let Some((word, style)) = state else { return line.to_owned() };
    let start = line.rfind(word).unwrap_or_default();
    format!("{}{}{}", &line[..start], paint(word, style, true), &line[start + word.len()..])
}

/// Returns the lines of a table, the first of them being its header. It is wider than `limit` only if it has to be.
fn arrange(cells: &Cells, widths: &[usize], limit: Option<u16>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(&cells.names).add_rows(&cells.rows);
    if let Some(limit) = limit {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(limit);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        let padding = if index + 1 < cells.names.len() { GAP } else { 0 };
        let width = min_width(cells, index).max(widths[index]) + usize::from(padding);
        let width = Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX));
        column.set_padding((0, padding)).set_constraint(ColumnConstraint::LowerBoundary(width));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether text in this column wraps, between words. What users copy does not.
fn wraps(name: &str) -> bool {
    matches!(name, "NAME" | "PARTNER_NAME" | "STATUS")
}

/// Returns the width below which something would be broken that must not be. In text that wraps, that is an address, a path,
/// or a short word.
fn min_width(cells: &Cells, column: usize) -> usize {
    let name = cells.names[column];
    let word_width = |word: &str| match word.contains(['@', '/', '\\']) {
        true => word.width(),
        false => word.width().min(MAX_UNBROKEN_WORD),
    };
    let min_width = |cell: &str| match wraps(name) {
        true => cell.split(' ').map(word_width).max().unwrap_or_default(),
        false => cell.width(),
    };
    cells.rows.iter().map(|row| min_width(&row[column])).max().unwrap_or_default().max(name.width())
}

/// Returns a row as lines of a name and a value. What users copy has a line of its own if it does not fit beside the name;
/// other text wraps.
fn draw_block(names: &[&str], row: &[String], printer: &Printer) -> String {
    let indent = names.iter().map(|name| name.width()).max().unwrap_or_default() + usize::from(GAP);
    let room = printer.width.map_or(usize::MAX, |width| usize::from(width).saturating_sub(indent));
    let options = Options::new(room).break_words(false).word_splitter(WordSplitter::NoHyphenation);
    let mut block = String::new();
    for (name, cell) in names.iter().zip(row) {
        let (label, gap) = (paint(name, BOLD, printer.colorize), " ".repeat(indent - name.width()));
        block += &match *name {
            _ if cell.is_empty() => format!("{label}\n"),
            name if wraps(name) => {
                let lines = textwrap::wrap(cell, &options);
                format!("{label}{gap}{}\n", lines.join(&format!("\n{:indent$}", "")))
            }
            _ if cell.width() > room => format!("{label}\n{cell}\n"),
            _ => format!("{label}{gap}{cell}\n"),
        };
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Environment, OutputStream};
    use clap::ColorChoice;

    fn draw_lines(rows: &[[&str; 2]], width: Option<u16>, reserved: [usize; 2], with_header: bool) -> Vec<String> {
        let stdout = OutputStream { writer: Box::new(std::io::sink()), is_terminal: width.is_some(), width };
        let printer = Printer::new(stdout, None, false, ColorChoice::Never, &Environment::new(|_| None));
        let rows = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        let cells = Cells { names: vec!["ID", "NAME"], rows };
        draw(&cells, &reserved, &printer, with_header).lines().map(str::to_owned).collect()
    }

    fn lines(rows: &[[&str; 2]], width: Option<u16>) -> Vec<String> {
        draw_lines(rows, width, [0, 0], true)
    }

    #[test]
    fn columns_are_two_blanks_apart_without_borders() {
        let rows = [["1", "one"], ["22222", ""]];
        assert_eq!(lines(&rows, None), ["ID     NAME", "1      one", "22222"]);
        assert_eq!(draw_lines(&rows, None, [7, 0], false), ["1        one", "22222"]);
        assert_eq!(lines(&[], None), ["ID  NAME"]);
    }

    #[test]
    fn table_wraps_names_between_words() {
        let rows = [["yCoaiix2pRjxMjCn7", "Acme Training Partners"]];
        let natural = lines(&rows, None);
        assert_eq!(natural.len(), 2);
        assert_eq!(lines(&rows, Some(41)), natural);
        for width in 27..41 {
            let narrow = lines(&rows, Some(width));
            assert!(narrow.len() > natural.len(), "{narrow:?}");
            assert!(narrow.iter().all(|line| line.width() <= width.into()), "{narrow:?}");
            for word in ["yCoaiix2pRjxMjCn7", "Acme", "Training", "Partners"] {
                assert!(narrow.iter().any(|line| line.contains(word)), "{word}: {narrow:?}");
            }
        }
    }

    #[test]
    fn rows_are_shown_without_a_table_if_it_does_not_fit() {
        let rows = [["yCoaiix2pRjxMjCn7", "Acme Training"], ["2", ""]];
        let expected = ["ID    yCoaiix2pRjxMjCn7", "NAME  Acme Training", "", "ID    2", "NAME"];
        assert_eq!(lines(&rows, Some(26)), expected);
        assert_eq!(lines(&rows, Some(27))[0], "ID                 NAME");
        assert_eq!(draw_lines(&[["1", "a"]], Some(20), [18, 0], true), ["ID    1", "NAME  a"]);
    }

    #[test]
    fn only_text_that_wraps_is_broken() {
        let rows = [["firstname.lastname@company.example", "Acme Training Partners Incorporated"]];
        let expected =
            ["ID", "firstname.lastname@company.example", "NAME  Acme Training Partners", "      Incorporated"];
        assert_eq!(lines(&rows, Some(36)), expected);
        let long = "unbroken".repeat(5);
        assert_eq!(
            lines(&[["yCoaiix2pRjxMjCn7", &long]], Some(22)),
            ["ID", "yCoaiix2pRjxMjCn7", &format!("NAME  {long}")]
        );
        let link = "https://h.example/unbroken/link";
        assert!(lines(&[["1", link]], Some(30)).iter().any(|line| line.ends_with(link)));
        assert_eq!(lines(&[["1", &"é".repeat(70_000)]], Some(80)).concat().matches('é').count(), 70_000);
    }
}
