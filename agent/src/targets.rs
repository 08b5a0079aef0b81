//! The targets of a run: the one that was named, or all in a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rc_audit_rules::policy;
use rc_audit_rules::rule;
use rc_audit_rules::written::{Mistake, Place};
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use toml::Spanned;

use crate::cli;
use crate::error::Result;
use crate::input;
use crate::target::Target;

/// The version of the format.
const FORMAT: u32 = 1;
/// The longest name of a target, in characters.
const LONGEST: usize = 100;
/// What to do about a file that is refused.
const NEXT: &str = "Nothing was audited. 'rc-audit targets lint FILE' checks files of targets, and \
                    'rc-audit schema targets' prints what they may hold.";

/// A target, and what its workspaces are judged by.
pub(crate) struct Entry {
    /// Its name in a file of targets.
    pub(crate) name: Option<String>,
    /// Where that stands.
    pub(crate) place: Option<Place>,
    /// Whether an address stands in the file of targets itself.
    pub(crate) open: bool,
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
    #[schemars(with = "u32")]
    format: Spanned<u32>,
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
        Some(path) => listed(path, &common),
        None => Ok(vec![Entry {
            name: None,
            place: None,
            open: false,
            target: Ok(Target::resolve(&options.target)?),
            terms: common,
        }]),
    }
}

/// The targets in a file. `common` is what the command says of all of them.
pub(crate) fn listed(path: &Path, common: &Terms) -> Result<Vec<Entry>> {
    parse(path, &input::text(path)?, common).map_err(|mistakes| input::refused(&mistakes, NEXT))
}

fn parse(path: &Path, text: &str, common: &Terms) -> std::result::Result<Vec<Entry>, Vec<Mistake>> {
    // The line itself is not shown: it may hold a password.
    let mistake = |place: Option<Place>, message: &str| Mistake {
        file: path.display().to_string(),
        place,
        message: message.to_owned(),
    };
    let at = |offset: usize| Some(Place::of(text, offset));
    let file: File = toml::from_str(text).map_err(|error: toml::de::Error| {
        let what = error.message().lines().next().unwrap_or_default();
        vec![mistake(error.span().and_then(|span| at(span.start)), what)]
    })?;
    let format = *file.format.get_ref();
    if format != FORMAT {
        let what = format!("format is {format}; this program reads format {FORMAT}");
        return Err(vec![mistake(at(file.format.span().start), &what)]);
    }
    if file.target.is_empty() {
        return Err(vec![mistake(None, "there is no target in it")]);
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut names = BTreeSet::new();
    let mut entries = Vec::new();
    let mut mistakes = Vec::new();
    for line in file.target {
        let place = at(line.name.span().start);
        let name = line.name.get_ref().clone();
        if let Some(what) = misnamed(&name) {
            mistakes.push(mistake(place, what));
            continue;
        }
        if !names.insert(name.clone()) {
            let what = format!(
                "there is another target with the name '{name}'; give each a name of its own"
            );
            mistakes.push(mistake(place, &what));
        }
        if let Some(entry) = line.entry(folder, place, common) {
            entries.push(entry);
        } else {
            let what = format!("the target '{name}' needs exactly one of uri, uri_file and path");
            mistakes.push(mistake(place, &what));
        }
    }
    if mistakes.is_empty() {
        Ok(entries)
    } else {
        Err(mistakes)
    }
}

/// What is wrong with a name.
fn misnamed(name: &str) -> Option<&'static str> {
    let plain = !name.trim().is_empty()
        && name.chars().count() <= LONGEST
        && !name.contains(char::is_control);
    (!plain).then_some("a name is one line of 1 to 100 characters")
}

impl Line {
    /// The target with its paths as seen from a folder; none unless exactly one thing is to be read.
    fn entry(self, folder: &Path, place: Option<Place>, common: &Terms) -> Option<Entry> {
        let open = self.uri.is_some();
        let target = match (self.uri, self.uri_file, self.path) {
            (Some(uri), None, None) => Target::address(SecretString::from(uri)),
            (None, Some(file), None) => Target::in_file(&folder.join(file)),
            (None, None, Some(path)) => Target::path(&folder.join(path)),
            _ => return None,
        };
        let beside = |path: Option<PathBuf>, other: &Option<PathBuf>| {
            path.map(|path| folder.join(path)).or(other.clone())
        };
        Some(Entry {
            name: Some(self.name.into_inner()),
            place,
            open,
            target,
            terms: Terms {
                profile: self.profile.map(Into::into).or(common.profile),
                policy: also(&common.policy, self.policy, |path| policy_in(folder, path)),
                waivers: also(&common.waivers, self.waivers, |path| folder.join(path)),
                plans: beside(self.plans, &common.plans),
                attest: beside(self.attest, &common.attest),
                env_file: beside(self.env_file, &common.env_file),
            },
        })
    }
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

    fn read(text: &str) -> Vec<Entry> {
        parse(Path::new("some/targets.toml"), text, &Terms::default())
            .unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
    }

    fn refusal(text: &str) -> String {
        match parse(Path::new("some/targets.toml"), text, &Terms::default()) {
            Ok(_) => panic!("taken: {text}"),
            Err(mistakes) => input::refused(&mistakes, NEXT).to_string(),
        }
    }

    #[test]
    fn paths_are_seen_from_the_folder_of_the_file() {
        let text = "format = 1\n[[target]]\nname = 'a'\nuri = 'mongodb://h/d'\npolicy = 'p.toml'\n\
                    [[target]]\nname = 'b'\nuri = 'mongodb://h/e'\npolicy = ['airgapped', 'q.toml']\n";
        let entries = read(text);
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
                "some/targets.toml:5:1: ",
            ),
            (
                format!("format = 1\n[[target]]\nname = 'a'\n{secret} 7\n"),
                "some/targets.toml:4:32: ",
            ),
            (
                format!("format = 1\n[[target]]\nname = ''\n{secret}\n"),
                "some/targets.toml:3:8: ",
            ),
            (
                format!("format = 1\n[[target]]\nname = 'a'\n{secret}\npath = 'd'\n"),
                "exactly one of",
            ),
            (
                format!(
                    "format = 1\n[[target]]\nname = 'a'\n{secret}\n[[target]]\nname = 'a'\n{secret}\n"
                ),
                "some/targets.toml:6:8: there is another",
            ),
            (
                format!("format = 2\n[[target]]\nname = 'a'\n{secret}\n"),
                "some/targets.toml:1:10: format is 2",
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
        let entries = read(text);
        let good: Vec<bool> = entries.iter().map(|it| it.target.is_ok()).collect();
        assert_eq!(good, [false, true]);
    }
}
