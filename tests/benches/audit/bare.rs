//! Reading with the driver alone: what any audit has to cost at least.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bson::Document;
use mongodb::options::ClientOptions;
use mongodb::{Client, bson::RawDocumentBuf};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::load::Question;

/// As many questions at the same time as an audit asks.
const AT_ONCE: usize = 8;

/// All documents of some collections.
pub(crate) fn documents(
    folder: &Path,
    name: &str,
    address: &str,
    databases: &[String],
    collections: &[String],
) -> PathBuf {
    let all: Vec<Question> = collections
        .iter()
        .map(|name| (name.clone(), Value::Array(Vec::new())))
        .collect();
    questions(folder, &format!("all-{name}"), address, databases, &all)
}

/// The same questions as an audit asks, in a file that is named here.
pub(crate) fn questions(
    folder: &Path,
    name: &str,
    address: &str,
    databases: &[String],
    questions: &[Question],
) -> PathBuf {
    let path = folder.join(name);
    let bytes = serde_json::to_vec(&(address, databases, questions)).expect("JSON");
    std::fs::write(&path, bytes).expect("a file can be written");
    path
}

/// Asks what a file says, and drops the answers.
pub(crate) fn read(file: &Path) {
    let bytes = std::fs::read(file).expect("what to read");
    let (address, databases, questions): (String, Vec<String>, Vec<Question>) =
        serde_json::from_slice(&bytes).expect("JSON");
    let questions: Vec<(String, Vec<Document>)> = questions
        .into_iter()
        .map(|(collection, stages)| (collection, stages_of(stages)))
        .collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads can be started");
    let count = runtime.block_on(async move {
        let mut options = ClientOptions::parse(address).await.expect("an address");
        options.max_pool_size = Some(u32::try_from(AT_ONCE).expect("a number"));
        options.direct_connection = Some(true);
        let client = Client::with_options(options).expect("a client");
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks = JoinSet::new();
        for database in databases {
            for (collection, stages) in questions.clone() {
                let place = Arc::clone(&places).acquire_owned().await;
                let documents = client
                    .database(&database)
                    .collection::<RawDocumentBuf>(&collection);
                tasks.spawn(async move {
                    let answer = documents.aggregate(stages).batch_size(1_000);
                    let mut cursor = answer
                        .with_type::<RawDocumentBuf>()
                        .await
                        .expect("an answer");
                    let mut count = 0_usize;
                    while cursor.advance().await.expect("a document") {
                        count += usize::from(!cursor.current().is_empty());
                    }
                    drop(place);
                    count
                });
            }
        }
        tasks.join_all().await.into_iter().sum::<usize>()
    });
    assert!(count > 0, "nothing there");
}

fn stages_of(stages: Value) -> Vec<Document> {
    let stages = bson::Bson::try_from(stages).expect("BSON");
    let stages = stages.as_array().expect("stages").iter();
    stages
        .map(|stage| stage.as_document().expect("a stage").clone())
        .collect()
}
