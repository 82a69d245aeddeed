//! Decodes the bytes of a roster to text: UTF-8, or UTF-16 with a byte order mark.
//!
//! No other encoding is guessed, because a wrong guess changes names and addresses.

use std::borrow::Cow;

use super::RosterError;
use super::records::count_line_ends;

/// How to save a table in a form that strigo reads.
const SAVE_AS_CSV: &str = "save it as CSV: in Excel, File > Save As > CSV UTF-8; in LibreOffice, File > Save As > Text CSV; in \
                           Google Sheets, File > Download > CSV";

const SAVE_AS_UTF8: &str = "save the file as UTF-8 (in Excel: File > Save As > CSV UTF-8)";

/// The first bytes of other file types, what they are, and what to do.
const SIGNATURES: [(&[u8], &str, &str); 11] = [
    (b"PK\x03\x04", "a spreadsheet file (or another archive)", SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet file of an old Excel", SAVE_AS_CSV),
    (b"%PDF-", "a PDF file", "export the list as CSV"),
    (b"{", "a JSON file", "convert it to CSV, or to one address per line"),
    (b"[{", "a JSON file", "convert it to CSV, or to one address per line"),
    (b"BEGIN:VCARD", "a vCard file", "export the contacts as CSV"),
    (b"dn:", "an LDIF file", "export the entries as CSV"),
    (b"<!", "an HTML or XML file", SAVE_AS_CSV),
    (b"<html", "an HTML file", SAVE_AS_CSV),
    (b"<table", "an HTML file", SAVE_AS_CSV),
    (b"<?xml", "an XML file", SAVE_AS_CSV),
];

/// Decodes a roster. The byte order mark is removed.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, RosterError> {
    // DOS ended texts with it.
    let bytes = bytes.strip_suffix(b"\x1a").unwrap_or(bytes);
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let content = unmarked.trim_ascii_start();
    let has_signature =
        |signature: &[u8]| content.get(..signature.len()).is_some_and(|start| start.eq_ignore_ascii_case(signature));
    if let Some((_, what, hint)) = SIGNATURES.iter().find(|(signature, ..)| has_signature(signature)) {
        return Err(RosterError::new(1, format!("this is {what}")).with_hint(*hint));
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(decode_utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(decode_utf16(rest, u16::from_be_bytes)?),
        _ => Cow::Borrowed(decode_utf8(unmarked)?),
    };
    find_nul(&text).map_or(Ok(text), Err)
}

fn decode_utf8(bytes: &[u8]) -> Result<&str, RosterError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let (valid, invalid) = bytes.split_at(error.valid_up_to());
        let valid = String::from_utf8_lossy(valid);
        let byte = invalid.first().copied().unwrap_or_default();
        let not_utf8 = || not_text(&valid, &format!("the byte 0x{byte:02x}, which is not valid UTF-8"));
        find_nul(&valid).unwrap_or_else(not_utf8)
    })
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, RosterError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(c) => text.push(c),
            Err(error) => {
                let unit = error.unpaired_surrogate();
                return Err(not_text(&text, &format!("0x{unit:04x}, which is not valid UTF-16")));
            }
        }
    }
    if rest.is_empty() { Ok(text) } else { Err(not_text(&text, "half a UTF-16 character at the end")) }
}

/// Returns the error for a NUL, which is in binary files and in UTF-16 without a byte order mark.
fn find_nul(text: &str) -> Option<RosterError> {
    text.split_once('\0').map(|(before, _)| not_text(before, "a NUL byte"))
}

fn not_text(before: &str, what: &str) -> RosterError {
    RosterError::new(1 + count_line_ends(before), format!("contains {what}")).with_hint(SAVE_AS_UTF8)
}
