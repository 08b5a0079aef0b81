//! The server behind the database: which version runs, under which licence, registered or not.
//!
//! No single place states the version. The newest statistics document does, unless statistics
//! were switched off before an upgrade; `migrations` holds a schema number that several releases
//! share and the commit of the build that started last; and the settings themselves show which
//! release registered them. The sources are compared, and where they disagree the version is
//! known only as far as all of them go.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::catalogue;
use crate::fact;
use crate::licence::{Licence, Sources};
use crate::logic::Truth;
use crate::settings::Settings;
use crate::snapshot::{Dataset, Row, Snapshot, StoredSetting};
use crate::value::Value;
use crate::version::{Release, RunningVersion, Version};

/// What is known of the running server.
#[derive(Clone, Debug)]
pub struct Server {
    /// The version.
    pub version: RunningVersion,
    /// What the version rests on, one sentence.
    pub version_basis: String,
    /// What the sources disagree on, if they do.
    pub version_conflict: Option<String>,
    /// Whether the evidence holds all settings of the workspace, so that one that is absent was
    /// never stored. Of a part of them nothing follows from what is not in it.
    pub settings_whole: bool,
    /// The licence.
    pub licence: Licence,
    /// How it was installed, as the newest statistics document says: `docker/compose`.
    pub deployment: Option<String>,
    /// Whether the workspace holds the vendor's credentials.
    pub registered: Truth,
    /// An irreversible mark of the workspace's unique id.
    pub unique_id: Option<String>,
}

/// Schema numbers (`migrations.control.version`) and the release that first or last has them.
///
/// Source: databases written by these releases, and the migration that a release is known for.
const SCHEMAS: &[(i64, Release)] = &[
    (232, Release::new(3, 18, 2)),
    (265, Release::new(4, 8, 2)),
    (281, Release::new(5, 4, 4)),
    (291, Release::new(6, 0, 0)),
    (303, Release::new(6, 4, 8)),
    (304, Release::new(6, 5, 3)),
    (314, Release::new(7, 0, 0)),
    (318, Release::new(7, 7, 1)),
    (335, Release::new(8, 3, 0)),
];

/// Builds that were looked at: the commit in `migrations.upgrade.hash` and the version.
const BUILDS: &[(&str, &str)] = &[
    ("133e7444b6371cd2284675ce4fdd8b5b50555e49", "6.4.8"),
    ("726574cfe3e15cafcad5730b399a3f78e3acc5b3", "6.5.3"),
    ("e9700f68b79a4a109a1815d564078e1ef1a0a9dd", "6.13.0"),
    ("f010fd1d29aeba750847ff4b17318fc7d53b4be3", "7.7.1"),
    ("06a8a848dfb9e741dcef72c83380c60a0a8dbb53", "8.3.0-develop"),
];

/// Settings that every edition registers from a known release on: their absence dates the server.
const MARKERS: &[(&str, Release)] = &[
    ("VideoConf_Default_Provider", Release::new(5, 0, 0)),
    ("Deployment_FingerPrint_Verified", Release::new(6, 5, 0)),
    ("RetentionPolicy_TTL_DMs", Release::new(6, 10, 0)),
    ("E2E_Enable_Encrypt_Files", Release::new(6, 12, 0)),
    ("E2E_Enabled_Mentions", Release::new(6, 13, 0)),
    ("SSRF_Allowlist", Release::new(8, 3, 0)),
];

/// As [`MARKERS`], for a setting that the community build of the server does not have. It counts
/// only where the group of the panel that both belong to is there.
const ENTERPRISE_MARKER: (&str, &str, Release) = (
    "Enterprise",
    "Cloud_Workspace_AirGapped_Restrictions_Remaining_Days",
    Release::new(7, 0, 0),
);

/// A setting that every release registered until this one dropped it. Documents outlive their
/// setting, so where it is absent no earlier release ever started here.
const DROPPED: (&str, Release) = ("Apps_Framework_enabled", Release::new(6, 0, 0));

