//! Verbs that print something and do nothing else.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;
use rc_audit_rules::schema;

use crate::cli::Cli;
use crate::cli::written::Schema;
use crate::error::{Error, Result};
use crate::exit::{Exit, TABLE};
use crate::talk;
use crate::targets;

pub(super) fn schema(kind: Schema) -> Result<Exit> {
    let schema = match kind {
        Schema::Report => rc_audit_report::v1::schema(),
        Schema::Fleet => rc_audit_report::fleet::schema(),
        Schema::Targets => targets::schema(),
        Schema::Policy => schema::of(schema::Kind::Policy),
        Schema::Waivers => schema::of(schema::Kind::Waivers),
        Schema::Attest => schema::of(schema::Kind::Attest),
        Schema::Plans => schema::of(schema::Kind::Plans),
        Schema::Rule => schema::of(schema::Kind::Rule),
    };
    let mut text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Error::new(Exit::Internal, error.to_string(), ""))?;
    text.push('\n');
    talk::raw(text.as_bytes());
    Ok(Exit::Clean)
}

pub(super) fn exit_codes() -> Exit {
    let mut text = String::new();
    for line in TABLE {
        // Writing to a text can't fail.
        let _ = writeln!(text, "{:>3}  {}", line.code, line.meaning);
    }
    talk::data(&text);
    Exit::Clean
}

pub(super) fn completions(shell: Shell) -> Exit {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rc-audit", &mut bytes);
    talk::raw(&bytes);
    Exit::Clean
}

pub(super) fn man() -> Result<Exit> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut bytes)
        .map_err(|error| Error::new(Exit::Internal, error.to_string(), ""))?;
    talk::raw(&bytes);
    Ok(Exit::Clean)
}
