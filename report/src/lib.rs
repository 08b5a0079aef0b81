//! The report: from what was judged to bytes that can be published, signed and checked.
//!
//! Everything here is a pure function. Reading and writing files is the agent's part.

pub mod alarms;
pub mod approval;
pub mod assemble;
pub mod bundle;
pub mod chain;
pub mod checkpoint;
pub mod csv;
pub mod diff;
pub mod digest;
pub mod dsse;
pub mod egress;
pub mod fleet;
pub mod history;
pub mod html;
pub mod json;
pub mod key;
pub mod manifest;
pub mod messages;
pub mod prune;
pub mod remedy;
pub mod rerender;
pub mod sshsig;
pub mod text;
pub mod timestamp;
pub mod trust;
pub mod v1;
pub mod verify;
pub mod words;

#[cfg(test)]
mod sample;
