//! `rules`: list, explain, test, lint, coverage, docs, policy, new.

use std::fmt::Write as _;
use std::path::Path;

use rc_audit_rules::case::{self, Complaint};
use rc_audit_rules::coverage;
use rc_audit_rules::explain;
use rc_audit_rules::policy;
use rc_audit_rules::rule::{Rule, area_title};
use rc_audit_rules::ruleset::RuleSet;
use rc_audit_rules::written::Mistake;

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::output::write_file;
use crate::talk;

pub(super) fn run(verb: &cli::Rules) -> Result<Exit> {
    match verb {
        cli::Rules::List { area } => list(area.as_deref()),
        cli::Rules::Explain { id, rules } => explain(id, rules.as_deref()),
        cli::Rules::Test { path } => test(path.as_deref()),
        cli::Rules::Lint { path } => lint(path.as_deref()),
        cli::Rules::Coverage { all } => coverage(*all),
        cli::Rules::Docs { out } => docs(out),
        cli::Rules::Policy { profile, strict } => {
            talk::data(&policy::shipped((*profile).into(), *strict));
            Ok(Exit::Clean)
        }
        cli::Rules::New { id, out } => new(id, out),
    }
}

/// The shipped rules, or those at a path alone.
fn set(path: Option<&Path>) -> Result<RuleSet> {
    match path {
        None => RuleSet::shipped_with_cases().map_err(|errors| refused(&errors)),
        Some(path) => {
            let mut rules = RuleSet::default();
            input::add_rules(&mut rules, path)?;
            Ok(rules)
        }
    }
}

fn refused(errors: &[Mistake]) -> Error {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Error::new(Exit::Internal, lines.join("\n"), "")
}

fn list(area: Option<&str>) -> Result<Exit> {
    let rules = set(None)?;
    let mut text = String::new();
    let mut last = "";
    for rule in rules.rules() {
        if area.is_some_and(|area| !area.eq_ignore_ascii_case(rule.area())) {
            continue;
        }
        if rule.area() != last {
            if !last.is_empty() {
                text.push('\n');
            }
            last = rule.area();
            // Writing to a text can't fail, here and below.
            let _ = writeln!(text, "{} ({last})", area_title(last));
        }
        let _ = writeln!(text, "  {:<9} {:<9} {}", rule.id, rule.severity, rule.title);
    }
    if text.is_empty() {
        return Err(Error::usage(
            format!("there is no area '{}'", area.unwrap_or_default()),
            "'rc-audit rules list' names the areas.",
        ));
    }
    talk::data(&text);
    Ok(Exit::Clean)
}

fn explain(id: &str, path: Option<&Path>) -> Result<Exit> {
    let mut rules = set(None)?;
    if let Some(path) = path {
        input::add_rules(&mut rules, path)?;
    }
    let id = id.to_ascii_uppercase();
    match rules.find(&id) {
        Some(rule) => {
            talk::data(&explain::markdown(rule));
            Ok(Exit::Clean)
        }
        None => Err(Error::usage(
            format!("there is no rule '{id}'"),
            "'rc-audit rules list' names them.",
        )),
    }
}

fn test(path: Option<&Path>) -> Result<Exit> {
    let rules = set(path)?;
    let mut text = String::new();
    let mut bad = 0;
    let mut cases = 0;
    for rule in rules.rules() {
        cases += rule.cases.len();
        for complaint in case::test(rule) {
            bad += 1;
            let _ = match complaint {
                Complaint::Case { case, message } => {
                    writeln!(text, "{}: case '{case}': {message}", rule.source)
                }
                Complaint::Unproven { mutant } => writeln!(
                    text,
                    "{}: no case notices when this is turned round: {mutant}",
                    rule.source
                ),
            };
        }
    }
    let _ = writeln!(
        text,
        "{} rules, {cases} cases, {bad} complaints",
        rules.rules().len()
    );
    talk::data(&text);
    Ok(if bad == 0 {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

fn lint(path: Option<&Path>) -> Result<Exit> {
    let rules = set(path)?;
    let mut text = String::new();
    let mut bad = 0;
    for rule in rules.rules() {
        for complaint in complaints(rule) {
            bad += 1;
            let _ = writeln!(text, "{}: {complaint}", rule.source);
        }
    }
    let _ = writeln!(text, "{} rules, {bad} complaints", rules.rules().len());
    talk::data(&text);
    Ok(if bad == 0 {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

fn complaints(rule: &Rule) -> Vec<String> {
    let mut all = case::missing_kinds(rule);
    all.extend(explain::remedy_problems(rule));
    all
}

fn coverage(all: bool) -> Result<Exit> {
    let rules = set(None)?;
    let coverage = coverage::of(rules.rules());
    let mut text = format!("{} settings are read.\n", coverage.read.len());
    if all {
        for (id, readers) in &coverage.read {
            let readers: Vec<&str> = readers.iter().map(String::as_str).collect();
            let _ = writeln!(text, "  {id}: {}", readers.join(", "));
        }
    }
    for open in [true, false] {
        for (reason, ids) in coverage.unread.iter().filter(|(it, _)| it.open == open) {
            let lead = if open { "Worth a rule: " } else { "" };
            let _ = writeln!(text, "\n{lead}{} are not read. {}", ids.len(), reason.why);
            if all || open {
                for id in ids {
                    let _ = writeln!(text, "  {id}");
                }
            }
        }
    }
    if !coverage.unexplained.is_empty() {
        let _ = writeln!(
            text,
            "\nNot read, and nobody said why: {}",
            coverage.unexplained.join(", ")
        );
    }
    talk::data(&text);
    Ok(Exit::Clean)
}

fn docs(folder: &Path) -> Result<Exit> {
    let rules = set(None)?;
    let pages = explain::book(rules.rules());
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::new(
            Exit::Output,
            format!("{} can't be made: {error}", folder.display()),
            "Name another folder.",
        )
    })?;
    for (name, page) in &pages {
        write_file(&folder.join(name), page.as_bytes())?;
    }
    talk::note(&format!(
        "Written: {} pages in {}, beginning with README.md",
        pages.len(),
        folder.display()
    ));
    Ok(Exit::Clean)
}

fn new(id: &str, folder: &Path) -> Result<Exit> {
    let path = folder.join(format!("{id}.toml"));
    let text = explain::skeleton(id);
    // The skeleton passes the reader, so a name that does not is refused here.
    Rule::parse(&path.display().to_string(), &text)
        .map_err(|error| Error::usage(error.message, "For example: rc-audit rules new SITE-001"))?;
    if path.exists() {
        return Err(Error::usage(
            format!("{} exists", path.display()),
            "Nothing was overwritten.",
        ));
    }
    write_file(&path, text.as_bytes())?;
    talk::note(&format!(
        "Written: {}. Fill it in, then run 'rc-audit rules test {}'.",
        path.display(),
        path.display()
    ));
    Ok(Exit::Clean)
}
