//! One truth for both readers: a server and a dump of it give the same answers, query by query.

mod files;
mod odd;
mod plans;

use std::collections::BTreeSet;

use rc_audit_rules::collection::{CORE, STARTED};
use rc_audit_rules::fact;
use rc_audit_rules::licence::Licence;
use rc_audit_rules::query::{Query, Take};
use rc_audit_rules::settings::Settings;
use rc_audit_rules::snapshot::{Dataset, Row, Snapshot};
use rc_audit_rules::version::RunningVersion;
use rc_audit_tests::dump;
use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::Desk;
use rc_audit_tests::workspace::{Workspace, busy, clinic};

/// What the readers gave in two places that should be the same.
struct Pair<'a> {
    name: &'a str,
    server: Snapshot,
    dump: Snapshot,
}

/// What is done to a workspace.
type Story = fn(&mut Workspace);

#[test]
fn a_server_and_a_dump_answer_alike() {
    for version in ["3.18.2", "6.13.0", "7.7.1"] {
        let mut workspace = Workspace::of(version);
        busy(&mut workspace);
        let name = format!("answers_{}", version.replace('.', "_"));
        shared().load(&name, &workspace);
        read_both(&name, &workspace).assert_equal();
        remove(&name);
    }
}

#[test]
fn nothing_private_is_read_or_shown() {
    let stories: [(&str, Story); 2] = [("7.7.1", busy), ("6.13.0", clinic)];
    let name = "answers_private";
    for (version, story) in stories {
        let mut workspace = Workspace::of(version);
        story(&mut workspace);
        shared().load(name, &workspace);
        let desk = desk();
        dump::folder(&workspace, &desk.path("dump"), false);
        let private = workspace.private_texts();
        assert!(private.len() > 200, "{}", private.len());
        for target in [&shared().address(name), "dump"] {
            let snapshot = serde_json::to_string(&collect(&desk, target)).expect("JSON");
            let report = desk.report(&[target]).to_string();
            for text in &private {
                let found = snapshot.contains(text) || report.contains(text);
                assert!(!found, "{target}: {text}");
            }
        }
    }
    remove(name);
}

#[test]
fn odd_values_are_read_alike() {
    let mut workspace = Workspace::of("7.7.1");
    busy(&mut workspace);
    let name = "answers_odd";
    shared().load(name, &workspace);
    let queries = queries(&collect(&desk(), &shared().address(name)));
    odd::add(name, &mut workspace, &queries);
    read_both(name, &workspace).assert_equal();
    remove(name);
}

#[test]
fn odd_settings_are_read_alike() {
    let name = "answers_settings";
    let mut differences = Vec::new();
    for workspace in odd::settings() {
        shared().load(name, &workspace);
        differences.extend(read_both(name, &workspace).settings());
    }
    differences.sort();
    differences.dedup();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    remove(name);
}

#[test]
fn an_empty_collection_and_an_absent_one_answer_alike() {
    let mut empty = Workspace::of("6.13.0");
    busy(&mut empty);
    let mut absent = empty.clone();
    let names: Vec<String> = empty.collections().keys().cloned().collect();
    for name in names.iter().filter(|name| *name != "rocketchat_settings") {
        empty.documents(name).clear();
        absent.documents(name).clear();
        // A dump that lacks one of these is a part of a database, and answers nothing.
        if ![CORE, STARTED].concat().contains(&name.as_str()) {
            absent.drop(name);
        }
    }
    let mut answers = Vec::new();
    for (name, workspace) in [("answers_empty", empty), ("answers_absent", absent)] {
        shared().load(name, &workspace);
        let pair = read_both(name, &workspace);
        pair.assert_equal();
        let queries = queries(&pair.server);
        let mut data = pair.server.data;
        // What is absent has no indexes.
        data.retain(|id, _| {
            let query = queries.iter().find(|query| query.id == id);
            query.is_some_and(|query| query.take != Take::Indexes)
        });
        answers.push(data);
        remove(name);
    }
    assert_eq!(answers[0], answers[1]);
}

fn desk() -> Desk {
    Desk::new(env!("CARGO_BIN_EXE_agent-under-test"))
}

fn remove(database: &str) {
    shared().command(database, bson::doc! { "dropDatabase": 1 });
}

