//! What would be if settings were otherwise: judged like an audit, and written apart from audits.

use rc_audit_report::assemble;
use rc_audit_report::diff::{With, compare};
use rc_audit_rules::assumption::Assumptions;
use rc_audit_rules::evidence::Evidence;
use rc_audit_rules::snapshot::Snapshot;

use super::super::against;
use super::Run;
use super::terms::Terms;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output;
use crate::talk;

impl Run<'_> {
    /// Judges a workspace as it is and as it would be, and writes the latter with what would change.
    pub(super) fn what_if(
        &self,
        terms: &Terms,
        snapshot: &Snapshot,
        assumptions: &Assumptions,
        digest: &str,
    ) -> Result<Exit> {
        let real = self.judge(terms, snapshot)?;
        let now = self.options.now.unwrap_or(snapshot.finished);
        let policy = &terms.judging.policy;
        let evidence = Evidence::draw(
            snapshot,
            policy,
            &terms.environment,
            &terms.attestations,
            now,
        );
        let mut changed = snapshot.clone();
        let assumed = assumptions
            .apply(&mut changed, &evidence.server.version)
            .map_err(|problems| {
                Error::usage(
                    format!("{}: {}", real.workspace.name, problems.join("\n  ")),
                    "Nothing was judged.",
                )
            })?;
        let terms = terms.in_environment(assumptions.environment(&terms.environment));
        let mut report = self.judge(&terms, &changed)?;
        let evidence = &mut report.evidence;
        evidence
            .snapshot_digest
            .clone_from(&real.evidence.snapshot_digest);
        report.assumption = Some(assemble::assumption(digest, &assumed));
        report.comparison = Some(compare(&real, &report, With::Assumption));
        let files = self.files(&report)?;
        self.show(&report, &files);
        let folder = self
            .options
            .out
            .join("what-if")
            .join(&report.workspace.name)
            .join(output::stamp(&report.judged_at));
        for file in against::renamed(files) {
            output::write_below(&folder, &file)?;
        }
        if !self.options.quiet {
            talk::note(&format!("What if: {}", folder.display()));
        }
        Ok(self.exit(&report))
    }
}
