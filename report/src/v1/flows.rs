//! The part of a report about what can leave, and what the vendor says of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way in which data can leave the workspace.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// `B1` to `B56`.
    pub id: String,
    /// The flow in words.
    pub title: String,
    /// `active`, `dormant`, `off`, `unknown` or `not_applicable`.
    pub state: String,
    /// The kinds of data: `account`, `usage`, `app`, `content`, `tracking`, `location`.
    pub data: Vec<String>,
    /// What exactly is sent.
    pub content: String,
    /// What sets it off.
    pub trigger: String,
    /// Who receives it.
    pub recipient: String,
    /// `vendor`, `subprocessor`, `chosen` (by the operator) or `anybody`.
    pub party: String,
    /// `server`, `client` or `inbound`: who opens the connection.
    pub way: String,
    /// The hosts, joined by commas.
    pub host: String,
    /// The hosts, and whose each is.
    pub hosts: Vec<Host>,
    /// Where the recipient keeps it, as the vendor states: country codes; empty if it states none.
    pub location: String,
    /// Whether it needs a registration with the vendor: `no`, `yes`, `creates`.
    pub registration: String,
    /// What decided the state.
    pub basis: Vec<String>,
    /// The latest contact with one of its hosts that an attached log shows; null without one.
    pub last_contact: Option<String>,
    /// How to switch it off.
    pub switch_off: String,
    /// How an isolated site shows that it is off.
    pub proof: String,
}

impl Flow {
    /// Whether the vendor or one of its subprocessors receives it.
    #[must_use]
    pub fn is_to_vendor(&self) -> bool {
        matches!(self.party.as_str(), "vendor" | "subprocessor")
    }
}

/// A host that a flow goes to.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its name or address, without user, port and path.
    pub name: String,
    /// `this_server`, `own_network`, `approved`, `vendor` or `other`.
    pub place: String,
}

/// The vendor's table of what it collects, for this workspace.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DataTable {
    /// `registered_online`, `registered_offline`, `unregistered` or `unknown`.
    pub class: String,
    /// What the class rests on.
    pub class_basis: String,
    /// One entry for each kind of data.
    pub rows: Vec<DataRow>,
}

/// One kind of data in the vendor's table.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DataRow {
    /// The kind of data.
    pub data: String,
    /// What is said of registered workspaces.
    pub registered: String,
    /// What is said of unregistered workspaces.
    pub unregistered: String,
    /// What is said of air-gapped workspaces.
    pub airgapped: String,
    /// The flows to the vendor and its subprocessors that are active, dormant or unknown.
    pub flows: Vec<String>,
    /// Whether they agree with what is said of workspaces of this profile: `as_stated`,
    /// `contradicted`, `unknown` or `not_stated`.
    pub agreement: String,
}
