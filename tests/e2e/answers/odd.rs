//! Values of every type, in the place of every field that a query looks at.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, DateTime, Document, doc};
use rc_audit_rules::query::{By, Field, Filter, Query, References, Take};
use rc_audit_rules::reduction;
use rc_audit_tests::mongod::shared;
use rc_audit_tests::workspace::Workspace;

/// Fields that no two documents share, one for each such index.
const UNIQUE: &[(&str, &[&str])] = &[
    (
        "users",
        &[
            "username",
            "emails.address",
            "services.resume.loginTokens.hashedToken",
        ],
    ),
    ("rocketchat_room", &["name"]),
    ("rocketchat_subscription", &["u._id"]),
    ("rocketchat_cron_history", &["intendedAt"]),
    ("rocketchat_matrix_bridged_rooms", &["rid", "mri"]),
    ("rocketchat_nps_vote", &["identifier"]),
    ("rocketchat_read_receipts", &["messageId"]),
    ("rocketchat_email_inbox", &["email"]),
];

/// Fields that documents of another collection are found by. With a single list in one of them the
/// database no longer uses the index for that, and the queries run into their time limit.
const JOINED: &[(&str, &str)] = &[
    ("rocketchat_message", "rid"),
    ("rocketchat_message", "ts"),
    ("rocketchat_subscription", "rid"),
    ("rocketchat_subscription", "u"),
    ("rocketchat_subscription", "u._id"),
];

/// What tells kinds of documents apart.
const KINDS: &[&str] = &[
    "t",
    "type",
    "active",
    "roles",
    "encrypted",
    "enabled",
    "status",
];

/// Adds copies of documents in which one field is not what it should be, to the database and to the
/// workspace. What the database itself refuses is in neither.
pub(super) fn add(database: &str, workspace: &mut Workspace, queries: &[Query]) {
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for query in queries {
        for (collection, path) in read(query) {
            let all = paths.entry(collection).or_default();
            all.insert(path);
            // What stands on the way to a field can be odd too.
            all.extend(path.match_indices('.').filter_map(|(at, _)| path.get(..at)));
        }
    }
    let sorted: BTreeSet<(&str, &str)> = queries.iter().filter_map(sorted_by).collect();
    for (collection, paths) in paths {
        let copies = copies(collection, workspace.documents(collection), &paths, &sorted);
        for part in copies.chunks(2_000) {
            let stored = insert(database, collection, part);
            workspace.documents(collection).extend(stored);
        }
    }
}

/// The field that decides which documents a bounded query reads.
fn sorted_by(query: &Query) -> Option<(&'static str, &'static str)> {
    match &query.take {
        Take::Rows { sort, .. } => sort.map(|sort| (query.collection, sort.by)),
        _ => None,
    }
}

/// Stores documents and gives those that the database took.
fn insert(database: &str, collection: &str, documents: &[Document]) -> Vec<Document> {
    let command = doc! { "insert": collection, "documents": documents, "ordered": false };
    let answer = shared().command(database, command);
    let refused: BTreeSet<i32> = answer
        .get_array("writeErrors")
        .into_iter()
        .flatten()
        .map(|error| {
            error
                .as_document()
                .expect("an error")
                .get_i32("index")
                .expect("a number")
        })
        .collect();
    documents
        .iter()
        .zip(0..)
        .filter(|(_, index)| !refused.contains(index))
        .map(|(document, _)| document.clone())
        .collect()
}

