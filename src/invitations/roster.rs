//! The roster: who is wanted, and at which partner. Plain lines or CSV, as people keep it.

use super::address;

/// Somebody who is to be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line of the roster, counted from 1; `None` for an address of the command line.
    pub line: Option<u64>,
    /// The address, as it was written.
    pub email: String,
    /// The partner as it was written, where the roster says so.
    pub partner: Option<String>,
}

/// Something wrong with the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line of the roster, counted from 1; `None` for an address of the command line.
    pub line: Option<u64>,
    /// What is wrong.
    pub msg: String,
}

/// What a roster says, and all that is wrong with it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Who is wanted, in the roster's order.
    pub entries: Vec<Entry>,
    /// All that is wrong, in the roster's order. Where there is anything, nobody may be invited.
    pub faults: Vec<Fault>,
    /// Whether each entry names its partner.
    pub names_partners: bool,
}

impl Roster {
    /// The addresses of a command line.
    pub fn from_arguments(emails: &[String]) -> Self {
        let mut roster = Roster::default();
        for email in emails {
            roster.add(None, email, None);
        }
        roster
    }

    /// A file's contents: one address a line, or CSV whose first line has a column `email`. Blank lines and lines
    /// that begin with `#` are skipped.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut roster = Roster::default();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let line = count_lines(&bytes[..error.valid_up_to()]) + 1;
                roster.fault(Some(line), "this is not UTF-8 text: save the file as UTF-8");
                return roster;
            }
        };
        let start = skip_idle_lines(text, 0);
        let first = text[start..].lines().next().unwrap_or_default();
        match [',', ';', '\t'].into_iter().find_map(|delimiter| Columns::of(first, delimiter)) {
            Some(columns) => roster.read_csv(text, start, columns),
            None if first.contains([',', ';', '\t']) && !first.contains('@') => {
                let line = count_lines(&bytes[..start]) + 1;
                roster.fault(Some(line), "this looks like the first line of a CSV, but there is no column `email`");
            }
            None => roster.read_lines(text),
        }
        roster
    }

    fn read_lines(&mut self, text: &str) {
        for (line, number) in text.lines().zip(1..) {
            if !is_idle(line) {
                self.add(Some(number), unquoted(line), None);
            }
        }
    }

    fn read_csv(&mut self, text: &str, start: usize, columns: Columns) {
        self.names_partners = columns.partner.is_some();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(columns.delimiter as u8)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .flexible(true)
            .has_headers(true)
            .from_reader(&text.as_bytes()[start..]);
        let (mut counted, mut line) = (0, 1);
        let mut record = csv::StringRecord::new();
        // Text in memory that is UTF-8, with records of any length, cannot fail to be read.
        while let Ok(true) = reader.read_record(&mut record) {
            if record.iter().all(str::is_empty) {
                continue;
            }
            // The reader's own count begins before the lines that it has skipped.
            let begins = record.position().map_or(start, |position| start + position.byte() as usize);
            let begins = skip_idle_lines(text, begins.min(text.len()));
            line += count_lines(&text.as_bytes()[counted..begins.max(counted)]);
            counted = begins.max(counted);
            let cell = |at: usize| record.get(at).unwrap_or_default().trim();
            self.add(Some(line), cell(columns.email), columns.partner.map(cell));
        }
    }

    fn add(&mut self, line: Option<u64>, email: &str, partner: Option<&str>) {
        let email = email.trim();
        if let Err(msg) = address::check(email) {
            self.fault(line, &msg);
        }
        if partner == Some("") {
            self.fault(line, "there is no partner");
        }
        self.entries.push(Entry { line, email: email.to_owned(), partner: partner.map(str::to_owned) });
    }

    fn fault(&mut self, line: Option<u64>, msg: &str) {
        self.faults.push(Fault { line, msg: msg.to_owned() });
    }
}

/// Where a CSV keeps what.
#[derive(Debug)]
struct Columns {
    delimiter: char,
    email: usize,
    partner: Option<usize>,
}

impl Columns {
    /// The columns that `header` names, if `email` is one of them.
    fn of(header: &str, delimiter: char) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter as u8)
            .trim(csv::Trim::All)
            .has_headers(false)
            .from_reader(header.as_bytes());
        let names = reader.records().next()?.ok()?;
        let position = |wanted: &str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted));
        Some(Columns { delimiter, email: position("email")?, partner: position("partner") })
    }
}

