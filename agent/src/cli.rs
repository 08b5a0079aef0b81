//! The command line. The comments here are the help texts; nothing here decides anything.

#![expect(
    clippy::doc_markdown,
    reason = "doc comments here are the text of --help"
)]

pub(crate) mod compare;
pub(crate) mod fleet;
pub(crate) mod keys;
pub(crate) mod written;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use rc_audit_report::messages::Language;

/// Proof, on one's own server, of what a Rocket.Chat workspace does with people's data.
///
/// Reads the workspace's MongoDB, works out what really takes effect, judges it against rules drawn
/// from the vendor's privacy policies, and writes a signed report. Nothing leaves the server.
#[derive(Debug, Parser)]
#[command(
    name = "rc-audit",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit a workspace and write a signed bundle
    Check(Box<Check>),
    /// Read a workspace into a snapshot file that 'check' can judge on another machine
    Collect(Collect),
    /// Print what a firewall has to let through, or to block, for a report
    Egress(Egress),
    /// Say what changed between two reports, and why
    Diff(compare::Diff),
    /// Print what an administrator would change; nothing is ever applied
    Remedy(compare::Remedy),
    /// Check bundles: signature, digests, chain
    Verify(Verify),
    /// List the chain of reports in a folder
    History(History),
    /// Take the files of old reports away and keep the chain
    Prune(Prune),
    /// The rules: list, explain, test, lint, new
    #[command(subcommand)]
    Rules(Rules),
    /// Targets of an audit of many workspaces: list, lint
    #[command(subcommand)]
    Targets(written::Targets),
    /// Policies: the one that files make together, and what is wrong with them
    #[command(subcommand)]
    Policy(written::Policy),
    /// Waivers, which are failures that somebody accepts for a time: list, lint, new
    #[command(subcommand)]
    Waivers(written::Waivers),
    /// Statements of what no database can show: list, lint
    #[command(subcommand)]
    Attest(written::Attest),
    /// Plans of who mends what, and until when: list, lint
    #[command(subcommand)]
    Plans(written::Plans),
    /// The signing key: new, show, rotate
    #[command(subcommand)]
    Key(keys::Key),
    /// Look whether everything is ready for an audit: login, key, confinement, clock
    Doctor(Doctor),
    /// Print the systemd unit of a regular audit
    Unit {
        /// The timer instead of the service
        #[arg(long)]
        timer: bool,
        /// For a server that is reached through a unix socket, without any network
        #[arg(long, conflicts_with = "timer")]
        local: bool,
    },
    /// Print the JSON Schema of an output, or of a file that people write
    Schema {
        /// What it describes
        #[arg(value_enum, default_value = "report")]
        kind: written::Schema,
    },
    /// Print the exit codes
    ExitCodes,
    /// Print shell completions
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// A MongoDB address, or a file or folder
    ///
    /// One of: mongodb://host/database (without a database: every one that is a workspace); a folder
    /// or archive written by mongodump, plain or gzip; a file with rocketchat_settings (.bson,
    /// .json, .jsonl, plain or gzip); a snapshot of ours. Without it: --uri-file, then the systemd
    /// credential rc-audit-uri, then RC_AUDIT_URI, then MONGO_URL.
    #[arg(value_name = "TARGET")]
    pub(crate) address: Option<String>,

    /// Read the MongoDB address from this file
    #[arg(long, value_name = "FILE", conflicts_with = "address")]
    pub(crate) uri_file: Option<PathBuf>,

    /// Wait this long for a server
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) connect_seconds: u64,

    /// Let the server work this long on one query; a longer one becomes a gap in the report
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) query_seconds: u64,

    /// Run this many queries at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) at_once: u32,

    #[command(flatten)]
    pub(crate) pace: fleet::Pace,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line, and they go in any combination"
)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) target: Target,

    #[command(flatten)]
    pub(crate) fleet: fleet::Fleet,

    /// What the workspace is said to be; without it one is inferred, and the report says so
    #[arg(long, value_enum)]
    pub(crate) profile: Option<Profile>,

    /// Policy file: profile, packs, parameters, severities, exclusions, site rules
    ///
    /// Or a shipped policy by name: airgapped, unregistered, registered, each also with -strict. May
    /// be given several times: a later one goes over those before it, but for what they lock.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Vec<PathBuf>,

    /// What people state because no database can show it
    #[arg(long, value_name = "FILE")]
    pub(crate) attest: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) accepting: written::Accepting,

    /// The environment of the server's processes; values are reduced to whether they are set
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,

    /// A log of the network, to be held against the map; may be given several times
    ///
    /// One of: a CSV with the columns time,destination,port,bytes (and source); the access.log of
    /// squid; what conntrack -E -o timestamp or conntrack -L prints; a kernel log with lines of
    /// nftables or iptables. Plain or gzip, of any length.
    #[arg(long, value_name = "FILE")]
    pub(crate) egress_log: Vec<PathBuf>,

    /// The chat server's address in logs that are of several machines; may be given several times
    #[arg(long, value_name = "ADDRESS", requires = "egress_log")]
    pub(crate) egress_from: Vec<IpAddr>,

    /// Write the bundle below this folder
    #[arg(long, value_name = "DIR", default_value = "evidence")]
    pub(crate) out: PathBuf,

    /// What to write beside report.json
    #[arg(long, value_enum, value_delimiter = ',', default_value = "html")]
    pub(crate) format: Vec<Format>,

    #[command(flatten)]
    pub(crate) signing: keys::Signing,

    #[command(flatten)]
    pub(crate) against: compare::Against,

    /// The language of the page; rules and evidence stay as they are
    #[arg(long, value_enum, default_value = "en")]
    pub(crate) lang: Lang,

    /// The least severity at which a failure counts
    ///
    /// With 'new', only what neither the baseline nor else the last report in the folder has, from
    /// medium on.
    #[arg(long, value_enum, default_value = "medium")]
    pub(crate) fail_on: FailOn,

    /// A text to put into the signed report, which proves that it was made later
    #[arg(long, value_name = "TEXT")]
    pub(crate) challenge: Option<String>,

    /// Judge for this moment instead of the one when reading ended
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<jiff::Timestamp>,

    /// Judge nothing unless the kernel keeps the program from everything it does not need
    #[arg(long)]
    pub(crate) require_confinement: bool,

    /// End with 0 also when something failed or could not be decided
    #[arg(long)]
    pub(crate) exit_zero: bool,

    /// Print no summary
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Print report.json instead of the summary
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Collect {
    #[command(flatten)]
    pub(crate) target: Target,

    /// Write the snapshot to this file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// Read nothing unless the kernel keeps the program from everything it does not need
    #[arg(long)]
    pub(crate) require_confinement: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) target: Target,

    /// The key that the audit will sign with; without it the one in the state folder
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) passphrase: keys::Passphrase,
}

