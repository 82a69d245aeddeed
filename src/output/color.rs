//! When to colour, and how.

use crate::cli::ColorChoice;
use crate::process::Environment;

/// Whether a stream gets colours, by `--color` and then by the conventions of <https://no-color.org> and
/// <https://bixense.com/clicolors>.
pub fn uses_color(choice: ColorChoice, is_terminal: bool, env: &Environment) -> bool {
    let is_on = |name: &str| env.os(name).is_some_and(|value| value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if env.os("NO_COLOR").is_some() => false,
        ColorChoice::Auto if is_on("CLICOLOR_FORCE") => true,
        ColorChoice::Auto => is_terminal && env.os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// `text` in bold where `color` is on.
pub fn bold(text: &str, color: bool) -> String {
    paint(text, "1", color)
}

/// `text` in bold red where `color` is on.
pub fn red(text: &str, color: bool) -> String {
    paint(text, "1;31", color)
}

/// `text` in bold yellow where `color` is on.
pub fn yellow(text: &str, color: bool) -> String {
    paint(text, "1;33", color)
}

fn paint(text: &str, code: &str, color: bool) -> String {
    if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&'static str, &'static str)]) -> Environment {
        Environment::new(move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into()))
    }

    #[test]
    fn conventions_are_kept() {
        use ColorChoice::{Always, Auto, Never};
        assert!(uses_color(Auto, true, &env(&[])));
        assert!(!uses_color(Auto, false, &env(&[])));
        assert!(!uses_color(Auto, true, &env(&[("NO_COLOR", "1")])));
        assert!(uses_color(Auto, true, &env(&[("NO_COLOR", "")])));
        assert!(!uses_color(Auto, true, &env(&[("TERM", "dumb")])));
        assert!(uses_color(Auto, false, &env(&[("CLICOLOR_FORCE", "1")])));
        assert!(!uses_color(Auto, false, &env(&[("CLICOLOR_FORCE", "0")])));
        assert!(!uses_color(Auto, false, &env(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])));
        assert!(uses_color(Always, false, &env(&[("NO_COLOR", "1")])));
        assert!(!uses_color(Never, true, &env(&[("CLICOLOR_FORCE", "1")])));
    }
}
