//! `collect`: read, and write a snapshot.

use rc_audit_report::digest::sha256;

use crate::cli;
use crate::collect::{self, Plan};
use crate::confine::{Guard, Places};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::{folder_of, write_file};
use crate::talk;
use crate::target::Target;

pub(super) fn run(options: &cli::Collect, guard: &mut Guard) -> Result<Exit> {
    let target = Target::resolve(&options.target)?;
    let plan = Plan::open(vec![Ok(target)], &options.target, guard)?;
    let read = plan.paths();
    guard.enclose(&read);
    let places = Places::reading(read);
    guard.keep_to(&places.writing(folder_of(&options.output)));
    if options.require_confinement {
        guard.required()?;
    }
    let mut snapshots = plan.connect(guard)?.read(None)?.snapshots;
    if options.require_confinement {
        guard.probe();
        guard.required()?;
    }
    let (Some(snapshot), None) = (snapshots.pop(), snapshots.pop()) else {
        return Err(Error::usage(
            "there are several workspaces, and a snapshot holds one",
            "Name the database in the address: mongodb://host/rocketchat.",
        ));
    };
    let snapshot = snapshot?;
    let bytes = collect::bytes(&snapshot)?;
    write_file(&options.output, &bytes)?;
    talk::note(&format!(
        "Snapshot: {}, SHA-256 {}",
        options.output.display(),
        sha256(&bytes)
    ));
    let gaps = snapshot.gaps().count();
    if gaps > 0 {
        talk::note(&format!(
            "{gaps} queries have no answer; 'check' names them."
        ));
        return Ok(Exit::Incomplete);
    }
    Ok(Exit::Clean)
}
