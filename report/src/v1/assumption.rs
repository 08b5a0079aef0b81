//! The part of a report that says that it is none on what is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was taken to be otherwise than it is.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// The SHA-256 of the file that says it, `sha256:…`.
    pub digest: String,
    /// What it says, one entry for each setting or variable.
    pub assumed: Vec<Assumed>,
}

/// One thing that was taken to be otherwise.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assumed {
    /// The setting, or the variable of the server's processes.
    pub subject: String,
    /// What it is; a text in words where there is no value.
    pub found: serde_json::Value,
    /// What it was taken to be.
    pub assumed: serde_json::Value,
}
