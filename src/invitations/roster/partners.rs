//! Partners from a file: one name per line, or CSV with a column of partners and, for a rename, one of new names.

use super::columns::{COMPANY_NAMES, find_known};
use super::detect::{Body, DELIMITERS};
use super::records::{CsvReader, CsvRow};
use super::{RosterError, clean_cell, decode, plain_lines, rows, text_of_line};
use crate::text::invisible::trim_invisible;

/// The names of the column of partners in groups, the first of which has priority. One of IDs has no names.
const PARTNER_NAMES: &[&str] = &["partner partners", "name names partnername partnernames", COMPANY_NAMES];

/// Those of a list of renames, which may have been made from `partners list --output csv`.
const RENAMED_NAMES: &[&str] = &["partner partnerid id", "name partnername", COMPANY_NAMES];

/// The names of a column that has no names of partners.
const ID_NAMES: &[&str] = &["id partnerid"];

const NEW_NAMES: &[&str] = &["newname"];

/// A partner of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerEntry {
    /// The line of the file, counted from 1.
    pub line: u64,
    /// The partner, as it was written.
    pub partner: String,
    /// Its new name; empty if the file is no list of renames.
    pub new_name: String,
}

/// Reads the partners, and with `has_new_names` their new names, and what is wrong with other rows.
///
/// # Errors
///
/// Returns what makes the whole file unreadable.
pub fn parse_partners(bytes: &[u8], has_new_names: bool) -> Result<(Vec<PartnerEntry>, Vec<RosterError>), RosterError> {
    let text = decode::decode(bytes)?;
    let body = Body::find(&text);
    let entry = |line: u64, partner: &str, new_name: &str| PartnerEntry {
        line,
        partner: partner.to_owned(),
        new_name: new_name.to_owned(),
    };
    let Some((delimiter, header, reader)) = find_header(&body, has_new_names) else {
        if has_new_names {
            return Err(RosterError::new(body.line, "no header line with the columns `partner` and `new_name`"));
        }
        let is_of_ids = |line: &str| matches!(find_known(&[line.to_owned()], ID_NAMES, ""), Ok(Some(_)));
        for (index, (number, line)) in plain_lines(&body).enumerate() {
            if is_row(line) || (index == 0 && is_of_ids(line)) {
                let message = "this is a row, but no column is called `partner` or `name`";
                return Err(RosterError::new(number, message).with_hint(match line.contains(',') {
                    true => "put a name that contains a comma in double quotes",
                    false => "add a header line with the names of the columns above the first row",
                }));
            }
        }
        let entries = plain_lines(&body).map(|(number, line)| entry(number, text_of_line(line), ""));
        return Ok((entries.collect(), Vec::new()));
    };
    let column = |names: &[&str]| find_known(&header.cells, names, "").ok().flatten();
    let (partner, new_name) = (column(partner_names(has_new_names)), column(NEW_NAMES));
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    for row in rows(reader, header.cells.len(), delimiter) {
        match row {
            Ok(row) => {
                let cell = |column: Option<usize>| {
                    column.and_then(|column| row.cells.get(column)).map_or("", |cell| clean_cell(cell))
                };
                entries.push(entry(row.line, cell(partner), cell(new_name)));
            }
            Err(error) => errors.push(error),
        }
    }
    for PartnerEntry { line, partner, new_name } in &entries {
        for (cell, column) in [(partner, "partner"), (new_name, "new_name")] {
            if cell.is_empty() && (has_new_names || column == "partner") {
                errors.push(RosterError::new(*line, format!("missing {column}")));
            }
        }
    }
    Ok((entries, errors))
}

/// Whether a line has a separator of cells, unlike the comma of `Blue, Inc` and what is in quotes: nothing can delete a
/// partner that is a row.
fn is_row(line: &str) -> bool {
    let line = trim_invisible(line);
    if let Some(quoted) = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')) {
        return quoted.contains('"');
    }
    let mut commas = line.match_indices(',');
    line.contains([';', '\t', '|']) || commas.any(|(index, _)| !line[index + 1..].starts_with(char::is_whitespace))
}

fn partner_names(has_new_names: bool) -> &'static [&'static str] {
    if has_new_names { RENAMED_NAMES } else { PARTNER_NAMES }
}

