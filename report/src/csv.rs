//! Tables for spreadsheets, in the order of the report.

use crate::assemble::{outcome_name, severity_name};
use crate::v1::{Finding, Flow, Report};
use crate::words;

/// The name of the table of findings.
pub const FINDINGS: &str = "findings.csv";
/// The name of the table of flows.
pub const FLOWS: &str = "flows.csv";

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

/// A field that no spreadsheet takes for a formula.
fn plain(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
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
    }
}
