//! `strigo completions`.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::output::Output;

/// The script for a shell, as it is in `completions/`.
pub fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "strigo", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Prints the script for a shell.
pub fn print(shell: Shell, mut output: Output) -> Result<()> {
    output.text(&script(shell))?;
    output.flush()?;
    Ok(())
}
