//! Facts about where uploaded files lie. The setting decides for new files; old ones stay where they
//! were put, so the documents of the files are asked too.

use super::{Absent, Context, Fact, Family, Kind, Spec};
use crate::query::{By, Filter, Query, Reach, Take};
use crate::settings::{Effective, Settings};
use crate::value::Value;

/// Uploads by store.
pub const UPLOADS: &str = "storage.uploads";
/// Files of data exports by store.
pub const EXPORTS: &str = "storage.exports";

/// The bound on uploads that are looked at, latest first.
const UPLOADS_AT_MOST: u32 = 200_000;

/// Stores from which the server can send a browser to the bucket itself.
const BUCKETS: &[&str] = &["AmazonS3", "GoogleCloudStorage"];

/// Stores that are not the server's own disk or database.
const OUTSIDE: &[&str] = &["AmazonS3", "GoogleCloudStorage", "Webdav"];

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "storage.unapproved",
            kind: Kind::List,
            about: "Stores that hold uploads or exports and that are not among file_stores.",
            derive: unapproved,
        },
        Spec {
            id: "storage.buckets",
            kind: Kind::List,
            about: "Stores outside the server that new files go to or that hold files: AmazonS3, GoogleCloudStorage.",
            derive: |context| outside(context, BUCKETS),
        },
        Spec {
            id: "storage.outside",
            kind: Kind::List,
            about: "Stores on other hosts that new files go to or that hold files: AmazonS3, GoogleCloudStorage, Webdav.",
            derive: |context| outside(context, OUTSIDE),
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    let by_store = |latest| Take::Tally {
        by: By::Text("store"),
        latest,
    };
    vec![
        Query {
            id: UPLOADS,
            collection: "rocketchat_uploads",
            filter: Filter::Any,
            take: by_store(Some(("uploadedAt", UPLOADS_AT_MOST))),
            reach: Reach::Index("uploadedAt"),
        },
        Query {
            id: EXPORTS,
            collection: "rocketchat_user_data_files",
            filter: Filter::Any,
            take: by_store(None),
            reach: Reach::Whole,
        },
    ]
}

/// The kinds of store that hold files, as far as they were looked at, and why that is not all.
fn stores(context: &Context<'_>) -> (Vec<String>, Option<Absent>) {
    let mut found = Vec::new();
    let mut doubt = None;
    for query in [UPLOADS, EXPORTS] {
        match context.tally(query) {
            Ok(tally) => {
                if !tally.complete {
                    doubt = Some(Absent::Unknown(
                        "there are more uploads than the query looks at".to_owned(),
                    ));
                }
                found.extend(tally.counts.keys().map(|store| kind(store)));
            }
            Err(absent) => doubt = Some(absent),
        }
    }
    found.sort();
    found.dedup();
    (found, doubt)
}

/// The kind of a store, which stands before what it is for: `AmazonS3:Uploads`.
fn kind(store: &str) -> String {
    match store.split(':').next() {
        None | Some("") => "not named".to_owned(),
        Some(kind) => kind.to_owned(),
    }
}

fn unapproved(context: &Context<'_>) -> Fact {
    let allowed = context.parameters.list("file_stores");
    let (mut found, doubt) = stores(context);
    found.retain(|kind| !allowed.contains(&kind.as_str()));
    match doubt {
        Some(absent) if found.is_empty() => Err(absent),
        _ => Ok(found.into_iter().collect()),
    }
}

/// Which of these stores new files go to or hold files.
fn outside(context: &Context<'_>, kinds: &[&str]) -> Fact {
    let (held, mut doubt) = stores(context);
    let setting = match context.settings.get("FileUpload_Storage_Type").effective {
        Effective::Value(Value::Text(text)) => text,
        Effective::Value(value) => {
            let why = format!("FileUpload_Storage_Type is a {}", value.kind());
            doubt = Some(Absent::Unknown(why));
            String::new()
        }
        Effective::NotInVersion { why } | Effective::Unknown { why } => {
            doubt = Some(Absent::Unknown(why));
            String::new()
        }
    };
    let found: Vec<&str> = kinds
        .iter()
        .copied()
        .filter(|kind| setting == *kind || held.iter().any(|it| it == kind))
        .collect();
    match doubt {
        Some(absent) if found.is_empty() => Err(absent),
        _ => Ok(found.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, tally, whole};
    use super::*;

    fn given(uploads: &[(&str, u64)], complete: bool) -> Given {
        Given::new()
            .answer(UPLOADS, whole(complete, tally(uploads)))
            .answer(EXPORTS, tally(&[("FileSystem:UserDataFiles", 1)]))
    }

    #[test]
    fn old_files_count_beside_the_setting() {
        let uploads = [("GridFS:Uploads", 9), ("AmazonS3:Uploads", 1)];
        let amazon = || Ok(["AmazonS3"].into_iter().collect::<Value>());
        assert_eq!(
            given(&uploads, true).derive("storage.unapproved"),
            amazon(),
            "the database and the server's disk are approved by default"
        );
        assert_eq!(
            given(&uploads, false).derive("storage.unapproved"),
            amazon()
        );
        assert_eq!(given(&uploads, true).derive("storage.buckets"), amazon());
    }

    #[test]
    fn what_was_not_looked_at_is_not_approved() {
        let uploads = [("GridFS:Uploads", 9)];
        assert_eq!(
            given(&uploads, true).derive("storage.unapproved"),
            Ok(Value::List(Vec::new()))
        );
        assert!(given(&uploads, false).derive("storage.unapproved").is_err());
        assert!(given(&uploads, false).derive("storage.buckets").is_err());
        assert!(
            Given::new()
                .denied(UPLOADS)
                .derive("storage.buckets")
                .is_err()
        );
    }

    #[test]
    fn what_was_seen_counts_whatever_was_not() {
        let seen = Given::new()
            .answer(UPLOADS, tally(&[("Webdav:Uploads", 1)]))
            .denied(EXPORTS);
        assert_eq!(
            seen.derive("storage.unapproved"),
            Ok(["Webdav"].into_iter().collect())
        );
    }

    #[test]
    fn webdav_is_outside_and_no_bucket() {
        let uploads = [("Webdav:Uploads", 1)];
        assert_eq!(
            given(&uploads, true).derive("storage.outside"),
            Ok(["Webdav"].into_iter().collect())
        );
        assert_eq!(
            given(&uploads, true).derive("storage.buckets"),
            Ok(Value::List(Vec::new()))
        );
    }

    #[test]
    fn a_file_without_a_store_is_reported() {
        assert_eq!(
            given(&[("", 1)], true).derive("storage.unapproved"),
            Ok(["not named"].into_iter().collect())
        );
    }

    #[test]
    fn the_setting_alone_can_show_a_bucket() {
        let buckets = Given::new()
            .setting("FileUpload_Storage_Type", "GoogleCloudStorage")
            .denied(UPLOADS)
            .derive("storage.buckets");
        assert_eq!(buckets, Ok(["GoogleCloudStorage"].into_iter().collect()));
    }
}
