//! What workspaces are judged by: files that people wrote, each read once however many targets name it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rc_audit_report::v1::Attachment;
use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::contact::Contacts;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::plan::Plan;
use rc_audit_rules::ruleset::RuleSet;

use crate::cli;
use crate::egress_log;
use crate::error::Result;
use crate::input;
use crate::judging::Judging;
use crate::targets;
use crate::waivers;

/// What one workspace is judged by.
pub(super) struct Terms {
    pub(super) judging: Judging,
    pub(super) attestations: Arc<Attestations>,
    pub(super) plans: Arc<Vec<Plan>>,
    pub(super) environment: Arc<Environment>,
    pub(super) contacts: Arc<Contacts>,
    pub(super) attachments: Vec<Attachment>,
}

/// What a file holds, and the file itself for the record.
type Held<T> = (T, Option<Attachment>);
/// A file, none for no file, and the digest of the rules that it may name.
type Named = (Option<PathBuf>, String);

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
    let mut policies: BTreeMap<Vec<PathBuf>, Judging> = BTreeMap::new();
    let mut attestations: BTreeMap<Named, Held<Arc<Attestations>>> = BTreeMap::new();
    let mut plans: BTreeMap<Named, Held<Arc<Vec<Plan>>>> = BTreeMap::new();
    let mut environments: BTreeMap<Option<PathBuf>, Held<Arc<Environment>>> = BTreeMap::new();
    let mut made: BTreeMap<&targets::Terms, Arc<Terms>> = BTreeMap::new();
    let mut found = Vec::new();
    for named in all {
        if let Some(terms) = made.get(named) {
            found.push(Arc::clone(terms));
            continue;
        }
        let judging = once(&mut policies, named.policy.clone(), || {
            let mut judging = Judging::read(&named.policy)?;
            waivers::over(&mut judging, &options.accepting)?;
            // Most policies add no rules, and then there is one set for all of them.
            let set = sets
                .entry(judging.rules.digest())
                .or_insert_with(|| Arc::clone(&judging.rules));
            judging.rules = Arc::clone(set);
            Ok(judging)
        })?;
        let mut judging = judging.clone();
        judging.declare(named.profile)?;
        let rules = judging.rules.rules();
        let digest = judging.rules.digest();
        let key = (named.attest.clone(), digest.clone());
        let (attestations, attest_file) = once(&mut attestations, key, || {
            input::attestations(named.attest.as_deref(), rules)
                .map(|(it, file)| (Arc::new(it), file))
        })?;
        let key = (options.accepting.plans.clone(), digest);
        let (plans, plan_file) = once(&mut plans, key, || {
            input::plans(options.accepting.plans.as_deref(), rules)
                .map(|(it, file)| (Arc::new(it), file))
        })?;
        let (environment, env_file) = once(&mut environments, named.env_file.clone(), || {
            input::environment(named.env_file.as_deref()).map(|(it, file)| (Arc::new(it), file))
        })?;
        let files = [attest_file, plan_file, env_file].into_iter();
        let terms = Arc::new(Terms {
            attachments: judging
                .attachments
                .iter()
                .cloned()
                .chain(files.filter_map(Option::clone))
                .chain(logs.iter().cloned())
                .collect(),
            judging,
            attestations: Arc::clone(attestations),
            plans: Arc::clone(plans),
            environment: Arc::clone(environment),
            contacts: Arc::clone(&contacts),
        });
        made.insert(named, Arc::clone(&terms));
        found.push(terms);
    }
    Ok(found)
}

/// What a file holds, read if no target named it before.
fn once<K: Ord, T>(
    files: &mut BTreeMap<K, T>,
    key: K,
    read: impl FnOnce() -> Result<T>,
) -> Result<&T> {
    Ok(match files.entry(key) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(read()?),
    })
}
