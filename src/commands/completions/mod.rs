//! `strigo completions`.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::output::Output;

/// What asks the tool itself, for the shells that can describe what they offer. It comes after what clap_complete makes.
const LIVE_BASH: &str = include_str!("live.bash");
const LIVE_ZSH: &str = include_str!("live.zsh");
const LIVE_FISH: &str = include_str!("live.fish");

/// Where the script for zsh begins to run what it has defined.
const ZSH_TAIL: &str = "if [ \"$funcstack[1]\" = \"_strigo\" ]; then";

/// The script for a shell, as it is in `completions/`.
pub fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "strigo", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        Shell::Bash => script + LIVE_BASH,
        Shell::Fish => script + LIVE_FISH,
        // zsh calls the function that has the file's name, so that what clap_complete makes gets another one.
        Shell::Zsh => {
            let script = script.replacen("\n_strigo() {", "\n_strigo_static() {", 1);
            script.replacen(ZSH_TAIL, &format!("{LIVE_ZSH}{ZSH_TAIL}"), 1)
        }
        _ => script,
    }
}

/// Prints the script for a shell.
pub fn print(shell: Shell, mut output: Output) -> Result<()> {
    output.text(&script(shell))?;
    output.flush()?;
    Ok(())
}
