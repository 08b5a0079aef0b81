//! The verbs, one file each, and what each may touch.

mod against;
mod check;
mod collect;
mod diff;
mod doctor;
mod egress;
mod examine;
mod history;
mod key;
mod print;
mod prune;
mod remedy;
mod role;
mod rules;
mod targets;
mod unit;
mod verify;
mod written;

use std::path::{Path, PathBuf};

use crate::cli::keys::Trusting;
use crate::cli::written::{Attest, Plans, Policy, Waivers};
use crate::cli::{self, Command};
use crate::confine::{Guard, Places};
use crate::error::Result;
use crate::exit::Exit;
use crate::output;

/// Runs a verb. All but those that may read a server are without sockets from here on.
pub(crate) fn run(command: Command, guard: &mut Guard) -> Result<Exit> {
    if let Some(places) = places(&command) {
        guard.offline(&places);
    }
    match command {
        Command::Check(options) => check::run(&options, guard),
        Command::Collect(options) => collect::run(&options, guard),
        Command::Doctor(options) => doctor::run(&options, guard),
        Command::Unit { timer, local } => Ok(unit::print(timer, local)),
        Command::Egress(options) => egress::run(&options),
        Command::Diff(options) => diff::run(&options),
        Command::Remedy(options) => remedy::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::History(options) => history::run(&options),
        Command::Prune(options) => prune::run(&options, guard),
        Command::Rules(verb) => rules::run(&verb),
        Command::Targets(verb) => targets::run(&verb, guard),
        Command::Policy(verb) => written::policy(&verb),
        Command::Waivers(verb) => written::waivers(&verb),
        Command::Attest(verb) => written::attest(&verb),
        Command::Plans(verb) => written::plans(&verb),
        Command::Key(verb) => key::run(&verb, guard),
        Command::Schema { kind } => print::schema(kind),
        Command::ExitCodes => Ok(print::exit_codes()),
        Command::Completions { shell } => Ok(print::completions(shell)),
        Command::Man => print::man(),
    }
}

/// What a verb touches; none for one that may read a server or ask an agent for a key, or that learns from
/// its files what else it reads, and confines itself when it has.
fn places(command: &Command) -> Option<Places> {
    Some(match command {
        Command::Check(_)
        | Command::Collect(_)
        | Command::Doctor(_)
        | Command::Prune(_)
        | Command::Targets(_)
        | Command::Key(_) => return None,
        Command::Egress(options) => Places::reading([options.bundle.as_path()]),
        Command::Diff(options) => {
            let reports = [options.before.as_path(), options.now.as_path()];
            Places::reading(reports.into_iter().chain(lists(&options.trusting)))
        }
        Command::Remedy(options) => {
            let read = std::iter::once(options.bundle.as_path());
            let policy = folders(&options.policy);
            Places::reading(read.chain(policy).chain(lists(&options.trusting)))
        }
        Command::Verify(options) => {
            let since = options.since.as_deref().map(Path::new);
            let stamps = [&options.timestamp, &options.tsa_ca];
            let stamps = stamps.into_iter().flatten().map(PathBuf::as_path);
            let bundles = options.bundles.iter().map(PathBuf::as_path);
            let trusting = lists(&options.trusting);
            Places::reading(bundles.chain(since).chain(stamps).chain(trusting))
        }
        Command::History(options) => {
            let folder = std::iter::once(options.folder.as_path());
            Places::reading(folder.chain(lists(&options.trusting)))
        }
        Command::Rules(verb) => match verb {
            cli::Rules::Explain { rules: path, .. }
            | cli::Rules::Test { path }
            | cli::Rules::Lint { path } => Places::reading(path.as_deref()),
            cli::Rules::Docs { out } | cli::Rules::New { out, .. } => {
                output::prepare(out);
                Places::default().writing(out)
            }
            cli::Rules::List { .. } | cli::Rules::Coverage { .. } | cli::Rules::Policy { .. } => {
                Places::default()
            }
        },
        Command::Policy(Policy::Show { files } | Policy::Lint { files }) => {
            Places::reading(folders(files))
        }
        Command::Waivers(Waivers::New { bundle, .. }) => Places::reading([bundle.as_path()]),
        Command::Waivers(Waivers::List(files) | Waivers::Lint(files))
        | Command::Attest(Attest::List(files) | Attest::Lint(files))
        | Command::Plans(Plans::List(files) | Plans::Lint(files)) => {
            Places::reading(folders(&files.paths).chain(folders(&files.policy)))
        }
        Command::Unit { .. }
        | Command::Schema { .. }
        | Command::ExitCodes
        | Command::Completions { .. }
        | Command::Man => Places::default(),
    })
}

/// The folders of files that name others beside them.
fn folders(files: &[PathBuf]) -> impl Iterator<Item = &Path> {
    files.iter().map(|file| output::folder_of(file))
}

/// The files that say whom to trust. A fingerprint is none, and names no file.
fn lists(trusting: &Trusting) -> impl Iterator<Item = &Path> {
    let files = trusting.allowed_signers.iter().chain(&trusting.revoked);
    let signers = trusting.signer.iter().map(Path::new);
    files.map(PathBuf::as_path).chain(signers)
}
