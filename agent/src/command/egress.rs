//! `egress`: what a firewall has to let through, or to block, drawn from a report.

use rc_audit_report::egress::{self, Form, List};
use rc_audit_report::v1::Report;

use crate::bundle;
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::talk;

pub(super) fn run(options: &cli::Egress) -> Result<Exit> {
    let bytes = bundle::report(&options.bundle)?;
    let report: Report = serde_json::from_slice(&bytes).map_err(|error| {
        Error::usage(
            format!(
                "{} is no report of this version: {error}",
                options.bundle.display()
            ),
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
