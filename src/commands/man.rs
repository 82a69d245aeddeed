//! `strigo man`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};

use anyhow::Result;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use crate::cli::{Cli, ManArgs};
use crate::error::{Error, ErrorKind};
use crate::help::Help;
use crate::output::Printer;
use crate::output::reporter::Reporter;
use crate::text::error_message;

/// The page of the file formats (section 5) is written by hand: no definition has its content.
const FILE_FORMATS_PAGE: &str = include_str!("../../man/strigo.5");

pub(super) fn run(args: &ManArgs, printer: &Printer, reporter: &Reporter) -> Result<()> {
    if let Some(dir) = &args.all {
        return write_pages(dir);
    }
    let text = if args.files { FILE_FORMATS_PAGE.to_owned() } else { render_page(&find_command(&args.command)?)? };
    if printer.is_terminal() {
        if show_with_man(&text) {
            return Ok(());
        }
        reporter.note("this is the source of the page, because `man -l -` cannot be run; install man, or see the docs");
    }
    Ok(printer.print_text(&text)?)
}

/// Shows a page with the program `man`. Returns whether that was possible.
fn show_with_man(text: &str) -> bool {
    let mut man = Process::new("man");
    let Ok(mut child) = man.args(["-l", "-"]).stdin(Stdio::piped()).spawn() else { return false };
    // The user may quit before all of it is read.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(text.as_bytes()));
    child.wait().is_ok_and(|status| status.success())
}

/// Returns the file name and the text of each page.
///
/// # Errors
///
/// Fails if a page cannot be rendered.
pub fn pages() -> Result<Vec<(String, String)>> {
    fn add(command: &Command, pages: &mut Vec<(String, String)>) -> Result<()> {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        pages.push((format!("{name}.1"), render_page(command)?));
        command.get_subcommands().try_for_each(|sub| add(sub, pages))
    }
    let mut pages = vec![("strigo.5".to_owned(), FILE_FORMATS_PAGE.to_owned())];
    add(&built_command(), &mut pages)?;
    Ok(pages)
}

fn write_pages(dir: &Path) -> Result<()> {
    let write = |(name, text): &(String, String)| {
        let section = dir.join(format!("man{}", name.rsplit('.').next().unwrap_or_default()));
        std::fs::create_dir_all(&section)?;
        std::fs::write(section.join(name), text)
    };
    pages()?.iter().try_for_each(write).map_err(|error| {
        let message = format!("cannot write the manual pages to '{}': {}", dir.display(), error_message(&error));
        Error::new(ErrorKind::Unexpected, message).into()
    })
}

fn render_page(command: &Command) -> Result<String> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let path = name.trim_start_matches("strigo").trim_start_matches('-').replace('-', " ");
    let man = Man::new(command.clone())
        .title(name)
        .source(concat!("strigo ", env!("CARGO_PKG_VERSION")))
        .manual("strigo manual")
        // Omit the date, so that the committed pages are reproducible.
        .date("");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    render_help(&Help::for_command(&path)).to_writer(&mut page)?;
    Ok(String::from_utf8(page)?)
}

/// Renders the examples, notes, and exit codes as sections of a manual page.
fn render_help(help: &Help) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for (line, comment) in &help.examples {
        let comment = if comment.is_empty() { String::new() } else { format!("    # {comment}") };
        roff.text([roman(format!("{line}{comment}"))]);
    }
    roff.control("fi", []);
    for (index, note) in help.notes.iter().enumerate() {
        let control = if index == 0 { ("SH", Some("NOTES")) } else { ("PP", None) };
        roff.control(control.0, control.1).text([roman(*note)]);
    }
    roff.control("SH", ["EXIT STATUS"]);
    if help.exit_codes.is_empty() {
        roff.text([roman("See "), bold("strigo"), roman("(1).")]);
    }
    for (code, meaning) in &help.exit_codes {
        roff.control("TP", []).text([bold(code)]).text([roman(*meaning)]);
    }
    roff.control("SH", ["SEE ALSO"]).text([bold("strigo"), roman("(1), "), bold("strigo"), roman("(5)")]);
    roff
}

/// Returns the command-line definition with everything that subcommands inherit.
fn built_command() -> Command {
    // `help` has no page of its own, and clap_mangen would omit the descriptions of options that `-h` hides.
    let mut command = Cli::command().disable_help_subcommand(true).mut_args(|arg| arg.hide_short_help(false));
    command.build();
    command
}

fn find_command(words: &[String]) -> Result<Command, Error> {
    let unknown = || {
        Error::new(ErrorKind::Usage, format!("unknown command '{}'", words.join(" ")))
            .with_hint("run `strigo --help` to see all commands")
    };
    // `partners list` may be one argument or two.
    let mut words = words.iter().flat_map(|word| word.split_whitespace());
    words.try_fold(built_command(), |command, word| command.find_subcommand(word).cloned().ok_or_else(unknown))
}
