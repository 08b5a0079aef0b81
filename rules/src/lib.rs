//! Rules.
#![forbid(unsafe_code)]
pub mod address;
pub mod attestation;
pub mod case;
pub mod catalogue;
pub mod check;
pub mod environment;
pub mod evaluate;
pub mod evidence;
pub mod explain;
pub mod fact;
pub mod finding;
pub mod licence;
pub mod logic;
pub mod parameter;
pub mod place;
pub mod policy;
pub mod query;
pub mod reduction;
pub mod reference;
pub mod rule;
pub mod ruleset;
pub mod server;
pub mod settings;
pub mod snapshot;
pub mod value;
pub mod version;
