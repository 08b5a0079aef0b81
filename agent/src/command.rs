//! The verbs, one file each, and what each may touch.

mod check;
mod collect;
mod doctor;
mod egress;
mod key;
mod print;
mod role;
mod rules;
mod unit;
mod verify;

use std::path::{Path, PathBuf};

use crate::cli::{self, Command};
use crate::confine::{Guard, Places};
use crate::error::Result;
use crate::exit::Exit;
use crate::output;
use crate::state;

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
        Command::Verify(options) => verify::run(&options),
        Command::Rules(verb) => rules::run(&verb),
        Command::Key(verb) => key::run(&verb),
        Command::Schema => print::schema(),
        Command::ExitCodes => Ok(print::exit_codes()),
        Command::Completions { shell } => Ok(print::completions(shell)),
        Command::Man => print::man(),
    }
}

/// What a verb touches; none for one that may read a server, and finds out by itself.
fn places(command: &Command) -> Option<Places> {
    let signer = |signer: &str| !signer.starts_with("SHA256:");
    Some(match command {
        Command::Check(_) | Command::Collect(_) | Command::Doctor(_) => return None,
        Command::Egress(options) => Places::reading([options.bundle.as_path()]),
        Command::Verify(options) => {
            let bundles = options.bundles.iter().map(PathBuf::as_path);
            let signers = options.signer.iter().filter(|it| signer(it)).map(Path::new);
            Places::reading(bundles.chain(signers))
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
        Command::Key(verb) => {
            let named = match verb {
                cli::Key::New { out } => out.as_deref(),
                cli::Key::Show { key } => key.as_deref(),
            };
            match (verb, named, state::folder().ok()) {
                (cli::Key::New { .. }, Some(path), _) => {
                    state::prepare(output::folder_of(path));
                    Places::default().writing(output::folder_of(path))
                }
                (cli::Key::New { .. }, None, Some(folder)) => {
                    state::prepare(&folder);
                    Places::default().writing(&folder)
                }
                (cli::Key::Show { .. }, Some(path), _) => Places::reading([path]),
                (cli::Key::Show { .. }, None, Some(folder)) => Places::reading([folder.as_path()]),
                (_, None, None) => Places::default(),
            }
        }
        Command::Unit { .. }
        | Command::Schema
        | Command::ExitCodes
        | Command::Completions { .. }
        | Command::Man => Places::default(),
    })
}
