//! Turns the data files of this crate into tables: the settings catalogue becomes static Rust
//! values, and every file of a rule or a flow is embedded, as it stands and packed for judging. A new file
//! needs no other edit.
//!
//! A build script may read files and stop the build; the crate itself may do neither.
#![allow(
    clippy::disallowed_methods,
    clippy::struct_excessive_bools,
    clippy::unnecessary_debug_formatting,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a build script reads files, speaks to cargo on stdout, stops by panicking, and writes \
              Rust literals with the debug format"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("set by cargo"));
    println!("cargo::rerun-if-changed=catalog");
    println!("cargo::rerun-if-changed=flows");
    println!("cargo::rerun-if-changed=settings");
    for place in READERS {
        println!("cargo::rerun-if-changed={place}");
    }
    fs::write(
        out.join("settings.rs"),
        settings(&root.join("settings/catalogue.jsonl")),
    )
    .expect("the build folder is writable");
    for (file, name, folder) in [
        ("embedded.rs", "RULE_FILES", "catalog"),
        ("flows.rs", "FLOW_FILES", "flows"),
    ] {
        let code = embedded(&root, &out, name, folder);
        fs::write(out.join(file), code).expect("the build folder is writable");
    }
    fs::write(out.join("read.rs"), read_by_code(&root)).expect("the build folder is writable");
}

/// Where code reads settings by name.
const READERS: &[&str] = &[
    "src/fact",
    "src/licence.rs",
    "src/place.rs",
    "src/server.rs",
];

/// The table of texts in that code that may be names of settings, each with its file. A part in
/// braces stands for anything. Which of them are settings is for the crate to say.
fn read_by_code(root: &Path) -> String {
    let mut files = Vec::new();
    for place in READERS {
        let path = root.join(place);
        if path.is_dir() {
            collect(&path, "rs", &mut files);
        } else {
            files.push(path);
        }
    }
    files.sort();
    let mut code = String::from("pub(crate) static TEXTS_IN_CODE: &[(&str, &str)] = &[\n");
    for path in files {
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let text = text.split("#[cfg(test)]").next().unwrap_or(&text);
        let short = path.strip_prefix(root).expect("found below the root");
        let mut seen = Vec::new();
        // Every second part lies between quotes; comments with quotes in them do no harm.
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for part in line.split('"').skip(1).step_by(2) {
                if part.len() > 2 && !part.contains(' ') && !seen.contains(&part) {
                    seen.push(part);
                    writeln!(code, "    ({part:?}, {short:?}),").expect("text grows");
                }
            }
        }
    }
    code.push_str("];\n");
    code
}

/// A table of embedded files: `(name, text, packed)`. The last is what a file says to an audit, as
/// `MessagePack` without cases, which is read in a quarter of the time.
fn embedded(root: &Path, out: &Path, name: &str, folder: &str) -> String {
    let mut files = Vec::new();
    collect(&root.join(folder), "toml", &mut files);
    files.sort();
    let mut code = format!("pub(crate) static {name}: &[(&str, &str, &[u8])] = &[\n");
    for path in files {
        let short = path.strip_prefix(root).expect("found below the root");
        let packed = out.join(short.with_extension("msgpack"));
        fs::create_dir_all(packed.parent().expect("a folder"))
            .expect("the build folder is writable");
        fs::write(&packed, without_cases(&path)).expect("the build folder is writable");
        writeln!(
            code,
            "    ({short:?}, include_str!({path:?}), include_bytes!({packed:?})),"
        )
        .expect("text grows");
    }
    code.push_str("];\n");
    code
}

/// What a file says, but for its cases.
fn without_cases(path: &Path) -> Vec<u8> {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let table = toml::from_str(&text);
    let mut table: toml::Table = table.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    table.remove("case");
    rmp_serde::to_vec(&table).expect("a table can be packed")
}

fn collect(folder: &Path, wanted: &str, into: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, wanted, into);
        } else if path.extension().is_some_and(|ending| ending == wanted) {
            into.push(path);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    id: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    section: String,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    since: String,
    until: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "some")]
    default: Option<Value>,
    default_sha256: Option<String>,
    #[serde(default)]
    generated: bool,
    #[serde(default, deserialize_with = "some")]
    after_start: Option<Value>,
    #[serde(default)]
    options: Vec<Value>,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    secret: bool,
    #[serde(default)]
    readonly: bool,
    #[serde(default)]
    blocked: bool,
    #[serde(default)]
    licensed: bool,
    #[serde(default)]
    enterprise: bool,
    #[serde(default)]
    modules: Vec<String>,
    #[serde(default, deserialize_with = "some")]
    invalid: Option<Value>,
    group: Option<String>,
    section: Option<String>,
}

