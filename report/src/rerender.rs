//! Whether a report and its page are what this program would have written, byte for byte.

use std::sync::OnceLock;

use crate::digest::sha256;
use crate::html::Renderer;
use crate::json;
use crate::manifest::Manifest;
use crate::messages::Language;
use crate::v1::Report;
use crate::verify::{Tampered, tampered};

const REPORT: &str = "report.json";
const PAGE: &str = "report.html";

/// Writes reports and pages again, and compares.
#[derive(Default)]
pub struct Rerender {
    /// What makes pages, made when the first report in its language is compared.
    renderers: [OnceLock<Result<Renderer, String>>; Language::ALL.len()],
}

impl Rerender {
    /// Makes `report.json` and the page again from what a `report.json` says, and compares both with
    /// its bytes and with the manifest that lists them.
    pub fn compare(&self, bytes: &[u8], manifest: &Manifest) -> Result<(), Tampered> {
        let report: Report = serde_json::from_slice(bytes).map_err(|error| {
            tampered(REPORT, format!("it is no report of this version: {error}"))
        })?;
        let again = json::render(&report)
            .map_err(|error| tampered(REPORT, format!("it can't be written again: {error}")))?;
        if again != bytes {
            return Err(tampered(
                REPORT,
                "written again from what it says it gives other bytes; it says something twice or \
                 in another form",
            ));
        }
        if !agrees(&report, manifest) {
            return Err(tampered(REPORT, "it says something else than the manifest"));
        }
        let Some((digest, _)) = manifest.files.iter().find(|(_, name)| name == PAGE) else {
            return Ok(());
        };
        let page = self
            .renderer(&report.language)?
            .render(&report, &sha256(bytes))
            .map_err(|error| tampered(PAGE, format!("it can't be made again: {error}")))?;
        if sha256(&page) == *digest {
            return Ok(());
        }
        Err(tampered(
            PAGE,
            format!(
                "it is not the page that rc-audit {} makes of report.json; it was made by {}",
                env!("CARGO_PKG_VERSION"),
                manifest.tool
            ),
        ))
    }

    fn renderer(&self, tag: &str) -> Result<&Renderer, Tampered> {
        let (language, place) = Language::ALL
            .into_iter()
            .zip(&self.renderers)
            .find(|(language, _)| language.tag() == tag)
            .ok_or_else(|| {
                let why =
                    format!("it asks for a page in '{tag}', which this version does not have");
                tampered(REPORT, why)
            })?;
        place
            .get_or_init(|| Renderer::new(language).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|error| tampered(PAGE, format!("it can't be made again: {error}")))
    }
}

/// Whether a report says of itself what a manifest says of it.
fn agrees(report: &Report, manifest: &Manifest) -> bool {
    manifest.workspace == report.workspace.name
        && manifest.verdict == report.verdict.name()
        && manifest.started == report.started
        && manifest.finished == report.finished
        && manifest.challenge == report.challenge.as_deref().unwrap_or("-")
        && manifest.rules == report.tool.rules
        && manifest.policy == report.policy.digest
        && manifest.waivers == report.waivers.digest.as_deref().unwrap_or("-")
        && manifest.snapshot == report.evidence.snapshot_digest
}
