//! Bash's command line as bash gives it to a completion function, and answers as it takes them.

use super::Offer;

/// `COMP_TYPE` where bash only shows the answers (63 is `?`), so that they can be described.
pub(super) const LISTING: &str = "63";

/// A command line up to the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What the shell would make of it.
    words: Vec<String>,
    /// How many bytes of the last word bash keeps: what is before the last of its word breaks, and before an open quote.
    kept: usize,
    /// The quote that is open at the end.
    quote: Option<char>,
}

impl Line {
    /// Reads a line by the shell's rules of quoting (POSIX, section 2.2). `breaks` are bash's `COMP_WORDBREAKS`.
    pub(super) fn read(line: &str, breaks: &str) -> Self {
        let mut words = vec![String::new()];
        let (mut kept, mut quote, mut in_word) = (0, None, false);
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            let word = words.last_mut();
            let Some(word) = word else { break };
            match (quote, c) {
                (None, c) if c.is_whitespace() => {
                    if in_word {
                        words.push(String::new());
                    }
                    (kept, in_word) = (0, false);
                    continue;
                }
                (None, '\'' | '"') => {
                    quote = Some(c);
                    kept = word.len();
                }
                (Some(open), c) if c == open => quote = None,
                (None, '\\') => word.extend(chars.next()),
                (Some('"'), '\\') => match chars.next() {
                    // Before anything else, the backslash stands for itself.
                    Some(next) if !"$`\"\\\n".contains(next) => word.extend(['\\', next]),
                    next => word.extend(next),
                },
                (None, c) => {
                    let before = word.len();
                    word.push(c);
                    if breaks.contains(c) {
                        // Readline takes these two for the beginning of a word, and all others for its end.
                        kept = if matches!(c, '@' | '$') { before } else { word.len() };
                    }
                }
                (Some(_), c) => word.push(c),
            }
            in_word = true;
        }
        Line { words, kept, quote }
    }

    /// The words, the unfinished one last.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// The answers, one a line: as they have to be typed or, where they are only shown, with what they are.
    pub(super) fn replies(&self, offers: &[Offer], shown_only: bool) -> Vec<String> {
        let rest = |offer: &Offer| offer.value.get(self.kept..).unwrap_or_default().to_owned();
        if shown_only && offers.len() > 1 {
            return offers.iter().map(|offer| format!("{}  ({})", rest(offer), offer.about)).collect();
        }
        offers.iter().map(|offer| self.quoted(&rest(offer))).collect()
    }

    /// Text as it is typed here. Bash itself closes an open quote, unless the text looks as if it had been closed.
    fn quoted(&self, text: &str) -> String {
        let Some(quote) = self.quote else {
            let needs_backslash = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !"@%+=:,./-_".contains(c);
            let escaped = |c: char| needs_backslash(c).then_some('\\').into_iter().chain([c]);
            return text.chars().flat_map(escaped).collect();
        };
        let mut typed = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            match (quote, c) {
                ('\'', '\'') => typed.push_str(r"'\''"),
                // Interactive bash replaces it by an earlier command within these quotes, backslash or not.
                ('"', '!') => typed.push_str("\"'!'\""),
                ('"', '"' | '\\' | '$' | '`') => typed.extend(['\\', c]),
                _ => typed.push(c),
            }
        }
        if typed.ends_with(quote) {
            typed.push(quote);
        }
        typed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BREAKS: &str = " \t\n\"'@><=;|&(:";

    fn reply(line: &str, value: &str) -> String {
        let offer = Offer { value: value.to_owned(), about: "about".to_owned() };
        Line::read(line, BREAKS).replies(&[offer], false).concat()
    }

    #[test]
    fn words_are_read_as_the_shell_reads_them() {
        let words = |line: &str| Line::read(line, BREAKS).words;
        assert_eq!(words("strigo  partners get "), ["strigo", "partners", "get", ""]);
        assert_eq!(words(r"a b\ c 'd e' "), ["a", "b c", "d e", ""]);
        assert_eq!(words(r#"a "b\"c d"#), ["a", "b\"c d"]);
        assert_eq!(words(r#"a "b\c \$"#), ["a", r"b\c $"]);
        assert_eq!(words("a ''"), ["a", ""]);
        assert_eq!(words("a '' "), ["a", "", ""]);
        assert_eq!(words(""), [""]);
        assert_eq!(words("a\\"), ["a"]);
    }

    #[test]
    fn answers_are_quoted_as_the_word_was_begun() {
        assert_eq!(reply("strigo partners get Ac", "Acme & Co"), r"Acme\ \&\ Co");
        assert_eq!(reply(r"strigo partners get Acme\ T", "Acme Training"), r"Acme\ Training");
        assert_eq!(reply("strigo partners get 'Ac", "Acme's Co"), r"Acme'\''s Co");
        assert_eq!(reply("strigo partners get \"Ac", "Acme $1"), r"Acme \$1");
        assert_eq!(reply("strigo partners get א", "א ב"), r"א\ ב");
        assert_eq!(reply("strigo partners get \"W", "Wow! x"), "Wow\"'!'\" x");
        assert_eq!(reply("strigo partners get \"W", "W \"Q\""), "W \\\"Q\\\"\"");
        assert_eq!(reply("strigo partners get \"W", "Wow! x"), "Wow\"'!'\" x");
        assert_eq!(reply("strigo partners get \"W", "W \"Q\""), "W \\\"Q\\\"\"");
    }

    #[test]
    fn what_bash_keeps_is_not_said_again() {
        assert_eq!(reply("strigo --profile=st", "--profile=staging"), "staging");
        assert_eq!(reply("strigo --profile='st", "--profile=my staging"), "my staging");
        assert_eq!(reply("strigo partners get name:Ac", "name:Acme Co"), r"Acme\ Co");
        assert_eq!(reply(r"strigo partners get a\:b", "a:b c"), r"a:b\ c");
        // But a word begins with an @, and does not end with it.
        assert_eq!(reply("strigo partners get user@c", "user@corp Ltd"), r"@corp\ Ltd");
        assert_eq!(reply("strigo partners get @", "@at"), "@at");
    }

    #[test]
    fn a_list_is_described() {
        let offer = |value: &str| Offer { value: value.to_owned(), about: "an ID".to_owned() };
        let line = Line::read("strigo partners get A", BREAKS);
        assert_eq!(line.replies(&[offer("A B"), offer("AC")], true), ["A B  (an ID)", "AC  (an ID)"]);
        assert_eq!(line.replies(&[offer("A B")], true), [r"A\ B"]);
    }

    proptest! {
        /// What is put on the line means the value, whatever is in it.
        #[test]
        fn a_reply_means_its_value(value in "[ -~é]{1,12}", start in prop::sample::select(vec!["", "'", "\""])) {
            let text = reply(&format!("x {start}"), &value);
            let is_closed = !start.is_empty() && text.ends_with(start);
            let whole = if is_closed { format!("x {start}{text}") } else { format!("x {start}{text}{start}") };
            prop_assert_eq!(&Line::read(&whole, "").words[1], &value, "{}", whole);
        }
    }
}
