//! Remedies as a list to tick off, by page of the administration.

use std::collections::BTreeMap;

use super::{Plan, Step, Task, in_words, one_line};
use crate::assemble::severity_name;
use crate::diff::plain;
use crate::text::line;
use crate::v1::{Finding, Outcome};

pub(super) fn render(plan: &Plan<'_>) -> String {
    let mut out = "# What to change\n\n".to_owned();
    for text in plan.heading() {
        line(&mut out, &format!("- {}", plain(&text)));
    }
    out.push_str("\nNothing of it was applied. Audit again when it is done.\n");
    let mut pages: BTreeMap<(u8, String), String> = BTreeMap::new();
    for task in &plan.tasks {
        let page = pages.entry(page(task)).or_default();
        of_a_task(task, page);
    }
    if pages.is_empty() {
        out.push_str("\nNo rule failed.\n");
    }
    for ((_, title), text) in &pages {
        line(&mut out, &format!("\n## {}\n", plain(title)));
        out.push_str(text);
    }
    let undecided = plan.open(&|it| matches!(it, Outcome::Unknown | Outcome::Error));
    listed(&mut out, "Could not be decided", &undecided, true);
    let manual = plan.open(&|it| it == Outcome::Manual);
    listed(&mut out, "Needs the answer of a person", &manual, false);
    let strangers = plan.strangers();
    if !strangers.is_empty() {
        line(
            &mut out,
            &format!(
                "\nOf these rules, this version knows no remedy beyond what the report says: {}.",
                plain(&strangers.join(", "))
            ),
        );
    }
    out
}

/// Where a task is done, and in which part of the list that comes.
fn page(task: &Task<'_>) -> (u8, String) {
    let remedy = &task.finding.remedy;
    let name = |text: &str| {
        let name: String = text
            .chars()
            .take_while(|it| !">:,;(".contains(*it))
            .collect();
        one_line(&name)
    };
    if let Some(rest) = remedy.ui.strip_prefix("Administration > Settings > ") {
        return (0, format!("Administration > Settings > {}", name(rest)));
    }
    if let Some(rest) = remedy.ui.strip_prefix("Administration > ") {
        return (1, format!("Administration > {}", name(rest)));
    }
    if !remedy.ui.is_empty() {
        (2, "Elsewhere in the product".to_owned())
    } else if !remedy.env.is_empty() {
        (3, "Environment of the server's processes".to_owned())
    } else if !remedy.api.is_empty() {
        (4, "REST interface".to_owned())
    } else {
        (5, "Outside of the product".to_owned())
    }
}

fn of_a_task(task: &Task<'_>, out: &mut String) {
    let finding = task.finding;
    line(
        out,
        &format!(
            "- [ ] **{}** ({}) {}",
            plain(&finding.rule),
            severity_name(finding.severity),
            plain(&finding.title)
        ),
    );
    let mut item = |text: &str| line(out, &format!("  - {}", plain(text)));
    item(&finding.reason);
    for step in &task.steps {
        item(&in_a_line(step));
    }
    for text in &task.shared {
        item(text);
    }
    for (name, value) in &task.process {
        item(&match value {
            Ok(value) => format!("the variable {name}={value} of the server's processes"),
            Err(why) => why.clone(),
        });
    }
    let remedy = &finding.remedy;
    for text in [&remedy.ui, &remedy.note] {
        if !text.is_empty() {
            item(text);
        }
    }
    if remedy.ui.is_empty() {
        for (name, text) in [("Environment", &remedy.env), ("REST", &remedy.api)] {
            if !text.is_empty() && task.process.is_empty() {
                item(&format!("{name}: {text}"));
            }
        }
        if remedy.env.is_empty() && remedy.api.is_empty() {
            item("In the product there is no switch for it; what to do is above.");
        }
    }
}

fn in_a_line(step: &Step<'_>) -> String {
    let id = step.setting;
    let wanted = match (&step.wanted, step.choice) {
        (Some(wanted), _) => in_words(wanted),
        (None, choice) => choice.unwrap_or_default().to_owned(),
    };
    let ways = match &step.ways {
        Ok(ways) => ways,
        Err(why) => return format!("{id}: {why}"),
    };
    let by_environment = if step.by_environment {
        format!(
            "; a variable gives it now and would at each start again: change OVERWRITE_SETTING_{id}"
        )
    } else {
        String::new()
    };
    let place = match &ways.panel {
        Ok((_, section)) if section.is_empty() => String::new(),
        Ok((_, section)) => format!(" (section {})", section.replace('_', " ")),
        Err(why) if ways.env.is_ok() => format!(" ({why}; '--as env' has the variable)"),
        Err(why) => format!(" ({why}; there is no other way)"),
    };
    format!("{id}: {} → {wanted}{by_environment}{place}", step.present)
}

fn listed(out: &mut String, title: &str, findings: &[&Finding], with_reason: bool) {
    if findings.is_empty() {
        return;
    }
    line(out, &format!("\n## {title}\n"));
    for finding in findings {
        let (rule, title) = (plain(&finding.rule), plain(&finding.title));
        line(out, &format!("- [ ] **{rule}** {title}"));
        if with_reason {
            line(out, &format!("  - {}", plain(&finding.reason)));
        }
    }
}
