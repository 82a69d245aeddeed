//! Bash's command line: splits it into words as bash does, and quotes the candidates.

use super::Candidate;

/// The value of `COMP_TYPE` if bash only lists the candidates (63 is `?`), which can then be described.
pub(super) const COMP_TYPE_LIST: &str = "63";

/// A command line up to the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CommandLine {
    /// The words, unquoted.
    words: Vec<String>,
    /// The length in bytes of the part of the last word that bash keeps: up to its last word break or open quote.
    prefix_len: usize,
    /// The quote that is open at the end.
    quote: Option<char>,
}

impl CommandLine {
    /// Splits a line by the shell's quoting rules (POSIX, section 2.2). `word_breaks` is bash's `COMP_WORDBREAKS`.
    pub(super) fn parse(line: &str, word_breaks: &str) -> Self {
        let mut words = vec![String::new()];
        let (mut prefix_len, mut quote, mut in_word) = (0, None, false);
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            let Some(word) = words.last_mut() else { break };
            match (quote, c) {
                (None, c) if c.is_whitespace() => {
                    if in_word {
                        words.push(String::new());
                    }
                    (prefix_len, in_word) = (0, false);
                    continue;
                }
                (None, '\'' | '"') => {
                    quote = Some(c);
                    prefix_len = word.len();
                }
                (Some(open), c) if c == open => quote = None,
                (None, '\\') => word.extend(chars.next()),
                (Some('"'), '\\') => match chars.next() {
                    // Before other characters, the backslash is literal.
                    Some(next) if !"$`\"\\\n".contains(next) => word.extend(['\\', next]),
                    next => word.extend(next),
                },
                (None, c) => {
                    let before = word.len();
                    word.push(c);
                    if word_breaks.contains(c) {
                        // Readline starts a word at these two, and ends one after the others.
                        prefix_len = if matches!(c, '@' | '$') { before } else { word.len() };
                    }
                }
                (Some(_), c) => word.push(c),
            }
            in_word = true;
        }
        CommandLine { words, prefix_len, quote }
    }

    /// Returns the words, the unfinished one last.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns the candidates, one per line: quoted or, with `list_only`, described.
    pub(super) fn replies(&self, candidates: &[Candidate], list_only: bool) -> Vec<String> {
        let rest = |candidate: &Candidate| candidate.value.get(self.prefix_len..).unwrap_or_default().to_owned();
        if list_only && candidates.len() > 1 {
            let describe = |candidate: &Candidate| match &*candidate.help {
                "" => rest(candidate),
                help => format!("{}  ({help})", rest(candidate)),
            };
            return candidates.iter().map(describe).collect();
        }
        candidates.iter().map(|candidate| self.quote(&rest(candidate))).collect()
    }

    /// Quotes text for the position of the cursor. Bash closes an open quote itself, unless the text ends with it.
    fn quote(&self, text: &str) -> String {
        let Some(quote) = self.quote else {
            let needs_backslash = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !"@%+=:,./-_".contains(c);
            let escape = |c: char| needs_backslash(c).then_some('\\').into_iter().chain([c]);
            return text.chars().flat_map(escape).collect();
        };
        let mut quoted = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            match (quote, c) {
                ('\'', '\'') => quoted.push_str(r"'\''"),
                // `!` triggers history expansion inside double quotes, even when escaped.
                ('"', '!') => quoted.push_str("\"'!'\""),
                ('"', '"' | '\\' | '$' | '`') => quoted.extend(['\\', c]),
                _ => quoted.push(c),
            }
        }
        if quoted.ends_with(quote) {
            quoted.push(quote);
        }
        quoted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORD_BREAKS: &str = " \t\n\"'@><=;|&(:";

    fn reply(line: &str, value: &str) -> String {
        let candidate = Candidate { value: value.to_owned(), help: "about".to_owned() };
        CommandLine::parse(line, WORD_BREAKS).replies(&[candidate], false).concat()
    }

    #[test]
    fn command_line_splits_words_like_bash() {
        let words = |line: &str| CommandLine::parse(line, WORD_BREAKS).words;
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
    fn bash_replies_match_opening_quote() {
        assert_eq!(reply("strigo partners get Ac", "Acme & Co"), r"Acme\ \&\ Co");
        assert_eq!(reply(r"strigo partners get Acme\ T", "Acme Training"), r"Acme\ Training");
        assert_eq!(reply("strigo partners get 'Ac", "Acme's Co"), r"Acme'\''s Co");
        assert_eq!(reply("strigo partners get \"Ac", "Acme $1"), r"Acme \$1");
        assert_eq!(reply("strigo partners get א", "א ב"), r"א\ ב");
        assert_eq!(reply("strigo partners get \"W", "Wow! x"), "Wow\"'!'\" x");
        assert_eq!(reply("strigo partners get \"W", "W \"Q\""), "W \\\"Q\\\"\"");
    }

    #[test]
    fn bash_replies_omit_prefix_before_word_break() {
        assert_eq!(reply("strigo --profile=st", "--profile=staging"), "staging");
        assert_eq!(reply("strigo --profile='st", "--profile=my staging"), "my staging");
        assert_eq!(reply("strigo partners get name:Ac", "name:Acme Co"), r"Acme\ Co");
        assert_eq!(reply(r"strigo partners get a\:b", "a:b c"), r"a:b\ c");
        // But a word begins with an @, and does not end with it.
        assert_eq!(reply("strigo partners get user@c", "user@corp Ltd"), r"@corp\ Ltd");
        assert_eq!(reply("strigo partners get @", "@at"), "@at");
    }

    #[test]
    fn bash_list_shows_descriptions() {
        let candidate = |value: &str| Candidate { value: value.to_owned(), help: "an ID".to_owned() };
        let line = CommandLine::parse("strigo partners get A", WORD_BREAKS);
        assert_eq!(line.replies(&[candidate("A B"), candidate("AC")], true), ["A B  (an ID)", "AC  (an ID)"]);
        assert_eq!(line.replies(&[candidate("A B")], true), [r"A\ B"]);
    }

    proptest! {
        /// What is put on the line means the value, whatever is in it.
        #[test]
        fn bash_reply_evaluates_to_value(value in "[ -~é]{1,12}", start in prop::sample::select(vec!["", "'", "\""])) {
            let text = reply(&format!("x {start}"), &value);
            let is_closed = !start.is_empty() && text.ends_with(start);
            let whole = if is_closed { format!("x {start}{text}") } else { format!("x {start}{text}{start}") };
            prop_assert_eq!(&CommandLine::parse(&whole, "").words[1], &value, "{}", whole);
        }
    }
}
