//! What an audit is held against: a baseline, or the same evidence under an assumption.

use rc_audit_report::bundle::File;
use rc_audit_report::diff::{With, compare, same_workspace};
use rc_audit_report::digest;
use rc_audit_report::trust::Trust;
use rc_audit_report::v1::{Report, Severity, Verdict};
use rc_audit_rules::assumption::Assumptions;

use crate::bundle::WHAT_IF;
use crate::cli::compare::Against as Options;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::reports;
use crate::talk;

/// The severity from which on what is new counts.
const COUNTS: Severity = Severity::Medium;

/// What an audit is held against.
#[derive(Debug, Default)]
pub(super) struct Against {
    baseline: Option<Report>,
    /// What is assumed, and the digest of the file.
    pub(super) assumed: Option<(Assumptions, String)>,
}

impl Against {
    /// Reads what is named.
    pub(super) fn read(options: &Options) -> Result<Self> {
        let baseline = options
            .baseline
            .as_deref()
            .map(|path| reports::read(path, &Trust::default(), false).map(|it| it.report))
            .transpose()?;
        let assumed = options
            .assume
            .as_deref()
            .map(|path| {
                let text = input::text(path)?;
                let assumptions = Assumptions::parse(&text).map_err(|problems| {
                    Error::usage(
                        format!("{}: {}", path.display(), problems.join("\n  ")),
                        "Nothing was judged.",
                    )
                })?;
                Ok::<_, Error>((assumptions, digest::tagged(text.as_bytes())))
            })
            .transpose()?;
        Ok(Self { baseline, assumed })
    }

    /// Refuses what is of one workspace for a run on several.
    pub(super) fn is_of_one(&self) -> Result<()> {
        let option = match (&self.baseline, &self.assumed) {
            (None, None) => return Ok(()),
            (Some(_), _) => "--baseline",
            (None, Some(_)) => "--assume",
        };
        Err(Error::usage(
            format!("{option} is of one workspace, and this run is on several"),
            "Name one database in the address. Nothing was judged.",
        ))
    }

    /// Compares a report with the baseline, if there is one. One of another workspace is refused, and
    /// the report is written all the same.
    pub(super) fn hold(&self, report: &mut Report) -> Exit {
        let Some(baseline) = &self.baseline else {
            return Exit::Clean;
        };
        if !same_workspace(baseline, report) {
            talk::error(&Error::usage(
                format!(
                    "the baseline is of the workspace {}, and this report of {}",
                    baseline.workspace.name, report.workspace.name
                ),
                "Name a report of this workspace. What changed since the last one in the folder is told.",
            ));
            return Exit::Usage;
        }
        report.comparison = Some(compare(baseline, report, With::Baseline));
        Exit::Clean
    }
}

/// How an audit ends if only what is new counts.
pub(super) fn only_new(report: &Report) -> Exit {
    if report.verdict == Verdict::NothingToJudge {
        return Exit::Nothing;
    }
    let Some(comparison) = &report.comparison else {
        talk::error(&Error::usage(
            "with '--fail-on new' there has to be a report to compare with, and there is none",
            "This one was written, and the next will be held against it. To name another, use \
             --baseline.",
        ));
        return Exit::Usage;
    };
    let lost = comparison.newly_undecided(COUNTS).count() + comparison.new_gaps().count();
    if lost > 0 {
        Exit::Incomplete
    } else if comparison.new_failures(COUNTS).next().is_some() {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// The files of a report on what would be, under names that tell it from one on what is.
pub(super) fn renamed(files: Vec<File>) -> Vec<File> {
    let mut files: Vec<File> = files
        .into_iter()
        .map(|file| {
            let name = match file.name.strip_prefix("report.") {
                Some(ending) => format!("what-if.{ending}"),
                None => format!("what-if-{}", file.name),
            };
            file.renamed(name)
        })
        .collect();
    files.push(File::new(WHAT_IF, NOTICE));
    files
}

const NOTICE: &str = "This is a what-if: it tells what would be if some settings were otherwise.
It is not signed, stands in no chain of reports, and is no evidence of anything.
";
