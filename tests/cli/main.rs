//! End-to-end tests: the `strigo` binary against mocks that verify each request, and against the sandbox.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
// Tests that need a shell, signals, or file modes are compiled on Unix only, but not their imports one by one.
#![cfg_attr(not(unix), allow(dead_code, unused_imports))]

mod api;
mod auth;
mod completions;
mod crash_safety;
mod credentials;
#[cfg(unix)]
mod demo;
mod docs;
mod errors;
mod help;
#[cfg(unix)]
mod hostile;
mod in_process;
mod invitations;
mod json_passthrough;
mod man;
mod members;
mod members_all;
mod output;
mod packages;
#[cfg(unix)]
mod packaging;
mod partners;
mod rate_limit;

mod retries;
mod rosters;
mod secret_leaks;
mod shared_journal;
mod status;
mod support;
#[cfg(unix)]
mod terminal;
mod tls;

#[allow(dead_code)]
#[path = "../../examples/sandbox/server.rs"]
mod server;
