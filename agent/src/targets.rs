//! The targets of a run: the one that was named, or all in a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rc_audit_rules::policy;
use rc_audit_rules::rule;
use rc_audit_rules::written::Place;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use toml::Spanned;

use crate::cli;
use crate::error::{Error, Result};
use crate::input;
use crate::target::Target;

/// The version of the format.
const FORMAT: u32 = 1;
/// The longest name of a target, in characters.
const LONGEST: usize = 100;

/// A target, and what its workspaces are judged by.
pub(crate) struct Entry {
    /// Its name in a file of targets.
    pub(crate) name: Option<String>,
    /// What to read. What can't be read is told with the others.
    pub(crate) target: Result<Target>,
    /// What it is judged by.
    pub(crate) terms: Terms,
}

/// The files by which a workspace is judged.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Terms {
    pub(crate) profile: Option<rule::Profile>,
    /// The layers of the policy.
    pub(crate) policy: Vec<PathBuf>,
    pub(crate) waivers: Vec<PathBuf>,
    pub(crate) plans: Option<PathBuf>,
    pub(crate) attest: Option<PathBuf>,
    pub(crate) env_file: Option<PathBuf>,
}

/// Targets of an audit of many workspaces.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Targets", rename = "Targets")]
struct File {
    /// The version of this format, 1.
    format: u32,
    /// The targets.
    target: Vec<Line>,
}

/// A target: a name, and one of `uri`, `uri_file` and `path`. Paths are seen from the folder of the
/// file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Target")]
struct Line {
    /// The name under which it is reported, of at most 100 characters.
    #[schemars(with = "String")]
    name: Spanned<String>,
    /// A MongoDB address. Without a database in it, every one that holds settings is a workspace.
    uri: Option<String>,
    /// A file whose first line is the address, which keeps a password out of this file.
    uri_file: Option<PathBuf>,
    /// A dump, a file with the settings, or a snapshot.
    path: Option<PathBuf>,
    /// What the workspace is said to be.
    profile: Option<Profile>,
    /// The policy, or its layers: files, or shipped ones by name. A later one goes over those before,
    /// and all over those that the command names.
    #[serde(default)]
    policy: OneOrMore,
    /// Files of waivers, beside those that the command names.
    #[serde(default)]
    waivers: OneOrMore,
    /// Who mends what, and until when.
    plans: Option<PathBuf>,
    /// What people state because no database can show it.
    attest: Option<PathBuf>,
    /// The environment of the server's processes.
    env_file: Option<PathBuf>,
}

/// A path, or a list of paths.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMore {
    One(PathBuf),
    More(Vec<PathBuf>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

impl From<OneOrMore> for Vec<PathBuf> {
    fn from(paths: OneOrMore) -> Self {
        match paths {
            OneOrMore::One(path) => vec![path],
            OneOrMore::More(paths) => paths,
        }
    }
}

/// What a workspace is said to be.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Profile {
    Airgapped,
    Unregistered,
    Registered,
}

impl From<Profile> for rule::Profile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Airgapped => Self::Airgapped,
            Profile::Unregistered => Self::Unregistered,
            Profile::Registered => Self::Registered,
        }
    }
}

/// The JSON Schema of a file of targets.
pub(crate) fn schema() -> schemars::Schema {
    schemars::schema_for!(File)
}

/// The targets of `check`: those in the file, or the one that was named.
pub(crate) fn entries(options: &cli::Check) -> Result<Vec<Entry>> {
    let common = Terms {
        profile: options.profile.map(Into::into),
        policy: options.policy.clone(),
        waivers: options.accepting.waivers.clone(),
        plans: options.accepting.plans.clone(),
        attest: options.attest.clone(),
        env_file: options.env_file.clone(),
    };
    match &options.fleet.targets {
        Some(path) => parse(path, &input::text(path)?, &common),
        None => Ok(vec![Entry {
            name: None,
            target: Ok(Target::resolve(&options.target)?),
            terms: common,
        }]),
    }
}

