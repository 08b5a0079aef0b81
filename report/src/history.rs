//! What changed since the report before, drawn from that report and this one.
//!
//! Each report carries the short story of those before it, so that the page needs no file but its own,
//! and a chain of any length costs one report to read.

use crate::diff::{self, With, compare};
use crate::v1::{Change, Comparison, Finding, History, Past, Report};

/// How many reports the story goes back.
const REMEMBERED: usize = 30;

/// Puts into a report what changed since the one before, how it went before that, and since when each
/// failure has been there. Without one before, failures are first seen now.
pub fn tell(report: &mut Report, previous: Option<&Report>) {
    let now = report.judged_at.clone();
    for finding in &mut report.findings {
        let before = previous.and_then(|previous| {
            let mut findings = previous.findings.iter();
            findings.find(|before| before.rule == finding.rule)
        });
        let was = previous.map(|previous| previous.judged_at.as_str());
        date(finding, before, was, &now);
    }
    report.comparison = previous.map(|previous| compare(previous, report, With::Previous));
    report.history = previous
        .zip(report.comparison.as_ref())
        .map(|(previous, comparison)| History {
            previous: past(previous),
            outcomes: outcomes(comparison),
            flows: flows(comparison),
            trend: trend(previous),
        });
}

/// Since when a finding is there, and when it was last there before that. What can't be decided is
/// not mended, so nobody makes a failure young by making it unreadable for a day.
fn date(finding: &mut Finding, before: Option<&Finding>, was: Option<&str>, now: &str) {
    let seen = before.and_then(|it| it.first_seen.clone());
    let last = before.and_then(|it| it.last_failed.clone());
    if diff::is_open(finding) {
        finding.first_seen = Some(seen.unwrap_or_else(|| now.to_owned()));
        finding.last_failed = last;
    } else if diff::is_undecided(finding) {
        finding.first_seen = seen;
        finding.last_failed = last;
    } else {
        finding.first_seen = None;
        finding.last_failed = match (seen, was) {
            (Some(_), Some(was)) => Some(was.to_owned()),
            _ => last,
        };
    }
}

/// Rules whose outcome is another now. What one of the two reports does not have did not change: it is
/// another set of rules that made it.
fn outcomes(comparison: &Comparison) -> Vec<Change> {
    let mut changes: Vec<Change> = comparison
        .findings
        .iter()
        .filter_map(|change| {
            let (before, now) = (change.before.clone()?, change.now.clone()?);
            (before != now).then(|| Change {
                id: change.rule.clone(),
                before,
                now,
            })
        })
        .collect();
    changes.sort_by(|one, other| one.id.cmp(&other.id));
    changes
}

/// Flows whose state is another now.
fn flows(comparison: &Comparison) -> Vec<Change> {
    let changes = comparison.flows.iter().map(|change| Change {
        id: change.id.clone(),
        before: change.before.clone(),
        now: change.now.clone(),
    });
    changes.collect()
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
    use crate::v1::Outcome;

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

    /// Three rules over a year of nights, with a model of each beside it that knows nothing of reports.
    #[test]
    fn a_year_of_nights_has_the_right_ages_on_every_one_of_them() {
        use std::collections::BTreeMap;

        #[derive(Clone, Default)]
        struct Model {
            since: Option<String>,
            last: Option<String>,
        }
        let start: jiff::Timestamp = "2026-01-01T03:00:00Z".parse().unwrap();
        let night = |index: i64| {
            let time = start.checked_add(jiff::SignedDuration::from_hours(24 * index));
            time.unwrap().to_string()
        };
        let sample = report(true, 1);
        let outcome = |rule: usize, night: i64| match (rule, night % 73) {
            // Switched on and off; unreadable for some nights; waived in the end.
            (0, 10..=19 | 40..=41) | (1, 5..=9 | 12..=30) | (2, 0..=29) => Outcome::Fail,
            (1, 10..=11) => Outcome::Unknown,
            (2, 30..=49) => Outcome::Waived,
            _ => Outcome::Pass,
        };
        let mut models = vec![Model::default(); 3];
        let mut previous: Option<Report> = None;
        let mut classes: BTreeMap<String, u64> = BTreeMap::new();
        for index in 0..365 {
            let mut now = sample.clone();
            now.judged_at = night(index);
            now.findings = (0..3)
                .map(|rule| {
                    let mut finding = sample.findings[0].clone();
                    finding.rule = format!("SITE-00{rule}");
                    finding.outcome = outcome(rule, index);
                    finding.underlying =
                        (finding.outcome == Outcome::Waived).then_some(Outcome::Fail);
                    finding
                })
                .collect();
            tell(&mut now, previous.as_ref());
            for (rule, model) in models.iter_mut().enumerate() {
                match outcome(rule, index) {
                    Outcome::Fail | Outcome::Waived if model.since.is_none() => {
                        model.since = Some(night(index));
                    }
                    Outcome::Pass if model.since.is_some() => {
                        model.since = None;
                        model.last = Some(night(index - 1));
                    }
                    _ => {}
                }
                let finding = &now.findings[rule];
                assert_eq!(finding.first_seen, model.since, "{rule} on night {index}");
                assert_eq!(finding.last_failed, model.last, "{rule} on night {index}");
            }
            if let Some(comparison) = &now.comparison {
                for change in &comparison.findings {
                    *classes.entry(change.class.clone()).or_default() += 1;
                    let returned = change.class == "returned";
                    assert_eq!(change.last_failed.is_some(), returned, "{change:?}");
                }
                let history = now.history.as_ref().unwrap();
                let told = usize::try_from(index).unwrap().min(REMEMBERED);
                assert_eq!(history.trend.len(), told);
                assert_eq!(history.previous.judged_at, night(index - 1));
            }
            previous = Some(now);
        }
        let count = |class: &str| classes.get(class).copied().unwrap_or(0);
        // Five rounds of 73 nights: only the first failure of a rule that once passed is new.
        assert_eq!(count("new"), 2);
        // Of the third rule, the first report has no one before it.
        assert_eq!(count("returned"), 5 * 4 - 2 - 1);
        assert_eq!(count("fixed"), 5 * 4);
        assert_eq!(count("better"), 5);
        assert_eq!(count("changed"), 5 * 2);
    }
}
