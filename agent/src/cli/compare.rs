//! What is typed to compare reports, to repair what they found, and to ask what would be.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::keys;

/// What an audit is held against, and what it takes to be otherwise.
#[derive(Debug, Args)]
pub(crate) struct Against {
    /// Say what changed since this bundle, instead of since the last one in the folder
    ///
    /// A bundle, or the report.json in it. With '--fail-on new', only what it does not have counts.
    #[arg(long, value_name = "BUNDLE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Judge as if these settings were so; no evidence comes of it
    ///
    /// A file with OVERWRITE_SETTING_NAME=value on each line, as 'remedy --as env' prints it, or TOML
    /// or JSON with settings and values. The report is marked on every page, is not signed, and does
    /// not go into the chain.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "key", "next_key", "certificate"])]
    pub(crate) assume: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The earlier report: a bundle, or a report.json
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,

    /// The later report
    #[arg(value_name = "NOW")]
    pub(crate) now: PathBuf,

    /// How to write it
    #[arg(long = "as", value_name = "FORM", value_enum, default_value = "text")]
    pub(crate) form: DiffForm,

    /// Print JSON; short for --as json
    #[arg(long, conflicts_with = "form")]
    pub(crate) json: bool,

    /// Compare reports of different workspaces too
    #[arg(long)]
    pub(crate) any_workspace: bool,

    #[command(flatten)]
    pub(crate) trusting: keys::Trusting,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum DiffForm {
    /// For the terminal
    Text,
    /// For programs
    Json,
    /// For a ticket or a mail
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Remedy {
    /// A bundle, or a report.json
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,

    /// How to write it
    #[arg(
        long = "as",
        value_name = "FORM",
        value_enum,
        default_value = "checklist"
    )]
    pub(crate) form: RemedyForm,

    /// The policy of the audit, if it brought rules of its own
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) trusting: keys::Trusting,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum RemedyForm {
    /// A list to tick off, in Markdown, by page of the administration
    Checklist,
    /// A file with variables for the server's processes
    Env,
    /// A shell script with calls of the REST interface; it is printed and never run
    Api,
}
