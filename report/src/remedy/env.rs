//! Remedies as variables of the server's processes.

use super::{Plan, Step, Task, comment, heading, in_words};
use crate::text::line;

pub(super) fn render(plan: &Plan<'_>) -> String {
    let mut out = String::new();
    comment(
        &mut out,
        "",
        "What the environment of the chat server's processes would have to say.",
    );
    for text in plan.heading() {
        comment(&mut out, "", &text);
    }
    out.push_str("#\n");
    for text in [
        "Nothing of it was applied. Give the lines to every instance (docker --env-file, env_file of \
         compose, EnvironmentFile= of systemd), then restart all of them. Each start writes the value \
         into the database again, so a change in the panel lasts until then; when a variable is taken \
         away, the value stays.",
        "What would come of it: rc-audit check --assume THIS_FILE, with the options of the audit.",
    ] {
        comment(&mut out, "", text);
    }
    let mut rest = String::new();
    for task in &plan.tasks {
        of_a_task(task, &mut out, &mut rest);
    }
    if !rest.is_empty() {
        out.push_str("\n# ---- What no variable can do ----\n");
        out.push_str(&rest);
    }
    out
}

/// The lines that do something go to one part of the file, and what has to be done in another way to
/// the other.
fn of_a_task(task: &Task<'_>, out: &mut String, rest: &mut String) {
    let offered: Vec<(&Step<'_>, &str)> = task
        .steps
        .iter()
        .filter(|step| step.wanted.is_some())
        .filter_map(|step| {
            let text = step.ways.as_ref().ok()?.env.as_deref().ok()?;
            Some((step, text))
        })
        .collect();
    let process: Vec<(&str, &str)> = task
        .process
        .iter()
        .filter_map(|(name, value)| Some((*name, value.as_deref().ok()?)))
        .collect();
    let note = task
        .remedy
        .map_or(task.finding.remedy.note.as_str(), |it| &it.note);
    if !offered.is_empty() || !process.is_empty() {
        heading(out, task);
        comment(out, "  ", note);
    }
    for (step, text) in &offered {
        let wanted = step.wanted.as_ref().map(in_words).unwrap_or_default();
        let rest = if step.by_environment {
            "; a variable gives it now, so change that one"
        } else {
            ""
        };
        let about = format!(
            "{}: now {}, wanted {wanted}{rest}",
            step.setting, step.present
        );
        comment(out, "  ", &about);
        line(out, &format!("OVERWRITE_SETTING_{}={text}", step.setting));
    }
    for (name, value) in &process {
        comment(
            out,
            "  ",
            &format!("{name}: a variable of the process, no setting"),
        );
        line(out, &format!("{name}={value}"));
    }
    left(task, !offered.is_empty() || !process.is_empty(), rest);
}

/// What of a task no variable does, and what does it instead.
fn left(task: &Task<'_>, some_offered: bool, rest: &mut String) {
    let mut lines: Vec<String> = Vec::new();
    for step in &task.steps {
        match (&step.ways, step.choice) {
            (Err(why), _) => lines.push(format!("{}: {why}", step.setting)),
            (Ok(_), Some(choice)) => lines.push(format!(
                "{}: only you know the value ({choice}); now {}",
                step.setting, step.present
            )),
            (Ok(ways), None) => {
                if let Err(why) = &ways.env {
                    let rest = if ways.api.is_ok() {
                        " ('--as api' has the call)"
                    } else {
                        ""
                    };
                    lines.push(format!("{}: {why}{rest}", step.setting));
                }
            }
        }
    }
    for (_, value) in &task.process {
        lines.extend(value.as_ref().err().cloned());
    }
    lines.extend(task.shared.iter().cloned());
    if lines.is_empty() && some_offered {
        return;
    }
    heading(rest, task);
    for text in &lines {
        comment(rest, "  ", text);
    }
    let remedy = &task.finding.remedy;
    if !remedy.ui.is_empty() {
        comment(rest, "  ", &format!("By hand: {}", remedy.ui));
    }
    if task.remedy.is_none() && !remedy.env.is_empty() {
        comment(
            rest,
            "  ",
            &format!("The report names the variable: {}", remedy.env),
        );
    }
    if !some_offered && !remedy.note.is_empty() {
        comment(rest, "  ", &remedy.note);
    }
    if remedy.ui.is_empty() && remedy.api.is_empty() && lines.is_empty() {
        comment(rest, "  ", "In the product there is no way.");
    }
}
