//! What the end-to-end tests, the benchmark and the examples share: made-up workspaces, a real
//! MongoDB, and the program itself.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this crate is test code: a panic with a message is how a test fails"
)]

pub mod dump;
pub mod forge;
pub mod mongod;
pub mod program;
pub mod proxy;
pub mod workspace;
