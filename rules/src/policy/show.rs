//! The policy in force as a file that could be given in place of all its layers, each value with the
//! layer that it comes from.

use std::fmt::Write as _;

use super::Policy;
use crate::parameter::{self, ParameterKind};
use crate::value::Value;

/// The policy in force. Folders of rules are named by their layers alone, because they lie beside
/// them.
#[must_use]
pub fn effective(policy: &Policy) -> String {
    let mut page = Page {
        policy,
        text: String::from("# The policy in force"),
    };
    let from = match policy.layers.as_slice() {
        [] => " without any file".to_owned(),
        layers => format!(", from {}", layers.join(", then ")),
    };
    // Writing to a text can't fail, here and below.
    let _ = writeln!(page.text, "{from}.\nformat = 1");
    match policy.profile {
        Some(profile) => page.line("profile", &format!("profile = \"{profile}\"")),
        None => page.line("profile", "# profile: inferred"),
    }
    let edition = policy.edition.name();
    page.line("edition", &format!("edition = \"{edition}\""));
    let hours = policy.interval_hours;
    page.line("interval_hours", &format!("interval_hours = {hours}"));
    let packs = policy.packs.iter().filter(|pack| *pack != "base");
    let packs: Vec<String> = packs.map(|pack| quoted(pack)).collect();
    page.line("packs.strict", &format!("packs = [{}]", packs.join(", ")));
    if policy.origins.contains_key("rules") {
        page.line("rules", "# rules: of the site");
    }
    page.section("parameters");
    for (name, value) in policy.parameters.values() {
        let entry = match in_toml(name, value) {
            Some(value) => format!("{name} = {value}"),
            None => format!("# {name}: not set"),
        };
        page.line(&format!("parameters.{name}"), &entry);
    }
    page.section("severities");
    for (rule, severity) in &policy.severities {
        let entry = format!("{rule} = \"{severity}\"");
        page.line(&format!("severities.{rule}"), &entry);
    }
    page.waivers();
    for (rule, reason) in &policy.excluded {
        page.text.push('\n');
        page.line(&format!("exclude.{rule}"), "[[exclude]]");
        page.pair("rule", rule);
        page.pair("reason", reason);
    }
    for (key, lock) in &policy.locks {
        page.text.push('\n');
        page.comment("[[lock]]", &lock.layer);
        page.pair("key", key);
        page.pair("reason", &lock.reason);
    }
    page.text
}

struct Page<'a> {
    policy: &'a Policy,
    text: String,
}

impl Page<'_> {
    fn section(&mut self, name: &str) {
        let _ = writeln!(self.text, "\n[{name}]");
    }

    /// An entry with where its value comes from.
    fn line(&mut self, key: &str, entry: &str) {
        let origin = self.policy.origins.get(key);
        let mut note = origin.map_or("default", String::as_str).to_owned();
        if let Some(lock) = self.policy.locked(key) {
            let _ = write!(note, ", locked by {}", lock.layer);
        }
        self.comment(entry, &note);
    }

    /// An entry with a comment, which ends with its line.
    fn comment(&mut self, entry: &str, note: &str) {
        let note = note.replace(char::is_control, " ");
        let _ = writeln!(self.text, "{entry} # {note}");
    }

    fn pair(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.text, "{key} = {}", quoted(value));
    }

    fn waivers(&mut self) {
        let terms = &self.policy.waivers;
        self.section("waivers");
        let days = terms.max_days;
        self.line("waivers.max_days", &format!("max_days = {days}"));
        let days = terms.warn_days;
        self.line("waivers.warn_days", &format!("warn_days = {days}"));
        let signers = match &terms.signers {
            Some((_, path)) => format!("signers = {}", quoted(path)),
            None => "# signers: not demanded".to_owned(),
        };
        self.line("waivers.signers", &signers);
        if let Some((_, path)) = &terms.revoked {
            self.line("waivers.revoked", &format!("revoked = {}", quoted(path)));
        }
        let allow = format!("allow_unmatched = {}", terms.allow_unmatched);
        self.line("waivers.allow_unmatched", &allow);
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A parameter as a policy file has it; none for one without a value.
fn in_toml(name: &str, value: &Value) -> Option<String> {
    let kind = parameter::definitions().get(name)?.kind;
    match (kind, value) {
        (ParameterKind::Flag | ParameterKind::Number, Value::Bool(_) | Value::Int(_)) => {
            Some(value.to_string())
        }
        (ParameterKind::List, Value::List(_)) => {
            let items: Vec<String> = value.as_texts()?.into_iter().map(quoted).collect();
            Some(format!("[{}]", items.join(", ")))
        }
        (ParameterKind::Date, Value::Time(time)) => {
            Some(time.to_string().chars().take(10).collect())
        }
        _ => None,
    }
}
