//! The files of waivers of a run, and what is left of them when it ends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use rc_audit_report::approval::Signed;
use rc_audit_report::trust::AllowedSigners;
use rc_audit_report::v1::WaiverFile;
use rc_audit_rules::waiver::{Ruling, Terms, Waiver};

use crate::cli::written::Accepting;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::judging::{self, Judging};
use crate::talk;

/// How many waivers that nothing needs are named.
const NAMED: usize = 20;
/// The longest signature, in bytes.
const LONGEST: usize = rc_audit_report::sshsig::AT_MOST;

/// The waivers of a run.
pub(crate) struct Waivers {
    pub(crate) all: Vec<Waiver>,
    paths: Vec<PathBuf>,
    signed: Vec<Signed>,
    /// Those that a workspace of the run had a use for, by their numbers.
    used: Mutex<BTreeSet<usize>>,
    /// Whether a file did not count for a workspace.
    refused: Mutex<BTreeSet<String>>,
}

/// Under which terms waivers count for one workspace.
pub(crate) struct Counting {
    pub(crate) files: Vec<WaiverFile>,
    refused: Vec<Option<String>>,
    max_days: i64,
    warn_days: i64,
    now: Timestamp,
}

impl Counting {
    pub(crate) fn terms(&self) -> Terms<'_> {
        Terms {
            max_days: self.max_days,
            warn_days: self.warn_days,
            refused: &self.refused,
            now: self.now,
        }
    }
}

impl Waivers {
    /// Reads files with the signatures beside them.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut all = Vec::new();
        let mut signed = Vec::new();
        for (number, path) in paths.iter().enumerate() {
            let text = input::text(path)?;
            let name = path.display().to_string();
            let waivers = Waiver::read(number, &name, &text).map_err(|mistakes| {
                input::refused(
                    &mistakes,
                    "Nothing was judged. 'rc-audit waivers lint FILE' checks waivers.",
                )
            })?;
            all.extend(waivers);
            let signature = signature(path)?;
            signed.push(Signed::new(
                &input::name(path),
                text.as_bytes(),
                signature.as_deref(),
            ));
        }
        Ok(Self {
            all,
            paths: paths.to_vec(),
            signed,
            used: Mutex::default(),
            refused: Mutex::default(),
        })
    }

    /// The digests of the files.
    pub(crate) fn digests(&self) -> impl Iterator<Item = &str> {
        self.signed.iter().map(Signed::digest)
    }

    /// Whether and how long waivers count, seen from one workspace.
    pub(crate) fn counting(&self, judging: &Judging, now: Timestamp) -> Counting {
        let terms = &judging.policy.waivers;
        let judge = |file: &Signed| file.judge(&judging.approval, now);
        let files: Vec<WaiverFile> = self.signed.iter().map(judge).collect();
        Counting {
            refused: files
                .iter()
                .map(|file| (!file.counts).then(|| capital(&file.note)))
                .collect(),
            files,
            max_days: i64::from(terms.max_days),
            warn_days: i64::from(terms.warn_days),
            now,
        }
    }

    /// Remembers which waivers a workspace had a use for, and which files did not count there.
    pub(crate) fn note(&self, counting: &Counting, ruling: &Ruling) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let standings = ruling.standings.iter().enumerate();
        used.extend(
            standings
                .filter(|(_, standing)| !standing.state.is_idle())
                .map(|(number, _)| number),
        );
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, why) in self.paths.iter().zip(&counting.refused) {
            refused.extend(why.as_ref().map(|why| format!("{}: {why}", path.display())));
        }
    }

    /// Says which files did not count, and, unless that is allowed, which waivers no workspace of the run
    /// had a use for.
    pub(crate) fn leftover(&self, allowed: bool) -> Exit {
        let mut exit = Exit::Clean;
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        for why in &*refused {
            talk::error(&Error::usage(
                why.clone(),
                "No waiver of this file counted. Have it signed with: ssh-keygen -Y sign -n \
                 rc-audit-waivers-v1 -f KEY FILE",
            ));
            exit = Exit::Usage;
        }
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let idle: Vec<String> = self
            .all
            .iter()
            .enumerate()
            .filter(|(number, _)| !used.contains(number))
            .map(|(number, waiver)| self.line(number, waiver))
            .collect();
        if idle.is_empty() || allowed {
            return exit;
        }
        let more = idle.len().saturating_sub(NAMED);
        let mut lines: Vec<String> = idle.into_iter().take(NAMED).collect();
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        talk::error(&Error::usage(
            format!("nothing needs these waivers:\n  {}", lines.join("\n  ")),
            "The report is written. Take them out, or allow them with --allow-unmatched-waivers.",
        ));
        Exit::Usage
    }

    /// A waiver by its place: `waivers.toml:12: W3 (STAT-001, workspace chat)`.
    pub(crate) fn line(&self, number: usize, waiver: &Waiver) -> String {
        let path = self.paths.get(waiver.file).map(|path| path.display());
        format!(
            "{}:{}: W{} ({}, workspace {})",
            path.map(|path| path.to_string()).unwrap_or_default(),
            waiver.place.line,
            number + 1,
            waiver.rule,
            waiver.workspace
        )
    }
}

/// The terms of the command line go over those of the policy, but for what it locks.
pub(crate) fn over(judging: &mut Judging, options: &Accepting) -> Result<()> {
    let refuse = |judging: &Judging, key: &str, option: &str| match judging.policy.locked(key) {
        None => Ok(()),
        Some(lock) => Err(Error::usage(
            format!(
                "{option}: '{key}' is locked by {}: {}",
                lock.layer, lock.reason
            ),
            "Leave it out, or have it changed there.",
        )),
    };
    if !options.waivers_signers.is_empty() {
        refuse(judging, "waivers.signers", "--waivers-signers")?;
        let mut list = AllowedSigners::default();
        for path in &options.waivers_signers {
            list.add(judging::signers(path)?);
        }
        judging.approval.signers = Some(list);
    }
    for path in &options.waivers_revoked {
        // More revoked keys loosen nothing, so a lock is no reason to refuse them.
        judging.approval.revoked.add(judging::revoked(path)?);
    }
    if options.allow_unmatched_waivers && !judging.policy.waivers.allow_unmatched {
        refuse(
            judging,
            "waivers.allow_unmatched",
            "--allow-unmatched-waivers",
        )?;
        judging.policy.waivers.allow_unmatched = true;
    }
    Ok(())
}

/// What stands beside a file as its signature.
fn signature(path: &Path) -> Result<Option<Vec<u8>>> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".sig");
    let beside = PathBuf::from(beside);
    if beside.symlink_metadata().is_err() {
        return Ok(None);
    }
    let mut bytes = input::bytes(&beside)?;
    // A longer one is none, and is told apart from none by its length alone.
    bytes.truncate(LONGEST + 1);
    Ok(Some(bytes))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