/// How many of the settings that every release registers may be missing in a whole workspace.
/// Eight workspaces of releases from 3.18 to 8.3 lack none of about 700; an export without secrets
/// lacks about 70.
const MISSING_AT_MOST: usize = 5;

/// How long the modules that a statistics document names are believed, in hours. One is made every
/// day.
const MODULES_HOURS: i64 = 7 * 24;

/// The first release whose statistics can no longer be switched off by a setting.
const STATISTICS_ALWAYS: Release = Release::new(6, 5, 0);

impl Server {
    /// Draws what is known from a snapshot. `stated` is a version that an operator attests.
    #[must_use]
    pub fn resolve(snapshot: &Snapshot, stated: Option<&Version>, now: Timestamp) -> Self {
        let newest = rows(snapshot, fact::statistics::REPORTS).first();
        let settings_whole = is_whole(&snapshot.settings);
        let (version, version_basis, version_conflict) =
            version(snapshot, settings_whole, newest, stated);
        // What an old document says of the licence may have lapsed since.
        let reported = newest
            .filter(|row| {
                let at = row.get("at").and_then(Value::as_time);
                at.is_none_or(|at| now.duration_since(at).as_hours() <= MODULES_HOURS)
            })
            .and_then(|row| row.get("modules"))
            .and_then(Value::as_texts);
        let status = snapshot
            .settings
            .get("Enterprise_License_Status")
            .and_then(|setting| setting.value.as_ref())
            .and_then(Value::as_text);
        let licence = if settings_whole || snapshot.settings.contains_key(LICENCE) {
            Licence::resolve(Sources {
                text: &snapshot.licence,
                status,
                reported: reported.as_deref(),
                now,
            })
        } else {
            Licence::doubtful(&format!(
                "{LICENCE} is not among the settings that were read"
            ))
        };
        let text = |name: &str| {
            newest
                .and_then(|row| row.get(name))
                .and_then(Value::as_text)
        };
        let deployment = match (text("deploy_method"), text("deploy_platform")) {
            (Some(method), Some(platform)) => Some(format!("{method}/{platform}")),
            (Some(method), None) => Some(method.to_owned()),
            _ => None,
        };
        let settings = Settings::new(&snapshot.settings, &version, &licence);
        let settings = if settings_whole {
            settings
        } else {
            settings.of_a_part()
        };
        let registered = holds_credentials(&settings);
        let unique_id = settings
            .text("uniqueID")
            .filter(|id| !id.is_empty())
            .map(|id| fingerprint("workspace", &id));
        Self {
            version,
            version_basis,
            version_conflict,
            settings_whole,
            licence,
            deployment,
            registered,
            unique_id,
        }
    }
}

/// The setting with the licence.
const LICENCE: &str = "Enterprise_License";

/// Whether these are all settings of a workspace and not an extract.
fn is_whole(settings: &BTreeMap<String, StoredSetting>) -> bool {
    let missing = catalogue::everlasting().filter(|it| !settings.contains_key(it.id));
    missing.count() <= MISSING_AT_MOST
}

/// Whether the workspace holds both of the vendor's credentials, which is what the server itself
/// takes for being registered.
#[must_use]
pub fn holds_credentials(settings: &Settings<'_>) -> Truth {
    settings
        .is_set("Cloud_Workspace_Client_Id")
        .and(settings.is_set("Cloud_Workspace_Client_Secret"))
}

/// The SHA-256 of a text, in hexadecimal.
#[must_use]
pub fn digest(text: &str) -> String {
    use sha2::{Digest as _, Sha256};
    hex::encode(Sha256::digest(text))
}

/// An irreversible mark of an identifier: 16 hexadecimal digits of a SHA-256 over its kind and
/// text. Only for identifiers that cannot be guessed, such as the server's random ids.
#[must_use]
pub fn fingerprint(kind: &str, id: &str) -> String {
    let mut text = digest(&format!("rc-audit {kind} 1\n{id}"));
    text.truncate(16);
    text
}

