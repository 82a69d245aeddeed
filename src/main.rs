//! The `strigo` executable: runs [`strigo_cli`] in a process of its own.

fn main() -> std::process::ExitCode {
    strigo_cli::install_panic_hook();
    strigo_cli::run(strigo_cli::Process::current())
}
