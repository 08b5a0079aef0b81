//! Queries as aggregations. Documents are reduced in the database.

mod join;
mod texts;

use std::sync::LazyLock;

use mongodb::bson::{Bson, DateTime, Document, doc};
use rc_audit_rules::query::{By, DAYS, Field, Filter, Literal, Query, Reduce, Take};

/// What counts as blank, inside a class of a regular expression. The database's own idea of it is
/// another one. It is written in plain letters, because a server that quotes a command in an error
/// cuts it anywhere, also within a letter, and then nobody can read the error.
const BLANK: &str =
    r"\t\n\x0B\f\r \x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}";

/// In settings read by [`settings`], whether the value is the invalid one. What a value is compared with
/// otherwise does not leave the database; whether it is equal stands in its place.
pub(super) const SAME_AS_INVALID: &str = "sameAsInvalid";

/// A filter as the document of a `$match`.
pub(super) fn matching(filter: &Filter) -> Document {
    match filter {
        Filter::Any => doc! {},
        Filter::All(parts) if parts.is_empty() => doc! {},
        Filter::All(parts) => doc! { "$and": each(parts) },
        Filter::Either(parts) => doc! { "$or": each(parts) },
        Filter::Is(path, literal) => doc! { *path: constant(*literal) },
        Filter::IsNot(path, literal) => doc! { *path: { "$ne": constant(*literal) } },
        Filter::OneOf(path, literals) => {
            let values: Vec<Bson> = literals.iter().map(|it| constant(*it)).collect();
            doc! { *path: { "$in": values } }
        }
        Filter::Exists(path) => doc! { *path: { "$exists": true } },
        Filter::Missing(path) => doc! { *path: { "$exists": false } },
        // Of a list that holds no document, the second alone would say that nothing in it is null.
        Filter::Filled(path) => doc! { *path: { "$exists": true, "$nin": [Bson::Null, ""] } },
        Filter::Matches(path, expression) => {
            doc! { *path: { "$regex": *expression, "$options": "i" } }
        }
        Filter::Element(path, filter) => doc! { *path: { "$elemMatch": matching(filter) } },
        Filter::OfType(path, kind) => doc! { *path: { "$type": *kind } },
        // A circle of half the circumference is the globe; this form uses the index of places.
        Filter::Located(path) => {
            let globe = doc! { "$centerSphere": [[0, 0], std::f64::consts::PI] };
            doc! { *path: { "$geoWithin": globe } }
        }
    }
}

fn each(parts: &[Filter]) -> Vec<Document> {
    parts.iter().map(matching).collect()
}

fn constant(literal: Literal) -> Bson {
    match literal {
        Literal::Bool(value) => Bson::Boolean(value),
        Literal::Text(text) => Bson::String(text.to_owned()),
    }
}

/// The stages that answer a query; none for what is not an aggregation.
pub(super) fn stages(query: &Query) -> Option<Vec<Document>> {
    let rest = match &query.take {
        Take::Rows {
            fields,
            sort,
            at_most,
        } => {
            let mut stages = Vec::new();
            if let Some(sort) = sort {
                stages.push(doc! { "$sort": { sort.by: if sort.descending { -1 } else { 1 } } });
            }
            stages.push(one_more_than(*at_most));
            stages.push(doc! { "$project": projection(fields) });
            stages
        }
        Take::Counts(counts) => {
            let mut facets = Document::new();
            for (name, filter) in counts {
                facets.insert(
                    *name,
                    vec![doc! { "$match": matching(filter) }, doc! { "$count": "n" }],
                );
            }
            vec![doc! { "$facet": facets }]
        }
        Take::Orphans { .. } => join::orphans(&query.take)?,
        Take::Each {
            carry,
            at_most,
            children,
        } => join::first_children(carry, *at_most, children),
        Take::Members { .. } => join::members(&query.take)?,
        Take::Tally { by, latest } => tally(by, *latest),
        // The stage has to stand first.
        Take::Size => {
            return Some(vec![
                doc! { "$collStats": { "count": {} } },
                doc! { "$project": { "_id": 0, "all": "$count" } },
            ]);
        }
        Take::Unreferenced(_) | Take::Indexes => return None,
    };
    let mut stages = vec![doc! { "$match": matching(&query.filter) }];
    stages.extend(rest);
    Some(stages)
}