/// Finds the header, with the separator that makes the most cells of it. Returns `None` for a list of plain lines.
fn find_header<'t>(body: &Body<'t>, has_new_names: bool) -> Option<(char, CsvRow, CsvReader<'t>)> {
    let delimiters = body.delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let headers = delimiters.into_iter().filter_map(|delimiter| {
        let mut reader = CsvReader::new(body.text, body.line, delimiter);
        let header = reader.next()?.ok()?;
        let has = |names: &[&str]| matches!(find_known(&header.cells, names, ""), Ok(Some(_)));
        (has(partner_names(has_new_names)) && (!has_new_names || has(NEW_NAMES))).then_some((delimiter, header, reader))
    });
    // Of several with as many cells, the first.
    headers.reduce(|best, other| if other.1.cells.len() > best.1.cells.len() { other } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(u64, String)> {
        let (entries, errors) = parse_partners(text.as_bytes(), false).unwrap();
        assert_eq!(errors, []);
        entries.into_iter().map(|entry| (entry.line, entry.partner)).collect()
    }

    #[test]
    fn names_are_read_from_lines_and_from_csv() {
        let expected = vec![(2, "Blue, Inc".to_owned()), (4, "O'Neil & Co".to_owned())];
        assert_eq!(names("# partners\nBlue, Inc\n\nO'Neil & Co\n"), expected);
        assert_eq!(names("# partners\n\"Blue, Inc\"\n\n\u{feff}O'Neil & Co \r\n"), expected);
        assert_eq!(names("name\n\"Blue, Inc\"\n\nO'Neil & Co\n"), expected);
        assert_eq!(names("City;Partner Name\nBonn;Blue, Inc\n;\nRome;O'Neil & Co"), expected);
        assert_eq!(names("name,partner\nx,\"Blue, Inc\"\n\ny,O'Neil & Co"), expected);
        assert_eq!(
            names("Partner ID,Name\n7,\"Blue, Inc\"\n\n8,O'Neil & Co"),
            [(2, expected[0].1.clone()), expected[1].clone()]
        );
        assert_eq!(names("Firma\nnur"), [(2, "nur".to_owned())]);
        assert_eq!(names("\"10,000 Miles\""), [(1, "10,000 Miles".to_owned())]);
        assert_eq!(names(""), []);
    }

    /// Such a partner could never be deleted.
    #[test]
    fn row_of_a_table_is_no_name() {
        for (text, line) in [
            ("Title,City\nnur,Bonn\n", 1),
            ("nur\n\"Z1, Inc\",Bonn\n", 2),
            ("\"nur\",\"Bonn\"", 1),
            ("nur;Bonn", 1),
            ("nur\tBonn", 1),
            ("nur|Bonn", 1),
            ("Partner ID\n7\n", 1),
            ("id\n7\n", 1),
        ] {
            let error = parse_partners(text.as_bytes(), false).unwrap_err();
            assert_eq!(error.line, Some(line), "{text}");
            assert!(error.message.contains("no column is called `partner` or `name`"), "{error:?}");
        }
    }

    #[test]
    fn renames_need_both_columns() {
        let (entries, errors) = parse_partners(b"partner,new_name\nnur,Nur Academy\n7,\n", true).unwrap();
        assert_eq!((&*entries[0].partner, &*entries[0].new_name), ("nur", "Nur Academy"));
        assert_eq!(errors, [RosterError::new(3, "missing new_name")]);
        let (entries, _) = parse_partners(b"ID,NAME,new_name\n7,nur,Nur Academy\n", true).unwrap();
        assert_eq!((&*entries[0].partner, &*entries[0].new_name), ("7", "Nur Academy"));
        let error = parse_partners(b"partner\nnur\n", true).unwrap_err();
        assert_eq!(error.message, "no header line with the columns `partner` and `new_name`");
    }

    #[test]
    fn row_that_is_not_exact_is_an_error_with_its_line() {
        for (text, line, message) in [
            ("name\nBlue, Inc\n", 2, "the row has 2 cells, but the header has 1"),
            ("name,city\nnur,Bonn\n,Rome\n", 3, "missing partner"),
            ("name\n\"nur\n", 2, "unclosed quote"),
        ] {
            let (_, errors) = parse_partners(text.as_bytes(), false).unwrap();
            assert_eq!(
                errors.iter().map(|error| (error.line, &*error.message)).collect::<Vec<_>>(),
                [(Some(line), message)]
            );
        }
        assert_eq!(parse_partners(b"PK\x03\x04", false).unwrap_err().line, Some(1));
    }
}