#[derive(Debug, Args)]
pub(crate) struct Egress {
    /// A bundle, or the report.json in it; 'verify' checks that it is genuine
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,

    /// What active flows need, or what a workspace of the report's profile must not reach
    #[arg(long, value_enum, default_value = "allow")]
    pub(crate) list: EgressList,

    /// How to write it
    #[arg(long = "as", value_name = "FORM", value_enum, default_value = "hosts")]
    pub(crate) form: EgressForm,
}

/// The languages of the page, by their tags.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    /// English
    En,
    /// German
    De,
    /// Spanish
    Es,
    /// French
    Fr,
    /// Brazilian Portuguese
    #[value(name = "pt-BR", alias = "pt-br")]
    PtBr,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::De => Self::German,
            Lang::Es => Self::Spanish,
            Lang::Fr => Self::French,
            Lang::PtBr => Self::BrazilianPortuguese,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EgressList {
    /// What active flows need
    Allow,
    /// What a workspace of the report's profile must not reach
    Block,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EgressForm {
    /// Names; for blocking, a hosts file that leads nowhere
    Hosts,
    /// A set for nftables
    Nftables,
    /// A table with the flows behind each name
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Folders of bundles, or a folder that holds the bundles of one workspace
    #[arg(required = true, value_name = "BUNDLE")]
    pub(crate) bundles: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) trusting: keys::Trusting,

    /// Show that nothing older than this checkpoint was rewritten or cut off
    ///
    /// The line that 'check' prints at its end and 'history --checkpoint' prints, or a file with it.
    #[arg(long, value_name = "CHECKPOINT")]
    pub(crate) since: Option<String>,

    /// Demand that each report has this challenge
    #[arg(long, value_name = "TEXT")]
    pub(crate) challenge: Option<String>,

    /// Demand that the newest report is at most this old
    #[arg(long, value_name = "HOURS")]
    pub(crate) max_age: Option<u32>,

    /// The answer of a time stamp authority for this one bundle
    ///
    /// Without it, a MANIFEST.tsr in the bundle. An authority answers to the MANIFEST.tsq there.
    #[arg(long, value_name = "FILE", requires = "tsa_ca")]
    pub(crate) timestamp: Option<PathBuf>,

    /// Check time stamps; this file has the certificates, in PEM, of authorities that are trusted
    #[arg(long, value_name = "FILE")]
    pub(crate) tsa_ca: Option<PathBuf>,

    /// Make the page again from report.json and compare; needs the version that made it
    #[arg(long)]
    pub(crate) rerender: bool,

    /// Check manifests, signatures and the chain, and do not read the reports themselves
    #[arg(long, conflicts_with = "rerender")]
    pub(crate) signatures_only: bool,

    /// Print nothing; the exit code tells
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct History {
    /// The folder that holds the bundles of one workspace, or of several
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// Print the checkpoint of each chain instead: the line to note down elsewhere
    #[arg(long, conflicts_with = "json")]
    pub(crate) checkpoint: bool,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) trusting: keys::Trusting,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("age").required(true).multiple(true))]
