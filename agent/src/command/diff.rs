//! `diff`: what changed between two reports, and why.

use rc_audit_report::diff::{self, With, compare, same_workspace};
use rc_audit_report::json;

use crate::cli::compare::{Diff, DiffForm};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::reports;
use crate::talk;
use crate::trust;

pub(super) fn run(options: &Diff) -> Result<Exit> {
    let trust = trust::read(&options.trusting)?;
    let demanded = options.trusting.names_anybody();
    let first = reports::read(&options.before, &trust, demanded)?;
    let second = reports::read(&options.now, &trust, demanded)?;
    if let (Some(one), Some(other)) = (&first.signer, &second.signer)
        && one != other
    {
        talk::warning(
            "the reports are signed by different keys; 'rc-audit verify' on the folder of both tells \
             whether the first handed over to the second.",
        );
    }
    let (before, now) = (first.report, second.report);
    if !same_workspace(&before, &now) {
        if !options.any_workspace {
            return Err(Error::usage(
                format!(
                    "the reports are of different workspaces, {} and {}",
                    before.workspace.name, now.workspace.name
                ),
                "Name two of one workspace, or compare them all the same with --any-workspace.",
            ));
        }
        talk::warning("the reports are of different workspaces.");
    }
    if before.judged_at > now.judged_at {
        talk::warning("the first report is younger than the second; what is new was fixed.");
    }
    let comparison = compare(&before, &now, With::Named);
    let form = if options.json {
        DiffForm::Json
    } else {
        options.form
    };
    match form {
        DiffForm::Text => talk::painted(&diff::render(&comparison, &talk::paint)),
        DiffForm::Markdown => talk::data(&diff::markdown(&comparison)),
        DiffForm::Json => {
            let bytes = json::render(&comparison).map_err(|error| {
                Error::new(Exit::Internal, error.to_string(), "Please report this.")
            })?;
            talk::raw(&bytes);
        }
    }
    Ok(if comparison.is_empty() {
        Exit::Clean
    } else {
        Exit::Differs
    })
}