/// One document for each kind, with the kind and the number. The bound takes one more than it
/// allows, so that the sum tells whether there were more.
fn tally(by: &By, latest: Option<(&'static str, u32)>) -> Vec<Document> {
    let mut stages = Vec::new();
    if let Some((field, at_most)) = latest {
        stages.push(doc! { "$sort": { field: -1 } });
        stages.push(one_more_than(at_most));
    }
    let kind: Bson = match by {
        By::Text(path) => {
            let value = format!("${path}");
            doc! { "$cond": [{ "$eq": [{ "$type": value.clone() }, "string"] }, value, ""] }.into()
        }
        By::Day(paths) => {
            let mut branches = Vec::new();
            for path in *paths {
                let value = format!("${path}");
                branches.push(branch(
                    doc! { "$and": [
                        { "$eq": [{ "$type": value.clone() }, "date"] },
                        { "$gte": [value.clone(), DateTime::from_millis(DAYS.start)] },
                        { "$lt": [value.clone(), DateTime::from_millis(DAYS.end)] },
                    ] },
                    doc! { "$dateToString": { "date": value, "format": "%Y-%m-%d" } },
                ));
            }
            doc! { "$switch": { "branches": branches, "default": "" } }.into()
        }
    };
    stages.push(doc! { "$group": { "_id": kind, "n": { "$sum": 1 } } });
    stages.push(doc! { "$sort": { "_id": 1 } });
    stages
}

/// A limit that lets the reader see that there is more.
fn one_more_than(at_most: u32) -> Document {
    doc! { "$limit": i64::from(at_most) + 1 }
}

/// The fields of a row, each reduced.
fn projection(fields: &[Field]) -> Document {
    let mut projection = doc! { "_id": 0 };
    for field in fields {
        projection.insert(field.name, reduced(field));
    }
    projection
}

fn reduced(field: &Field) -> Bson {
    let value = format!("${}", field.path);
    match field.reduce {
        // The database has no digest function, so these are taken after reading.
        Reduce::Plain | Reduce::Fingerprint | Reduce::Digest => Bson::String(value),
        Reduce::Origin => doc! { "$cond": [
            { "$isArray": [value.clone()] },
            { "$map": { "input": value.clone(), "in": origin("$$this") } },
            { "$cond": [{ "$eq": [{ "$type": value.clone() }, "string"] }, origin(&value), "$$REMOVE"] },
        ] }
        .into(),
        Reduce::Filled => doc! { "$cond": [
            { "$isArray": [value.clone()] },
            { "$gt": [{ "$size": { "$setDifference": [value.clone(), [Bson::Null, ""]] } }, 0] },
            { "$not": [{ "$in": [{ "$ifNull": [value, ""] }, [""]] }] },
        ] }
        .into(),
        Reduce::IsWord(words) => {
            let words: Vec<&str> = words.to_vec();
            doc! { "$let": {
                "vars": { "one": { "$cond": [
                    { "$isArray": [value.clone()] }, { "$arrayElemAt": [value.clone(), 0] }, value,
                ] } },
                "in": { "$cond": [
                    { "$eq": [{ "$type": "$$one" }, "string"] },
                    { "$in": [
                        { "$arrayElemAt": [{ "$split": [{ "$toLower": "$$one" }, "@"] }, 0] },
                        words,
                    ] },
                    false,
                ] },
            } }
            .into()
        }
        Reduce::KeysBeyond(known) => {
            let known: Vec<&str> = known.to_vec();
            doc! { "$cond": [
                { "$eq": [{ "$type": value.clone() }, "object"] },
                { "$size": { "$filter": {
                    "input": { "$objectToArray": value },
                    "cond": { "$not": [{ "$in": ["$$this.k", known] }] },
                } } },
                0,
            ] }
            .into()
        }
    }
}

/// An address without user, path and query; an empty text for what is no text.
fn origin(value: &str) -> Document {
    let parts = r"^\s*([A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#\\]*@)?([^/?#\\]*)";
    doc! { "$let": {
        "vars": { "found": { "$regexFind": {
            "input": { "$cond": [{ "$eq": [{ "$type": value }, "string"] }, value, ""] },
            "regex": parts,
        } } },
        "in": { "$concat": [
            { "$ifNull": [{ "$arrayElemAt": ["$$found.captures", 0] }, ""] },
            { "$ifNull": [{ "$arrayElemAt": ["$$found.captures", 1] }, ""] },
        ] },
    } }
}

/// One of the branches of a `$switch`.
fn branch(case: Document, then: impl Into<Bson>) -> Document {
    doc! { "case": case, "then": then.into() }
}

/// The stages that read the settings. The value is cut down in the database: a document of marks stands
/// for what nobody needs. Every document passes the first conditions, so the most common come first, and
/// none is asked twice.
///
/// Fields are chosen in a stage of their own: the server does that while it reads, and would otherwise
/// prepare the expressions twice and take every document apart.
pub(super) fn settings() -> &'static [Document] {
    static STAGES: LazyLock<Vec<Document>> = LazyLock::new(settings_stages);
    &STAGES
}

