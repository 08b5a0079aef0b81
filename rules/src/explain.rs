//! A rule in words, from the rule itself: one writer for the terminal, the rule book and the
//! report, so that they can't disagree. Also the file that a new rule begins as.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalogue;
use crate::finding::Severity;
use crate::reference::FRAMEWORKS;
use crate::rule::{Answer, Profile, Rule, area_title};

/// The page of a rule, as Markdown.
#[must_use]
pub fn markdown(rule: &Rule) -> String {
    let mut text = format!("# {}: {}\n\n", rule.id, rule.title);
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a text can't fail, here and below.
            let _ = writeln!(text, "- **{label}:** {value}");
        }
    };
    line("Area", area_title(rule.area()));
    line(
        "Severity",
        &format!("{} ({})", rule.severity, rule.severity_reason),
    );
    line("Profiles", &profiles(&rule.profiles));
    line("With the pack strict also", &profiles(&rule.strict));
    line("Rocket.Chat", &rule.applies.to_string());
    line("Revision", &rule.revision.to_string());
    if let Some(why) = &rule.unverified {
        line("Never held against a workspace", why);
    }
    let _ = write!(text, "\n## Why it matters\n\n{}\n", rule.rationale);
    text.push_str("\n## How it is judged\n\n");
    if let Some(when) = &rule.when {
        let _ = writeln!(text, "The question arises only if {when}.\n");
    }
    match &rule.answer {
        Answer::Check(check) => {
            let _ = writeln!(text, "It passes if {check}.");
        }
        Answer::Manual { question } => {
            let _ = writeln!(text, "A person answers: {question}");
        }
    }
    for doubt in &rule.doubts {
        let _ = writeln!(
            text,
            "\nInstead of {} it is {} if {}. {}",
            doubt.instead_of, doubt.becomes, doubt.when, doubt.reason
        );
    }
    text.push_str("\n## What to do\n\n");
    for (label, value) in [
        ("Panel", &rule.remedy.ui),
        ("Environment", &rule.remedy.env),
        ("REST", &rule.remedy.api),
        ("Note", &rule.remedy.note),
    ] {
        if !value.is_empty() {
            let _ = writeln!(text, "- **{label}:** {value}");
        }
    }
    text.push_str("\n## Examples\n\n| Case | Outcome |\n|---|---|\n");
    for case in &rule.cases {
        let mark = if case.false_assurance {
            ", looks safe and is not"
        } else {
            ""
        };
        let version = case.version.as_ref().map_or_else(
            || "version unknown".to_owned(),
            |version| format!("on {version}"),
        );
        let _ = writeln!(
            text,
            "| {} ({version}) | {}{mark} |",
            case.name, case.expect
        );
    }
    if !rule.clauses.is_empty() || !rule.references.is_empty() {
        text.push_str("\n## Relates to\n\n");
        if !rule.clauses.is_empty() {
            let _ = writeln!(text, "- Vendor's policies: {}", rule.clauses.join(", "));
        }
        for framework in FRAMEWORKS {
            let controls: Vec<&str> = rule
                .references
                .iter()
                .filter_map(|reference| reference.strip_prefix(framework.prefix)?.strip_prefix(':'))
                .collect();
            if !controls.is_empty() {
                let note = if framework.note.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", framework.note)
                };
                let _ = writeln!(text, "- {}: {}{note}", framework.name, controls.join(", "));
            }
        }
    }
    text
}

fn profiles(profiles: &[Profile]) -> String {
    profiles
        .iter()
        .map(|profile| profile.name())
        .collect::<Vec<_>>()
        .join(", ")
}

/// What is wrong with the remedy of a rule: the product refuses what it offers.
#[must_use]
pub fn remedy_problems(rule: &Rule) -> Vec<String> {
    let mut problems = Vec::new();
    let words = |text: &str| -> Vec<String> {
        text.split(|character: char| {
            !character.is_alphanumeric() && character != '_' && character != '-'
        })
        .map(str::to_owned)
        .collect()
    };
    if rule.remedy.api.contains("/settings/") {
        for definition in words(&rule.remedy.api)
            .iter()
            .filter_map(|word| catalogue::find(word))
        {
            // What a release hides matters only if the rule applies to that release.
            let refused = definition
                .spans
                .iter()
                .rfind(|span| !rule.applies.holds(&span.releases()).is_false())
                .is_some_and(|span| span.hidden || span.blocked);
            if refused {
                problems.push(format!(
                    "the remedy offers REST for {}, which is hidden, so REST refuses it",
                    definition.id
                ));
            }
        }
    }
    // What a rule without a verified source names may be of a release that nobody looked at.
    if rule.unverified.is_some() {
        return problems;
    }
    for word in words(&rule.remedy.env) {
        if let Some(id) = word.strip_prefix("OVERWRITE_SETTING_")
            && catalogue::find(id).is_none()
        {
            problems.push(format!(
                "the remedy overwrites {id}, which no known release has"
            ));
        }
    }
    problems
}

