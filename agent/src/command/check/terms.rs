//! What workspaces are judged by: files that people wrote, each read once however many targets name it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rc_audit_report::v1::Attachment;
use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::contact::Contacts;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::policy::Policy;
use rc_audit_rules::ruleset::RuleSet;

use crate::cli;
use crate::egress_log;
use crate::error::Result;
use crate::input;
use crate::targets;

/// What one workspace is judged by.
pub(super) struct Terms {
    pub(super) policy: Policy,
    pub(super) rules: Arc<RuleSet>,
    pub(super) attestations: Arc<Attestations>,
    pub(super) environment: Arc<Environment>,
    pub(super) contacts: Arc<Contacts>,
    pub(super) attachments: Vec<Attachment>,
}

impl Terms {
    /// The same in another environment.
    pub(super) fn in_environment(&self, environment: Environment) -> Self {
        Self {
            policy: self.policy.clone(),
            rules: Arc::clone(&self.rules),
            attestations: Arc::clone(&self.attestations),
            environment: Arc::new(environment),
            contacts: Arc::clone(&self.contacts),
            attachments: self.attachments.clone(),
        }
    }
}

/// What a file holds, and the file itself for the record.
type Held<T> = (T, Option<Attachment>);
/// Files that were read, by their path; none stands for no file.
type Read<T> = BTreeMap<Option<PathBuf>, Held<T>>;

/// Reads what all targets name. Targets that name the same share it.
pub(super) fn read(
    all: &[targets::Terms],
    options: &cli::Check,
    hosts: Vec<String>,
) -> Result<Vec<Arc<Terms>>> {
    let (contacts, logs) = egress_log::read(
        &options.egress_log,
        &options.egress_from,
        hosts,
        options.now.unwrap_or_else(Timestamp::now),
    )?;
    let contacts = Arc::new(contacts);
    let mut sets: BTreeMap<String, Arc<RuleSet>> = BTreeMap::new();
    let mut policies = Read::new();
    let mut attestations = Read::new();
    let mut environments = Read::new();
    let mut made: BTreeMap<&targets::Terms, Arc<Terms>> = BTreeMap::new();
    let mut found = Vec::new();
    for named in all {
        if let Some(terms) = made.get(named) {
            found.push(Arc::clone(terms));
            continue;
        }
        let ((policy, rules), policy_file) =
            once(&mut policies, named.policy.as_deref(), |path| {
                let (policy, rules, file) = input::policy(path)?;
                // Most policies add no rules, and then there is one set for all of them.
                let rules = sets
                    .entry(rules.digest())
                    .or_insert_with(|| Arc::new(rules));
                Ok(((policy, Arc::clone(rules)), file))
            })?;
        let (attestations, attest_file) =
            once(&mut attestations, named.attest.as_deref(), |path| {
                input::attestations(path).map(|(it, file)| (Arc::new(it), file))
            })?;
        let (environment, env_file) = once(&mut environments, named.env_file.as_deref(), |path| {
            input::environment(path).map(|(it, file)| (Arc::new(it), file))
        })?;
        let mut policy = policy.clone();
        policy.profile = named.profile.or(policy.profile);
        let files = [policy_file, attest_file, env_file].into_iter();
        let terms = Arc::new(Terms {
            policy,
            rules: Arc::clone(rules),
            attestations: Arc::clone(attestations),
            environment: Arc::clone(environment),
            contacts: Arc::clone(&contacts),
            attachments: files
                .filter_map(Option::clone)
                .chain(logs.iter().cloned())
                .collect(),
        });
        made.insert(named, Arc::clone(&terms));
        found.push(terms);
    }
    Ok(found)
}

/// What a file holds, read if no target named it before.
fn once<'a, T>(
    files: &'a mut Read<T>,
    path: Option<&Path>,
    read: impl FnOnce(Option<&Path>) -> Result<Held<T>>,
) -> Result<&'a Held<T>> {
    Ok(match files.entry(path.map(Path::to_owned)) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(read(path)?),
    })
}