/// The fields that a query looks at, each with its collection.
fn read(query: &Query) -> Vec<(&'static str, &'static str)> {
    let mut paths = Vec::new();
    let mut own = Vec::new();
    of_filter(&query.filter, "", &mut own);
    let of_fields = |fields: &[Field]| fields.iter().map(|it| it.path).collect::<Vec<_>>();
    match &query.take {
        Take::Rows { fields, sort, .. } => {
            own.extend(of_fields(fields));
            own.extend(sort.map(|sort| sort.by));
        }
        Take::Counts(counts) => {
            for (_, filter) in counts {
                of_filter(filter, "", &mut own);
            }
        }
        Take::Orphans {
            key,
            parent,
            parent_key,
            parent_filter,
        } => {
            own.push(key);
            let mut theirs = vec![*parent_key];
            of_filter(parent_filter, "", &mut theirs);
            paths.extend(theirs.into_iter().map(|path| (*parent, path)));
        }
        Take::Unreferenced(References {
            by,
            by_key,
            same,
            by_list,
            ..
        }) => {
            own.extend(["_id", *same]);
            paths.extend([*by_key, *same, *by_list].map(|path| (*by, path)));
        }
        Take::Each {
            carry, children, ..
        } => {
            own.extend(of_fields(carry));
            own.push("_id");
            let mut theirs = vec![children.by, children.order];
            for filter in children.after.iter().chain([&children.first]) {
                of_filter(filter, "", &mut theirs);
            }
            paths.extend(theirs.into_iter().map(|path| (children.collection, path)));
        }
        Take::Members {
            links,
            link_from,
            link_to,
            targets,
            meets,
            ..
        } => {
            own.push("_id");
            paths.extend([*link_from, *link_to].map(|path| (*links, path)));
            let mut theirs = vec!["_id"];
            of_filter(meets, "", &mut theirs);
            paths.extend(theirs.into_iter().map(|path| (*targets, path)));
        }
        Take::Tally { by, latest } => {
            match by {
                By::Text(path) => own.push(path),
                By::Day(paths) => own.extend(*paths),
            }
            own.extend(latest.map(|(field, _)| field));
        }
        Take::Size | Take::Indexes => {}
    }
    paths.extend(own.into_iter().map(|path| (query.collection, path)));
    paths
}

fn of_filter(filter: &Filter, within: &str, into: &mut Vec<&'static str>) {
    match filter {
        Filter::Any => {}
        Filter::All(parts) | Filter::Either(parts) => {
            for part in parts {
                of_filter(part, within, into);
            }
        }
        Filter::Element(path, filter) => {
            into.push(path);
            of_filter(filter, path, into);
        }
        Filter::Is(path, _)
        | Filter::IsNot(path, _)
        | Filter::OneOf(path, _)
        | Filter::Exists(path)
        | Filter::Missing(path)
        | Filter::Filled(path)
        | Filter::Matches(path, _)
        | Filter::OfType(path, _)
        | Filter::Located(path) => {
            if within.is_empty() {
                into.push(path);
            } else {
                // A few names, once for a test.
                into.push(format!("{within}.{path}").leak());
            }
        }
    }
}

/// Copies of one document of each kind, each with another odd value at one of the paths.
fn copies(
    collection: &str,
    documents: &[Document],
    paths: &BTreeSet<&str>,
    sorted: &BTreeSet<(&str, &str)>,
) -> Vec<Document> {
    let mut kinds = BTreeMap::new();
    for document in documents {
        let kind: Vec<Option<&Bson>> = KINDS.iter().map(|field| document.get(field)).collect();
        kinds.entry(format!("{kind:?}")).or_insert(document);
    }
    let unique: Vec<&str> = UNIQUE
        .iter()
        .filter(|(name, _)| *name == collection)
        .flat_map(|(_, paths)| paths.iter().copied())
        .collect();
    let mut copies = Vec::new();
    for path in paths {
        // Of more documents than a query reads, or of equal ones, each reader may read others.
        let bounded = collection == "rocketchat_apps" || sorted.contains(&(collection, *path));
        let bases = if bounded { 1 } else { 6 };
        for base in kinds.values().take(bases) {
            let own = at(base, path).cloned();
            let mut odd: Vec<Option<Bson>> = values().into_iter().map(Some).collect();
            if *path == "_id" {
                // The database compares the least and the greatest of all with nothing in a join.
                odd.retain(|value| !matches!(value, Some(Bson::MinKey | Bson::MaxKey)));
            } else {
                odd.push(None);
            }
            odd.extend(own.iter().flat_map(wrapped).map(Some));
            if JOINED.contains(&(collection, *path)) {
                odd.retain(|value| !matches!(value, Some(Bson::Array(_))));
            }
            for value in odd {
                let mut copy = (*base).clone();
                copy.insert("_id", format!("odd{}{}", collection.len(), copies.len()));
                for other in unique.iter().filter(|other| !related(other, path)) {
                    vary(&mut copy, other, copies.len());
                }
                put(&mut copy, path, value);
                copies.push(copy);
            }
        }
    }
    copies
}

