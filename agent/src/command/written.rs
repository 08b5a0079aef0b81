//! `policy`, `waivers`, `attest`, `plans`: what people wrote, listed, and looked through for what is
//! wrong or will be.

use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use rc_audit_report::v1::Report;
use rc_audit_rules::attestation::{State, Statement, Subject};
use rc_audit_rules::day::Period;
use rc_audit_rules::plan::Plan;
use rc_audit_rules::policy::effective;
use rc_audit_rules::waiver::Waiver;

use crate::bundle;
use crate::cli::written::{Attest, Files, Plans, Policy, Waivers as Verb};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::judging::Judging;
use crate::talk;
use crate::waivers::Waivers;

pub(super) fn policy(verb: &Policy) -> Result<Exit> {
    match verb {
        Policy::Show { files } => {
            talk::data(&effective(&Judging::read(files)?.policy));
            Ok(Exit::Clean)
        }
        Policy::Lint { files } => {
            let judging = Judging::read(files)?;
            Ok(said(&count(judging.layers.len() as u64, "file"), &[]))
        }
    }
}

pub(super) fn waivers(verb: &Verb) -> Result<Exit> {
    match verb {
        Verb::List(files) => {
            let (judging, now) = (Judging::read(&files.policy)?, now(files));
            let waivers = Waivers::read(&files.paths)?;
            let counting = waivers.counting(&judging, now);
            let mut text = String::new();
            for (number, waiver) in waivers.all.iter().enumerate() {
                let counts = counting.files.get(waiver.file).is_none_or(|it| it.counts);
                let state = if !counts {
                    "does not count: the signature of its file".to_owned()
                } else if waiver.period.length() > i64::from(judging.policy.waivers.max_days) {
                    "does not count: too long".to_owned()
                } else {
                    state(waiver.period, now)
                };
                // Writing to a text can't fail, here and below.
                let _ = writeln!(
                    text,
                    "W{:<4} {:<9} {:<24} to the end of {} UTC, {state}\n      {}, {}: {}",
                    number + 1,
                    waiver.rule,
                    waiver.workspace,
                    waiver.period.until,
                    waiver.approver,
                    waiver.ticket,
                    waiver.reason
                );
            }
            talk::data(&text);
            Ok(Exit::Clean)
        }
        Verb::Lint(files) => lint_waivers(files),
        Verb::New { bundle, rule } => new(bundle, rule),
    }
}

fn lint_waivers(files: &Files) -> Result<Exit> {
    let (judging, now) = (Judging::read(&files.policy)?, now(files));
    let waivers = Waivers::read(&files.paths)?;
    let mut complaints = Vec::new();
    for file in waivers.counting(&judging, now).files {
        if !file.counts {
            complaints.push(format!("{}: {}", file.name, file.note));
        }
    }
    let most = i64::from(judging.policy.waivers.max_days);
    for (number, waiver) in waivers.all.iter().enumerate() {
        let mut wrong = |what: &str| {
            complaints.push(format!("{}: {what}", waivers.line(number, waiver)));
        };
        if judging.rules.find(&waiver.rule).is_none() {
            wrong("there is no such rule; 'rc-audit rules list' names them");
        }
        let days = waiver.period.length();
        if days > most {
            wrong(&format!(
                "it lasts {days} days, and the policy allows {most}, so it never counts"
            ));
        }
        if waiver.period.days_left(now) < 0 {
            wrong("it has ended; take it out, or have it approved again");
        }
    }
    overlapping(&waivers, &mut complaints);
    Ok(said(
        &count(waivers.all.len() as u64, "waiver"),
        &complaints,
    ))
}

/// Waivers that overlap, each told once with the other.
fn overlapping(waivers: &Waivers, complaints: &mut Vec<String>) {
    let overlaps = Waiver::overlaps(&waivers.all);
    for (number, other) in overlaps.iter().enumerate() {
        if let (Some(other), Some(waiver)) = (other, waivers.all.get(number)) {
            complaints.push(format!(
                "{}: W{} is of the same rule, with a workspace and a day in common",
                waivers.line(number, waiver),
                other + 1
            ));
        }
    }
}

/// Prints a waiver to fill in.
fn new(path: &Path, rule: &str) -> Result<Exit> {
    let bytes = bundle::report(path)?;
    let report: Report = serde_json::from_slice(&bytes).map_err(|error| {
        Error::usage(
            format!("{} is no report of this version: {error}", path.display()),
            "Name a bundle, or the report.json in it.",
        )
    })?;
    let rule = rule.to_ascii_uppercase();
    let finding = report.findings.iter().find(|it| it.rule == rule);
    let Some(found) = finding.and_then(|finding| finding.acceptance.as_ref()) else {
        let what = match finding {
            Some(_) => "did not fail in this report, so there is nothing to accept",
            None => "is not in this report",
        };
        return Err(Error::usage(
            format!("{rule} {what}"),
            "Name a rule that failed.",
        ));
    };
    let day: String = report.judged_at.chars().take(10).collect();
    let title = finding.map(|it| it.title.as_str()).unwrap_or_default();
    let quoted = |text: &str| toml::Value::from(text).to_string();
    talk::data(&format!(
        "[[waiver]]\n# {title}\nrule = {}\nworkspace = {}\nreason = \"\"\napprover = \"\"\nticket = \
         \"\"\nfrom = {day}\n# The last day, to its end in UTC.\nuntil = \n# {}\naccepted = {}\n",
        quoted(&rule),
        quoted(&report.workspace.database),
        found.form.replace(char::is_control, " "),
        quoted(&found.fingerprint),
    ));
    talk::note("Fill in what is empty, under a first line 'format = 1'.");
    Ok(Exit::Clean)
}

