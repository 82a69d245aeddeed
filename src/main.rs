//! The `strigo` executable: runs [`strigo_cli`] in a process of its own.

/// The allocator of musl makes tables of many partners take twice as long.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    strigo_cli::install_panic_hook();
    strigo_cli::run(strigo_cli::Process::current())
}
