//! What an administrator would change, drawn from a report: a file of variables, a script of calls, or
//! a list to tick off. Nothing here changes anything.
//!
//! What a report says is a stranger's text, so only settings and values of this program's own rules
//! become lines that do something, and everything else stays on the line of its comment.

mod api;
mod checklist;
mod env;

use std::collections::BTreeMap;

use rc_audit_rules::remedy::{Place, Remedy, Ways, ways};
use rc_audit_rules::rule::Rule;
use rc_audit_rules::value::Value;
use rc_audit_rules::version::RunningVersion;

use crate::assemble::severity_name;
use crate::v1::{Finding, Observed, Outcome, Report};
use crate::words;

/// How remedies are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// A file with variables of the server's processes.
    Env,
    /// A shell script that calls the REST interface.
    Api,
    /// A list in Markdown.
    Checklist,
}

/// The remedies for what failed. `rules` are those of this program, and of the policy.
#[must_use]
pub fn render(report: &Report, rules: &[Rule], form: Form) -> String {
    let plan = Plan::new(report, rules);
    match form {
        Form::Env => env::render(&plan),
        Form::Api => api::render(&plan),
        Form::Checklist => checklist::render(&plan),
    }
}

/// What is to be done.
struct Plan<'a> {
    report: &'a Report,
    tasks: Vec<Task<'a>>,
}

/// What is to be done for one finding.
struct Task<'a> {
    finding: &'a Finding,
    /// The rule's own remedy; none if this version has another rule of that name, or none.
    remedy: Option<&'a Remedy>,
    steps: Vec<Step<'a>>,
    /// What another finding sets already, and which.
    shared: Vec<String>,
    /// Calls beside those that set a setting: route and body.
    calls: Vec<(String, String)>,
    /// Variables of processes: name and value, or why it would not help.
    process: Vec<(&'a str, Result<&'a str, String>)>,
}

/// A setting to change.
struct Step<'a> {
    setting: &'a str,
    /// The value; none if only the operator can know it.
    wanted: Option<Value>,
    /// What only the operator can know.
    choice: Option<&'a str>,
    /// What it is now, in words.
    present: String,
    /// Whether a variable of the server's processes gives the value now.
    by_environment: bool,
    ways: Result<Ways, String>,
}

impl<'a> Plan<'a> {
    fn new(report: &'a Report, rules: &'a [Rule]) -> Self {
        let running = running(report);
        let mut planner = Planner {
            report,
            running: &running,
            set: BTreeMap::new(),
            process: BTreeMap::new(),
        };
        let tasks = report
            .failures()
            .into_iter()
            .map(|finding| {
                let rule = rules
                    .iter()
                    .find(|rule| rule.id == finding.rule && rule.revision == finding.revision);
                planner.task(finding, rule)
            })
            .collect();
        Self { report, tasks }
    }

    /// What the whole is about, in lines.
    fn heading(&self) -> Vec<String> {
        let report = self.report;
        let words = words::Words::new(crate::messages::Language::English);
        let mut lines = vec![
            format!("Workspace {}", report.workspace.name),
            format!("Rocket.Chat {}", words.version(&report.workspace)),
            format!("Report {} of {}", report.id, report.judged_at),
        ];
        if report.assumption.is_some() {
            lines.push("This report is a what-if and no evidence.".to_owned());
        }
        lines
    }

    /// The findings that no rule of this program stands behind.
    fn strangers(&self) -> Vec<&str> {
        let tasks = self.tasks.iter().filter(|task| task.remedy.is_none());
        tasks.map(|task| task.finding.rule.as_str()).collect()
    }

    /// The rules that are left for a person, or for more evidence.
    fn open(&self, is: &dyn Fn(Outcome) -> bool) -> Vec<&'a Finding> {
        let findings = self.report.findings.iter();
        findings.filter(|finding| is(finding.outcome)).collect()
    }
}

struct Planner<'a, 'b> {
    report: &'a Report,
    running: &'b RunningVersion,
    /// What is set already, by which rule.
    set: BTreeMap<&'a str, (Value, &'a str)>,
    /// Which rule has a variable of processes already.
    process: BTreeMap<&'a str, &'a str>,
}

