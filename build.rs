//! Links GCC's unwinder statically on Linux with glibc: to load `libgcc_s.so` takes a tenth of the time of
//! `strigo --version`.

use std::env;
use std::ffi::OsString;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    let is = |name, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && linker_has("libgcc_eh.a") {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Returns whether the linker finds a library. If so, GCC and clang print its path, and otherwise its bare name.
fn linker_has(library: &str) -> bool {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| OsString::from("cc"));
    let found = Command::new(linker).arg(format!("-print-file-name={library}")).output();
    found.is_ok_and(|output| output.status.success() && output.stdout.contains(&b'/'))
}
