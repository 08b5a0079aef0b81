//! Queries as aggregations. Documents are reduced in the database.

use mongodb::bson::{Bson, Document, doc};
use rc_audit_rules::query::{Children, Field, Filter, Literal, Query, Reduce, Take};
use rc_audit_rules::reduction;

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
        Filter::Filled(path) => doc! { *path: { "$nin": [Bson::Null, ""] } },
        Filter::Matches(path, expression) => {
            doc! { *path: { "$regex": *expression, "$options": "i" } }
        }
        Filter::Element(path, filter) => doc! { *path: { "$elemMatch": matching(filter) } },
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
    let mut stages = vec![doc! { "$match": matching(&query.filter) }];
    match &query.take {
        Take::Rows {
            fields,
            sort,
            at_most,
        } => {
            if let Some(sort) = sort {
                stages.push(doc! { "$sort": { sort.by: if sort.descending { -1 } else { 1 } } });
            }
            stages.push(one_more_than(*at_most));
            stages.push(doc! { "$project": projection(fields) });
        }
        Take::Counts(counts) => {
            let mut facets = Document::new();
            for (name, filter) in counts {
                facets.insert(
                    *name,
                    vec![doc! { "$match": matching(filter) }, doc! { "$count": "n" }],
                );
            }
            stages.push(doc! { "$facet": facets });
        }
        Take::Orphans {
            key,
            parent,
            parent_key,
            parent_filter,
        } => stages.extend([
            doc! { "$group": { "_id": format!("${key}"), "n": { "$sum": 1 } } },
            doc! { "$lookup": {
                "from": *parent,
                "let": { "key": "$_id" },
                "pipeline": [
                    { "$match": { "$and": [
                        { "$expr": { "$eq": [format!("${parent_key}"), "$$key"] } },
                        matching(parent_filter),
                    ] } },
                    { "$limit": 1 },
                    { "$project": { "_id": 1 } },
                ],
                "as": "parent",
            } },
            doc! { "$group": {
                "_id": Bson::Null,
                "all": { "$sum": "$n" },
                "orphaned": { "$sum": { "$cond": [{ "$eq": ["$parent", []] }, "$n", 0] } },
            } },
        ]),
        Take::Unreferenced {
            at_most,
            by,
            by_key,
            same,
            by_list,
        } => stages.extend([
            doc! { "$limit": i64::from(*at_most) },
            doc! { "$project": { "_id": 1, "same": format!("${same}") } },
            doc! { "$lookup": {
                "from": *by,
                "localField": "_id",
                "foreignField": *by_key,
                "as": "found",
            } },
            doc! { "$project": { "_id": 1, "same": 1, "missing": { "$eq": ["$found", []] } } },
            // Only what the index did not find is looked for in the rest of its room.
            doc! { "$lookup": {
                "from": *by,
                "let": { "id": "$_id", "same": { "$cond": ["$missing", "$same", Bson::Null] } },
                "pipeline": [
                    { "$match": { "$expr": { "$and": [
                        { "$eq": [format!("${same}"), "$$same"] },
                        { "$in": ["$$id", { "$ifNull": [format!("${by_list}"), []] }] },
                    ] } } },
                    { "$limit": 1 },
                    { "$project": { "_id": 1 } },
                ],
                "as": "listed",
            } },
            doc! { "$group": {
                "_id": Bson::Null,
                "all": { "$sum": 1 },
                "orphaned": { "$sum": { "$cond": [
                    { "$and": ["$missing", { "$eq": ["$listed", []] }] }, 1, 0,
                ] } },
            } },
        ]),
        Take::Each {
            carry,
            at_most,
            children,
        } => stages.extend(first_children(carry, *at_most, children)),
        Take::Members {
            at_most,
            links,
            link_from,
            link_to,
            targets,
            meets,
        } => stages.extend([
            one_more_than(*at_most),
            doc! { "$project": { "_id": 1 } },
            doc! { "$lookup": {
                "from": *links,
                "let": { "id": "$_id" },
                "pipeline": [
                    { "$match": { "$expr": { "$eq": [format!("${link_from}"), "$$id"] } } },
                    { "$project": { "_id": 0, "to": format!("${link_to}") } },
                ],
                "as": "link",
            } },
            doc! { "$unwind": "$link" },
            doc! { "$group": { "_id": "$link.to" } },
            doc! { "$lookup": {
                "from": *targets,
                "let": { "id": "$_id" },
                "pipeline": [
                    { "$match": { "$and": [
                        { "$expr": { "$eq": ["$_id", "$$id"] } },
                        matching(meets),
                    ] } },
                    { "$project": { "_id": 1 } },
                ],
                "as": "target",
            } },
            doc! { "$group": {
                "_id": Bson::Null,
                "all": { "$sum": 1 },
                "lacking": { "$sum": { "$cond": [{ "$eq": ["$target", []] }, 1, 0] } },
            } },
        ]),
        Take::Indexes => return None,
    }
    Some(stages)
}