fn rows<'a>(snapshot: &'a Snapshot, query: &str) -> &'a [Row] {
    match snapshot.data.get(query) {
        Some(Dataset::Rows { rows, .. }) => rows,
        _ => &[],
    }
}

type Verdict = (RunningVersion, String, Option<String>);

fn version(
    snapshot: &Snapshot,
    whole: bool,
    newest: Option<&Row>,
    stated: Option<&Version>,
) -> Verdict {
    let migrations = rows(snapshot, fact::server::MIGRATIONS);
    let document = |id: &str| {
        migrations
            .iter()
            .find(move |row| row.get("id").and_then(Value::as_text) == Some(id))
    };
    let schema = document("control")
        .and_then(|row| row.get("version"))
        .and_then(Value::as_int);
    let build = document("upgrade")
        .and_then(|row| row.get("hash"))
        .and_then(Value::as_text)
        .and_then(|hash| BUILDS.iter().find(|(commit, _)| *commit == hash))
        .and_then(|(_, version)| version.parse::<Version>().ok());
    let (bounds, bounds_basis, mut conflict) =
        bounds(&snapshot.settings, whole, &snapshot.groups, schema);

    let report = newest.and_then(|row| report(row, schema, &snapshot.settings));
    let mut candidates: Vec<(Version, String)> = Vec::new();
    if let Some(version) = build {
        candidates.push((
            version,
            "the commit of the build that started last".to_owned(),
        ));
    }
    match report {
        Some(Ok(candidate)) => candidates.push(candidate),
        Some(Err(why)) => conflict = conflict.or(Some(why)),
        None => {}
    }
    if let Some(version) = stated {
        candidates.push((version.clone(), "the operator's statement".to_owned()));
    }
    for (version, basis) in candidates {
        if allows(&bounds, &version) {
            return (
                RunningVersion::exactly(version),
                format!("{basis}; {bounds_basis} agrees"),
                conflict,
            );
        }
        conflict = Some(format!(
            "{basis} says {version}, but {bounds_basis} says {bounds}"
        ));
    }
    (bounds, bounds_basis, conflict)
}

/// The version that the newest statistics document states, or why it can't be relied on.
fn report(
    row: &Row,
    schema: Option<i64>,
    settings: &BTreeMap<String, StoredSetting>,
) -> Option<Result<(Version, String), String>> {
    let stated = row.get("version").and_then(Value::as_text)?;
    let Ok(version) = stated.parse::<Version>() else {
        return Some(Err(
            "the newest statistics document names a version that is not a version number"
                .to_owned(),
        ));
    };
    let then = row.get("schema").and_then(Value::as_int);
    if let (Some(then), Some(now)) = (then, schema)
        && then != now
    {
        return Some(Err(format!(
            "the newest statistics document ({version}) was made at schema {then}, the database \
             is at schema {now}, so the server was changed since"
        )));
    }
    let switched_off = settings
        .get("Troubleshoot_Disable_Statistics_Generator")
        .and_then(|setting| setting.value.as_ref())
        .is_some_and(Value::truthy);
    if switched_off && version.release < STATISTICS_ALWAYS {
        return Some(Err(format!(
            "the newest statistics document ({version}) may be old: the generator is switched off"
        )));
    }
    let day = row
        .get("at")
        .and_then(Value::as_time)
        .map_or_else(String::new, |at| format!(" of {at}"));
    Some(Ok((
        version,
        format!("the newest statistics document{day}"),
    )))
}

