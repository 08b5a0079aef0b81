//! What is typed of many workspaces, and of going easy on a server.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use jiff::SignedDuration;

/// Many workspaces.
#[derive(Debug, Args)]
pub(crate) struct Fleet {
    /// Audit all targets in this file
    ///
    /// A TOML file with a table "target" for each: name, and one of uri, uri_file and path; profile, plans,
    /// attest and env_file where they differ from what the command says; and policy and waivers, which
    /// come on top of it. Paths are seen from the folder of the file. 'rc-audit schema targets' prints
    /// its JSON Schema.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["address", "uri_file", "egress_log"])]
    pub(crate) targets: Option<PathBuf>,

    /// Read this many workspaces at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) jobs: u32,

    /// Go on with the audit of many workspaces that did not end, if there is one below --out
    #[arg(long)]
    pub(crate) resume: bool,
}

/// How gently a server is asked.
#[derive(Debug, Args)]
pub(crate) struct Pace {
    /// Start at most this many commands in a second on each server
    #[arg(long, value_name = "N")]
    pub(crate) rate: Option<NonZeroU32>,

    /// Ask servers for no longer than this, such as 90s, 30m or 2h; what is left is unknown
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) budget: Option<SignedDuration>,
}

fn duration(text: &str) -> Result<SignedDuration, String> {
    text.parse::<SignedDuration>()
        .ok()
        .filter(|it| it.is_positive() && *it <= SignedDuration::from_hours(24))
        .ok_or_else(|| "it is like 90s, 30m or 2h, and at most 24h".to_owned())
}