fn parse(path: &Path, text: &str, common: &Terms) -> Result<Vec<Entry>> {
    // The line itself is not shown: it may hold a password.
    let refused = |place: Option<usize>, what: &str, next: &str| {
        let place = place.map_or_else(String::new, |offset| {
            let Place { line, column } = Place::of(text, offset);
            format!(", line {line}, column {column}")
        });
        Error::usage(
            format!("{}{place}: {what}", path.display()),
            if next.is_empty() {
                "Nothing was audited. 'rc-audit schema targets' prints what the file may hold."
            } else {
                next
            },
        )
    };
    let file: File = toml::from_str(text).map_err(|error: toml::de::Error| {
        let what = error.message().lines().next().unwrap_or_default();
        refused(error.span().map(|span| span.start), what, "")
    })?;
    if file.format != FORMAT {
        let what = format!("the format is {}, and this version reads 1", file.format);
        return Err(refused(None, &what, "Write 'format = 1'."));
    }
    if file.target.is_empty() {
        return Err(refused(None, "there is no target in it", ""));
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut names = BTreeSet::new();
    let mut entries = Vec::new();
    for line in file.target {
        let place = Some(line.name.span().start);
        let name = line.name.get_ref().clone();
        if name.trim().is_empty()
            || name.chars().count() > LONGEST
            || name.contains(char::is_control)
        {
            let what = "a name is one line of 1 to 100 characters";
            return Err(refused(place, what, ""));
        }
        if !names.insert(name.clone()) {
            let what = format!("there is another target with the name '{name}'");
            return Err(refused(place, &what, "Give each its own name."));
        }
        let target = match (line.uri, line.uri_file, line.path) {
            (Some(uri), None, None) => Target::address(SecretString::from(uri)),
            (None, Some(file), None) => Target::in_file(&folder.join(file)),
            (None, None, Some(path)) => Target::path(&folder.join(path)),
            _ => {
                let what =
                    format!("the target '{name}' needs exactly one of uri, uri_file and path");
                return Err(refused(place, &what, ""));
            }
        };
        let beside = |path: Option<PathBuf>, other: &Option<PathBuf>| {
            path.map(|path| folder.join(path)).or(other.clone())
        };
        entries.push(Entry {
            name: Some(name),
            target,
            terms: Terms {
                profile: line.profile.map(Into::into).or(common.profile),
                policy: also(&common.policy, line.policy, |path| policy_in(folder, path)),
                waivers: also(&common.waivers, line.waivers, |path| folder.join(path)),
                plans: beside(line.plans, &common.plans),
                attest: beside(line.attest, &common.attest),
                env_file: beside(line.env_file, &common.env_file),
            },
        });
    }
    Ok(entries)
}

/// The files that the command names, and those of a target.
fn also(common: &[PathBuf], own: OneOrMore, seen: impl Fn(PathBuf) -> PathBuf) -> Vec<PathBuf> {
    let own: Vec<PathBuf> = own.into();
    common
        .iter()
        .cloned()
        .chain(own.into_iter().map(seen))
        .collect()
}

/// A policy in a folder, or the shipped one of that name if there is no such file.
fn policy_in(folder: &Path, path: PathBuf) -> PathBuf {
    let beside = folder.join(&path);
    let shipped = path.to_str().and_then(policy::shipped_by_name).is_some();
    if shipped && !beside.exists() {
        path
    } else {
        beside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Entry>> {
        parse(Path::new("some/targets.toml"), text, &Terms::default())
    }

    fn refusal(text: &str) -> String {
        match read(text) {
            Ok(_) => panic!("taken: {text}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn paths_are_seen_from_the_folder_of_the_file() {
        let text = "format = 1\n[[target]]\nname = 'a'\nuri = 'mongodb://h/d'\npolicy = 'p.toml'\n\
                    [[target]]\nname = 'b'\nuri = 'mongodb://h/e'\npolicy = ['airgapped', 'q.toml']\n";
        let entries = read(text).unwrap_or_else(|error| panic!("{error}"));
        let policies: Vec<_> = entries.iter().map(|it| it.terms.policy.clone()).collect();
        assert_eq!(
            policies,
            [
                vec![PathBuf::from("some/p.toml")],
                vec![PathBuf::from("airgapped"), PathBuf::from("some/q.toml")]
            ]
        );
    }

    #[test]
    fn a_mistake_is_told_with_its_place_and_no_password() {
        let secret = "uri = 'mongodb://u:hidden@h/d'";
        for (text, place) in [
            (
                format!("format = 1\n[[target]]\nname = 'a'\n{secret}\nprofil = 'x'\n"),
                "line 5",
            ),
            (
                format!("format = 1\n[[target]]\nname = 'a'\n{secret} 7\n"),
                "line 4",
            ),
            (
                format!("format = 1\n[[target]]\nname = ''\n{secret}\n"),
                "line 3, column 8",
            ),
            (
                format!("format = 1\n[[target]]\nname = 'a'\n{secret}\npath = 'd'\n"),
                "exactly one of",
            ),
            (
                format!(
                    "format = 1\n[[target]]\nname = 'a'\n{secret}\n[[target]]\nname = 'a'\n{secret}\n"
                ),
                "line 6",
            ),
            (
                format!("format = 2\n[[target]]\nname = 'a'\n{secret}\n"),
                "format = 1",
            ),
            ("format = 1\ntarget = []\n".to_owned(), "no target"),
        ] {
            let error = refusal(&text);
            assert!(error.contains(place), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn what_can_not_be_read_does_not_hide_the_other_targets() {
        let text = "format = 1\n[[target]]\nname = 'a'\npath = 'nowhere'\n\
                    [[target]]\nname = 'b'\nuri = 'mongodb://h/e'\n";
        let entries = read(text).unwrap_or_else(|error| panic!("{error}"));
        let good: Vec<bool> = entries.iter().map(|it| it.target.is_ok()).collect();
        assert_eq!(good, [false, true]);
    }
}
