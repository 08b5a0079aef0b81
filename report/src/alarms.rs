//! What needs attention of what people wrote: waivers that end or no longer fit, plans that are late,
//! statements that lapse.

use crate::v1::{Plan, Report, Statement, Waiver};
use crate::words::Words;

/// Things of one kind that need attention.
#[derive(Debug)]
pub struct Alarm<'a> {
    /// What is with them.
    pub text: String,
    /// What it is about.
    pub items: Vec<Item<'a>>,
}

/// A waiver, plan or statement that needs attention.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// The rule or fact.
    pub id: &'a str,
    /// Whether the report has a finding of that id.
    pub is_rule: bool,
    /// The day that matters.
    pub day: &'a str,
}

/// Whether there is anything that could need attention.
#[must_use]
pub fn is_written(report: &Report) -> bool {
    !report.waivers.files.is_empty() || !report.plans.is_empty() || !report.statements.is_empty()
}

/// All that needs attention, what changes an outcome first.
#[must_use]
pub fn alarms<'a>(report: &'a Report, words: &Words) -> Vec<Alarm<'a>> {
    let plain = |id: &str| words.messages().text(id).into_owned();
    let days = |id: &str, days: u32| words.messages().with(id, &[("days", days.into())]);
    let (soon, most) = (report.waivers.warn_days, report.waivers.max_days);
    let waivers = |is: &dyn Fn(&Waiver) -> bool| -> Vec<Item<'a>> {
        let entries = report.waivers.entries.iter().filter(|it| is(it));
        entries
            .map(|it| Item {
                id: &it.rule,
                is_rule: it.state != "unknown_rule",
                day: if it.state == "not_yet_valid" {
                    &it.from
                } else {
                    &it.until
                },
            })
            .collect()
    };
    let in_state = |state: &str| waivers(&|it| it.state == state);
    let plans = |is: &dyn Fn(&Plan) -> bool| -> Vec<Item<'a>> {
        let plans = report.plans.iter().filter(|it| is(it));
        plans
            .map(|it| Item {
                id: &it.rule,
                is_rule: true,
                day: &it.due,
            })
            .collect()
    };
    let statements = |is: &dyn Fn(&Statement) -> bool| -> Vec<Item<'a>> {
        let statements = report.statements.iter().filter(|it| is(it));
        statements
            .map(|it| Item {
                id: &it.subject,
                is_rule: it.kind == "rule",
                day: &it.until,
            })
            .collect()
    };
    [
        (plain("alarm-not-signed"), in_state("not_signed")),
        (plain("alarm-other-value"), in_state("other_value")),
        (plain("alarm-expired"), in_state("expired")),
        (
            plain("alarm-plan-overdue"),
            plans(&|it| it.state == "overdue"),
        ),
        (
            plain("alarm-statement-evidence"),
            statements(&|it| it.state == "evidence_differs"),
        ),
        (
            plain("alarm-statement-expired"),
            statements(&|it| it.state == "expired"),
        ),
        (days("alarm-expiring", soon), waivers(&|it| it.expiring)),
        (
            days("alarm-statement-expiring", soon),
            statements(&|it| it.expiring),
        ),
        (
            days("alarm-plan-due", soon),
            plans(&|it| it.state == "open" && it.days_left <= i64::from(soon)),
        ),
        (days("alarm-too-long", most), in_state("too_long")),
        (plain("alarm-unknown-rule"), in_state("unknown_rule")),
        (plain("alarm-unmatched"), in_state("unmatched")),
        (plain("alarm-not-applied"), in_state("not_applied")),
        (
            plain("alarm-overlapping"),
            waivers(&|it| it.overlaps.is_some()),
        ),
        (plain("alarm-not-yet-valid"), in_state("not_yet_valid")),
    ]
    .into_iter()
    .filter(|(_, items)| !items.is_empty())
    .map(|(text, items)| Alarm { text, items })
    .collect()
}
