//! Documents that no other refers to. Both sides are read in the order of an index and brought
//! together here: one pass over keys, where a join in the database would look up each one. If there are
//! far more references than documents, the rest is looked up, so that the cost follows the documents.

use std::collections::{BTreeMap, BTreeSet};

use mongodb::bson::{Bson, RawBsonRef, RawDocument, RawDocumentBuf, doc};
use mongodb::error::Result;
use rc_audit_rules::query::{Query, References};
use rc_audit_rules::snapshot::{Dataset, LedgerEntry};

use super::key::Key;
use super::pipeline::matching;
use super::read::Workspace;

/// How many documents are looked for at once by the field without an index.
const AT_ONCE: usize = 500;

/// How many documents are looked for at once by the field with an index.
const AT_ONCE_BY_INDEX: usize = 5_000;

/// How many references are read for each document before documents are looked up instead, which costs
/// about twice as much each.
const REFERENCES_EACH: usize = 2;

impl Workspace {
    /// Answers a query for documents that nothing refers to.
    pub(super) async fn unreferenced(
        &self,
        query: &Query,
        references: &References,
        entry: &mut LedgerEntry,
    ) -> Result<Dataset> {
        let References {
            at_most,
            by,
            by_key,
            same,
            by_list,
        } = references;
        let own = vec![
            doc! { "$match": matching(&query.filter) },
            doc! { "$limit": i64::from(*at_most) },
            doc! { "$project": { "_id": 1, "same": format!("${same}") } },
        ];
        let mut missing: BTreeMap<Key, Option<String>> = BTreeMap::new();
        let mut all = 0_u64;
        for document in self.documents(query.id, query.collection, &own).await? {
            entry.bytes += length(&document);
            all += 1;
            let id = document
                .get("_id")
                .ok()
                .flatten()
                .map_or(Key::Null, Key::of);
            missing.insert(id, text(&document, "same"));
        }
        // Keys alone are asked for, so the index answers without any document being read.
        let bound = REFERENCES_EACH * missing.len() + 1;
        let referred = vec![
            doc! { "$match": { *by_key: { "$gte": "" } } },
            doc! { "$limit": i64::try_from(bound).unwrap_or(i64::MAX) },
            doc! { "$project": { "_id": format!("${by_key}") } },
        ];
        let referred = self.documents(query.id, by, &referred).await?;
        drop_found(&mut missing, &referred, entry);
        if referred.len() == bound {
            let ids: Vec<String> = missing
                .keys()
                .filter_map(|id| match id {
                    Key::Text(id) => Some(id.clone()),
                    _ => None,
                })
                .collect();
            for part in ids.chunks(AT_ONCE_BY_INDEX) {
                // The server goes from one key to the next, however many documents share it.
                let found = vec![
                    doc! { "$match": { *by_key: { "$in": part } } },
                    doc! { "$group": { "_id": format!("${by_key}") } },
                ];
                let found = self.documents(query.id, by, &found).await?;
                drop_found(&mut missing, &found, entry);
            }
        }
        let left: Vec<(String, String)> = missing
            .iter()
            .filter_map(|(id, same)| match id {
                Key::Text(id) => Some((id.clone(), same.clone()?)),
                _ => None,
            })
            .collect();
        for part in left.chunks(AT_ONCE) {
            let ids: Vec<Bson> = part.iter().map(|(id, _)| Bson::from(id.as_str())).collect();
            let places: BTreeSet<&str> = part.iter().map(|(_, same)| same.as_str()).collect();
            let places: Vec<Bson> = places.into_iter().map(Bson::from).collect();
            let listed = vec![
                doc! { "$match": { *same: { "$in": places }, *by_list: { "$in": ids.clone() } } },
                doc! { "$project": {
                    "_id": 0,
                    "same": format!("${same}"),
                    "ids": { "$cond": [
                        { "$isArray": [format!("${by_list}")] },
                        { "$setIntersection": [format!("${by_list}"), ids] },
                        [],
                    ] },
                } },
            ];
            for document in self.documents(query.id, by, &listed).await? {
                entry.bytes += length(&document);
                let place = text(&document, "same");
                for id in texts(&document, "ids") {
                    let id = Key::Text(id);
                    if missing.get(&id).is_some_and(|same| *same == place) {
                        missing.remove(&id);
                    }
                }
            }
        }
        entry.returned = 2;
        let orphaned = u64::try_from(missing.len()).unwrap_or(u64::MAX);
        Ok(Dataset::Counts(BTreeMap::from([
            ("all".to_owned(), all),
            ("orphaned".to_owned(), orphaned),
        ])))
    }
}

/// Takes out what these documents name as their `_id`, a text or a list of texts.
fn drop_found(
    missing: &mut BTreeMap<Key, Option<String>>,
    found: &[RawDocumentBuf],
    entry: &mut LedgerEntry,
) {
    for document in found {
        entry.bytes += length(document);
        for id in texts(document, "_id") {
            missing.remove(&Key::Text(id));
        }
    }
}

fn text(document: &RawDocument, field: &str) -> Option<String> {
    document.get_str(field).ok().map(str::to_owned)
}

/// A text, or the texts in a list.
fn texts(document: &RawDocument, field: &str) -> Vec<String> {
    match document.get(field) {
        Ok(Some(RawBsonRef::String(text))) => vec![text.to_owned()],
        Ok(Some(RawBsonRef::Array(items))) => items
            .into_iter()
            .filter_map(|item| item.ok()?.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

fn length(document: &RawDocument) -> u64 {
    u64::try_from(document.as_bytes().len()).unwrap_or(u64::MAX)
}
