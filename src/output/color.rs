//! When to use color, and the styles of the diagnostics.
//!
//! The decision is our own, because it must read the injected environment; anstyle provides the styles.

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

use crate::process::Environment;

/// The style of table headers and of notes.
pub const BOLD: Style = Style::new().bold();
/// The style of `error:`.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The style of `warning:`.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The style of `hint:`.
pub const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Returns the style of a person's state, if it has one.
pub fn state_style(state: &str) -> Option<Style> {
    let color = match state {
        "joined" => AnsiColor::Green,
        "pending" => AnsiColor::Yellow,
        "unknown" | "failed" => AnsiColor::Red,
        _ => return None,
    };
    Some(color.on_default())
}

/// Whether a stream gets color, by `--color` and then by the conventions of <https://no-color.org>,
/// <https://bixense.com/clicolors>, and <https://force-color.org>.
pub fn should_colorize(choice: ColorChoice, is_terminal: bool, env: &Environment) -> bool {
    let is_on = |name: &str| env.var_os(name).is_some_and(|value| value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if env.var_os("NO_COLOR").is_some() => false,
        ColorChoice::Auto if is_on("CLICOLOR_FORCE") || is_on("FORCE_COLOR") => true,
        ColorChoice::Auto if env.var_os("CLICOLOR").is_some_and(|value| value == "0") => false,
        ColorChoice::Auto => is_terminal && env.var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Returns `text` in `style` if `colorize` is true.
pub fn paint(text: &str, style: Style, colorize: bool) -> String {
    if colorize { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&'static str, &'static str)]) -> Environment {
        Environment::new(move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into()))
    }

    #[test]
    fn should_colorize_follows_env_conventions() {
        use ColorChoice::{Always, Auto, Never};
        assert!(should_colorize(Auto, true, &env(&[])));
        assert!(!should_colorize(Auto, false, &env(&[])));
        assert!(!should_colorize(Auto, true, &env(&[("NO_COLOR", "1")])));
        assert!(should_colorize(Auto, true, &env(&[("NO_COLOR", "")])));
        assert!(!should_colorize(Auto, true, &env(&[("TERM", "dumb")])));
        assert!(should_colorize(Auto, false, &env(&[("CLICOLOR_FORCE", "1")])));
        assert!(!should_colorize(Auto, false, &env(&[("CLICOLOR_FORCE", "0")])));
        assert!(should_colorize(Auto, false, &env(&[("FORCE_COLOR", "1")])));
        assert!(!should_colorize(Auto, false, &env(&[("FORCE_COLOR", "0")])));
        assert!(!should_colorize(Auto, true, &env(&[("CLICOLOR", "0")])));
        assert!(should_colorize(Auto, true, &env(&[("CLICOLOR", "1")])));
        assert!(!should_colorize(Auto, false, &env(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])));
        assert!(should_colorize(Always, false, &env(&[("NO_COLOR", "1")])));
        assert!(!should_colorize(Never, true, &env(&[("CLICOLOR_FORCE", "1")])));
    }
}
