//! Documents that no other refers to. Both sides are read in the order of an index and brought
//! together here: one pass over keys, where a join in the database would look up each one.

use std::collections::{BTreeMap, BTreeSet};

use mongodb::bson::{Bson, RawDocument, doc};
use mongodb::error::Result;
use rc_audit_rules::query::{Query, Take};
use rc_audit_rules::snapshot::{Dataset, LedgerEntry};

use super::pipeline::matching;
use super::read::Workspace;

/// How many documents are looked for at once by the field without an index.
const AT_ONCE: usize = 500;

impl Workspace {
    /// Answers [`Take::Unreferenced`].
    pub(super) async fn unreferenced(
        &self,
        query: &Query,
        entry: &mut LedgerEntry,
    ) -> Result<Dataset> {
        let Take::Unreferenced {
            at_most,
            by,
            by_key,
            same,
            by_list,
        } = &query.take
        else {
            return Ok(Dataset::Counts(BTreeMap::new()));
        };
        let own = vec![
            doc! { "$match": matching(&query.filter) },
            doc! { "$limit": i64::from(*at_most) },
            doc! { "$project": { "_id": 1, "same": format!("${same}") } },
        ];
        // Keys alone are asked for, so the index answers without any document being read.
        let referred = vec![
            doc! { "$match": { *by_key: { "$gte": "" } } },
            doc! { "$project": { "_id": 0, "id": format!("${by_key}") } },
        ];
        let mut missing: BTreeMap<String, String> = BTreeMap::new();
        let mut all = 0_u64;
        for document in self.documents(query.id, query.collection, own).await? {
            entry.bytes += length(&document);
            all += 1;
            missing.insert(text(&document, "_id"), text(&document, "same"));
        }
        for document in self.documents(query.id, by, referred).await? {
            entry.bytes += length(&document);
            missing.remove(&text(&document, "id"));
        }
        let left: Vec<(String, String)> = missing
            .iter()
            .map(|(id, same)| (id.clone(), same.clone()))
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
                    "ids": { "$setIntersection": [format!("${by_list}"), ids] },
                } },
            ];
            for document in self.documents(query.id, by, listed).await? {
                entry.bytes += length(&document);
                let place = text(&document, "same");
                for id in document.get_array("ids").into_iter().flatten().flatten() {
                    let id = id.as_str().unwrap_or_default();
                    if missing.get(id) == Some(&place) {
                        missing.remove(id);
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

fn text(document: &RawDocument, field: &str) -> String {
    document.get_str(field).unwrap_or_default().to_owned()
}

fn length(document: &RawDocument) -> u64 {
    u64::try_from(document.as_bytes().len()).unwrap_or(u64::MAX)
}
