//! Policies in layers: what an organisation asks of all its workspaces, and what one adds to it.
//!
//! The files are laid over each other in their order. Of a key that several of them set, the last one
//! counts; packs, exclusions and folders of rules add up. A layer can lock a key, and then those
//! after it can only repeat what it has.

use std::collections::BTreeMap;

use super::file::{PolicyFile, WaiverFileTerms};
use super::{PACKS, Policy};
use crate::parameter;
use crate::rule::Rule;
use crate::written::{Mistake, Reader};

/// The most and the fewest hours until the next report.
const HOURS: std::ops::RangeInclusive<u32> = 1..=8784;
/// The most days for which a policy may speak of waivers: ten years.
const DAYS: u32 = 3660;

/// A file of a policy, read but not yet held against the rules.
#[derive(Clone, Debug)]
pub struct Layer {
    name: String,
    path: String,
    text: String,
    file: PolicyFile,
}

/// What no layer after another one may change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Locked {
    /// The layer that locks it.
    pub layer: String,
    /// Why.
    pub reason: String,
}

impl Layer {
    /// Reads a file. `path` is for messages; the report knows it by its last part.
    pub fn read(path: &str, text: &str) -> Result<Self, Mistake> {
        let reader = Reader { file: path, text };
        let file: PolicyFile = reader.toml()?;
        reader.format(&file.format)?;
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        Ok(Self {
            name: name.to_owned(),
            path: path.to_owned(),
            text: text.to_owned(),
            file,
        })
    }

    /// The name in reports.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder with rules that it adds, relative to its file.
    #[must_use]
    pub fn rules(&self) -> Option<&str> {
        self.file.rules.as_ref().map(|it| it.get_ref().as_str())
    }
}

impl Policy {
    /// Lays files over each other and holds them against the rules there are. All mistakes are told
    /// at once.
    pub fn layered(layers: &[Layer], rules: &[Rule]) -> Result<Self, Vec<Mistake>> {
        let mut merge = Merge {
            policy: Self::standard(),
            rules,
            mistakes: Vec::new(),
        };
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for layer in layers {
            // Two files may have the same name in two folders.
            let count = names.entry(&layer.name).or_default();
            *count += 1;
            let name = match *count {
                1 => layer.name.clone(),
                more => format!("{} ({more})", layer.name),
            };
            merge.policy.layers.push(name.clone());
            merge.layer(layer, &name);
        }
        if merge.mistakes.is_empty() {
            Ok(merge.policy)
        } else {
            Err(merge.mistakes)
        }
    }

    /// What locks a key, or all keys of its kind.
    #[must_use]
    pub fn locked(&self, key: &str) -> Option<&Locked> {
        let whole = key.split_once('.').map_or(key, |(kind, _)| kind);
        self.locks.get(key).or_else(|| self.locks.get(whole))
    }
}

struct Merge<'a> {
    policy: Policy,
    rules: &'a [Rule],
    mistakes: Vec<Mistake>,
}

