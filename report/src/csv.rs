//! Tables for spreadsheets, in the order of the report.

use std::collections::BTreeMap;

use crate::assemble::{outcome_name, severity_name};
use crate::v1::{Finding, Flow, Outcome, Plan, Report};
use crate::words;

/// The name of the table of findings.
pub const FINDINGS: &str = "findings.csv";
/// The name of the table of flows.
pub const FLOWS: &str = "flows.csv";

/// The name of the table of what is to be done.
pub const PLAN: &str = "plan.csv";

/// What is open, with who mends it until when, one a line. What is mended stays as long as its plan
/// is kept, so that a tracker can close it.
pub fn plan(report: &Report) -> Result<Vec<u8>, csv::Error> {
    let head = [
        "rule",
        "title",
        "severity",
        "outcome",
        "owner",
        "due",
        "days_left",
        "state",
        "first_seen",
        "ticket",
        "note",
        "waived_until",
    ];
    let plans: BTreeMap<&str, &Plan> = report
        .plans
        .iter()
        .map(|plan| (plan.rule.as_str(), plan))
        .collect();
    let row = |finding: &Finding| {
        let plan = plans.get(finding.rule.as_str());
        let closed = matches!(finding.outcome, Outcome::Pass | Outcome::NotApplicable);
        if closed && plan.is_none() {
            return None;
        }
        let of = |text: fn(&Plan) -> String| plan.map(|plan| text(plan)).unwrap_or_default();
        let waiver = finding.waiver.as_ref().and_then(|id| {
            let mut waivers = report.waivers.entries.iter();
            waivers.find(|waiver| waiver.id == *id)
        });
        Some(vec![
            finding.rule.clone(),
            finding.title.clone(),
            severity_name(finding.severity).to_owned(),
            outcome_name(finding.outcome).to_owned(),
            of(|plan| plan.owner.clone()),
            of(|plan| plan.due.clone()),
            of(|plan| plan.days_left.to_string()),
            of(|plan| plan.state.clone()),
            finding.first_seen.clone().unwrap_or_default(),
            of(|plan| plan.ticket.clone()),
            of(|plan| plan.note.clone()),
            waiver.map(|it| it.until.clone()).unwrap_or_default(),
        ])
    };
    table(&head, report.findings.iter().filter_map(row))
}

/// The findings, one a line.
pub fn findings(report: &Report) -> Result<Vec<u8>, csv::Error> {
    let head = [
        "rule",
        "title",
        "area",
        "severity",
        "outcome",
        "false_assurance",
        "reason",
        "first_step",
    ];
    let row = |finding: &Finding| {
        vec![
            finding.rule.clone(),
            finding.title.clone(),
            finding.area_title.clone(),
            severity_name(finding.severity).to_owned(),
            outcome_name(finding.outcome).to_owned(),
            finding.false_assurance.to_string(),
            finding.reason.clone(),
            words::first_step(&finding.remedy).to_owned(),
        ]
    };
    table(&head, report.findings.iter().map(row))
}

/// The flows, one a line.
pub fn flows(report: &Report) -> Result<Vec<u8>, csv::Error> {
    let head = [
        "flow",
        "title",
        "state",
        "data",
        "content",
        "recipient",
        "party",
        "way",
        "hosts",
        "location",
        "registration",
        "because",
        "switch_off",
        "last_contact",
    ];
    let row = |flow: &Flow| {
        vec![
            flow.id.clone(),
            flow.title.clone(),
            flow.state.clone(),
            flow.data.join(" "),
            flow.content.clone(),
            flow.recipient.clone(),
            flow.party.clone(),
            flow.way.clone(),
            flow.host.clone(),
            flow.location.clone(),
            flow.registration.clone(),
            flow.basis.join("; "),
            flow.switch_off.clone(),
            flow.last_contact.clone().unwrap_or_default(),
        ]
    };
    table(&head, report.flows.iter().map(row))
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row.iter().map(|field| plain(field)))?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

/// What spreadsheets take for the beginning of a formula, also in the width of East Asian letters.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A field that no spreadsheet takes for a formula. A number below zero is none.
fn plain(field: &str) -> String {
    if field.starts_with(FORMULA) && field.parse::<i64>().is_err() {
        format!("'{field}")
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn a_table_reads_back_with_a_line_for_each_entry() {
        let report = Sample::default().report();
        for (bytes, count) in [
            (findings(&report).unwrap(), report.findings.len()),
            (flows(&report).unwrap(), report.flows.len()),
        ] {
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            assert_eq!(reader.records().map(Result::unwrap).count(), count);
        }
    }

    #[test]
    fn no_field_is_a_formula() {
        assert_eq!(plain("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(plain("a=b"), "a=b");
        assert_eq!(plain("-12"), "-12");
        assert_eq!(plain("+12+1"), "'+12+1");
        assert_eq!(plain("-1+1"), "'-1+1");
        assert_eq!(plain("\n=1"), "'\n=1");
        assert_eq!(plain("＝1"), "'＝1");
    }
}
