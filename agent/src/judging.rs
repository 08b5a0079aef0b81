//! What a workspace is judged by: the layers of a policy, and the rules with those that they add.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rc_audit_report::approval::Approval;
use rc_audit_report::digest;
use rc_audit_report::trust::{AllowedSigners, Revoked};
use rc_audit_report::v1::{self, Attachment};
use rc_audit_rules::policy::{self, Layer, Policy};
use rc_audit_rules::rule::Profile;
use rc_audit_rules::ruleset::RuleSet;

use crate::error::{Error, Result};
use crate::input;
use crate::output;

/// What to do about a policy that is refused.
const NEXT: &str = "Nothing was judged. 'rc-audit policy lint FILE...' checks policies.";

/// The policy in force, and the rules that it judges by.
#[derive(Clone)]
pub(crate) struct Judging {
    pub(crate) policy: Policy,
    pub(crate) rules: Arc<RuleSet>,
    /// The files that the policy was made of.
    pub(crate) layers: Vec<v1::Layer>,
    /// The same for the record.
    pub(crate) attachments: Vec<Attachment>,
    /// Whose signature of waivers counts, as far as the policy says it.
    pub(crate) approval: Approval,
}

impl Judging {
    /// Lays policies over each other: files, or shipped ones by name.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut rules = RuleSet::shipped().map_err(|errors| input::refused(&errors, ""))?;
        let mut layers = Vec::new();
        let mut texts = Vec::new();
        for path in paths {
            let shipped = path.to_str().and_then(policy::shipped_by_name);
            let text = match shipped {
                // A file of that name is meant if there is one.
                Some(text) if !path.exists() => text,
                _ => input::text(path)?,
            };
            let layer = Layer::read(&path.display().to_string(), &text)
                .map_err(|mistake| input::refused(&[mistake], NEXT))?;
            if let Some(folder) = layer.rules() {
                input::add_rules(&mut rules, &output::folder_of(path).join(folder))?;
            }
            layers.push(layer);
            texts.push(text);
        }
        let policy = Policy::layered(&layers, rules.rules())
            .map_err(|mistakes| input::refused(&mistakes, NEXT))?;
        let approval = approval(&policy, paths)?;
        Ok(Self {
            layers: policy
                .layers
                .iter()
                .zip(&texts)
                .map(|(name, text)| v1::Layer {
                    name: name.clone(),
                    digest: digest::tagged(text.as_bytes()),
                })
                .collect(),
            attachments: texts
                .iter()
                .map(|text| input::attachment("policy", text.as_bytes()))
                .collect(),
            policy,
            rules: Arc::new(rules),
            approval,
        })
    }

    /// Sets the profile that was given beside the policy.
    pub(crate) fn declare(&mut self, profile: Option<Profile>) -> Result<()> {
        let Some(profile) = profile else {
            return Ok(());
        };
        self.policy.declare(profile).map_err(|why| {
            Error::usage(
                format!("--profile {profile}: {why}"),
                "Leave --profile out, or have it changed there.",
            )
        })
    }
}

/// Whose signature counts, by the lists that the layers name.
fn approval(policy: &Policy, paths: &[PathBuf]) -> Result<Approval> {
    let path = |named: &Option<(usize, String)>| {
        let (layer, name) = named.as_ref()?;
        Some(output::folder_of(paths.get(*layer)?).join(name))
    };
    let mut approval = Approval::default();
    if let Some(path) = path(&policy.waivers.signers) {
        approval.signers = Some(signers(&path)?);
    }
    if let Some(path) = path(&policy.waivers.revoked) {
        approval.revoked = revoked(&path)?;
    }
    Ok(approval)
}

/// A list of allowed signers.
pub(crate) fn signers(path: &Path) -> Result<AllowedSigners> {
    AllowedSigners::parse(&input::text(path)?).map_err(|error| unread(path, &error))
}

/// A list of revoked keys.
pub(crate) fn revoked(path: &Path) -> Result<Revoked> {
    Revoked::parse(&input::bytes(path)?).map_err(|error| unread(path, &error))
}

fn unread(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::usage(
        format!("{}: {error}", path.display()),
        "It says whose signature of waivers counts. Nothing was judged.",
    )
}