/// What the schema number and the settings say, with the basis and a contradiction if there is one.
fn bounds(
    settings: &BTreeMap<String, StoredSetting>,
    whole: bool,
    groups: &BTreeSet<String>,
    schema: Option<i64>,
) -> Verdict {
    let mut low: Option<Release> = None;
    let mut high: Option<Release> = None;
    if let Some(number) = schema {
        for (known, release) in SCHEMAS {
            if *known < number {
                low = low.max(Some(next_patch(*release)));
            } else if *known > number {
                high = Some(high.map_or(*release, |high| high.min(*release)));
            }
        }
    }
    // A document proves that a release with its definition once started here.
    for definition in settings.keys().filter_map(|id| catalogue::find(id)) {
        let since = definition.spans.first().map(|span| span.since);
        low = low.max(match since {
            Some(catalogue::Boundary::At(release)) => Some(release),
            Some(catalogue::Boundary::Between(after, _)) => Some(next_patch(after)),
            _ => None,
        });
    }
    if groups.contains("End-to-end_encryption") {
        low = low.max(Some(next_patch(Release::new(6, 13, 0))));
    }
    // Settings exist from the first start on, so a missing one dates the server before it.
    if whole {
        let (group, id, release) = ENTERPRISE_MARKER;
        let enterprise = groups.contains(group).then_some((id, release));
        for (id, release) in MARKERS.iter().copied().chain(enterprise) {
            if !settings.contains_key(id) {
                high = Some(high.map_or(release, |high| high.min(release)));
            }
        }
        let (id, release) = DROPPED;
        if !settings.contains_key(id) {
            low = low.max(Some(release));
        }
    }
    // The flag tells 6.5.0 from its successors, and only there is it worth anything.
    if settings.contains_key("Deployment_FingerPrint_Verified")
        && let Some(reporting) = settings.get("Statistics_reporting")
    {
        let hidden_since = Release::new(6, 5, 1);
        if reporting.hidden {
            low = low.max(Some(hidden_since));
        } else {
            high = Some(high.map_or(hidden_since, |high| high.min(hidden_since)));
        }
    }
    let basis = match schema {
        Some(number) => format!("schema {number} and the shape of the settings"),
        None => "the shape of the settings".to_owned(),
    };
    let conflict = match (low, high) {
        (Some(low), Some(high)) if low >= high => Some(format!(
            "{basis} contradict each other: {low} or later, yet before {high}"
        )),
        _ => None,
    };
    if conflict.is_some() {
        high = None;
    }
    let bounds = RunningVersion {
        exact: None,
        at_least: low,
        below: high,
    };
    (bounds, basis, conflict)
}

fn next_patch(release: Release) -> Release {
    Release::new(
        release.major,
        release.minor,
        release.patch.saturating_add(1),
    )
}

