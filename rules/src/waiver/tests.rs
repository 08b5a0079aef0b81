use super::*;
use crate::finding::{Judgement, Observation, Outcome};
use crate::rule::Rule;
use crate::ruleset::RuleSet;
use crate::settings::Origin;
use crate::value::Value;

const FILE: &str = r#"format = 1
[[waiver]]
rule = "STAT-001"
workspace = "chat"
reason = "The vendor needs them until the migration is done."
approver = "data protection officer"
ticket = "PRIV-7"
from = 2026-01-01
until = 2026-06-30
accepted = { A = 30 }
"#;

fn read(text: &str) -> Vec<Waiver> {
    Waiver::read(0, "waivers.toml", text).unwrap()
}

/// What judging gave: the outcome of STAT-001, and the values that are not met.
struct Seen {
    outcome: Outcome,
    values: Vec<(&'static str, i64)>,
    excluded: bool,
    now: &'static str,
    max_days: i64,
    refused: Vec<Option<String>>,
    database: &'static str,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            outcome: Outcome::Fail,
            values: vec![("A", 30)],
            excluded: false,
            now: "2026-03-01T12:00:00Z",
            max_days: 365,
            refused: Vec::new(),
            database: "chat",
        }
    }
}

impl Seen {
    fn judgement(&self) -> Judgement {
        let mut judgement = Judgement::plain(self.outcome, "as seen");
        judgement.observed = self
            .values
            .iter()
            .map(|(subject, value)| Observation {
                subject: (*subject).to_owned(),
                expected: "otherwise".to_owned(),
                found: value.to_string(),
                note: None,
                met: Some(false),
                value: Some(Value::Int(*value)),
                origin: Origin::Stored,
                updated_at: None,
            })
            .collect();
        if self.excluded {
            judgement.underlying = Some(judgement.outcome);
            judgement.outcome = Outcome::NotApplicable;
        }
        judgement
    }

    fn apply(&self, waivers: &[Waiver]) -> (Ruling, Judgement) {
        let rules = RuleSet::shipped().unwrap();
        let rules: Vec<Rule> = rules.find("STAT-001").into_iter().cloned().collect();
        let mut judgements = vec![self.judgement()];
        let terms = Terms {
            max_days: self.max_days,
            warn_days: 30,
            refused: &self.refused,
            now: self.now.parse().unwrap(),
        };
        let scope = Scope {
            database: self.database,
            name: "chat-0123abcd",
            unique_id: Some("0123abcd"),
        };
        let ruling = apply(waivers, &terms, &scope, &rules, &mut judgements);
        (ruling, judgements.remove(0))
    }

    /// What became of the one waiver of a text.
    fn state(&self, text: &str) -> State {
        let (ruling, judgement) = self.apply(&read(text));
        let state = ruling.standings[0].state;
        let waived = judgement.outcome == Outcome::Waived;
        assert_eq!(waived, state == State::Applied);
        assert_eq!(ruling.by_rule.is_empty(), !waived);
        if waived {
            assert_eq!(judgement.underlying, Some(Outcome::Fail));
        } else {
            assert_eq!(judgement, self.judgement());
        }
        state
    }
}

#[test]
fn a_failure_is_waived_and_keeps_its_outcome_and_reason() {
    let (ruling, judgement) = Seen::default().apply(&read(FILE));
    assert_eq!(judgement.outcome, Outcome::Waived);
    assert_eq!(judgement.underlying, Some(Outcome::Fail));
    assert_eq!(judgement.reason, "as seen");
    assert_eq!(ruling.standings[0].state, State::Applied);
    assert_eq!(ruling.by_rule["STAT-001"], 0);
    assert!(ruling.found.contains_key("STAT-001"));
}

#[test]
fn a_waiver_counts_to_the_end_of_its_last_day_in_utc() {
    let at = |now| {
        Seen {
            now,
            ..Seen::default()
        }
        .state(FILE)
    };
    assert_eq!(at("2025-12-31T23:59:59Z"), State::NotYetValid);
    assert_eq!(at("2026-01-01T00:00:00Z"), State::Applied);
    assert_eq!(at("2026-06-30T00:00:00Z"), State::Applied);
    assert_eq!(at("2026-06-30T23:59:59.999999999Z"), State::Applied);
    assert_eq!(at("2026-07-01T00:00:00Z"), State::Expired);
    // The same moments on clocks elsewhere.
    assert_eq!(at("2026-07-01T09:59:59+10:00"), State::Applied);
    assert_eq!(at("2026-06-30T19:00:00-05:00"), State::Expired);
}

