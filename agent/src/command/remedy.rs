//! `remedy`: what an administrator would change, drawn from a report. Nothing is ever applied.

use rc_audit_report::remedy::{Form, render};

use crate::cli::compare::{Remedy, RemedyForm};
use crate::error::Result;
use crate::exit::Exit;
use crate::judging::Judging;
use crate::reports;
use crate::talk;
use crate::trust;

pub(super) fn run(options: &Remedy) -> Result<Exit> {
    let trust = trust::read(&options.trusting)?;
    let demanded = options.trusting.names_anybody();
    let report = reports::read(&options.bundle, &trust, demanded)?.report;
    let judging = Judging::read(&options.policy)?;
    let form = match options.form {
        RemedyForm::Checklist => Form::Checklist,
        RemedyForm::Env => Form::Env,
        RemedyForm::Api => Form::Api,
    };
    talk::data(&render(&report, judging.rules.rules(), form));
    Ok(Exit::Clean)
}
