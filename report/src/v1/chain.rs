//! The part of a report about the reports before it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something odd between this report and those before it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChainNotice {
    /// `clock` (it was read before the previous one), `late` (it was due earlier), `head_missing`
    /// (reports that were written are gone), `head_differs` (others stand in their place),
    /// `head_moved` (reports were added from elsewhere) or `head_unknown` (nothing was remembered).
    pub kind: String,
    /// What it is, in words.
    pub text: String,
}