#[test]
fn a_waiver_is_announced_before_it_ends() {
    let expiring = |now| {
        let seen = Seen {
            now,
            ..Seen::default()
        };
        let standing = seen.apply(&read(FILE)).0.standings.remove(0);
        (standing.state, standing.expiring)
    };
    assert_eq!(expiring("2026-05-30T00:00:00Z"), (State::Applied, false));
    assert_eq!(expiring("2026-05-31T00:00:00Z"), (State::Applied, true));
    assert_eq!(expiring("2026-07-01T00:00:00Z"), (State::Expired, false));
}

#[test]
fn only_a_failure_can_be_waived() {
    for (outcome, wanted) in [
        (Outcome::Unknown, State::NotApplied),
        (Outcome::Error, State::NotApplied),
        (Outcome::Manual, State::NotApplied),
        (Outcome::Pass, State::Unmatched),
        (Outcome::NotApplicable, State::Unmatched),
    ] {
        let seen = Seen {
            outcome,
            ..Seen::default()
        };
        assert_eq!(seen.state(FILE), wanted);
    }
    let excluded = Seen {
        excluded: true,
        ..Seen::default()
    };
    assert_eq!(excluded.state(FILE), State::Unmatched);
}

#[test]
fn another_value_or_another_subject_brings_the_finding_back() {
    let with = |values: &[(&'static str, i64)]| {
        Seen {
            values: values.to_vec(),
            ..Seen::default()
        }
        .state(FILE)
    };
    assert_eq!(with(&[("A", 30)]), State::Applied);
    assert_eq!(with(&[("A", 31)]), State::OtherValue);
    assert_eq!(with(&[("A", 30), ("B", 1)]), State::OtherValue);
    assert_eq!(with(&[("B", 30)]), State::OtherValue);
    let found = &Seen::default().apply(&[]).0.found["STAT-001"];
    let text = FILE.replace("{ A = 30 }", &format!("\"{}\"", found.fingerprint()));
    assert_eq!(Seen::default().state(&text), State::Applied);
}

#[test]
fn a_waiver_is_for_the_workspace_that_it_names() {
    let named = |name: &str| Seen::default().state(&FILE.replace("\"chat\"", name));
    for name in ["'*'", "'chat'", "'chat-0123abcd'", "'0123abcd'"] {
        assert_eq!(named(name), State::Applied, "{name}");
    }
    for name in ["'chat2'", "'CHAT'", "'0123'", "'unknown'", "'c*'"] {
        assert_eq!(named(name), State::Elsewhere, "{name}");
    }
}

#[test]
fn a_waiver_that_lasts_too_long_counts_on_no_day() {
    let most = |max_days| {
        Seen {
            max_days,
            ..Seen::default()
        }
        .state(FILE)
    };
    assert_eq!(most(181), State::Applied);
    assert_eq!(most(180), State::TooLong);
}

#[test]
fn no_waiver_counts_of_a_file_whose_signature_is_refused() {
    let refused = |file: usize| {
        let mut refused = vec![None; 2];
        refused[file] = Some("Nobody signed it".to_owned());
        Seen {
            refused,
            ..Seen::default()
        }
        .state(FILE)
    };
    assert_eq!(refused(0), State::NotSigned);
    assert_eq!(refused(1), State::Applied);
}

#[test]
fn a_rule_that_does_not_exist_is_told_apart() {
    let text = FILE.replace("STAT-001", "STAT-999");
    assert_eq!(Seen::default().state(&text), State::UnknownRule);
}

#[test]
fn of_two_waivers_of_a_failure_the_first_that_accepts_it_counts() {
    let second = FILE.replace("format = 1\n", "");
    let both = read(&format!("{FILE}{second}"));
    let (ruling, _) = Seen::default().apply(&both);
    let states = |ruling: &Ruling| {
        let standings = ruling.standings.iter();
        standings
            .map(|it| (it.state, it.overlaps))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        states(&ruling),
        [(State::Applied, Some(1)), (State::Spare, Some(0))]
    );
    let other = read(&format!("{}{second}", FILE.replace("A = 30", "A = 31")));
    let (ruling, judgement) = Seen::default().apply(&other);
    assert_eq!(
        states(&ruling),
        [(State::OtherValue, Some(1)), (State::Applied, Some(0))]
    );
    assert_eq!(judgement.outcome, Outcome::Waived);
}

#[test]
fn waivers_overlap_that_have_rule_workspace_and_a_day_in_common() {
    let overlap = |workspace: &str, from: &str, until: &str| {
        let second = FILE
            .replace("format = 1\n", "")
            .replace("\"chat\"", workspace)
            .replace("2026-06-30", until)
            .replace("from = 2026-01-01", &format!("from = {from}"));
        let (ruling, _) = Seen::default().apply(&read(&format!("{FILE}{second}")));
        ruling.standings[0].overlaps.is_some()
    };
    assert!(overlap("'chat'", "2026-06-30", "2026-07-31"));
    assert!(!overlap("'chat'", "2026-07-01", "2026-07-31"));
    assert!(overlap("'*'", "2025-06-01", "2026-01-01"));
    assert!(!overlap("'*'", "2025-06-01", "2025-12-31"));
    assert!(!overlap("'other'", "2026-01-01", "2026-06-30"));
}

#[test]
fn ten_thousand_waivers_are_held_against_a_finding_one_by_one() {
    use std::fmt::Write as _;
    let one = FILE.replace("format = 1\n", "");
    let mut text = "format = 1\n".to_owned();
    for number in 0..10_000 {
        let workspace = format!("\"chat{}\"", number % 5_000);
        let _ = write!(text, "{}", one.replace("\"chat\"", &workspace));
    }
    text.push_str(&one);
    let waivers = read(&text);
    let (ruling, judgement) = Seen::default().apply(&waivers);
    assert_eq!(judgement.outcome, Outcome::Waived);
    let count = |state| {
        let standings = ruling.standings.iter();
        standings.filter(|it| it.state == state).count()
    };
    assert_eq!(
        (count(State::Elsewhere), count(State::Applied)),
        (10_000, 1)
    );
    let twice = ruling.standings.iter().filter(|it| it.overlaps.is_some());
    assert_eq!(twice.count(), 10_000);
}

#[test]
fn every_mistake_of_a_file_is_told_with_its_place() {
    let text = FILE
        .replace("\"PRIV-7\"", "\"\"")
        .replace("2026-06-30", "2025-06-30")
        .replace("{ A = 30 }", "\"all\"");
    let mistakes = Waiver::read(0, "waivers.toml", &text).unwrap_err();
    let said: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(
        said[0].starts_with("waivers.toml:7:10: 'ticket' is empty"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("waivers.toml:9:9: 'until' lies before"),
        "{said:?}"
    );
    assert!(
        said[2].starts_with("waivers.toml:10:12: 'accepted'"),
        "{said:?}"
    );
}

#[test]
fn what_is_not_a_file_of_waivers_is_refused() {
    for (from, to, wanted) in [
        ("format = 1", "format = 2", ":1:10: format is 2"),
        ("format = 1\n", "", "missing field `format`"),
        ("rule = ", "rul = ", ":3:1: unknown field `rul`"),
        ("rule = \"STAT-001\"\n", "", "missing field `rule`"),
        ("workspace = \"chat\"\n", "", "missing field `workspace`"),
        ("until = 2026-06-30\n", "", "missing field `until`"),
        (
            "until = 2026-06-30",
            "until = \"2026-06-30\"",
            ":9:9: a day",
        ),
        ("until = 2026-06-30", "until = 2026-06-31", ":9:"),
        ("\"STAT-001\"", "1", ":3:8: invalid type"),
        ("reason", "rule", ":5:1: duplicate key"),
        ("[[waiver]]", "[[waivers]]", ":2:3: unknown field `waivers`"),
    ] {
        let text = FILE.replacen(from, to, 1);
        assert_ne!(text, FILE);
        let mistakes = Waiver::read(0, "waivers.toml", &text).unwrap_err();
        let said = mistakes[0].to_string();
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn marks_and_line_ends_of_other_systems_are_read() {
    let text = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
    let waivers = read(&text);
    assert_eq!(waivers.len(), 1);
    assert_eq!(waivers[0].place.line, 2);
    let mistakes = Waiver::read(0, "w.toml", &text.replace("accepted", "acepted")).unwrap_err();
    assert!(
        mistakes[0].to_string().starts_with("w.toml:10:1: "),
        "{mistakes:?}"
    );
}
