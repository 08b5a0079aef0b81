//! What a Rocket.Chat workspace is judged by.
//!
//! A [`Snapshot`](snapshot::Snapshot) holds what was read. From it follow the running server
//! ([`server`]), the settings as that server uses them ([`settings`]) and facts ([`fact`]). A rule
//! ([`rule`]) is data: a condition over these ([`check`]), with cases that show it right. Judging
//! ([`evaluate`]) gives findings ([`finding`]).
//!
//! Everything here is a pure function of its arguments: no input, no output, no clock, no network.
//! Three values run through all of it, because what cannot be decided must not pass ([`logic`]).

pub mod acceptance;
pub mod address;
pub mod assumption;
pub mod attestation;
pub mod case;
pub mod catalogue;
pub mod check;
pub mod clause;
pub mod collection;
pub mod contact;
pub mod coverage;
pub mod day;
pub mod environment;
pub mod evaluate;
pub mod evidence;
pub mod explain;
pub mod fact;
pub mod finding;
pub mod flow;
pub mod licence;
pub mod logic;
pub mod parameter;
pub mod place;
pub mod plan;
pub mod policy;
pub mod query;
pub mod reduction;
pub mod reference;
pub mod release;
pub mod remedy;
pub mod rule;
pub mod ruleset;
pub mod schema;
pub mod server;
pub mod settings;
pub mod snapshot;
pub mod traffic;
pub mod value;
pub mod version;
pub mod waiver;
pub mod written;
