//! The tool as a whole process, against mocks that check each request and against the sandbox.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod api;
mod auth;
mod completions;
mod credentials;
mod errors;
mod fidelity;
mod help;
mod invitations;
mod kills;
mod leaks;
mod man;
mod members;
mod output;
mod pace;
mod packages;
mod partners;
mod readme;
mod retries;
mod support;
mod sweeps;
#[cfg(unix)]
mod terminal;
mod tls;

#[allow(dead_code)]
#[path = "../../examples/sandbox/server.rs"]
mod server;