fn related(one: &str, other: &str) -> bool {
    let begins = |long: &str, short: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    begins(one, other) || begins(other, one)
}

/// Values of every type, and lists and documents of them.
fn values() -> Vec<Bson> {
    let date = |text: &str| Bson::DateTime(DateTime::parse_rfc3339_str(text).expect("a time"));
    let day = || date("2026-09-09T09:09:09.009Z");
    let mut values = vec![
        Bson::Null,
        Bson::Boolean(true),
        Bson::Boolean(false),
        Bson::Int32(0),
        Bson::Int32(5),
        Bson::Int64(5_000_000_000),
        Bson::Double(-0.0),
        Bson::Double(5.0),
        Bson::Double(1.5),
        Bson::Double(f64::NAN),
        Bson::Decimal128("30".parse().expect("a number")),
        day(),
        date("1950-01-01T00:00:00Z"),
        // Days that other calendars than the database's do not know.
        Bson::DateTime(DateTime::from_millis(400_000_000_000_000)),
        Bson::DateTime(DateTime::from_millis(-90_000_000_000_000)),
        Bson::DateTime(DateTime::MIN),
        Bson::ObjectId("64f0c2a764f0c2a764f0c2a7".parse().expect("an id")),
        Bson::Binary(bson::Binary {
            subtype: bson::spec::BinarySubtype::Generic,
            bytes: vec![1],
        }),
        Bson::RegularExpression(bson::Regex {
            pattern: "a".try_into().expect("a pattern"),
            options: "i".try_into().expect("options"),
        }),
        Bson::Timestamp(bson::Timestamp {
            time: 1,
            increment: 1,
        }),
        Bson::MinKey,
        Bson::MaxKey,
        Bson::Array(Vec::new()),
        Bson::Document(Document::new()),
        Bson::from(doc! { "apn": "a", "public_key": { "x": 1 } }),
        Bson::from(vec![
            day(),
            Bson::from("text"),
            date("2020-02-02T00:00:00Z"),
        ]),
        Bson::from(vec![Bson::Null, Bson::from(""), Bson::from(5)]),
        Bson::from(vec![Bson::from(Vec::<Bson>::new())]),
        Bson::from(vec![
            Bson::from(Document::new()),
            Bson::from(doc! { "x": 1 }),
        ]),
    ];
    values.extend(TEXTS.iter().map(|text| Bson::from(*text)));
    values.push(Bson::from("long ".repeat(13)));
    values.push(Bson::from("ü".repeat(32)));
    values
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "\u{3000}",
    "\u{85}\u{feff}",
    "true",
    "admin",
    "GENERAL",
    "2026-09-09T09:09:09.009Z",
    "Admin@x.example\n",
    "someone@rocket.chat\n",
    "someone@ROCKET.chat",
    "HTTPS://u:p@Host.Example:8443/a/b?c#d",
    " //host.example/x",
    "host.example\\@other.example",
    "https://a@b@[::1]:80/@c",
    "mailto:someone@host.example",
    "line\none",
    "first.example, second.example/path\nthird.example",
    "{\"pager\":{\"required\":true}}",
    "turn:user:pass@relay.example:3478?transport=udp, stun:other.example",
    "İSTANBUL",
];

/// A value as one of a list, or deeper.
fn wrapped(value: &Bson) -> Vec<Bson> {
    let list = |items: &[&Bson]| Bson::Array(items.iter().copied().cloned().collect());
    let once = list(&[value]);
    vec![
        list(&[value, value]),
        list(&[&Bson::Null, value, &Bson::from(5)]),
        list(&[&once]),
        list(&[&once, value]),
        Bson::from(doc! { "0": value.clone() }),
        once,
    ]
}

