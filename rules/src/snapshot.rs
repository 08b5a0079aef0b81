//! What was read of one workspace, reduced and ready to be judged: the evidence.
//!
//! A snapshot is also a file format (`rc-audit-snapshot/1`): `collect` writes it on one machine,
//! `check` judges it on another, and both see the same bytes. It holds no secret, no message text,
//! no user name and no e-mail address, because those are reduced while they are read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::licence::LicenceText;
use crate::value::Value;

/// The format this version writes and reads.
pub const FORMAT: &str = "rc-audit-snapshot/1";

/// Everything that was read of one workspace.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// [`FORMAT`].
    pub format: String,
    /// Where it was read.
    pub source: Source,
    /// When reading began.
    pub started: Timestamp,
    /// When reading ended.
    pub finished: Timestamp,
    /// The documents of `rocketchat_settings` by id, without the groups.
    pub settings: BTreeMap<String, StoredSetting>,
    /// The ids of the settings groups.
    pub groups: BTreeSet<String>,
    /// What the licence text says of itself.
    pub licence: LicenceText,
    /// The answers to the queries, by query id.
    pub data: BTreeMap<String, Dataset>,
    /// Every read that was made.
    pub ledger: Vec<LedgerEntry>,
}

/// Where a snapshot was read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What was opened.
    pub kind: SourceKind,
    /// The name of the database; of a settings file, the name of the file without its endings.
    pub database: String,
    /// The MongoDB server's version, when there was a server.
    pub server_version: Option<String>,
    /// The name of the replica set, when the server is a member of one.
    pub replica_set: Option<String>,
    /// The cluster time that the server reported, as `seconds.increment`.
    pub cluster_time: Option<String>,
    /// What the login may do, when there was a server that said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
}

/// What a login to a server may do.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Whether the server asks for one. Without, everybody who reaches it may do everything.
    pub asked: bool,
    /// Actions beyond reading that it may do anywhere.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub writes: BTreeSet<String>,
    /// Databases other than the workspace's that it may read; `*` stands for every one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub elsewhere: BTreeSet<String>,
}

/// The kind of thing a snapshot was read from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A running MongoDB.
    Server,
    /// A folder written by `mongodump`.
    DumpFolder,
    /// A file written by `mongodump --archive`.
    DumpArchive,
    /// One file with the settings alone.
    SettingsFile,
}

impl SourceKind {
    /// The kind in words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Server => "a running MongoDB",
            Self::DumpFolder => "a folder written by mongodump",
            Self::DumpArchive => "an archive written by mongodump",
            Self::SettingsFile => "a file with the settings alone",
        }
    }
}

/// A document of `rocketchat_settings`, reduced.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flags are those of the server's own documents"
)]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSetting {
    /// `value`; absent when the document has none.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    pub value: Option<Value>,
    /// `type`, for example `boolean`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `valueSource`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether `value` equals `processEnvValue`; absent without the latter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals_environment: Option<bool>,
    /// Whether `value` equals `packageValue`; absent without the latter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals_package: Option<bool>,
    /// Whether `value` equals `invalidValue`; absent without the latter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals_invalid: Option<bool>,
    /// `hidden`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// `blocked`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub blocked: bool,
    /// `secret`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
    /// `public`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub public: bool,
    /// `enterprise`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub enterprise: bool,
    /// `modules`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<String>,
    /// `invalidValue`; absent when the document has none.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    pub invalid_value: Option<Value>,
    /// `_updatedAt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

/// Keeps a stored null apart from an absent value, which serde's own `Option` does not.
mod present {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::value::Value;

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<Value>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Value>, D::Error> {
        Value::deserialize(deserializer).map(Some)
    }
}

/// The answer to a query.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Dataset {
    /// Documents, each reduced to the fields asked for.
    Rows {
        /// The documents in the order asked for.
        rows: Vec<Row>,
        /// Whether there were no more than the bound allowed.
        complete: bool,
    },
    /// Numbers by name.
    Counts(BTreeMap<String, u64>),
    /// How many documents there are of each kind.
    Tally {
        /// The numbers, by text or day.
        counts: BTreeMap<String, u64>,
        /// Whether there were no more documents than the bound allowed.
        complete: bool,
    },
    /// No answer.
    Gap(Gap),
}

/// A reduced document: field name to value; a field that the document lacks is absent.
pub type Row = BTreeMap<String, Value>;

/// Why a query has no answer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The collection that could not be read.
    pub collection: String,
    /// The kind of reason.
    pub reason: GapReason,
    /// The reason in words, without any document's content.
    pub detail: String,
}

/// The kind of reason for a gap.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapReason {
    /// The login may not read it.
    Denied,
    /// The time limit ended the read.
    TimedOut,
    /// The dump or file does not hold it.
    NotInSource,
    /// The answer could not be decoded.
    Unreadable,
    /// The server refused or the connection failed.
    Failed,
}

/// One read, for the report's ledger.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerEntry {
    /// The query's id.
    pub query: String,
    /// `database.collection`.
    pub namespace: String,
    /// The shape of the query, without values from the database.
    pub shape: String,
    /// Documents or numbers returned.
    pub returned: u64,
    /// Bytes of BSON returned.
    pub bytes: u64,
    /// Milliseconds from question to answer; absent for files, where it would only be noise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
}

impl Snapshot {
    /// The queries that have no answer.
    pub fn gaps(&self) -> impl Iterator<Item = (&str, &Gap)> {
        self.data
            .iter()
            .filter_map(|(query, dataset)| match dataset {
                Dataset::Gap(gap) => Some((query.as_str(), gap)),
                _ => None,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_null_is_not_an_absent_value() {
        let null: StoredSetting = serde_json::from_str(r#"{"value":null}"#).unwrap();
        assert_eq!(null.value, Some(Value::Null));
        assert_eq!(serde_json::to_string(&null).unwrap(), r#"{"value":null}"#);
        let absent: StoredSetting = serde_json::from_str("{}").unwrap();
        assert_eq!(absent.value, None);
        assert_eq!(serde_json::to_string(&absent).unwrap(), "{}");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(serde_json::from_str::<StoredSetting>(r#"{"valeu":true}"#).is_err());
    }
}
