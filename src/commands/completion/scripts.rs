//! `strigo completion`: the completion scripts of the shells.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::output::Printer;

/// The parts that query strigo itself, for the shells that can describe candidates. They extend clap_complete's scripts.
const DYNAMIC_BASH: &str = include_str!("dynamic.bash");
const DYNAMIC_ZSH: &str = include_str!("dynamic.zsh");
const DYNAMIC_FISH: &str = include_str!("dynamic.fish");

/// The line of clap_complete's zsh script after its functions.
const ZSH_TAIL: &str = "if [ \"$funcstack[1]\" = \"_strigo\" ]; then";

/// Generates the script for a shell, as it is in `completions/`.
pub fn generate(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "strigo", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        Shell::Bash => script + DYNAMIC_BASH,
        Shell::Fish => script + DYNAMIC_FISH,
        // zsh calls the function that is named like the file, so clap_complete's is renamed.
        Shell::Zsh => {
            let script = script.replacen("\n_strigo() {", "\n_strigo_static() {", 1);
            script.replacen(ZSH_TAIL, &format!("{DYNAMIC_ZSH}{ZSH_TAIL}"), 1)
        }
        _ => script,
    }
}

pub(in crate::commands) fn print(shell: Shell, printer: &Printer) -> Result<()> {
    Ok(printer.print_text(&generate(shell))?)
}