/// Reads a workspace that is loaded, and a dump of it.
fn read_both<'a>(name: &'a str, workspace: &Workspace) -> Pair<'a> {
    let desk = desk();
    dump::folder(workspace, &desk.path("dump"), false);
    let server = collect(&desk, &shared().address(name));
    let dump = collect(&desk, "dump");
    Pair { name, server, dump }
}

fn collect(desk: &Desk, target: &str) -> Snapshot {
    let run = desk.run(&["collect", target, "-o", "snapshot"]);
    assert!([0, 4].contains(&run.code), "{}", run.stderr);
    let bytes = std::fs::read(desk.path("snapshot")).expect("a snapshot");
    std::fs::remove_file(desk.path("snapshot")).expect("the snapshot can go");
    serde_json::from_slice(&bytes).expect("a snapshot")
}

fn queries(snapshot: &Snapshot) -> Vec<Query> {
    let running = RunningVersion::default();
    let licence = Licence::none("not looked at");
    fact::queries(&Settings::new(&snapshot.settings, &running, &licence))
}

impl Pair<'_> {
    fn assert_equal(&self) {
        let mut differences = self.settings();
        let asked = queries(&self.server);
        assert!(asked.len() > 60, "{}", asked.len());
        for query in &asked {
            let [one, other] = [&self.server, &self.dump].map(|it| &it.data[query.id]);
            for dataset in [one, other] {
                if let Dataset::Gap(gap) = dataset {
                    differences.push(format!("{}: no answer, {}", query.id, gap.detail));
                }
            }
            if let Some(difference) = difference(query, one, other) {
                differences.push(format!("{}: {difference}", query.id));
            }
        }
        let name = self.name;
        assert!(
            differences.is_empty(),
            "{name}:\n{}",
            differences.join("\n")
        );
    }

    fn settings(&self) -> Vec<String> {
        let (one, other) = (&self.server, &self.dump);
        let mut differences = Vec::new();
        if one.groups != other.groups {
            differences.push("groups".to_owned());
        }
        if one.licence != other.licence {
            differences.push(format!("licence: {:?}, {:?}", one.licence, other.licence));
        }
        let ids: BTreeSet<&String> = one.settings.keys().chain(other.settings.keys()).collect();
        for id in ids {
            let [server, dump] = [one, other].map(|it| format!("{:?}", it.settings.get(id)));
            if server != dump {
                differences.push(format!("{id}:\n    server {server}\n    dump   {dump}"));
            }
        }
        differences
    }
}

/// How two answers differ. Rows are a set, because a server gives those without an order, or with
/// equal places in it, as it finds them; the places themselves have to follow each other alike.
fn difference(query: &Query, one: &Dataset, other: &Dataset) -> Option<String> {
    let (
        Dataset::Rows {
            rows: ones,
            complete,
        },
        Dataset::Rows { rows: others, .. },
    ) = (one, other)
    else {
        let [one, other] = [one, other].map(|it| format!("{it:?}"));
        return (one != other).then(|| format!("\n    server {one}\n    dump   {other}"));
    };
    let texts = |rows: &[Row]| -> Vec<String> {
        let mut texts: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        texts.sort();
        texts
    };
    let (ours, theirs) = (texts(ones), texts(others));
    if let Some(place) =
        (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at))
    {
        return Some(format!(
            "{} and {} rows, unlike from\n    server {:?}\n    dump   {:?}",
            ours.len(),
            theirs.len(),
            ours.get(place),
            theirs.get(place)
        ));
    }
    if let Dataset::Rows { complete: also, .. } = other
        && also != complete
    {
        return Some(format!("complete: {complete}, {also}"));
    }
    let by = match &query.take {
        Take::Rows {
            sort: Some(sort),
            fields,
            ..
        } => fields.iter().find(|field| field.path == sort.by)?.name,
        _ => return None,
    };
    let places = |rows: &[Row]| -> Vec<String> {
        rows.iter()
            .map(|row| format!("{:?}", row.get(by)))
            .collect()
    };
    (places(ones) != places(others)).then(|| {
        format!(
            "another order:\n    server {:?}\n    dump   {:?}",
            places(ones),
            places(others)
        )
    })
}
