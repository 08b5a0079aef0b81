//! The part of a report about logs of the network.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whom the server reached, as logs say that the operator attached.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// The logs, in the order in which they were named.
    pub logs: Vec<ContactLog>,
    /// The addresses of the chat server whose lines count; empty if all lines do.
    pub counted_from: Vec<String>,
    /// The earliest time in any log; null if no line has one.
    pub from: Option<String>,
    /// The latest time in any log; null if no line has one.
    pub to: Option<String>,
    /// What the logs show of the vendor and its subprocessors, in words.
    pub vendor: String,
    /// From when to `to` no contact by name with these is in the logs; null if that is not known.
    pub no_vendor_contact_since: Option<String>,
    /// What logs can't show.
    pub limit: String,
    /// Numbers of pairs of destination and port by `standing`.
    pub by_standing: BTreeMap<String, u64>,
    /// Active flows that can go to any host, so that undeclared contacts may be theirs.
    pub may_explain: Vec<String>,
    /// Destinations by port, what should not be first.
    pub destinations: Vec<Destination>,
    /// How many more there are.
    pub not_listed: u64,
}

/// A log of the network. The numbers of its lines add up to `lines`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContactLog {
    /// `csv`, `squid`, `conntrack` or `kernel`.
    pub format: String,
    /// The SHA-256 of the file, `sha256:…`.
    pub digest: String,
    /// All lines.
    pub lines: u64,
    /// Lines that tell of a contact.
    pub contacts: u64,
    /// Lines about connections that others opened to the server.
    pub inbound: u64,
    /// Lines about other addresses than those of `counted_from`.
    pub elsewhere: u64,
    /// Lines that tell of no connection.
    pub other: u64,
    /// Lines that could not be read, or whose time lies before the product or in the future.
    pub unread: u64,
    /// The numbers of the first of these.
    pub unread_at: Vec<u64>,
    /// The earliest time; null if no line has one.
    pub from: Option<String>,
    /// The latest time; null if no line has one.
    pub to: Option<String>,
}

/// A destination in a log.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Its name or address, without user and path.
    pub name: String,
    /// The port; null where the log has none.
    pub port: Option<u16>,
    /// `forbidden` (the vendor, against profile or flows), `undeclared` (no flow names it),
    /// `undeclared_address` (the same, and without a name), `not_active` (flows name it, none is
    /// active), `declared` (an active flow names it), `approved` (by the policy), `database` (that
    /// was read), `inside` (the organisation or the server itself) or `refused` (nothing got through).
    pub standing: String,
    /// `this_server`, `own_network`, `approved`, `vendor` or `other`.
    pub place: String,
    /// Whether the vendor or a subprocessor is reached.
    pub vendor: bool,
    /// The flows that name it.
    pub flows: Vec<String>,
    /// How often.
    pub count: u64,
    /// How often it was refused.
    pub refused: u64,
    /// Bytes as the log counts them; null if it does not.
    pub bytes: Option<u64>,
    /// The first time; null if the log does not say.
    pub first: Option<String>,
    /// The last time; null if the log does not say.
    pub last: Option<String>,
}
