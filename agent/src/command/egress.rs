//! `egress`: what a firewall has to let through, or to block, drawn from a report.

use rc_audit_report::egress::{self, Form, List};
use rc_audit_report::v1::Report;

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::talk;

pub(super) fn run(options: &cli::Egress) -> Result<Exit> {
    let path = if options.bundle.is_dir() {
        options.bundle.join("report.json")
    } else {
        options.bundle.clone()
    };
    let report: Report = serde_json::from_str(&input::text(&path)?).map_err(|error| {
        Error::usage(
            format!("{} is no report of this version: {error}", path.display()),
            "Name a bundle, or the report.json in it.",
        )
    })?;
    let list = match options.list {
        cli::EgressList::Allow => List::Allow,
        cli::EgressList::Block => List::Block,
    };
    let form = match options.form {
        cli::EgressForm::Hosts => Form::Hosts,
        cli::EgressForm::Nftables => Form::Nftables,
        cli::EgressForm::Csv => Form::Csv,
    };
    talk::data(&egress::render(&report, list, form));
    if form == Form::Csv {
        talk::note(egress::LIMIT);
    }
    Ok(Exit::Clean)
}