/// Whether a version lies within bounds. A pre-release counts with its release.
fn allows(bounds: &RunningVersion, version: &Version) -> bool {
    let above = bounds.at_least.is_none_or(|low| version.release >= low);
    let below = bounds.below.is_none_or(|high| {
        version.release < high || (version.release == high && version.tag.is_some())
    });
    above && below
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings of a server that once was older than 6.0.
    fn settings(ids: &[&str]) -> BTreeMap<String, StoredSetting> {
        let document: StoredSetting = serde_json::from_str(r#"{"value":true}"#).unwrap();
        ids.iter()
            .chain(&["Apps_Framework_enabled"])
            .map(|&id| (id.to_owned(), document.clone()))
            .collect()
    }

    fn bound(ids: &[&str], schema: Option<i64>) -> String {
        bounds(&settings(ids), true, &BTreeSet::new(), schema)
            .0
            .to_string()
    }

    #[test]
    fn an_export_without_secrets_is_no_whole_workspace() {
        let document: StoredSetting = serde_json::from_str(r#"{"value":true}"#).unwrap();
        let mut all: BTreeMap<String, StoredSetting> = catalogue::everlasting()
            .map(|it| (it.id.to_owned(), document.clone()))
            .collect();
        assert!(all.len() > 600);
        assert!(is_whole(&all));
        all.remove("Site_Url");
        assert!(is_whole(&all));
        all.retain(|id, _| {
            catalogue::find(id)
                .and_then(catalogue::Definition::newest)
                .is_some_and(|span| !span.secret)
        });
        assert!(!is_whole(&all));
        assert!(!is_whole(&BTreeMap::new()));
    }

    const UNTIL_6_9: &[&str] = &[
        "VideoConf_Default_Provider",
        "Deployment_FingerPrint_Verified",
    ];

    #[test]
    fn the_schema_number_bounds_the_version() {
        assert_eq!(bound(UNTIL_6_9, Some(304)), "6.5.0 or later, before 6.10.0");
        assert_eq!(
            bound(&["VideoConf_Default_Provider"], Some(303)),
            "6.0.1 or later, before 6.5.0"
        );
        assert_eq!(bound(&[], None), "before 5.0.0");
    }

    #[test]
    fn the_hidden_flag_tells_650_from_651() {
        let mut all = settings(UNTIL_6_9);
        all.insert(
            "Statistics_reporting".to_owned(),
            serde_json::from_str(r#"{"value":false,"hidden":true}"#).unwrap(),
        );
        let (running, ..) = bounds(&all, true, &BTreeSet::new(), Some(304));
        assert_eq!(running.reached(Release::new(6, 5, 1)), Truth::True);
        all.insert(
            "Statistics_reporting".to_owned(),
            serde_json::from_str(r#"{"value":false}"#).unwrap(),
        );
        let (running, ..) = bounds(&all, true, &BTreeSet::new(), Some(304));
        assert_eq!(running.reached(Release::new(6, 5, 1)), Truth::False);
    }

    #[test]
    fn what_is_missing_dates_the_server_if_it_is_whole() {
        let mut all = settings(
            &[
                UNTIL_6_9,
                &[
                    "RetentionPolicy_TTL_DMs",
                    "E2E_Enable_Encrypt_Files",
                    "E2E_Enabled_Mentions",
                ],
            ]
            .concat(),
        );
        let enterprise = BTreeSet::from(["Enterprise".to_owned()]);
        assert_eq!(
            bounds(&all, true, &enterprise, None).0.below,
            Some(Release::new(7, 0, 0))
        );
        assert_eq!(
            bounds(&all, true, &BTreeSet::new(), None).0.below,
            Some(Release::new(8, 3, 0))
        );
        all.remove("Apps_Framework_enabled");
        all.retain(|id, _| {
            !id.starts_with("RetentionPolicy")
                && !id.starts_with("E2E")
                && !id.starts_with("Deployment")
        });
        assert_eq!(
            bounds(&all, true, &enterprise, None).0.at_least,
            Some(Release::new(6, 0, 0))
        );
        assert_eq!(
            bounds(&all, false, &enterprise, None).0.at_least,
            Some(Release::new(5, 0, 0))
        );
    }

    fn row(json: &str) -> Row {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_statistics_document_of_another_schema_is_not_believed() {
        let none = settings(&[]);
        let old = row(r#"{"version":"6.4.8","schema":303}"#);
        assert!(report(&old, Some(304), &none).unwrap().is_err());
        let same = row(r#"{"version":"6.13.0","schema":304}"#);
        assert!(report(&same, Some(304), &none).unwrap().is_ok());
    }

    #[test]
    fn a_switched_off_generator_makes_an_old_document() {
        let off = settings(&["Troubleshoot_Disable_Statistics_Generator"]);
        let old = row(r#"{"version":"6.4.0"}"#);
        assert!(report(&old, None, &off).unwrap().is_err());
        let later = row(r#"{"version":"6.13.0"}"#);
        assert!(report(&later, None, &off).unwrap().is_ok());
    }

    #[test]
    fn a_contradiction_leaves_the_lower_bound() {
        let (running, _, conflict) = bounds(
            &settings(&["SSRF_Allowlist"]),
            true,
            &BTreeSet::new(),
            Some(304),
        );
        assert!(conflict.is_some());
        assert_eq!(running.below, None);
        assert_eq!(running.at_least, Some(Release::new(7, 7, 2)));
    }

    #[test]
    fn marks_differ_by_kind_and_text() {
        assert_eq!(fingerprint("workspace", "a").len(), 16);
        assert_ne!(fingerprint("workspace", "a"), fingerprint("room", "a"));
        assert_ne!(fingerprint("workspace", "a"), fingerprint("workspace", "b"));
    }
}
