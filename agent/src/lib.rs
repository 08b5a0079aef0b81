//! The agent: the only part that reads files, sockets, the clock and the environment.
//!
//! From the command line to a finding: [`main`] dispatches to `command`; `command::check` asks
//! `target` what to read and `collect` to read it (through `mongo` or `dump`) into a snapshot; the
//! rules crate draws evidence from the snapshot and judges it; the report crate turns that into
//! bytes; `output` writes them.

mod bundle;
mod cli;
mod collect;
mod command;
mod confine;
mod dump;
mod egress_log;
pub mod error;
pub mod exit;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod heads;
mod input;
mod judging;
mod mongo;
mod output;
mod reports;
mod signing;
mod state;
mod talk;
mod target;
mod targets;
mod trust;
mod waivers;

use std::panic;
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::confine::Guard;
use crate::error::Error;
use crate::exit::Exit;

/// Runs the program with the arguments and the environment of the process.
#[must_use]
pub fn main() -> ExitCode {
    // The message of a panic may quote what was read, so that only its place is told.
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(|it| format!(" at {}, line {}", it.file(), it.line()));
        talk::error(&Error::new(
            Exit::Internal,
            format!("a fault of this program{}", place.unwrap_or_default()),
            "Please report this.",
        ));
    }));
    panic::catch_unwind(confined).unwrap_or_else(|_| Exit::Internal.into())
}

fn confined() -> ExitCode {
    // Before there is a second thread, so that it holds for all of them.
    let mut guard = Guard::begin();
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed terminal is no reason for another exit code.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Clean.into(),
                _ => Exit::Usage.into(),
            };
        }
    };
    match command::run(cli.command, &mut guard) {
        Ok(exit) => exit.into(),
        Err(error) => {
            talk::error(&error);
            error.exit.into()
        }
    }
}
