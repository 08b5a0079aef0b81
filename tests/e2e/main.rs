//! The program as its users meet it: real servers, real files, real keys.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic with a message is how a test fails"
)]

mod answers;
mod bundle;
mod confinement;
mod determinism;
mod drift;
mod egress;
mod fleet;
mod keys;
mod kit;
mod privacy;
mod reading;
mod refusals;
mod source;
mod targets;
mod traps;
