//! Checks that `docs/demo.svg` shows what the tool prints: its commands are run on a terminal, against the sandbox.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

use crate::server::Sandbox;
use crate::support::{auth_env, hermetic_env, sandbox};

/// Columns of the terminal.
const COLUMNS: usize = 80;

/// Rows of the terminal; the output of one command must fit.
const ROWS: u16 = 60;

/// The recorded commands. They share a sandbox and a directory.
const COMMANDS: &[&str] = &[
    "strigo partners list w00t --sort name",
    "strigo members list nurr",
    "cat trainers.csv",
    "strigo members invite --from trainers.csv --columns id",
    "strigo members invite --from trainers.csv --columns id",
];

const ROSTER: &str = "email,partner\ndana@acme.example,nur\nnoam@acme.example,w00t\n";

/// Width and height of a character cell, and the margin around the text, in SVG units.
const CELL: (f64, f64) = (8.4, 18.0);
const MARGIN: f64 = 16.0;

/// Height of the title bar.
const BAR: f64 = 28.0;

/// How a character is drawn.
#[derive(Clone, Copy, Default, PartialEq)]
struct Style {
    bold: bool,
    /// The last digit of an SGR foreground color, 0 to 7.
    color: Option<u8>,
    /// Part of the shell prompt.
    prompt: bool,
}