fn settings_stages() -> Vec<Document> {
    let kind = doc! { "$type": "$value" };
    let is = |name: &str| doc! { "$eq": [kind.clone(), name] };
    let as_it_is = Bson::from("$value");
    let value = doc! { "$switch": {
        "branches": [
            // No value, null, numbers and the empty text come before other texts.
            branch(doc! { "$lte": ["$value", ""] }, as_it_is.clone()),
            branch(doc! { "$in": ["$value", [true, false]] }, as_it_is.clone()),
            branch(is("string"), texts::text()),
            branch(doc! { "$eq": ["$value", Bson::Array(Vec::new())] }, as_it_is.clone()),
            branch(is("date"), as_it_is),
        ],
        "default": { "kind": kind.clone() },
    } };
    let same_as = |other: &str| {
        doc! { "$cond": [
            { "$eq": [{ "$type": other }, "missing"] }, "$$REMOVE", { "$eq": ["$value", other] },
        ] }
    };
    vec![
        doc! { "$project": {
            "_id": 1, "type": 1, "valueSource": 1, "hidden": 1, "blocked": 1, "secret": 1, "public": 1,
            "enterprise": 1, "modules": 1, "_updatedAt": 1,
            "value": 1, "packageValue": 1, "processEnvValue": 1, "invalidValue": 1,
        } },
        doc! { "$set": {
            "value": value,
            "packageValue": same_as("$packageValue"),
            "processEnvValue": same_as("$processEnvValue"),
            SAME_AS_INVALID: same_as("$invalidValue"),
        } },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_is_not_needed_stays_in_the_database() {
        let text = format!("{:?}", settings());
        for id in [
            "SMTP_Password",
            "Livechat_secret_token",
            "Custom_Script_Logged_In",
        ] {
            assert!(!text.contains(id), "{id}");
        }
        assert!(text.contains("Push_gateway"));
    }

    #[test]
    fn blank_is_what_this_program_takes_for_blank() {
        let blank = regex::Regex::new(&format!("^[{BLANK}]$")).unwrap();
        for character in '\0'..=char::MAX {
            let found = blank.is_match(character.encode_utf8(&mut [0; 4]));
            assert_eq!(found, character.is_whitespace(), "{character:?}");
        }
    }

    #[test]
    fn a_command_is_written_in_plain_letters() {
        assert!(serde_json::to_string(&settings()).unwrap().is_ascii());
    }

    #[test]
    fn an_empty_list_of_conditions_matches_everything() {
        assert_eq!(matching(&Filter::All(Vec::new())), doc! {});
    }
}
