//! Traps: workspaces whose stored values say something else than what the running server does.
//!
//! What is expected here comes from what is known of Rocket.Chat's releases, not from the rules.

mod encryption;
mod push;
mod registration;
mod releases;
mod retention;
mod statistics;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bson::{Document, doc};
use rc_audit_tests::dump;
use rc_audit_tests::program::{Desk, Run};
use rc_audit_tests::workspace::{NOW, Plan, Workspace};
use serde_json::Value;

use crate::kit::{below, desk, json, outcomes};

/// Every profile that an operator can declare.
const ALL: &[&str] = &["airgapped", "unregistered", "registered"];
/// The profiles without the vendor's services.
const ALONE: &[&str] = &["airgapped", "unregistered"];
const AIRGAPPED: &[&str] = &["airgapped"];
const UNREGISTERED: &[&str] = &["unregistered"];
const REGISTERED: &[&str] = &["registered"];

/// A workspace and what has to be said of it.
struct Trap {
    /// What is special about it.
    name: &'static str,
    versions: &'static [&'static str],
    profiles: &'static [&'static str],
    /// What was done to the workspace.
    change: fn(&mut Workspace),
    /// Further lines of the policy file.
    policy: &'static str,
    /// The attached environment of the server.
    environment: Option<&'static str>,
    /// Rules, each with its outcome: `fail!` is a failure that the stored value hides. Where both
    /// are right, two outcomes are joined by a bar.
    expect: &'static [(&'static str, &'static str)],
}

impl Trap {
    /// The usual one: no policy, no environment.
    const fn new(
        name: &'static str,
        versions: &'static [&'static str],
        profiles: &'static [&'static str],
        change: fn(&mut Workspace),
        expect: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            name,
            versions,
            profiles,
            change,
            policy: "",
            environment: None,
            expect,
        }
    }

    const fn policy(mut self, lines: &'static str) -> Self {
        self.policy = lines;
        self
    }

    const fn environment(mut self, text: &'static str) -> Self {
        self.environment = Some(text);
        self
    }

    /// The workspace, as the trap makes it of a release.
    fn workspace(&self, version: &str) -> Workspace {
        let mut plan = Plan::new(version);
        // A panel that was licensed once has the settings that a licence brings.
        plan.licensed = true;
        let mut workspace = plan.build();
        (self.change)(&mut workspace);
        workspace
    }

    /// What is wrong with what was found, a line each.
    fn complaints(&self, place: &str, found: &BTreeMap<String, String>, into: &mut String) {
        for (rule, expected) in self.expect {
            let outcome = &found[*rule];
            if !expected.split('|').any(|it| it == outcome) {
                let name = self.name;
                writeln!(
                    into,
                    "{name} ({place}): {rule} is {outcome}, not {expected}"
                )
                .expect("a text takes lines");
            }
        }
    }
}

/// Checks all traps, and names every one that is wrong. Those that are judged alike are databases
/// of one dump, which one run audits.
fn check(traps: &[Trap]) {
    let desk = desk();
    let mut complaints = String::new();
    let mut groups: BTreeMap<_, Vec<(String, &Trap)>> = BTreeMap::new();
    for (number, trap) in traps.iter().enumerate() {
        for version in trap.versions {
            let name = format!("{number}-{version}");
            dump::folder(&trap.workspace(version), &desk.path(&name), false);
            let database = desk.path("all").join(&name);
            std::fs::create_dir_all(desk.path("all")).expect("a folder can be made");
            std::fs::rename(desk.path(&name).join(dump::DATABASE), database)
                .expect("a folder can be renamed");
            for profile in trap.profiles {
                groups
                    .entry((*profile, trap.policy, trap.environment))
                    .or_default()
                    .push((name.clone(), trap));
            }
        }
    }
    for (number, ((profile, policy, environment), members)) in groups.into_iter().enumerate() {
        let folder = desk.path(&format!("group{number}"));
        std::fs::create_dir(&folder).expect("a folder can be made");
        for (name, _) in &members {
            symlink(desk.path("all").join(name), folder.join(name)).expect("a link can be made");
        }
        desk.write("policy.toml", format!("format = 1\n{policy}\n"));
        let out = format!("out{number}");
        let mut command = desk.command();
        command.args(["check", "--exit-zero", "--quiet", "--format", "json"]);
        command.args([
            "--now",
            NOW,
            "--profile",
            profile,
            "--policy",
            "policy.toml",
        ]);
        if let Some(text) = environment {
            desk.write("environment", text);
            command.args(["--env-file", "environment"]);
        }
        Run::of(command.args(["--out", &out]).arg(folder)).expect(0, &[]);
        let reports = reports(&desk.path(&out));
        for (name, trap) in members {
            trap.complaints(
                &format!("{name}, {profile}"),
                &reports[&name],
                &mut complaints,
            );
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// The outcomes in the bundles below a folder, by database.
fn reports(out: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    below(out)
        .into_iter()
        .filter(|path| path.ends_with("report.json"))
        .map(|path| {
            let report = json(&path);
            let database = report["workspace"]["database"].as_str().expect("a name");
            (database.to_owned(), outcomes(&report))
        })
        .collect()
}

/// The report on a workspace, with further arguments.
fn report(desk: &Desk, workspace: &Workspace, arguments: &[&str]) -> Value {
    let folder = desk.path("dump");
    let _ = std::fs::remove_dir_all(&folder);
    dump::folder(workspace, &folder, false);
    let mut all = vec!["--format", "json", "--quiet", "dump"];
    all.extend(arguments);
    desk.report(&all)
}

/// A licence as the vendor issues them since 6.5. Its signature is none, and nobody here checks it.
pub(crate) struct Licence {
    pub(crate) modules: &'static [&'static str],
    pub(crate) offline: bool,
    pub(crate) until: &'static str,
}

impl Licence {
    /// One for some modules that has a long time to run.
    const fn with(modules: &'static [&'static str]) -> Self {
        Self {
            modules,
            offline: false,
            until: "2029-01-01T00:00:00Z",
        }
    }

    /// Puts it into a workspace whose server has accepted it.
    pub(crate) fn install(&self, workspace: &mut Workspace) {
        let modules: Vec<Value> = self
            .modules
            .iter()
            .map(|module| serde_json::json!({ "module": module }))
            .collect();
        let claims = serde_json::json!({
            "information": { "offline": self.offline },
            "validation": { "validPeriods": [{
                "validFrom": "2024-01-01T00:00:00Z", "validUntil": self.until,
                "invalidBehavior": "invalidate_license",
            }] },
            "grantedModules": modules,
        });
        let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS512"}"#);
        workspace
            .set("Enterprise_License", format!("RCV3_{head}.{payload}.c2ln"))
            .set("Enterprise_License_Status", "Valid");
        for report in workspace.documents("rocketchat_statistics") {
            report.insert("enterprise", doc! { "modules": self.modules, "tags": [] });
        }
    }
}

/// The report of so many days ago, counted from the newest.
fn statistics(workspace: &mut Workspace, days: usize) -> &mut Document {
    &mut workspace.documents("rocketchat_statistics")[days]
}

/// The first room of a kind that is not the general one.
fn room<'a>(workspace: &'a mut Workspace, kind: &str) -> &'a mut Document {
    workspace
        .documents("rocketchat_room")
        .iter_mut()
        .find(|room| {
            room.get_str("t").is_ok_and(|it| it == kind)
                && room.get_str("_id").is_ok_and(|it| it != "GENERAL")
        })
        .expect("a workspace has rooms of all kinds")
}
