//! The verbs, one file each.

mod check;
mod collect;
mod egress;
mod examine;
mod history;
mod key;
mod print;
mod prune;
mod rules;
mod verify;

use crate::cli::Command;
use crate::error::Result;
use crate::exit::Exit;

/// Runs a verb.
pub(crate) fn run(command: Command) -> Result<Exit> {
    match command {
        Command::Check(options) => check::run(&options),
        Command::Collect(options) => collect::run(&options),
        Command::Egress(options) => egress::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::History(options) => history::run(&options),
        Command::Prune(options) => prune::run(&options),
        Command::Rules(verb) => rules::run(&verb),
        Command::Key(verb) => key::run(&verb),
        Command::Schema => print::schema(),
        Command::ExitCodes => Ok(print::exit_codes()),
        Command::Completions { shell } => Ok(print::completions(shell)),
        Command::Man => print::man(),
    }
}
