//! What changed since the report before, drawn from that report and this one.
//!
//! Each report carries the short story of those before it, so that the page needs no file but its own,
//! and a chain of any length costs one report to read.

use std::collections::BTreeMap;

use crate::assemble::outcome_name;
use crate::v1::{Change, History, Outcome, Past, Report};

/// How many reports the story goes back.
const REMEMBERED: usize = 30;

/// Puts into a report what changed since the one before, how it went before that, and since when each
/// failure has been there. Without one before, failures are first seen now.
pub fn tell(report: &mut Report, previous: Option<&Report>) {
    report.history = previous.map(|previous| History {
        previous: past(previous),
        outcomes: changes(&outcomes(previous), &outcomes(report)),
        flows: changes(&flows(previous), &flows(report)),
        trend: trend(previous),
    });
    let seen: BTreeMap<&str, &str> = previous
        .into_iter()
        .flat_map(|previous| &previous.findings)
        .filter(|finding| finding.outcome == Outcome::Fail)
        .filter_map(|finding| Some((finding.rule.as_str(), finding.first_seen.as_deref()?)))
        .collect();
    let now = report.judged_at.clone();
    for finding in &mut report.findings {
        finding.first_seen = (finding.outcome == Outcome::Fail).then(|| {
            let before = seen.get(finding.rule.as_str());
            before.map_or_else(|| now.clone(), |time| (*time).to_owned())
        });
    }
}

fn outcomes(report: &Report) -> BTreeMap<&str, &str> {
    let findings = report.findings.iter();
    findings
        .map(|finding| (finding.rule.as_str(), outcome_name(finding.outcome)))
        .collect()
}

fn flows(report: &Report) -> BTreeMap<&str, &str> {
    let flows = report.flows.iter();
    flows
        .map(|flow| (flow.id.as_str(), flow.state.as_str()))
        .collect()
}

/// What is another now. What one of the two reports does not have did not change: it is another set of
/// rules that made it.
fn changes(before: &BTreeMap<&str, &str>, now: &BTreeMap<&str, &str>) -> Vec<Change> {
    now.iter()
        .filter_map(|(id, now)| {
            let before = before.get(id)?;
            (before != now).then(|| Change {
                id: (*id).to_owned(),
                before: (*before).to_owned(),
                now: (*now).to_owned(),
            })
        })
        .collect()
}

/// The reports before this one, oldest first.
fn trend(previous: &Report) -> Vec<Past> {
    let earlier = previous.history.iter().flat_map(|history| &history.trend);
    let mut trend: Vec<Past> = earlier.cloned().collect();
    trend.push(past(previous));
    let too_many = trend.len().saturating_sub(REMEMBERED);
    trend.split_off(too_many)
}

/// A report in short.
pub(crate) fn past(report: &Report) -> Past {
    let count = |name: &str| report.summary.by_outcome.get(name).copied().unwrap_or(0);
    Past {
        id: report.id.clone(),
        judged_at: report.judged_at.clone(),
        verdict: report.verdict,
        failed: count("fail"),
        unknown: count("unknown").saturating_add(count("error")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn report(on: bool, day: u32) -> Report {
        let mut report = Sample {
            settings: format!(r#"{{"Statistics_reporting":{{"value":{on},"type":"boolean"}}}}"#),
            ..Sample::default()
        }
        .report();
        report.judged_at = format!("2026-11-{day:02}T00:00:00Z");
        report
    }

    #[test]
    fn the_first_report_has_no_history_and_sees_its_failures_first() {
        let mut first = report(true, 1);
        tell(&mut first, None);
        assert_eq!(first.history, None);
        for finding in &first.findings {
            let failed = finding.outcome == Outcome::Fail;
            assert_eq!(finding.first_seen.is_some(), failed, "{}", finding.rule);
        }
        assert!(first.findings.iter().any(|it| it.first_seen.is_some()));
    }

    #[test]
    fn a_failure_keeps_the_day_it_was_first_seen_until_it_is_mended() {
        let mut reports: Vec<Report> = Vec::new();
        for (on, day) in [(true, 1), (true, 2), (false, 3), (true, 4)] {
            let mut next = report(on, day);
            tell(&mut next, reports.last());
            reports.push(next);
        }
        let seen = reports
            .iter()
            .map(|it| it.findings[0].first_seen.as_deref());
        let seen: Vec<Option<&str>> = seen.map(|it| it.and_then(|time| time.get(8..10))).collect();
        assert_eq!(seen, [Some("01"), Some("01"), None, Some("04")]);
        let changed = |index: usize| {
            let history = reports[index].history.as_ref().unwrap();
            let changes = history.outcomes.iter();
            changes
                .map(|it| (it.before.clone(), it.now.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(changed(1), []);
        assert_eq!(changed(2), [("fail".to_owned(), "pass".to_owned())]);
        assert_eq!(changed(3), [("pass".to_owned(), "fail".to_owned())]);
        let trend = &reports[3].history.as_ref().unwrap().trend;
        let failed: Vec<u64> = trend.iter().map(|past| past.failed).collect();
        assert_eq!(failed, [1, 1, 0]);
    }

    #[test]
    fn the_story_goes_back_a_month_of_days_and_no_further() {
        let mut last = report(true, 1);
        for _ in 0..40 {
            let mut next = report(true, 2);
            tell(&mut next, Some(&last));
            last = next;
        }
        assert_eq!(last.history.unwrap().trend.len(), REMEMBERED);
    }

    #[test]
    fn a_rule_that_only_one_report_has_did_not_change() {
        let before = report(true, 1);
        let mut now = report(true, 2);
        now.findings[0].rule = "NEW-001".to_owned();
        tell(&mut now, Some(&before));
        assert_eq!(now.history.unwrap().outcomes, []);
    }
}
