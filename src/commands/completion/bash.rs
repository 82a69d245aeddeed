//! Bash: splits its line into words as it does itself, and quotes the candidates.

use super::Candidate;

/// The value of `COMP_TYPE` if bash only lists the candidates (63 is `?`), which can then be described.
pub(super) const COMP_TYPE_LIST: &str = "63";

/// Marks the cursor, so that a blank or a backslash before it is kept.
const CURSOR: char = '\u{1}';

/// A command line up to the cursor.
pub(super) struct Line {
    words: Vec<String>,
    /// How many bytes of the last word bash keeps: those up to its last break, such as `=`, or up to the open quote.
    kept: usize,
    /// The quote that is open at the end.
    quote: &'static str,
}

impl Line {
    /// Splits a line. `word` is the end of the last word, as bash takes it.
    pub(super) fn parse(line: &str, word: &str) -> Option<Self> {
        ["", "'", "\""].into_iter().find_map(|quote| {
            let words = split(&format!("{line}{CURSOR}{quote}"))?;
            let end = split(&format!("{quote}{word}{CURSOR}{quote}"))?.pop()?;
            let kept = words.last()?.strip_suffix(end.as_str())?.len();
            Some(Line { words, kept, quote })
        })
    }

    /// Returns the words, the unfinished one last.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns the candidates, one per line: quoted or, with `list_only`, described.
    pub(super) fn replies(&self, candidates: &[Candidate], list_only: bool) -> String {
        let reply = |Candidate { value, help }: &Candidate| {
            let text = value.get(self.kept..).unwrap_or_default();
            match list_only && candidates.len() > 1 {
                true if help.is_empty() => format!("{text}\n"),
                true => format!("{text}  ({help})\n"),
                false => self.quote(text) + "\n",
            }
        };
        candidates.iter().map(reply).collect()
    }

    /// Quotes text for the cursor's place. Bash closes an open quote itself, unless the text ends with it.
    fn quote(&self, text: &str) -> String {
        let needs_backslash = |c: char| match self.quote {
            "" => c.is_ascii() && !c.is_ascii_alphanumeric() && !"@%+=:,./-_".contains(c),
            "\"" => "\"\\$`".contains(c),
            _ => false,
        };
        let mut quoted = String::new();
        for c in text.chars() {
            match (self.quote, c) {
                ("'", '\'') => quoted.push_str(r"'\''"),
                // Inside double quotes, `!` expands the history, even after a backslash.
                ("\"", '!') => quoted.push_str("\"'!'\""),
                (_, c) if needs_backslash(c) => quoted.extend(['\\', c]),
                _ => quoted.push(c),
            }
        }
        if !self.quote.is_empty() && quoted.ends_with(self.quote) {
            quoted.push_str(self.quote);
        }
        quoted
    }
}

/// Splits text into words by the shell's rules. The last one ends at the cursor.
fn split(text: &str) -> Option<Vec<String>> {
    let mut words = shlex::split(text)?;
    let last = words.last_mut()?;
    *last = last.strip_suffix(CURSOR)?.to_owned();
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(line: &str) -> Vec<String> {
        Line::parse(line, "").map(|line| line.words).unwrap_or_default()
    }

    /// Returns what is inserted for the value, where bash completes `word`.
    fn reply(line: &str, word: &str, value: &str) -> String {
        let candidate = Candidate { value: value.to_owned(), help: "about".to_owned() };
        Line::parse(line, word).unwrap().replies(&[candidate], false).trim_end_matches('\n').to_owned()
    }

    #[test]
    fn line_is_split_like_in_bash() {
        assert_eq!(words("strigo  partners get "), ["strigo", "partners", "get", ""]);
        assert_eq!(words(r"a b\ c 'd e' "), ["a", "b c", "d e", ""]);
        assert_eq!(words(r#"a "b\"c d"#), ["a", "b\"c d"]);
        assert_eq!(words(r#"a "b\c \$"#), ["a", r"b\c $"]);
        assert_eq!(words("a 'b\"c"), ["a", "b\"c"]);
        assert_eq!(words("a ''"), ["a", ""]);
        assert_eq!(words("a '' "), ["a", "", ""]);
        assert_eq!(words(""), [""]);
        assert_eq!(words("a\\"), ["a"]);
        assert_eq!(words("a #b"), Vec::<String>::new());
    }

    #[test]
    fn reply_matches_open_quote() {
        assert_eq!(reply("x get Ac", "Ac", "Acme & Co"), r"Acme\ \&\ Co");
        assert_eq!(reply(r"x get Acme\ T", r"Acme\ T", "Acme Training"), r"Acme\ Training");
        assert_eq!(reply("x get 'Ac", "Ac", "Acme's Co"), r"Acme'\''s Co");
        assert_eq!(reply("x get \"Ac", "Ac", "Acme $1"), r"Acme \$1");
        assert_eq!(reply("x get א", "א", "א ב"), r"א\ ב");
        assert_eq!(reply("x get \"W", "W", "Wow! x"), "Wow\"'!'\" x");
        assert_eq!(reply("x get \"W", "W", "W \"Q\""), "W \\\"Q\\\"\"");
    }

    #[test]
    fn reply_omits_what_bash_keeps() {
        assert_eq!(reply("x --profile=st", "st", "--profile=staging"), "staging");
        assert_eq!(reply("x --profile='st", "st", "--profile=my staging"), "my staging");
        assert_eq!(reply("x get name:Ac", "Ac", "name:Acme Co"), r"Acme\ Co");
        assert_eq!(reply(r"x get a\:b", r"a\:b", "a:b c"), r"a:b\ c");
        assert_eq!(reply("x get user@c", "@c", "user@corp Ltd"), r"@corp\ Ltd");
        assert_eq!(reply("x get @", "@", "@at"), "@at");
    }

    #[test]
    fn list_shows_descriptions() {
        let candidate = |value: &str| Candidate { value: value.to_owned(), help: "an ID".to_owned() };
        let line = Line::parse("strigo partners get A", "A").unwrap();
        assert_eq!(line.replies(&[candidate("A B"), candidate("AC")], true), "A B  (an ID)\nAC  (an ID)\n");
        assert_eq!(line.replies(&[candidate("A B")], true), "A\\ B\n");
    }

    proptest! {
        /// What is put on the line means the value, whatever is in it.
        #[test]
        fn reply_evaluates_to_value(value in "[ -~é]{1,12}", quote in prop::sample::select(vec!["", "'", "\""])) {
            let text = reply(&format!("x {quote}"), "", &value);
            let is_closed = !quote.is_empty() && text.ends_with(quote);
            let whole = if is_closed { format!("x {quote}{text}") } else { format!("x {quote}{text}{quote}") };
            prop_assert_eq!(&words(&whole)[1], &value, "{}", whole);
        }
    }
}
