//! Plans: who mends a failure, and until when. A plan changes no outcome.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::day::Day;
use crate::finding::{Judgement, Outcome};
use crate::rule::Rule;
use crate::waiver::{ANY, Scope};
use crate::written::{Mistake, Place, Reader, Spanned};

/// A file of plans as it stands there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Plans")]
pub(crate) struct PlanFile {
    /// The version of the file's format, 1.
    #[schemars(with = "u32", range(min = 1, max = 1))]
    format: Spanned<u32>,
    /// The plans.
    #[serde(default, rename = "plan")]
    #[schemars(with = "Vec<RawPlan>")]
    plans: Vec<Spanned<RawPlan>>,
}

/// A plan: who mends what a rule found, and until when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Plan")]
struct RawPlan {
    /// The rule's id.
    #[schemars(with = "String")]
    rule: Spanned<String>,
    /// The name of the database, the fingerprint of the workspace's unique id or its name in the
    /// report; "*" for all workspaces.
    #[schemars(with = "String")]
    workspace: Spanned<String>,
    /// Who mends it: a role, not a name.
    #[schemars(with = "String")]
    owner: Spanned<String>,
    /// The day by whose end in UTC it is to be mended.
    due: Day,
    /// Where the work is tracked.
    #[serde(default)]
    ticket: String,
    /// What will be done.
    #[schemars(with = "String")]
    note: Spanned<String>,
}

/// A plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The rule's id.
    pub rule: String,
    /// The workspace, or `*`.
    pub workspace: String,
    /// Who mends it.
    pub owner: String,
    /// The day by whose end it is to be mended.
    pub due: Day,
    /// Where the work is tracked; empty for nowhere.
    pub ticket: String,
    /// What will be done.
    pub note: String,
    /// Where it stands in its file.
    pub place: Place,
}

/// What became of a plan.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum State {
    /// What it is to mend is there, and its day is over.
    Overdue,
    /// What it is to mend is there, and there is time.
    Open,
    /// There is nothing left to mend.
    Done,
}

impl State {
    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::Done => "done",
        }
    }
}

impl Plan {
    /// Reads a file. All mistakes are told at once, but for those that leave nothing to read.
    pub fn read(file: &str, text: &str, rules: &[Rule]) -> Result<Vec<Self>, Vec<Mistake>> {
        let reader = Reader { file, text };
        let raw: PlanFile = reader.toml().map_err(|mistake| vec![mistake])?;
        reader
            .format(&raw.format)
            .map_err(|mistake| vec![mistake])?;
        let mut seen: BTreeMap<(String, String), Place> = BTreeMap::new();
        reader.each(raw.plans, |raw, place| {
            let raw = raw.into_inner();
            let texts = [
                ("rule", &raw.rule, "name the rule, STAT-001"),
                (
                    "workspace",
                    &raw.workspace,
                    "name the database, or write \"*\" for all workspaces",
                ),
                ("owner", &raw.owner, "say who mends it, as a role"),
                ("note", &raw.note, "say what will be done"),
            ];
            let mut mistakes: Vec<Mistake> = texts
                .into_iter()
                .filter_map(|(name, text, wanted)| reader.says_something(name, text, wanted))
                .collect();
            mistakes.extend(reader.known(&raw.rule, rules));
            let key = (raw.rule.get_ref().clone(), raw.workspace.get_ref().clone());
            if let Some(first) = seen.insert(key, place) {
                mistakes.push(reader.error(
                    Some(raw.rule.start()),
                    format!(
                        "line {} has a plan for the same rule and workspace; one of them is enough",
                        first.line
                    ),
                ));
            }
            if !mistakes.is_empty() {
                return Err(mistakes);
            }
            Ok(Self {
                rule: raw.rule.into_inner(),
                workspace: raw.workspace.into_inner(),
                owner: raw.owner.into_inner(),
                due: raw.due,
                ticket: raw.ticket,
                note: raw.note.into_inner(),
                place,
            })
        })
    }

