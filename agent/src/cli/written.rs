//! What is typed of files that people write: policies, waivers, statements, plans.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What is accepted for now, and what is planned.
#[derive(Debug, Args)]
pub(crate) struct Accepting {
    /// Waivers: failures that somebody accepts for a time; may be given several times
    ///
    /// If FILE.sig stands beside it, it has to be a signature of the file, made with
    /// ssh-keygen -Y sign -n rc-audit-waivers-v1.
    #[arg(long, value_name = "FILE")]
    pub(crate) waivers: Vec<PathBuf>,

    /// Let only waivers count that one of these allowed signers signed (see ssh-keygen(1))
    #[arg(long, value_name = "FILE")]
    pub(crate) waivers_signers: Vec<PathBuf>,

    /// Let no waiver count that a key of this list signed: public keys or fingerprints
    #[arg(long, value_name = "FILE")]
    pub(crate) waivers_revoked: Vec<PathBuf>,

    /// Take it for no mistake if nothing needs a waiver
    #[arg(long)]
    pub(crate) allow_unmatched_waivers: bool,

    /// Who mends what, and until when
    #[arg(long, value_name = "FILE")]
    pub(crate) plans: Option<PathBuf>,
}

/// Files of one kind, and what they are held against.
#[derive(Debug, Args)]
pub(crate) struct Files {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) paths: Vec<PathBuf>,

    /// The policy that they are used with, as 'check --policy' takes it
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Vec<PathBuf>,

    /// Look at this moment instead of now
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<jiff::Timestamp>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Waivers {
    /// List waivers with the days that are left
    List(Files),
    /// Say what is wrong with waivers, or will be: mistakes, ended and endless ones, doubles
    Lint(Files),
    /// Print a waiver to fill in, for a rule that failed in a report
    New {
        /// A bundle, or the report.json in it
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
        /// The rule's id
        #[arg(value_name = "RULE")]
        rule: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Attest {
    /// List statements with the days that are left
    List(Files),
    /// Say what is wrong with statements: mistakes, ended ones, documents that are others
    Lint(Files),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Plans {
    /// List plans with the days that are left
    List(Files),
    /// Say what is wrong with plans: mistakes, days that are over
    Lint(Files),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Targets {
    /// List targets with what they are judged by
    List {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Say what is wrong with targets: mistakes, doubles, files that are refused, open passwords
    ///
    /// No server is asked.
    Lint {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Print the policy that files make together, with the file that each value comes from
    Show {
        /// The files in their order, or shipped policies by name; a later one goes over those before
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Say what is wrong with policy files
    Lint {
        /// The files in their order, or shipped policies by name
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// What a JSON Schema describes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Schema {
    /// report.json
    Report,
    /// fleet.json
    Fleet,
    /// A file of targets
    Targets,
    /// A policy, or a layer of one
    Policy,
    /// A file of waivers
    Waivers,
    /// A file of statements
    Attest,
    /// A file of plans
    Plans,
    /// A rule
    Rule,
}