impl Merge<'_> {
    fn layer(&mut self, layer: &Layer, name: &str) {
        let reader = Reader {
            file: &layer.path,
            text: &layer.text,
        };
        let at = &At { reader, name };
        let file = &layer.file;
        if let Some(profile) = &file.profile {
            let same = self.policy.profile == Some(*profile.get_ref());
            if self.may(at, "profile", profile.start(), same) {
                self.policy.profile = Some(*profile.get_ref());
            }
        }
        if let Some(edition) = &file.edition {
            let same = self.policy.edition == *edition.get_ref();
            if self.may(at, "edition", edition.start(), same) {
                self.policy.edition = *edition.get_ref();
            }
        }
        if let Some(hours) = &file.interval_hours {
            let (given, offset) = (*hours.get_ref(), hours.start());
            if !HOURS.contains(&given) {
                self.wrong(
                    at,
                    offset,
                    format!("interval_hours is {given}; between 1 and 8784 is wanted"),
                );
            } else if self.may(
                at,
                "interval_hours",
                offset,
                given == self.policy.interval_hours,
            ) {
                self.policy.interval_hours = given;
            }
        }
        if let Some(rules) = &file.rules {
            self.may(at, "rules", rules.start(), false);
        }
        self.packs(at, file);
        self.parameters(at, file);
        self.severities(at, file);
        self.exclusions(at, file);
        self.waivers(at, &file.waivers);
        self.locks(at, file);
    }

    fn wrong(&mut self, at: &At<'_>, offset: usize, message: String) {
        self.mistakes.push(at.reader.error(Some(offset), message));
    }

    /// Whether a layer may set a key; then it is remembered as the key's origin.
    fn may(&mut self, at: &At<'_>, key: &str, offset: usize, same: bool) -> bool {
        if !same && let Some(lock) = self.policy.locked(key) {
            let message = format!(
                "'{key}' is locked by {}: {}. Leave it out here, or have it changed there",
                lock.layer,
                lock.reason.trim_end_matches('.')
            );
            self.wrong(at, offset, message);
            return false;
        }
        if !same || !self.policy.origins.contains_key(key) {
            let origin = at.name.to_owned();
            self.policy.origins.insert(key.to_owned(), origin);
        }
        true
    }

    fn packs(&mut self, at: &At<'_>, file: &PolicyFile) {
        for pack in &file.packs {
            let (name, offset) = (pack.get_ref(), pack.start());
            if !PACKS.iter().any(|(it, _)| it == name) {
                let message = format!("there is no pack '{name}'; there are: base, strict");
                self.wrong(at, offset, message);
                continue;
            }
            let same = self.policy.packs.contains(name);
            if self.may(at, &format!("packs.{name}"), offset, same) {
                self.policy.packs.insert(name.clone());
            }
        }
    }

    fn parameters(&mut self, at: &At<'_>, file: &PolicyFile) {
        for (name, value) in &file.parameters {
            let offset = value.start();
            let mut changed = self.policy.parameters.clone();
            if let Err(error) = changed.set(name, value.get_ref()) {
                self.wrong(at, offset, error.to_string());
                continue;
            }
            let same = changed.get(name) == self.policy.parameters.get(name);
            if self.may(at, &format!("parameters.{name}"), offset, same) {
                self.policy.parameters = changed;
            }
        }
    }

    fn severities(&mut self, at: &At<'_>, file: &PolicyFile) {
        for (rule, severity) in &file.severities {
            let offset = severity.start();
            let Some(shipped) = self.rules.iter().find(|it| it.id == *rule) else {
                let message = format!("[severities] names '{rule}', and there is no such rule");
                self.wrong(at, offset, message);
                continue;
            };
            let same = self.policy.severity(shipped) == *severity.get_ref();
            if self.may(at, &format!("severities.{rule}"), offset, same) {
                let severity = *severity.get_ref();
                self.policy.severities.insert(rule.clone(), severity);
            }
        }
    }

    fn exclusions(&mut self, at: &At<'_>, file: &PolicyFile) {
        for exclusion in &file.excluded {
            let offset = exclusion.start();
            let exclusion = exclusion.get_ref();
            let rule = &exclusion.rule;
            if !self.rules.iter().any(|it| it.id == *rule) {
                let message = format!("[[exclude]] names '{rule}', and there is no such rule");
                self.wrong(at, offset, message);
                continue;
            }
            if exclusion.reason.trim().is_empty() {
                let message = format!("the exclusion of {rule} gives no reason");
                self.wrong(at, offset, message);
                continue;
            }
            let same = self.policy.excluded.contains_key(rule);
            if self.may(at, &format!("exclude.{rule}"), offset, same) {
                let reason = exclusion.reason.clone();
                self.policy.excluded.insert(rule.clone(), reason);
            }
        }
    }

    fn waivers(&mut self, at: &At<'_>, terms: &WaiverFileTerms) {
        for (key, least, given) in [
            ("max_days", 1, &terms.max_days),
            ("warn_days", 0, &terms.warn_days),
        ] {
            let Some(given) = given else { continue };
            let (days, offset) = (*given.get_ref(), given.start());
            if !(least..=DAYS).contains(&days) {
                let message = format!("{key} is {days}; between {least} and {DAYS} is wanted");
                self.wrong(at, offset, message);
                continue;
            }
            let now = &self.policy.waivers;
            let before = if key == "max_days" {
                now.max_days
            } else {
                now.warn_days
            };
            if self.may(at, &format!("waivers.{key}"), offset, days == before) {
                let now = &mut self.policy.waivers;
                *(if key == "max_days" {
                    &mut now.max_days
                } else {
                    &mut now.warn_days
                }) = days;
            }
        }
        for (key, given) in [("signers", &terms.signers), ("revoked", &terms.revoked)] {
            let Some(given) = given else { continue };
            let (path, offset) = (given.get_ref().clone(), given.start());
            if path.is_empty() {
                self.wrong(at, offset, format!("'{key}' names no file"));
            } else if self.may(at, &format!("waivers.{key}"), offset, false) {
                let list = Some((self.policy.layers.len() - 1, path));
                let now = &mut self.policy.waivers;
                *(if key == "signers" {
                    &mut now.signers
                } else {
                    &mut now.revoked
                }) = list;
            }
        }
        if let Some(allow) = &terms.allow_unmatched {
            let same = self.policy.waivers.allow_unmatched == *allow.get_ref();
            if self.may(at, "waivers.allow_unmatched", allow.start(), same) {
                self.policy.waivers.allow_unmatched = *allow.get_ref();
            }
        }
    }

    fn locks(&mut self, at: &At<'_>, file: &PolicyFile) {
        for lock in &file.locks {
            let offset = lock.start();
            let lock = lock.get_ref();
            if let Err(why) = self.lockable(&lock.key) {
                self.wrong(at, offset, why);
                continue;
            }
            if lock.reason.trim().is_empty() {
                let message = format!("the lock of '{}' gives no reason", lock.key);
                self.wrong(at, offset, message);
                continue;
            }
            let locked = Locked {
                layer: at.name.to_owned(),
                reason: lock.reason.clone(),
            };
            // The first layer that locks a key is the one to ask.
            self.policy.locks.entry(lock.key.clone()).or_insert(locked);
        }
    }

    /// Whether there is a key to lock.
    fn lockable(&self, key: &str) -> Result<(), String> {
        const WHOLE: [&str; 8] = [
            "profile",
            "edition",
            "interval_hours",
            "packs",
            "parameters",
            "severities",
            "exclude",
            "rules",
        ];
        const TERMS: [&str; 5] = [
            "max_days",
            "warn_days",
            "signers",
            "revoked",
            "allow_unmatched",
        ];
        let is_rule = |id: &str| self.rules.iter().any(|rule| rule.id == id);
        let known = match key.split_once('.') {
            None => key == "waivers" || WHOLE.contains(&key),
            Some(("parameters", name)) => parameter::definitions().contains_key(name),
            Some(("severities" | "exclude", rule)) => is_rule(rule),
            Some(("packs", pack)) => PACKS.iter().any(|(name, _)| *name == pack),
            Some(("waivers", term)) => TERMS.contains(&term),
            Some(_) => false,
        };
        if known {
            return Ok(());
        }
        Err(format!(
            "there is no key '{key}' to lock; there are {}, waivers, and below them for example \
             parameters.retention_days, exclude.STAT-001, waivers.max_days",
            WHOLE.join(", ")
        ))
    }
}

/// The layer that is being laid, for messages and as an origin.
struct At<'a> {
    reader: Reader<'a>,
    name: &'a str,
}