/// Whether a line says nothing.
fn is_idle(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The first place at or after `from`, the beginning of a line, where a line says something.
fn skip_idle_lines(text: &str, mut from: usize) -> usize {
    while let Some(rest) = text.get(from..) {
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        if line.is_empty() || !is_idle(line) {
            break;
        }
        from += line.len();
    }
    from
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// A line without white space and one pair of quotes around it.
fn unquoted(line: &str) -> &str {
    let line = line.trim();
    ['"', '\''].into_iter().find_map(|quote| line.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(u64, String, Option<String>)> {
        let roster = Roster::parse(text.as_bytes());
        assert_eq!(roster.faults, []);
        roster.entries.into_iter().map(|entry| (entry.line.unwrap(), entry.email, entry.partner)).collect()
    }

    fn faults(text: impl AsRef<[u8]>) -> Vec<(u64, String)> {
        let faults = Roster::parse(text.as_ref()).faults;
        faults.into_iter().map(|fault| (fault.line.unwrap(), fault.msg)).collect()
    }

    fn row(line: u64, email: &str, partner: Option<&str>) -> (u64, String, Option<String>) {
        (line, email.to_owned(), partner.map(str::to_owned))
    }

    #[test]
    fn plain_lines() {
        let text = "\u{feff}# trainers\r\n a@b.co \r\n\r\n\"c@d.co\"\n'e@f.co'\n  # later\nG@h.co";
        let expected = [row(2, "a@b.co", None), row(4, "c@d.co", None), row(5, "e@f.co", None), row(7, "G@h.co", None)];
        assert_eq!(read(text), expected);
        assert_eq!(read(""), []);
        assert_eq!(read("\n# nobody\n"), []);
    }

    #[test]
    fn csv_with_and_without_partners() {
        assert_eq!(read("Name,Email\nDana, a@b.co \n"), [row(2, "a@b.co", None)]);
        let text = "\u{feff}# from the office\r\n\r\n\"Email\" ; Partner;x\r\na@b.co;\"Acme; \"\"Inc\"\"\";\r\n;;\r\n\r\n# no\r\nc@d.co; nur \r\n";
        assert_eq!(read(text), [row(4, "a@b.co", Some("Acme; \"Inc\"")), row(8, "c@d.co", Some("nur"))]);
        assert_eq!(read("partner\temail\nnur\ta@b.co"), [row(2, "a@b.co", Some("nur"))]);
        assert_eq!(read("email\na@b.co\n"), [row(2, "a@b.co", None)]);
    }

    #[test]
    fn a_cell_of_several_lines_counts_them() {
        let text = "note,email\n\"one\ntwo\",a@b.co\nx,c@d.co\n";
        assert_eq!(read(text), [row(2, "a@b.co", None), row(4, "c@d.co", None)]);
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let told = faults("a@b.co\nnonsense\n\nDana <d@e.co>\n");
        assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
        let told = faults("email,partner\nx,nur\na@b.co,\n,\nc@d.co\n");
        assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 5]);
        assert!(told[1].1.contains("no partner"));
    }

    #[test]
    fn what_is_no_roster_is_told_once() {
        let told = faults("name,mail\nDana,a@b.co\n");
        assert_eq!((told.len(), told[0].0), (1, 1));
        assert!(told[0].1.contains("no column `email`"));
        let told = faults(b"a@b.co\n\xff\n");
        assert_eq!((told.len(), told[0].0), (1, 2));
        assert!(told[0].1.contains("UTF-8"));
        assert_eq!(faults(b"\xff\xfea\0").len(), 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_roster_or_have_faults(bytes in any::<Vec<u8>>(), text in "(?s)[a@.,;\"#\r\n\t e]{0,80}") {
            Roster::parse(&bytes);
            Roster::parse(format!("email,partner\n{text}").as_bytes());
            Roster::parse(text.as_bytes());
        }

        #[test]
        fn what_a_spreadsheet_writes_is_what_is_read(rows in prop::collection::vec(("[a-z]{1,8}", "[ -~é]{1,12}"), 0..8)) {
            let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            csv.write_record(["partner", "email"]).unwrap();
            for (name, partner) in &rows {
                csv.write_record([format!("x{}", partner.trim()), format!("{name}@b.co")]).unwrap();
            }
            let text = csv.into_inner().unwrap();
            let roster = Roster::parse(&text);
            prop_assert_eq!(&roster.faults, &[]);
            let back: Vec<_> = roster.entries.iter().map(|entry| (entry.email.clone(), entry.partner.clone())).collect();
            let sent: Vec<_> = rows
                .iter()
                .map(|(name, partner)| (format!("{name}@b.co"), Some(format!("x{}", partner.trim()))))
                .collect();
            prop_assert_eq!(back, sent);
            for (entry, line) in roster.entries.iter().zip(2..) {
                prop_assert_eq!(entry.line, Some(line));
            }
        }
    }
}
