//! Rosters: any bytes are read without a panic, and what is read is in the input, line by line.

#![no_main]

use std::ops::Range;

use libfuzzer_sys::fuzz_target;
use strigo_cli::invitations::email::is_email;
use strigo_cli::invitations::roster::{ColumnOptions, Roster};

fuzz_target!(|data: &[u8]| {
    for options in [
        ColumnOptions::default(),
        ColumnOptions { has_partner_arg: true, ..ColumnOptions::default() },
        ColumnOptions { email: Some("login"), partner: Some("team"), has_partner_arg: false, ..ColumnOptions::default() },
    ] {
        if let Ok(roster) = Roster::parse(data, &options) {
            let text = decode(data).expect("only text is accepted");
            check_entries(&roster, &text);
            if roster.errors.is_empty() {
                check_complete(&roster, &text);
            }
            check_utf16(&roster, &text, &options);
        }
    }
});

/// Decodes as the format is documented, independently of the code under test.
fn decode(data: &[u8]) -> Option<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks(2).map(|pair| pair.try_into().map(unit)).collect::<Result<_, _>>().ok()?;
        String::from_utf16(&units).ok()
    };
    match data {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(data.to_vec()).ok(),
    }
}

/// Returns the ranges of the lines, which end in LF, CRLF, or CR.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (index, c) in text.char_indices() {
        if c == '\n' || (c == '\r' && !text[index..].starts_with("\r\n")) {
            lines.push(start..index + 1);
            start = index + 1;
        }
    }
    lines.push(start..text.len());
    lines
}

/// Each address and partner is in the lines from its entry's line up to the next entry's.
fn check_entries(roster: &Roster, text: &str) {
    let lines = lines(text);
    let starts: Vec<usize> = roster
        .entries
        .iter()
        .map(|entry| lines[usize::try_from(entry.line.expect("an entry of a file has a line")).unwrap() - 1].start)
        .collect();
    for (index, entry) in roster.entries.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        assert!(starts[index] < end, "two entries in line {:?}", entry.line);
        let row = &text[starts[index]..end];
        for cell in [Some(&entry.email), entry.partner.as_ref()].into_iter().flatten() {
            // In a quoted cell, quotes are doubled.
            assert!(row.contains(cell.as_str()) || row.contains(&cell.replace('"', "\"\"")), "{cell:?} not in {row:?}");
        }
        assert_eq!(entry.partner.is_some(), roster.partner_column.is_some());
        if roster.errors.is_empty() {
            assert!(is_email(&entry.email), "{:?} is accepted", entry.email);
            assert_ne!(entry.partner.as_deref(), Some(""));
        }
    }
    for error in &roster.errors {
        let line = usize::try_from(error.line.expect("an error of a file has a line")).unwrap();
        assert!((1..=lines.len()).contains(&line), "{error:?}");
    }
}

/// A line that is nothing but an address is an entry: no person is left out.
fn check_complete(roster: &Roster, text: &str) {
    for (line, number) in lines(text).into_iter().zip(1..) {
        let line = text[line].trim_matches([' ', '\t', '\r', '\n']);
        let is_plain = line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@.".contains(&byte));
        if is_plain && is_email(line) {
            let is_entry = |line_of_entry: Option<u64>| line_of_entry == Some(number);
            assert!(roster.entries.iter().any(|entry| is_entry(entry.line)), "{line:?} is left out");
        }
    }
}

/// The encoding makes no difference.
fn check_utf16(roster: &Roster, text: &str, options: &ColumnOptions<'_>) {
    let bytes = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes);
    let same = Roster::parse(&bytes.collect::<Vec<u8>>(), options);
    assert_eq!(same.as_ref(), Ok(roster));
}
