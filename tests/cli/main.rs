//! End-to-end tests: the `strigo` binary against mocks that verify each request, and against the sandbox.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
// Tests that need a shell, signals, file modes, or GNU tools are not compiled everywhere; their imports are.
#![cfg_attr(not(target_os = "linux"), allow(dead_code, unused_imports))]

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
mod new_partners;
mod output;
#[cfg(unix)]
mod packaging;
mod partners;
mod rate_limit;
mod remembers;
mod retries;
mod rosters;
mod secret_leaks;
mod shared_journal;
mod status;
mod store_protocol;
mod stores;
mod support;
#[cfg(unix)]
mod terminal;
mod tls;

#[allow(dead_code)]
#[path = "../../examples/sandbox/server.rs"]
mod server;