    /// The days that are left after the day of a moment: 0 on the last one, less when it is over.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i64 {
        Day::of(now).days_to(self.due)
    }

    /// How it stands with what judging its rule gave.
    #[must_use]
    pub fn state(&self, judgement: Option<&Judgement>, now: Timestamp) -> State {
        match judgement.map(|judgement| judgement.outcome) {
            Some(Outcome::Pass | Outcome::NotApplicable) => State::Done,
            _ if self.days_left(now) < 0 => State::Overdue,
            _ => State::Open,
        }
    }
}

/// The plans that are for a workspace, by rule. One that names it goes before one for all.
#[must_use]
pub fn of_workspace<'a>(plans: &'a [Plan], scope: &Scope<'_>) -> BTreeMap<&'a str, &'a Plan> {
    let named = |plan: &&Plan| scope.is_named(&plan.workspace);
    plans
        .iter()
        .filter(|plan| plan.workspace == ANY)
        .chain(plans.iter().filter(named))
        .map(|plan| (plan.rule.as_str(), plan))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruleset::RuleSet;

    const FILE: &str = r#"format = 1
[[plan]]
rule = "STAT-001"
workspace = "*"
owner = "operations"
due = 2026-06-30
note = "We upgrade."
[[plan]]
rule = "STAT-001"
workspace = "chat"
owner = "chat team"
due = 2026-07-31
ticket = "OPS-1"
note = "We upgrade later."
"#;

    fn read(text: &str) -> Result<Vec<Plan>, Vec<Mistake>> {
        Plan::read("plans.toml", text, RuleSet::shipped().unwrap().rules())
    }

    #[test]
    fn a_plan_is_overdue_from_the_day_after_its_day_while_nothing_is_mended() {
        let plans = read(FILE).unwrap();
        let state = |outcome: Outcome, now: &str| {
            let judgement = Judgement::plain(outcome, "");
            plans[0].state(Some(&judgement), now.parse().unwrap())
        };
        let (last, next) = ("2026-06-30T23:59:59Z", "2026-07-01T00:00:00Z");
        assert_eq!(state(Outcome::Fail, last), State::Open);
        assert_eq!(state(Outcome::Fail, next), State::Overdue);
        // What nobody knows is not mended, and neither is what is waived.
        assert_eq!(state(Outcome::Unknown, next), State::Overdue);
        assert_eq!(state(Outcome::Waived, next), State::Overdue);
        assert_eq!(state(Outcome::Pass, next), State::Done);
        assert_eq!(state(Outcome::NotApplicable, next), State::Done);
    }

    #[test]
    fn the_plan_that_names_a_workspace_goes_before_the_one_for_all() {
        let plans = read(FILE).unwrap();
        let of = |database: &str| {
            let scope = Scope {
                database,
                name: "x",
                unique_id: None,
            };
            of_workspace(&plans, &scope)["STAT-001"].owner.clone()
        };
        assert_eq!(of("chat"), "chat team");
        assert_eq!(of("other"), "operations");
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (from, to, wanted) in [
            ("STAT-001", "STAT-999", "plans.toml:3:8: there is no rule"),
            (
                "\"operations\"",
                "\" \"",
                "plans.toml:5:9: 'owner' is empty",
            ),
            (
                "due = 2026-06-30",
                "due = \"soon\"",
                "plans.toml:6:7: a day",
            ),
            ("\"chat\"", "\"*\"", "plans.toml:9:8: line 2 has a plan"),
            ("note = \"We upgrade.\"", "", "missing field `note`"),
            ("owner", "owners", "unknown field `owners`"),
        ] {
            let mistakes = read(&FILE.replacen(from, to, 1)).unwrap_err();
            let text = mistakes[0].to_string();
            assert!(text.contains(wanted), "{text}");
        }
    }
}