pub(crate) struct Prune {
    /// The folder that holds the bundles of one workspace
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// Keep the files of this many reports, counted from the newest
    #[arg(long, value_name = "N", group = "age")]
    pub(crate) keep: Option<usize>,

    /// Keep the files of reports that are not older than this
    #[arg(long, value_name = "DAYS", group = "age")]
    pub(crate) older_than: Option<u32>,

    #[command(flatten)]
    pub(crate) signing: keys::Signing,

    /// Say what would be removed, and remove nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// List the rules
    List {
        /// Only the rules of this area, for example STAT
        #[arg(long)]
        area: Option<String>,
    },
    /// Show what a rule asks, why, and what to do
    Explain {
        /// The rule's id
        id: String,
        /// A file or folder with rules of your own
        #[arg(long, value_name = "PATH")]
        rules: Option<PathBuf>,
    },
    /// Run the cases inside the rules
    Test {
        /// A file or folder with rules of your own; without it the shipped ones
        path: Option<PathBuf>,
    },
    /// Check rule files more strictly than reading them does
    Lint {
        /// A file or folder with rules of your own; without it the shipped ones
        path: Option<PathBuf>,
    },
    /// Say which settings no rule reads, and why
    Coverage {
        /// Name every setting, and what reads it
        #[arg(long)]
        all: bool,
    },
    /// Write the rule book: a page for each rule, and an index
    Docs {
        /// The folder to write it to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Print a policy to begin with
    Policy {
        /// What the workspace is said to be
        #[arg(value_enum)]
        profile: Profile,
        /// With the rules that go further than most sites need
        #[arg(long)]
        strict: bool,
    },
    /// Write a new rule file to fill in
    New {
        /// The id, for example SITE-001
        id: String,
        /// The folder to write it to
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Profile {
    /// Nothing may leave
    Airgapped,
    /// Connected, not registered with the vendor
    Unregistered,
    /// Registered with the vendor
    Registered,
}

impl From<Profile> for rc_audit_rules::rule::Profile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Airgapped => Self::Airgapped,
            Profile::Unregistered => Self::Unregistered,
            Profile::Registered => Self::Registered,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// report.html
    Html,
    /// report.json, which is always written
    Json,
    /// findings.csv and flows.csv
    Csv,
    /// plan.csv, what is open with who mends it until when, for a tracker
    Plan,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FailOn {
    None,
    Low,
    Medium,
    High,
    Critical,
    /// What was not there before
    New,
}
