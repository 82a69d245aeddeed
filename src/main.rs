//! The `strigo` command: [`strigo_cli`] in a process of its own.

fn main() -> std::process::ExitCode {
    strigo_cli::tell_panics();
    strigo_cli::run(strigo_cli::Process::current())
}
