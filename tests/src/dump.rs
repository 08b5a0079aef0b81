//! Writes workspaces the way MongoDB's tools do.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::workspace::{Workspace, indexes};
use bson::{Bson, Document, doc};

/// The name of the database in dumps.
pub const DATABASE: &str = "rocketchat";

/// Begins an archive.
const MAGIC: [u8; 4] = [0x6d, 0xe2, 0x99, 0x81];
/// Ends a part of an archive.
const END: [u8; 4] = [0xff; 4];

/// Writes `folder/rocketchat/<collection>.bson` and its metadata, as `mongodump` does, with `gzip`
/// as `mongodump --gzip` does.
pub fn folder(workspace: &Workspace, folder: &Path, gzip: bool) {
    let folder = folder.join(DATABASE);
    fs::create_dir_all(&folder).expect("a folder can be made");
    for (name, documents) in workspace.collections() {
        let ending = if gzip { ".gz" } else { "" };
        let mut out = writer(&folder.join(format!("{name}.bson{ending}")), gzip);
        for document in documents {
            out.write_all(&bytes(document))
                .expect("documents can be written");
        }
        finish(out);
        let mut out = writer(&folder.join(format!("{name}.metadata.json{ending}")), gzip);
        out.write_all(metadata(name).as_bytes())
            .expect("metadata can be written");
        finish(out);
    }
}

/// Writes an archive, as `mongodump --archive` does. Blocks of collections alternate, as they do
/// where several are read at once.
pub fn archive(workspace: &Workspace, path: &Path, gzip: bool) {
    const BLOCK: usize = 40;
    let mut out = writer(path, gzip);
    let mut put = |bytes: &[u8]| out.write_all(bytes).expect("the archive can be written");
    put(&MAGIC);
    let header = doc! {
        "concurrent_collections": 4, "version": "0.1", "server_version": "6.0.5", "tool_version": "100.6.1",
    };
    put(&bytes(&header));
    for name in workspace.collections().keys() {
        let entry = doc! {
            "db": DATABASE, "collection": name, "metadata": metadata(name), "size": 0, "type": "",
        };
        put(&bytes(&entry));
    }
    put(&END);
    let block = |name: &str, eof: bool| {
        bytes(&doc! { "db": DATABASE, "collection": name, "EOF": eof, "CRC": 0_i64 })
    };
    let longest = workspace
        .collections()
        .values()
        .map(Vec::len)
        .max()
        .unwrap_or(0);
    for from in (0..longest).step_by(BLOCK) {
        for (name, documents) in workspace.collections() {
            let part: Vec<&Document> = documents.iter().skip(from).take(BLOCK).collect();
            if part.is_empty() {
                continue;
            }
            put(&block(name, false));
            for document in part {
                put(&bytes(document));
            }
            put(&END);
        }
    }
    for name in workspace.collections().keys() {
        put(&block(name, true));
        put(&END);
    }
    finish(out);
}

/// Writes the settings alone: `.bson` as documents, `.jsonl` as `mongoexport` does, `.json` as
/// `mongoexport --jsonArray` does; with `.gz` compressed.
pub fn settings_file(workspace: &Workspace, path: &Path) {
    let gzip = ends_in(path, "gz");
    let plain = if gzip {
        path.with_extension("")
    } else {
        path.to_owned()
    };
    let settings = &workspace.collections()["rocketchat_settings"];
    let mut out = writer(path, gzip);
    if ends_in(&plain, "bson") {
        for document in settings {
            out.write_all(&bytes(document))
                .expect("documents can be written");
        }
    } else {
        let texts: Vec<String> = settings.iter().map(extended).collect();
        let text = if ends_in(&plain, "json") {
            format!("[{}]\n", texts.join(","))
        } else {
            texts.join("\n") + "\n"
        };
        out.write_all(text.as_bytes()).expect("text can be written");
    }
    finish(out);
}

fn ends_in(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|it| it == ending)
}

/// A document in relaxed Extended JSON, version 2.
fn extended(document: &Document) -> String {
    Bson::Document(document.clone())
        .into_relaxed_extjson()
        .to_string()
}

fn metadata(collection: &str) -> String {
    let id = doc! { "v": 2, "key": { "_id": 1 }, "name": "_id_" };
    let indexes: Vec<Document> = std::iter::once(id)
        .chain(
            indexes(collection)
                .iter()
                .map(crate::workspace::Index::document),
        )
        .collect();
    let document = doc! {
        "options": {}, "indexes": indexes, "collectionName": collection, "type": "collection",
    };
    canonical(&document.into())
}

/// A value in canonical Extended JSON, its fields in their order, which matters for an index.
fn canonical(value: &Bson) -> String {
    let list = |parts: Vec<String>| parts.join(",");
    match value {
        Bson::Document(document) => {
            let parts = document
                .iter()
                .map(|(name, value)| format!("{}:{}", serde_json::json!(name), canonical(value)));
            format!("{{{}}}", list(parts.collect()))
        }
        Bson::Array(items) => format!("[{}]", list(items.iter().map(canonical).collect())),
        other => other.clone().into_canonical_extjson().to_string(),
    }
}

fn bytes(document: &Document) -> Vec<u8> {
    document.to_vec().expect("a document has bytes")
}

fn writer(path: &Path, gzip: bool) -> Box<dyn Finish> {
    let file = BufWriter::new(File::create(path).expect("a file can be made"));
    if gzip {
        Box::new(GzEncoder::new(file, Compression::best()))
    } else {
        Box::new(file)
    }
}

fn finish(out: Box<dyn Finish>) {
    out.finish();
}

/// A writer whose end has to be written too.
trait Finish: Write {
    fn finish(self: Box<Self>);
}

impl Finish for BufWriter<File> {
    fn finish(mut self: Box<Self>) {
        self.flush().expect("the end can be written");
    }
}

impl Finish for GzEncoder<BufWriter<File>> {
    fn finish(self: Box<Self>) {
        let mut file = GzEncoder::finish(*self).expect("the end can be written");
        file.flush().expect("the end can be written");
    }
}