/// The rule book: a page for each rule, and an index by area, severity and framework. Names and texts
/// of files.
#[must_use]
pub fn book(rules: &[Rule]) -> Vec<(String, String)> {
    let entry = |rule: &Rule| {
        format!(
            "- [{id}]({id}.md) {title} ({severity})\n",
            id = rule.id,
            title = rule.title,
            severity = rule.severity
        )
    };
    let mut index = format!("# The rules\n\n{} rules.\n\n## By area\n", rules.len());
    let mut last = "";
    for rule in rules {
        if rule.area() != last {
            last = rule.area();
            let _ = write!(index, "\n### {} ({last})\n\n", area_title(last));
        }
        index.push_str(&entry(rule));
    }
    index.push_str("\n## By severity\n");
    for severity in Severity::ALL.iter().rev() {
        let of: Vec<&Rule> = rules
            .iter()
            .filter(|rule| rule.severity == *severity)
            .collect();
        if !of.is_empty() {
            let _ = write!(index, "\n### {severity}\n\n");
            index.extend(of.into_iter().map(entry));
        }
    }
    index.push_str(
        "\n## By framework\n\nA rule relates to what is named. That is no proof of conformity and no \
         legal advice.\n",
    );
    for framework in FRAMEWORKS {
        let mut controls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for rule in rules {
            for reference in &*rule.references {
                let control = reference.strip_prefix(framework.prefix);
                if let Some(control) = control.and_then(|rest| rest.strip_prefix(':')) {
                    controls.entry(control).or_default().push(&rule.id);
                }
            }
        }
        if !controls.is_empty() {
            let _ = write!(index, "\n### {}\n\n", framework.name);
            if !framework.note.is_empty() {
                let _ = write!(index, "{}\n\n", framework.note);
            }
        }
        for (control, ids) in controls {
            let links: Vec<String> = ids.iter().map(|id| format!("[{id}]({id}.md)")).collect();
            let _ = writeln!(index, "- {control}: {}", links.join(", "));
        }
    }
    let pages = rules
        .iter()
        .map(|rule| (format!("{}.md", rule.id), markdown(rule)));
    std::iter::once(("README.md".to_owned(), index))
        .chain(pages)
        .collect()
}

/// The file that a new rule begins as.
#[must_use]
pub fn skeleton(id: &str) -> String {
    format!(
        r#"format = 1
id = "{id}"
revision = 1
since = "0.1.0"
# What holds when the rule passes, as a sentence.
title = "The registration form is not public"
# info, low, medium, high or critical, and why that bad.
severity = "medium"
severity_reason = "anybody could make an account"
# Where it applies; all three without this line.
profiles = ["airgapped", "unregistered", "registered"]
# The releases of Rocket.Chat to which it applies: "*", ">=6.5.1", "<7.0.0" or both with a comma.
applies = "*"
clauses = []
references = ["iso27001:A.5.16"]
rationale = """
Why it matters, and what is easily misunderstood.
"""

# Leave out what the product does not have; hidden settings can't be changed through REST.
[remedy]
ui = "Administration > Settings > Accounts > Registration"
env = "OVERWRITE_SETTING_Accounts_RegistrationForm=Disabled"

# Compare a 'setting', a 'stored' value, a 'fact', a 'permission' or a 'parameter' with one of: is,
# is_not, one_of, at_least, at_most, within, contains, matches (an expression, which 'wanted' puts in
# words), empty. Join with all, any, not.
[check]
setting = "Accounts_RegistrationForm"
is_not = "Public"

# Each case is a test and an example. A rule needs one that passes and one that fails.
[[case]]
name = "closed"
version = "6.13.0"
settings = {{ Accounts_RegistrationForm = "Disabled" }}
expect = "pass"

[[case]]
name = "absent, so the default Public counts"
version = "6.13.0"
expect = "fail"
"#
    )
}