fn at<'a>(document: &'a Document, path: &str) -> Option<&'a Bson> {
    match path.split_once('.') {
        None => document.get(path),
        Some((first, rest)) => match document.get(first)? {
            Bson::Document(inner) => at(inner, rest),
            Bson::Array(items) => items.iter().find_map(|item| at(item.as_document()?, rest)),
            _ => None,
        },
    }
}

/// Puts a value at a path, or takes away what is there. Of a list on the way the first is changed.
fn put(document: &mut Document, path: &str, value: Option<Bson>) {
    let Some((first, rest)) = path.split_once('.') else {
        match value {
            Some(value) => document.insert(path, value),
            None => document.remove(path),
        };
        return;
    };
    match document.get_mut(first) {
        Some(Bson::Document(inner)) => put(inner, rest, value),
        Some(Bson::Array(items)) => {
            if let Some(Bson::Document(inner)) = items.first_mut() {
                put(inner, rest, value);
            }
        }
        _ => {
            let mut inner = Document::new();
            put(&mut inner, rest, value);
            document.insert(first, inner);
        }
    }
}

/// Makes the value at a path another than in any other copy.
fn vary(document: &mut Document, path: &str, number: usize) {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let Some(value) = document.get_mut(first) else {
        return;
    };
    let items = match value {
        Bson::Array(items) => items.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for item in items {
        match (item, rest) {
            (Bson::Document(inner), Some(rest)) => vary(inner, rest, number),
            (Bson::String(text), None) => *text = format!("{number}-{text}"),
            (Bson::DateTime(time), None) => {
                let number = i64::try_from(number).expect("a small number");
                *time = DateTime::from_millis(time.timestamp_millis() - 1 - number);
            }
            _ => {}
        }
    }
}

/// Workspaces of settings alone, each with another odd value in every setting of which something is
/// read, and in one setting of each type.
pub(super) fn settings() -> Vec<Workspace> {
    let whole = Workspace::of("7.7.1");
    let mut seen = BTreeSet::new();
    let crossing: BTreeSet<&str> = reduction::crossing().collect();
    let mut base = whole.clone();
    let names: Vec<String> = whole.collections().keys().cloned().collect();
    for name in names.iter().filter(|name| *name != "rocketchat_settings") {
        base.drop(name);
    }
    base.documents("rocketchat_settings").retain(|setting| {
        let kind = setting.get_str("type").unwrap_or_default();
        crossing.contains(setting.get_str("_id").expect("an id")) || seen.insert(kind.to_owned())
    });
    let values = values();
    let pairs = values.iter().zip(values.iter().skip(1)).chain(
        // Equal, though of different types, or not equal, though made of the same.
        [(3, 6), (4, 7)].map(|(one, other)| (&values[one], &values[other])),
    );
    pairs
        .map(|(value, other)| with_values(&base, value, other))
        .collect()
}

fn with_values(base: &Workspace, value: &Bson, other: &Bson) -> Workspace {
    let mut workspace = base.clone();
    let settings = workspace.documents("rocketchat_settings");
    for (number, setting) in settings.iter_mut().enumerate() {
        setting.insert("value", value.clone());
        match number % 5 {
            0 => drop(setting.insert("packageValue", value.clone())),
            1 => drop(setting.insert("packageValue", other.clone())),
            2 => drop(setting.insert("invalidValue", value.clone())),
            3 => drop(setting.insert("processEnvValue", other.clone())),
            _ => drop(setting.insert("packageValue", doc! { "b": [value.clone()], "a": 1 })),
        }
    }
    for (number, field) in ["type", "hidden", "modules", "_updatedAt", "packageValue"]
        .into_iter()
        .enumerate()
    {
        settings[number].insert(field, value.clone());
    }
    settings[5].insert("value", doc! { "a": 1, "b": [value.clone()] });
    settings[6].insert("value", doc! { "a": 1_i64, "b": [value.clone()] });
    settings[6].insert("packageValue", doc! { "a": 1, "b": [value.clone()] });
    settings[7].remove("value");
    settings[8].remove("packageValue");
    workspace
}