impl Style {
    /// The CSS classes of the style.
    fn classes(self) -> String {
        let color = match (self.prompt, self.color) {
            (true, _) => Some("p"),
            (false, Some(1)) => Some("r"),
            (false, Some(3)) => Some("y"),
            (false, Some(6)) => Some("c"),
            (false, None) => None,
            (false, Some(other)) => panic!("color {other} has no class"),
        };
        [self.bold.then_some("b"), color].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A screen that understands the escape sequences that strigo prints: SGR, CR, and erase to end of line.
#[derive(Default)]
struct Screen {
    lines: Vec<Vec<(char, Style)>>,
    column: usize,
    style: Style,
}

impl Screen {
    fn print(&mut self, text: &str) {
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\n' => {
                    self.lines.push(Vec::new());
                    self.column = 0;
                }
                '\r' => self.column = 0,
                '\u{1b}' => {
                    assert_eq!(chars.next(), Some('['), "unknown escape sequence in {text:?}");
                    let (mut parameters, mut command) = (String::new(), None);
                    for c in chars.by_ref() {
                        match c {
                            '0'..='9' | ';' => parameters.push(c),
                            _ => {
                                command = Some(c);
                                break;
                            }
                        }
                    }
                    match command {
                        Some('m') => parameters.split(';').for_each(|parameter| self.set_style(parameter)),
                        Some('K') if parameters.is_empty() => {
                            let column = self.column;
                            self.line().truncate(column);
                        }
                        _ => panic!("unknown escape sequence in {text:?}"),
                    }
                }
                c => self.put(c),
            }
        }
    }

    fn line(&mut self) -> &mut Vec<(char, Style)> {
        if self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
        self.lines.last_mut().unwrap()
    }

    fn put(&mut self, c: char) {
        assert!(!c.is_control(), "{c:?}");
        if self.column == COLUMNS {
            self.lines.push(Vec::new());
            self.column = 0;
        }
        let (column, style) = (self.column, self.style);
        let line = self.line();
        if column < line.len() {
            line[column] = (c, style);
        } else {
            line.push((c, style));
        }
        self.column += 1;
    }

    fn set_style(&mut self, parameter: &str) {
        match parameter.as_bytes() {
            b"" | b"0" => self.style = Style::default(),
            b"1" => self.style.bold = true,
            [b'3', color @ b'0'..=b'7'] => self.style.color = Some(color - b'0'),
            _ => panic!("unknown SGR parameter {parameter}"),
        }
    }

    /// Prints the prompt and the command line of a command.
    fn print_command(&mut self, command: &str) {
        self.style = Style { bold: true, prompt: true, color: None };
        self.print("$ ");
        self.style = Style { bold: true, ..Style::default() };
        self.print(command);
        self.style = Style::default();
        self.print("\n");
    }

    /// Renders the screen. Each run of characters of one style is a `<text>` of fixed length, so that columns are
    /// aligned in any monospace font.
    fn to_svg(&self) -> String {
        let rows = self.lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        let (width, height) = (COLUMNS as f64 * CELL.0 + 2.0 * MARGIN, rows as f64 * CELL.1 + BAR + 2.0 * MARGIN);
        let mut svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>strigo in a terminal</title>
<style>
text {{ font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d6deeb; white-space: pre; }}
.b {{ font-weight: bold; }}
.p {{ fill: #7fdb98; }}
.r {{ fill: #ff6b6b; }}
.y {{ fill: #ecc48d; }}
.c {{ fill: #7fdbca; }}
</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
<circle cx="20" cy="18" r="6" fill="#ff5f57"/>
<circle cx="40" cy="18" r="6" fill="#febc2e"/>
<circle cx="60" cy="18" r="6" fill="#28c840"/>
"##
        );
        for (row, line) in self.lines.iter().take(rows).enumerate() {
            let y = BAR + MARGIN + row as f64 * CELL.1 + 14.0;
            let mut start = 0;
            while start < line.len() {
                let style = line[start].1;
                let length = line[start..].iter().take_while(|(_, other)| *other == style).count();
                let run: String = line[start..start + length].iter().map(|(c, _)| c).collect();
                // Renderers disagree about spaces at the ends of a <text>.
                let indent = run.chars().take_while(|c| *c == ' ').count();
                let text = run.trim();
                let x = MARGIN + (start + indent) as f64 * CELL.0;
                let text_length = text.chars().count() as f64 * CELL.0;
                start += length;
                if text.is_empty() {
                    continue;
                }
                let class = match style.classes() {
                    classes if classes.is_empty() => String::new(),
                    classes => format!(" class=\"{classes}\""),
                };
                let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                writeln!(
                    svg,
                    r#"<text x="{x:.1}" y="{y:.0}"{class} textLength="{text_length:.1}" xml:space="preserve">{text}</text>"#
                )
                .unwrap();
            }
        }
        svg + "</svg>\n"
    }
}

/// Runs a command in bash on a terminal and returns its output.
fn record(command: &str, sandbox: &Sandbox, dir: &Path) -> String {
    let size = PtySize { rows: ROWS, cols: COLUMNS as u16, pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size).unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_strigo")).parent().unwrap();
    let mut bash = CommandBuilder::new("bash");
    bash.args(["--norc", "-c", command]);
    bash.cwd(dir);
    bash.env_clear();
    for (name, value) in hermetic_env() {
        bash.env(name, value);
    }
    bash.env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()));
    bash.env_remove("STRIGO_JOURNAL");
    bash.env("XDG_STATE_HOME", dir);
    bash.env("TERM", "xterm-256color");
    for (name, value) in auth_env(&sandbox.endpoint()) {
        bash.env(name, value);
    }
    let mut child = pty.slave.spawn_command(bash).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let (mut output, mut chunk) = (Vec::new(), [0; 4096]);
    // On Linux, reading from a pseudo-terminal fails with EIO after the last process has closed it.
    while let Ok(count @ 1..) = reader.read(&mut chunk) {
        output.extend_from_slice(&chunk[..count]);
    }
    child.wait().unwrap();
    String::from_utf8(output).unwrap().replace(&format!("http://127.0.0.1:{}", sandbox.port()), "https://app.strigo.io")
}

/// `STRIGO_BLESS=1 cargo test demo` updates the file.
#[test]
fn demo_recorded_again_matches_docs_demo_svg() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    std::fs::write(dir.path().join("trainers.csv"), ROSTER).unwrap();
    let mut screen = Screen::default();
    for command in COMMANDS {
        screen.print_command(command);
        screen.print(&record(command, &sandbox, dir.path()));
        assert_eq!(screen.column, 0, "{command}: output does not end with a newline");
    }
    let svg = screen.to_svg();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/demo.svg");
    if std::env::var_os("STRIGO_BLESS").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == svg, "docs/demo.svg is out of date: run STRIGO_BLESS=1 cargo test demo");
}

#[test]
fn screen_with_erased_and_wrapped_text_shows_the_rest() {
    let mut screen = Screen::default();
    screen.print("[##..] 1/2\r\u{1b}[K\u{1b}[1;31merror:\u{1b}[0m a\n");
    screen.print(&"x".repeat(COLUMNS + 1));
    let text: Vec<String> = screen.lines.iter().map(|line| line.iter().map(|(c, _)| c).collect()).collect();
    assert_eq!(text, ["error: a".to_owned(), "x".repeat(COLUMNS), "x".to_owned()]);
    assert!(screen.lines[0][0].1 == Style { bold: true, color: Some(1), prompt: false });
}