/// Keeps `null` apart from an absent key.
fn some<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// The settings catalogue as a sorted static table.
fn settings(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut code = String::from("pub(super) static SETTINGS: &[Definition] = &[\n");
    let mut last = String::new();
    for (number, line) in text.lines().enumerate() {
        let stop = |what: String| -> ! { panic!("{}:{}: {what}", path.display(), number + 1) };
        let setting: Setting =
            serde_json::from_str(line).unwrap_or_else(|error| stop(error.to_string()));
        if setting.id <= last {
            stop(format!("{} does not come after {last}", setting.id));
        }
        write!(
            code,
            "Definition {{ id: {:?}, group: {:?}, section: {:?}, spans: &[",
            setting.id, setting.group, setting.section
        )
        .expect("text grows");
        if setting.spans.is_empty() {
            stop(format!("{} has no span", setting.id));
        }
        for span in &setting.spans {
            write!(
                code,
                "Span {{ since: {}, until: {}, kind: {:?}, default: {}, after_start: {}, \
                 options: &{:?}, hidden: {}, public: {}, secret: {}, readonly: {}, blocked: {}, \
                 licensed: {}, enterprise: {}, modules: &{:?}, invalid: {}, group: {:?}, section: {:?} }}, ",
                boundary(&span.since),
                span.until.as_ref().map_or_else(|| "None".to_owned(), |u| format!("Some({})", boundary(u))),
                span.kind,
                default(span),
                span.after_start.as_ref().map_or_else(|| "None".to_owned(), |v| format!("Some({})", fixed(v))),
                span.options.iter().map(plain).collect::<Vec<_>>(),
                span.hidden,
                span.public,
                span.secret,
                span.readonly,
                span.blocked,
                span.licensed,
                span.enterprise,
                span.modules,
                span.invalid.as_ref().map_or_else(|| "None".to_owned(), |v| format!("Some({})", fixed(v))),
                span.group.as_deref().unwrap_or(&setting.group),
                span.section.as_deref().unwrap_or(&setting.section),
            )
            .expect("text grows");
        }
        code.push_str("] },\n");
        last = setting.id;
    }
    code.push_str("];\n");
    code
}

/// `6.5.1`, `..3.18.2` or `6.5.3..6.13.0` as a `Boundary`.
fn boundary(text: &str) -> String {
    let release = |text: &str| {
        let numbers: Vec<u32> = text
            .split('.')
            .map(|n| n.parse().unwrap_or_else(|e| panic!("{text}: {e}")))
            .collect();
        let [major, minor, patch] = numbers.as_slice() else {
            panic!("{text}: not a release")
        };
        format!("Release::new({major}, {minor}, {patch})")
    };
    match text.split_once("..") {
        None => format!("Boundary::At({})", release(text)),
        Some(("", by)) => format!("Boundary::By({})", release(by)),
        Some((after, by)) => format!("Boundary::Between({}, {})", release(after), release(by)),
    }
}

fn default(span: &Span) -> String {
    match (&span.default, &span.default_sha256, span.generated) {
        (Some(value), None, false) => format!("Default::Value({})", fixed(value)),
        (None, Some(digest), false) => format!("Default::Digest({digest:?})"),
        (None, None, true) => "Default::Generated".to_owned(),
        _ => panic!("a span has exactly one of default, default_sha256 and generated"),
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A JSON value as a `Fixed`.
fn fixed(value: &Value) -> String {
    match value {
        Value::Null => "Fixed::Null".to_owned(),
        Value::Bool(value) => format!("Fixed::Bool({value})"),
        Value::Number(number) => number.as_i64().map_or_else(
            || {
                format!(
                    "Fixed::Double({number:?}_f64)",
                    number = number.as_f64().expect("a number")
                )
            },
            |n| format!("Fixed::Int({n})"),
        ),
        Value::String(text) => format!("Fixed::Text({text:?})"),
        Value::Array(_) | Value::Object(_) => format!("Fixed::Json({:?})", value.to_string()),
    }
}