impl<'a> Planner<'a, '_> {
    fn task(&mut self, finding: &'a Finding, rule: Option<&'a Rule>) -> Task<'a> {
        let mut task = Task {
            finding,
            remedy: rule.map(|rule| &rule.remedy),
            steps: Vec::new(),
            shared: Vec::new(),
            calls: Vec::new(),
            process: Vec::new(),
        };
        let Some(remedy) = task.remedy else {
            return task;
        };
        for (id, wanted) in &remedy.set {
            let Some(value) = wanted.value(|name| self.parameter(name)) else {
                continue;
            };
            if let Some((other, by)) = self.set.get(id.as_str()) {
                task.shared.push(if *other == value {
                    format!("{id}: the same change as for {by}")
                } else {
                    format!("{id}: {by} wants {other} and this {value}; decide for one")
                });
                continue;
            }
            let step = self.step(finding, id, Some(value.clone()), None);
            if step.present == in_words(&value) && !step.by_environment {
                continue;
            }
            self.set.insert(id, (value, &finding.rule));
            task.steps.push(step);
        }
        for (id, what) in &remedy.choose {
            let step = self.step(finding, id, None, Some(what));
            // What this release does not have is no choice.
            if step.ways.is_ok() {
                task.steps.push(step);
            }
        }
        task.calls.extend(call(&remedy.api));
        for (name, variable) in &remedy.process {
            let value = if self.running.reached(variable.since).is_true() {
                Ok(variable.value.as_str())
            } else {
                Err(format!(
                    "{} is not known to read {name}; releases from {} on do",
                    self.running, variable.since
                ))
            };
            if let Some(by) = self.process.get(name.as_str()) {
                task.shared
                    .push(format!("{name}: the same variable as for {by}"));
                continue;
            }
            if value.is_ok() {
                self.process.insert(name, &finding.rule);
            }
            task.process.push((name, value));
        }
        task
    }

    fn step(
        &self,
        finding: &'a Finding,
        setting: &'a str,
        wanted: Option<Value>,
        choice: Option<&'a str>,
    ) -> Step<'a> {
        let licence = &self.report.workspace.licence;
        let place = Place {
            running: self.running,
            licensed: &|modules| {
                let has = |module: &&str| licence.modules.iter().any(|it| it == module);
                licence.state == "valid" && modules.iter().all(has)
            },
        };
        // Of a value that only the operator knows, it counts whether there is a way at all.
        let probe = || Value::from("value");
        let ways = ways(setting, wanted.as_ref().unwrap_or(&probe()), place);
        let seen = seen(finding, setting);
        Step {
            setting,
            wanted,
            choice,
            present: seen.map_or_else(
                || "what the report does not say".to_owned(),
                |it| {
                    one_line(
                        &words::Words::new(crate::messages::Language::English).value(&it.found),
                    )
                },
            ),
            by_environment: seen.is_some_and(|it| it.origin == "environment"),
            ways,
        }
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        let parameter = self.report.policy.parameters.get(name)?;
        match &parameter.value {
            serde_json::Value::Bool(value) => Some(Value::Bool(*value)),
            serde_json::Value::Number(number) => number.as_i64().map(Value::Int),
            _ => None,
        }
    }
}

/// What the report says of a setting for a finding.
fn seen<'a>(finding: &'a Finding, setting: &str) -> Option<&'a Observed> {
    finding.observed.iter().find(|it| {
        let subject = it
            .subject
            .strip_suffix(" (as stored)")
            .unwrap_or(&it.subject);
        subject == setting
    })
}

/// A call that a rule's remedy spells out: to give a permission to administrators alone, whose role
/// every workspace has.
fn call(api: &str) -> Option<(String, String)> {
    const ROUTE: &str = "permissions.update";
    let rest = api.strip_prefix("POST /api/v1/")?;
    let body = rest.strip_prefix(ROUTE)?.trim();
    let parsed: serde_json::Value = serde_json::from_str(body).ok()?;
    let permissions = parsed.get("permissions")?.as_array()?;
    let only_admin = permissions
        .iter()
        .all(|it| it.get("roles") == Some(&serde_json::json!(["admin"])));
    (only_admin && !permissions.is_empty()).then(|| (ROUTE.to_owned(), parsed.to_string()))
}

/// The release that the report names.
fn running(report: &Report) -> RunningVersion {
    let workspace = &report.workspace;
    let release = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    match workspace.version.as_deref().map(str::parse) {
        Some(Ok(version)) => RunningVersion::exactly(version),
        _ => RunningVersion {
            exact: None,
            at_least: release(&workspace.version_at_least),
            below: release(&workspace.version_below),
        },
    }
}

/// A value as a person reads it.
fn in_words(value: &Value) -> String {
    match value {
        Value::Text(text) if text.is_empty() => "empty".to_owned(),
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The comment above what is to be done for a finding.
fn heading(out: &mut String, task: &Task<'_>) {
    out.push('\n');
    let finding = task.finding;
    let severity = severity_name(finding.severity);
    comment(
        out,
        "",
        &format!("{} ({severity}): {}", finding.rule, finding.title),
    );
}

/// A text on one line, with nothing in it that a terminal obeys.
fn one_line(text: &str) -> String {
    let plain = words::plain(text);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as lines of comments.
fn comment(out: &mut String, indent: &str, text: &str) {
    for line in crate::text::wrap(&one_line(text), 96) {
        out.push_str("# ");
        out.push_str(indent);
        out.push_str(&line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests;
