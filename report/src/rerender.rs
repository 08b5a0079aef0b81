//! Whether a report and its page are what this program would have written, byte for byte.

use std::sync::OnceLock;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::sha256;
use crate::fleet::{self, Fleet};
use crate::html::{FleetRenderer, HtmlError, Renderer};
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
    /// its bytes and with the manifest that lists them. The same for `fleet.json`.
    pub fn compare(&self, bytes: &[u8], manifest: &Manifest) -> Result<(), Tampered> {
        if manifest.workspace == fleet::NAME {
            return fleet_again(bytes, manifest);
        }
        let report: Report = again(REPORT, bytes)?;
        if !agrees(&report, manifest) {
            return Err(tampered(REPORT, "it says something else than the manifest"));
        }
        page(PAGE, manifest, || {
            let renderer = self.renderer(&report.language)?;
            made(PAGE, renderer.render(&report, &sha256(bytes)))
        })
    }

    fn renderer(&self, tag: &str) -> Result<&Renderer, Tampered> {
        let (language, place) = Language::ALL
            .into_iter()
            .zip(&self.renderers)
            .find(|(language, _)| language.tag() == tag)
            .ok_or_else(|| no_language(REPORT, tag))?;
        place
            .get_or_init(|| Renderer::new(language).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|error| tampered(PAGE, format!("it can't be made again: {error}")))
    }
}

fn fleet_again(bytes: &[u8], manifest: &Manifest) -> Result<(), Tampered> {
    let fleet: Fleet = again(fleet::FILE, bytes)?;
    let agrees = manifest.verdict == fleet.verdict.name()
        && manifest.started == fleet.started
        && manifest.finished == fleet.finished
        && manifest.challenge == fleet.challenge.as_deref().unwrap_or("-")
        && manifest.snapshot == format!("sha256:{}", fleet.digest());
    if !agrees {
        return Err(tampered(
            fleet::FILE,
            "it says something else than the manifest",
        ));
    }
    page(fleet::PAGE, manifest, || {
        let language = Language::of(&fleet.language)
            .ok_or_else(|| no_language(fleet::FILE, &fleet.language))?;
        let page = FleetRenderer::new(language).and_then(|it| it.render(&fleet, &sha256(bytes)));
        made(fleet::PAGE, page)
    })
}

/// What a file says, if written again it gives the same bytes.
fn again<T: DeserializeOwned + Serialize>(file: &str, bytes: &[u8]) -> Result<T, Tampered> {
    let report: T = serde_json::from_slice(bytes)
        .map_err(|error| tampered(file, format!("it is no report of this version: {error}")))?;
    let again = json::render(&report)
        .map_err(|error| tampered(file, format!("it can't be written again: {error}")))?;
    if again == bytes {
        return Ok(report);
    }
    Err(tampered(
        file,
        "written again from what it says it gives other bytes; it says something twice or in another \
         form",
    ))
}

/// Makes a page again, if there is one, and compares it with the one that the manifest lists.
fn page(
    file: &str,
    manifest: &Manifest,
    make: impl FnOnce() -> Result<Vec<u8>, Tampered>,
) -> Result<(), Tampered> {
    let Some((digest, _)) = manifest.files.iter().find(|(_, name)| name == file) else {
        return Ok(());
    };
    if sha256(&make()?) == *digest {
        return Ok(());
    }
    Err(tampered(
        file,
        format!(
            "it is not the page that rc-audit {} makes of the report; it was made by {}",
            env!("CARGO_PKG_VERSION"),
            manifest.tool
        ),
    ))
}

fn made(file: &str, page: Result<Vec<u8>, HtmlError>) -> Result<Vec<u8>, Tampered> {
    page.map_err(|error| tampered(file, format!("it can't be made again: {error}")))
}

fn no_language(file: &str, tag: &str) -> Tampered {
    tampered(
        file,
        format!("it asks for a page in '{tag}', which this version does not have"),
    )
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
