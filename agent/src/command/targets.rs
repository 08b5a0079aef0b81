//! `targets`: files of targets, listed, and looked through for what would be wrong in an audit of them.
//! No server is asked.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;

use super::written::{count, said};
use crate::cli::written::Targets;
use crate::confine::{Guard, Places};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::judging::Judging;
use crate::mongo::Address;
use crate::output;
use crate::talk;
use crate::target::Target;
use crate::targets::{self, Entry, Terms};
use crate::waivers::Waivers;

pub(super) fn run(verb: &Targets, guard: &mut Guard) -> Result<Exit> {
    let (Targets::List { files } | Targets::Lint { files }) = verb;
    let mut lists = Vec::new();
    for path in files {
        lists.push((path, targets::listed(path, &Terms::default())?));
    }
    let entries = || lists.iter().flat_map(|(_, entries)| entries);
    // What they name may stand anywhere, and has files beside it.
    let named = entries().flat_map(|it| named(&it.terms));
    let folders = named.map(|(_, path)| output::folder_of(path));
    let read = folders.chain(files.iter().map(PathBuf::as_path));
    guard.offline(&Places::reading(read));
    match verb {
        Targets::List { .. } => {
            talk::data(&entries().map(line).collect::<String>());
            Ok(Exit::Clean)
        }
        Targets::Lint { .. } => {
            let mut complaints = Vec::new();
            for (path, entries) in &lists {
                let complain = |entry: &Entry, what: &str| {
                    let (line, column) = entry.place.map_or((1, 1), |it| (it.line, it.column));
                    complaints.push(format!("{}:{line}:{column}: {what}", path.display()));
                };
                lint(path, entries, complain);
            }
            Ok(said(
                &count(entries().count() as u64, "target"),
                &complaints,
            ))
        }
    }
}

/// The files that a target names, each with what it is.
fn named(terms: &Terms) -> impl Iterator<Item = (&'static str, &Path)> {
    let policies = terms.policy.iter().map(|path| ("policy", path));
    let waivers = terms.waivers.iter().map(|path| ("waivers", path));
    let plans = terms.plans.iter().map(|path| ("plans", path));
    let attest = terms.attest.iter().map(|path| ("statements", path));
    let env_file = terms.env_file.iter().map(|path| ("environment", path));
    let rest = plans.chain(attest).chain(env_file);
    let all = policies.chain(waivers).chain(rest);
    all.map(|(what, path)| (what, path.as_path()))
}

/// A target on two lines: its name and what is read, and what its workspaces are judged by.
fn line(entry: &Entry) -> String {
    let name = entry.name.as_deref().unwrap_or_default();
    let what = match &entry.target {
        Err(error) => format!("can't be read: {}", error.what),
        Ok(Target::Dump(path) | Target::Snapshot(path)) => path.display().to_string(),
        Ok(Target::Server(address)) => match Address::parse(address) {
            Err(error) => format!("can't be read: {}", error.what),
            Ok(address) => match address.database() {
                Some(database) => format!("{database} on {}", address.hosts()),
                None => format!("every workspace on {}", address.hosts()),
            },
        },
    };
    let mut terms: Vec<String> = named(&entry.terms)
        .map(|(what, path)| format!("{what} {}", path.display()))
        .collect();
    if let Some(profile) = entry.terms.profile {
        terms.insert(0, format!("profile {profile}"));
    }
    let mut text = format!("{name:<24} {what}\n");
    if !terms.is_empty() {
        // Writing to a text can't fail.
        let _ = writeln!(text, "      {}", terms.join(", "));
    }
    text
}

/// Says what is wrong with the targets of a file, each thing once.
fn lint(path: &Path, entries: &[Entry], mut complain: impl FnMut(&Entry, &str)) {
    let mut read: BTreeMap<String, &Entry> = BTreeMap::new();
    let mut judged = BTreeSet::new();
    let exposed = others_read(path);
    for entry in entries {
        match &entry.target {
            Err(error) => complain(entry, &in_full(error)),
            Ok(target) => {
                if let Err(error) = understood(target) {
                    complain(entry, &in_full(&error));
                }
                if exposed && entry.open && has_password(target) {
                    complain(
                        entry,
                        "its address has a password, and other users may read this file; move the \
                         address to a file of its own, named with uri_file, or take their right \
                         away with chmod 600",
                    );
                }
                match read.entry(key(target)) {
                    Slot::Vacant(slot) => {
                        slot.insert(entry);
                    }
                    Slot::Occupied(slot) => {
                        let other = slot.get().name.as_deref().unwrap_or_default();
                        complain(
                            entry,
                            &format!(
                                "it reads the same as the target '{other}', and a workspace is \
                                 audited once in a run; take one of them out"
                            ),
                        );
                    }
                }
            }
        }
        // Targets that are judged by the same files are wrong in the same way.
        if judged.insert(&entry.terms) {
            for error in refusals(&entry.terms) {
                complain(entry, &in_full(&error));
            }
        }
    }
}

/// Whether an address is one that the driver takes.
fn understood(target: &Target) -> Result<()> {
    match target {
        Target::Server(address) => Address::parse(address).map(drop),
        Target::Dump(_) | Target::Snapshot(_) => Ok(()),
    }
}

/// What two targets have in common that read the same.
fn key(target: &Target) -> String {
    match target {
        Target::Server(address) => address.expose_secret().to_owned(),
        Target::Dump(path) | Target::Snapshot(path) => path
            .canonicalize()
            .unwrap_or_else(|_| path.clone())
            .display()
            .to_string(),
    }
}

/// Whether an address has a password in it.
fn has_password(target: &Target) -> bool {
    let Target::Server(address) = target else {
        return false;
    };
    let address = address.expose_secret();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    authority
        .rsplit_once('@')
        .is_some_and(|(login, _)| login.contains(':'))
}

/// Whether others than the owner may read a file.
fn others_read(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|it| it.mode() & 0o044 != 0)
}

/// What is refused of the files that targets are judged by.
fn refusals(terms: &Terms) -> Vec<Error> {
    let judging = Judging::read(&terms.policy).and_then(|mut judging| {
        judging.declare(terms.profile)?;
        Ok(judging)
    });
    let mut found = vec![
        Waivers::read(&terms.waivers).err(),
        input::environment(terms.env_file.as_deref()).err(),
    ];
    // What is said of rules is held against those that the policy leaves.
    match judging {
        Err(error) => found.push(Some(error)),
        Ok(judging) => {
            let rules = judging.rules.rules();
            found.push(input::plans(terms.plans.as_deref(), rules).err());
            found.push(input::attestations(terms.attest.as_deref(), rules).err());
        }
    }
    found.into_iter().flatten().collect()
}

/// What happened, and what to do next, on lines of one complaint.
fn in_full(error: &Error) -> String {
    format!("{}\n    {}", error.what.replace('\n', "\n    "), error.next)
}
