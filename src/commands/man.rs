//! `strigo man`.

use std::io::{self, Write as _};
use std::process::{Command as Process, Stdio};

use anyhow::Result;
use clap::Command;
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use super::help;
use crate::cli::ManArgs;
use crate::error::{Error, ErrorKind};
use crate::output::Printer;
use crate::output::reporter::Reporter;

/// strigo(5) is written by hand: no definition has its content.
const CONFIG_PAGE: &str = include_str!("../../docs/strigo.5");

/// What every command reads besides its options.
const ENVIRONMENT: [(&str, &str); 8] = [
    ("STRIGO_ORG_ID, STRIGO_API_KEY", "Credentials, in place of those of the config file"),
    (
        "STRIGO_CONFIG, STRIGO_ENDPOINT, STRIGO_JOURNAL, STRIGO_MAX_WAIT, STRIGO_OUTPUT, STRIGO_PROFILE, STRIGO_TIMEOUT",
        "Defaults of the options of these names",
    ),
    ("HTTPS_PROXY, ALL_PROXY, NO_PROXY", "Proxy, and hosts that need none"),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "CA certificates to trust, in place of the system's"),
    ("NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM", "Whether to use color"),
    ("CI", "If set, members invite asks nothing"),
    ("AWS_*", "Access to a journal in an object store"),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "Directories of the files below"),
];

/// The files on Linux; strigo(5) has all paths.
const FILES: [(&str, &str); 3] = [
    ("~/.config/strigo/config.toml", "Config file, described in strigo(5)"),
    ("~/.local/state/strigo/", "Journals, described in strigo(5)"),
    ("~/.cache/strigo/", "Names of partners for completion; may be deleted"),
];

pub(super) fn run(args: &ManArgs, printer: &Printer, reporter: &Reporter) -> Result<()> {
    let page = match args.command.as_slice() {
        [word] if word == "config" => CONFIG_PAGE.to_owned(),
        words => render(find_command(words)?)?,
    };
    if printer.is_terminal() {
        if show_with_man(&page) {
            return Ok(());
        }
        reporter.note("this is the source of the page, because `man -l -` cannot be run; install man, or see the docs");
    }
    Ok(printer.print_text(&page)?)
}

/// Shows a page with the program `man`. Returns whether that was possible.
fn show_with_man(page: &str) -> bool {
    let mut man = Process::new("man");
    let Ok(mut child) = man.args(["-l", "-"]).stdin(Stdio::piped()).spawn() else { return false };
    // The user may quit before all of it is read.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(page.as_bytes()));
    child.wait().is_ok_and(|status| status.success())
}

/// Returns a command with everything that it inherits.
fn find_command(words: &[String]) -> Result<Command, Error> {
    // `help` has no page of its own, and clap_mangen would omit the descriptions of options that `-h` hides.
    let mut root = help::command().disable_help_subcommand(true).mut_args(|arg| arg.hide_short_help(false));
    root.build();
    // `partners list` may be one argument or two.
    let mut names = words.iter().flat_map(|word| word.split_whitespace());
    names.try_fold(root, |command, name| command.find_subcommand(name).cloned()).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("unknown command '{}'", words.join(" ")))
            .with_hint("run `strigo --help` to see all commands")
    })
}

/// Returns the usage, its arguments first. clap_mangen would list every option.
fn synopsis(command: &mut Command) -> String {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    match usage.replacen(" [OPTIONS]", "", 1) {
        arguments if arguments.len() < usage.len() => arguments + " [OPTIONS]",
        arguments => arguments,
    }
}

/// Adds a section of names and what they mean.
fn add_list(roff: &mut Roff, title: &str, list: impl IntoIterator<Item = (impl Into<String>, &'static str)>) {
    roff.control("SH", [title]);
    for (name, text) in list {
        roff.control("TP", []).text([bold(name)]).text([roman(text)]);
    }
}

/// Returns the page of a command, its sections in the order of man-pages(7).
fn render(mut command: Command) -> io::Result<String> {
    let examples = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let synopsis = synopsis(&mut command);
    let (has_subcommands, is_overview) = (command.has_subcommands(), command.get_name() == "strigo");
    let man =
        Man::new(command.version(None)).source(concat!("strigo ", env!("CARGO_PKG_VERSION"))).manual("strigo manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    Roff::new().control("SH", ["SYNOPSIS"]).text([roman(synopsis)]).to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_subcommands {
        man.render_subcommands_section(&mut page)?;
    }
    let mut roff = Roff::new();
    let failures = ErrorKind::all().map(|kind| (kind.exit_code().to_string(), kind.summary()));
    add_list(&mut roff, "EXIT STATUS", std::iter::once(("0".to_owned(), "success")).chain(failures));
    add_list(&mut roff, "ENVIRONMENT", ENVIRONMENT);
    add_list(&mut roff, "FILES", FILES);
    if let Some((_, examples)) = examples.split_once('\n') {
        roff.control("SH", ["EXAMPLES"]).control("nf", []);
        for line in examples.lines().take_while(|line| !line.is_empty()) {
            roff.text([roman(line.trim_start())]);
        }
    }
    roff.control("SH", ["REPORTING BUGS"]).text([roman(concat!(env!("CARGO_PKG_REPOSITORY"), "/issues"))]);
    let overview = if is_overview { vec![] } else { vec![bold("strigo"), roman("(1), ")] };
    roff.control("SH", ["SEE ALSO"]).text([overview, vec![bold("strigo"), roman("(5)")]].concat());
    roff.to_writer(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
