//! `strigo man`.

use std::path::Path;

use anyhow::Result;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use crate::cli::{Cli, ManArgs};
use crate::error::{Error, Kind};
use crate::output::Output;
use crate::text::cause;

/// The page on files is written by hand: no definition says what is in them.
const FILES: &str = include_str!("../../man/strigo.5");

pub(super) fn run(args: &ManArgs, mut output: Output) -> Result<()> {
    if let Some(dir) = &args.all {
        return write_all(dir);
    }
    let text = if args.files { FILES.to_owned() } else { page(&find(&args.command)?)? };
    output.text(&text)?;
    output.flush()?;
    Ok(())
}

/// Each page's file name and text; the name ends in the page's section.
pub fn pages() -> Result<Vec<(String, String)>> {
    fn walk(command: &Command, pages: &mut Vec<(String, String)>) -> Result<()> {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        pages.push((format!("{name}.1"), page(command)?));
        command.get_subcommands().try_for_each(|below| walk(below, pages))
    }
    let mut pages = vec![("strigo.5".to_owned(), FILES.to_owned())];
    walk(&root(), &mut pages)?;
    Ok(pages)
}

fn write_all(dir: &Path) -> Result<()> {
    let pages = pages()?;
    let write = |(name, text): &(String, String)| {
        let section = dir.join(format!("man{}", name.rsplit('.').next().unwrap_or_default()));
        std::fs::create_dir_all(&section)?;
        std::fs::write(section.join(name), text)
    };
    let written = pages.iter().try_for_each(write);
    written.map_err(|error| {
        let message = format!("cannot write the manual pages into {}: {}", dir.display(), cause(&error));
        Error::new(Kind::Unexpected, message).into()
    })
}

fn page(command: &Command) -> Result<String> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let man = Man::new(command.clone())
        .title(name)
        .source(concat!("strigo ", env!("CARGO_PKG_VERSION")))
        .manual("strigo manual")
        // What depends on the day of the build could not be compared.
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
    let after = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    sections(&after).to_writer(&mut page)?;
    Ok(String::from_utf8(page)?)
}

/// What stands below the options in a command's help, in the sections that manual pages have for it.
fn sections(help: &str) -> Roff {
    let mut roff = Roff::new();
    let mut has_notes = false;
    for block in help.split("\n\n") {
        let (first, rest) = block.split_once('\n').unwrap_or((block, ""));
        if let Some(codes) = block.strip_prefix("Exit codes: ") {
            roff.control("SH", ["EXIT STATUS"]).text([roman(codes.replace('\n', " "))]);
        } else if let Some(heading) = first.strip_suffix(':').filter(|_| rest.starts_with(' ')) {
            let heading = if heading == "Exit codes" { "EXIT STATUS".to_owned() } else { heading.to_uppercase() };
            roff.control("SH", [heading.as_str()]).control("nf", []);
            for line in rest.lines() {
                roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
            }
            roff.control("fi", []);
        } else {
            match std::mem::replace(&mut has_notes, true) {
                true => roff.control("PP", []),
                false => roff.control("SH", ["NOTES"]),
            };
            roff.text([roman(block.replace('\n', " "))]);
        }
    }
    let also = |name: &'static str| [bold(name), roman("(1), "), bold("strigo"), roman("(5)")];
    roff.control("SH", ["SEE ALSO"]).text(also("strigo"));
    roff
}

/// The whole command line, with all that its parts inherit.
fn root() -> Command {
    let mut root = Cli::command();
    root.build();
    root
}

fn find(words: &[String]) -> Result<Command, Error> {
    let no_such = || {
        let message = format!("there is no command '{}'", words.join(" "));
        Error::new(Kind::Usage, message).hint("`strigo --help` lists the commands.")
    };
    // Each as one types it: `partners list` and 'partners list' are the same.
    let words = words.iter().flat_map(|word| word.split_whitespace());
    words.into_iter().try_fold(root(), |command, word| command.find_subcommand(word).cloned().ok_or_else(no_such))
}