/// A limit that lets the reader see that there is more.
fn one_more_than(at_most: u32) -> Document {
    doc! { "$limit": i64::from(at_most) + 1 }
}

fn first_children(carry: &[Field], at_most: u32, children: &Children) -> Vec<Document> {
    let of_this_parent = doc! { "$eq": [format!("${}", children.by), "$$id"] };
    let mut kept = projection(carry);
    kept.insert("_id", 1);
    let mut stages = vec![
        one_more_than(at_most),
        doc! { "$project": kept },
        doc! { "$lookup": {
            "from": children.collection,
            "let": { "id": "$_id" },
            "pipeline": [
                { "$match": { "$and": [
                    { "$expr": of_this_parent.clone() },
                    matching(&children.first),
                ] } },
                { "$sort": { children.order: 1 } },
                { "$limit": 1 },
                { "$project": { "_id": 0, "at": format!("${}", children.order) } },
            ],
            "as": "first",
        } },
        doc! { "$set": { "first": { "$arrayElemAt": ["$first.at", 0] } } },
    ];
    if let Some(after) = &children.after {
        stages.push(doc! { "$match": { "first": { "$exists": true } } });
        stages.push(doc! { "$lookup": {
            "from": children.collection,
            "let": { "id": "$_id", "first": "$first" },
            "pipeline": [
                { "$match": { "$and": [
                    { "$expr": { "$and": [
                        of_this_parent,
                        { "$gt": [format!("${}", children.order), "$$first"] },
                    ] } },
                    matching(after),
                ] } },
                { "$limit": 1 },
                { "$project": { "_id": 1 } },
            ],
            "as": "after",
        } });
        stages.push(doc! { "$set": { "after": { "$ne": ["$after", []] } } });
    }
    stages.push(doc! { "$project": { "_id": 0 } });
    stages
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
        // A fingerprint is taken after reading: the database has no digest function.
        Reduce::Plain | Reduce::Fingerprint => Bson::String(value),
        Reduce::Type => doc! { "$type": value }.into(),
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

/// The stages that read the settings. Texts that nobody needs are replaced in the database by two
/// marks: whether they are set, and whether they are long.
pub(super) fn settings() -> Vec<Document> {
    let crossing: Vec<&str> = reduction::crossing().collect();
    let chosen: Vec<&str> = reduction::chosen_types().to_vec();
    let length = i32::try_from(reduction::CHOSEN_LENGTH).unwrap_or(i32::MAX);
    let kind = doc! { "$type": "$value" };
    let is_text = doc! { "$eq": [kind.clone(), "string"] };
    let crosses = doc! { "$or": [
        { "$in": [kind.clone(), ["bool", "int", "long", "double", "decimal", "date", "null"]] },
        { "$and": [is_text.clone(), { "$or": [
            { "$in": ["$_id", crossing] },
            { "$and": [
                { "$in": ["$type", chosen] },
                { "$lte": [{ "$strLenBytes": "$value" }, length] },
            ] },
        ] }] },
    ] };
    let marks = doc! { "$cond": [
        is_text,
        { "kind": kind.clone(),
          "set": { "$ne": [{ "$trim": { "input": "$value" } }, ""] },
          "long": { "$gte": [{ "$strLenCP": "$value" }, 32] } },
        { "kind": kind },
    ] };
    let same_as = |other: &str| {
        doc! { "$cond": [
            { "$eq": [{ "$type": other }, "missing"] }, "$$REMOVE", { "$eq": ["$value", other] },
        ] }
    };
    vec![doc! { "$project": {
        "_id": 1, "type": 1, "valueSource": 1, "hidden": 1, "blocked": 1, "secret": 1, "public": 1,
        "enterprise": 1, "modules": 1, "invalidValue": 1, "_updatedAt": 1,
        "value": { "$cond": [crosses.clone(), "$value", "$$REMOVE"] },
        "marks": { "$cond": [
            { "$or": [crosses, { "$eq": [{ "$type": "$value" }, "missing"] }] }, "$$REMOVE", marks,
        ] },
        "asPackage": same_as("$packageValue"),
        "asEnvironment": same_as("$processEnvValue"),
        "asInvalid": same_as("$invalidValue"),
    } }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_is_not_needed_stays_in_the_database() {
        let text = format!("{:?}", settings());
        for id in [
            "SMTP_Password",
            "Layout_Privacy_Policy",
            "Custom_Script_Logged_In",
        ] {
            assert!(!text.contains(id), "{id}");
        }
        assert!(text.contains("Push_gateway"));
    }

    #[test]
    fn an_empty_list_of_conditions_matches_everything() {
        assert_eq!(matching(&Filter::All(Vec::new())), doc! {});
    }
}