pub(super) fn attest(verb: &Attest) -> Result<Exit> {
    let (Attest::List(files) | Attest::Lint(files)) = verb;
    let (judging, now) = (Judging::read(&files.policy)?, now(files));
    let mut text = String::new();
    let mut complaints = Vec::new();
    let mut all = 0;
    for path in &files.paths {
        let (file, _) = input::attestations(Some(path), judging.rules.rules())?;
        for statement in &file.statements {
            all += 1;
            let _ = writeln!(
                text,
                "{:<16} to the end of {} UTC, {}\n      {}: {}",
                subject(statement),
                statement.period.until,
                match statement.state(now) {
                    State::EvidenceDiffers => "does not count: another document".to_owned(),
                    _ => state(statement.period, now),
                },
                statement.by,
                statement.text
            );
            let what = match statement.state(now) {
                State::EvidenceDiffers => {
                    "the document beside the file is another one than was stated"
                }
                State::Expired => "it has ended; take it out, or have it stated again",
                _ => match &statement.evidence {
                    Some(document) if !document.name.is_empty() && document.found.is_none() => {
                        "its document does not stand beside the file, so nobody compared it"
                    }
                    _ => continue,
                },
            };
            let line = statement.place.line;
            complaints.push(format!(
                "{}:{line}: {}: {what}",
                path.display(),
                subject(statement)
            ));
        }
    }
    Ok(match verb {
        Attest::List(_) => listed(&text),
        Attest::Lint(_) => said(&count(all, "statement"), &complaints),
    })
}

fn subject(statement: &Statement) -> String {
    match &statement.subject {
        Subject::Rule(rule) => rule.clone(),
        Subject::Fact(fact) => fact.clone(),
        Subject::ServerVersion(version) => format!("release {version}"),
    }
}

pub(super) fn plans(verb: &Plans) -> Result<Exit> {
    let (Plans::List(files) | Plans::Lint(files)) = verb;
    let (judging, now) = (Judging::read(&files.policy)?, now(files));
    let mut text = String::new();
    let mut complaints = Vec::new();
    let mut all = 0;
    for path in &files.paths {
        let (plans, _) = input::plans(Some(path), judging.rules.rules())?;
        for plan in &plans {
            all += 1;
            let due = due(plan, now);
            let ticket = if plan.ticket.is_empty() {
                String::new()
            } else {
                format!(", {}", plan.ticket)
            };
            let _ = writeln!(
                text,
                "{:<9} {:<24} by the end of {} UTC, {due}\n      {}{ticket}: {}",
                plan.rule, plan.workspace, plan.due, plan.owner, plan.note
            );
            if plan.days_left(now) < 0 {
                let line = plan.place.line;
                let rule = &plan.rule;
                complaints.push(format!(
                    "{}:{line}: {rule}: its day is over; set another one, or take it out if it is \
                     done",
                    path.display()
                ));
            }
        }
    }
    Ok(match verb {
        Plans::List(_) => listed(&text),
        Plans::Lint(_) => said(&count(all, "plan"), &complaints),
    })
}

fn due(plan: &Plan, now: Timestamp) -> String {
    match plan.days_left(now) {
        0 => "today".to_owned(),
        days if days < 0 => format!("{} over", count(days.unsigned_abs(), "day")),
        days => format!("{} left", count(days.unsigned_abs(), "day")),
    }
}

/// How a period stands, in words.
fn state(period: Period, now: Timestamp) -> String {
    match period.days_left(now) {
        days if days < 0 => "ended".to_owned(),
        _ if !period.covers(now) => format!("begins with {}", period.from),
        0 => "its last day".to_owned(),
        days => format!("{} left", count(days.unsigned_abs(), "day")),
    }
}

fn now(files: &Files) -> Timestamp {
    files.now.unwrap_or_else(Timestamp::now)
}

pub(super) fn count(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

fn listed(text: &str) -> Exit {
    talk::data(text);
    Exit::Clean
}

/// Prints complaints and how many there are.
pub(super) fn said(of: &str, complaints: &[String]) -> Exit {
    let mut text = String::new();
    for complaint in complaints {
        let _ = writeln!(text, "{complaint}");
    }
    let _ = writeln!(
        text,
        "{of}, {}",
        count(complaints.len() as u64, "complaint")
    );
    talk::data(&text);
    if complaints.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    }
}
