//! Examples, notes, and exit codes of each command.
//!
//! The data is in `help.txt`. [`add_to`] renders it for `--help`, wrapped to the terminal's width; `commands::man` renders
//! it for manual pages.

use clap::Command;
use textwrap::{Options, WordSplitter, fill};

use crate::error::ErrorKind;

const DATA: &str = include_str!("help.txt");

/// What `strigo` alone prints: the commands, in less than a screen.
pub const OVERVIEW: &str = "\
{about-with-newline}
{usage-heading} {usage}

Commands:
{subcommands}

Run `strigo COMMAND --help` for options, examples, and exit codes.
To get started, run `strigo auth login`.
";

/// What a command's long help says below its options.
#[derive(Debug, Default)]
pub struct Help {
    /// Command lines, each with a comment that may be empty.
    pub examples: Vec<(&'static str, &'static str)>,
    /// Paragraphs.
    pub notes: Vec<&'static str>,
    /// Exit codes and their meanings. Commands with subcommands have none of their own.
    pub exit_codes: Vec<(String, &'static str)>,
}

impl Help {
    /// Returns the help of a command, given by its words, such as `partners list`. The empty path is `strigo` itself.
    pub fn for_command(path: &str) -> Self {
        let heading = format!("[{path}]");
        let section =
            DATA.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with('['));
        let mut help = Help::default();
        for line in section {
            if let Some(example) = line.strip_prefix("$ ") {
                help.examples.push(example.split_once(" # ").unwrap_or((example, "")));
            } else if let Some(note) = line.strip_prefix("> ") {
                help.notes.push(note);
            } else if let Some((code, meaning)) = line.split_once(' ') {
                help.exit_codes.push((code.to_owned(), meaning));
            }
        }
        if path.is_empty() {
            let all = ErrorKind::all().map(|kind| (kind.exit_code().to_string(), kind.summary()));
            help.exit_codes = std::iter::once(("0".to_owned(), "success")).chain(all).collect();
        }
        help
    }

    /// Renders everything as text of at most `width` columns.
    fn render(&self, width: usize) -> String {
        // A hyphen may belong to an option, which must not be broken.
        let options = Options::new(width).break_words(false).word_splitter(WordSplitter::NoHyphenation);
        let hanging = options.clone().initial_indent("  ").subsequent_indent("       ");
        let longest = self.examples.iter().map(|(line, _)| line.len()).max().unwrap_or_default();
        let mut text = "Examples:".to_owned();
        for (line, comment) in &self.examples {
            let fits = 2 + longest + 3 + comment.len() <= width;
            text.push_str(&match comment.is_empty() {
                true => format!("\n{}", fill(line, &hanging)),
                false if fits => format!("\n  {line:<longest$}   {comment}"),
                false => format!("\n  # {comment}\n{}", fill(line, &hanging)),
            });
        }
        for note in &self.notes {
            text.push_str(&format!("\n\n{}", fill(note, &options)));
        }
        text.push_str("\n\nExit codes:");
        if self.exit_codes.is_empty() {
            text.push_str(" see `strigo --help`");
        }
        for (code, meaning) in &self.exit_codes {
            text.push_str(&format!("\n{}", fill(&format!("{code:<5}{meaning}"), &hanging)));
        }
        text
    }
}

/// Adds the examples, notes, and exit codes to the long help of `command` and its subcommands, for a terminal of `width`
/// columns. Help is never wider than 100 columns.
pub fn add_to(command: Command, width: Option<u16>) -> Command {
    let width = usize::from(width.unwrap_or(100)).clamp(20, 100);
    let command = command.term_width(width).after_help("Add --help for all options, examples, and exit codes.");
    add_to_all(command, "", width)
}

fn add_to_all(command: Command, path: &str, width: usize) -> Command {
    let command = command.after_long_help(Help::for_command(path).render(width));
    command.mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        add_to_all(sub, path.trim_start(), width)
    })
}
