//! Stages that bring two collections together. Each `$lookup` finds what it needs by an index.

use mongodb::bson::{Bson, Document, doc};
use rc_audit_rules::query::{Children, Field, Filter, Take};

use super::{matching, one_more_than, projection};

/// How many documents point to nothing.
pub(super) fn orphans(take: &Take) -> Option<Vec<Document>> {
    let Take::Orphans {
        key,
        parent,
        parent_key,
        parent_filter,
    } = take
    else {
        return None;
    };
    let sum = |amount: &str| doc! { "$group": { "_id": Bson::Null, "n": { "$sum": amount } } };
    Some(vec![
        doc! { "$group": { "_id": format!("${key}"), "n": { "$sum": 1 } } },
        whole("_id"),
        equal("whole", parent, parent_key, "parent"),
        doc! { "$facet": {
            "all": [sum("$n")],
            "found": [{ "$match": one_of("parent", parent_filter) }, sum("$n")],
        } },
        difference("found", "orphaned"),
    ])
}

/// Joins by plain equality. In this form every version of the database uses the index of the other
/// field; a pipeline that compares with a variable reads the whole collection for each document.
fn equal(local: &str, from: &str, foreign: &str, name: &str) -> Document {
    doc! { "$lookup": { "from": from, "localField": local, "foreignField": foreign, "as": name } }
}

/// The value to join by, as `whole`. A list would join each of its items, and is the id of nothing.
fn whole(field: &str) -> Document {
    let value = format!("${field}");
    let nothing = doc! { "no": "id" };
    doc! { "$set": { "whole": { "$cond": [{ "$isArray": [value.clone()] }, nothing, value] } } }
}

/// That one of the joined documents meets a filter.
fn one_of(joined: &str, filter: &Filter) -> Document {
    match filter {
        Filter::Any => doc! { joined: { "$ne": [] } },
        filter => doc! { joined: { "$elemMatch": matching(filter) } },
    }
}

/// From the facets `all` and `some`, each with a number, the numbers `all` and `rest`.
fn difference(some: &str, rest: &str) -> Document {
    let number = |facet: &str| {
        let first = doc! { "$arrayElemAt": [format!("${facet}.n"), 0] };
        doc! { "$ifNull": [first, 0] }
    };
    doc! { "$project": {
        "all": number("all"),
        rest: { "$subtract": [number("all"), number(some)] },
    } }
}

/// How many linked targets there are, and how many of them lack something.
pub(super) fn members(take: &Take) -> Option<Vec<Document>> {
    let Take::Members {
        at_most,
        links,
        link_from,
        link_to,
        targets,
        meets,
    } = take
    else {
        return None;
    };
    Some(vec![
        one_more_than(*at_most),
        doc! { "$project": { "_id": 1 } },
        equal("_id", links, link_from, "link"),
        doc! { "$unwind": "$link" },
        // A field that is a list joins by each of its items, and is no link from here.
        doc! { "$match": { "$expr": { "$eq": [format!("$link.{link_from}"), "$_id"] } } },
        // A link to nothing leads nowhere.
        doc! { "$match": { "$expr": { "$gt": [format!("$link.{link_to}"), Bson::Null] } } },
        doc! { "$group": { "_id": format!("$link.{link_to}") } },
        whole("_id"),
        equal("whole", targets, "_id", "target"),
        doc! { "$facet": {
            "all": [{ "$count": "n" }],
            "having": [{ "$match": one_of("target", meets) }, { "$count": "n" }],
        } },
        difference("having", "lacking"),
    ])
}

/// Documents with the first of their children, and whether more came after it.
pub(super) fn first_children(carry: &[Field], at_most: u32, children: &Children) -> Vec<Document> {
    let of_this_parent = doc! { "$eq": [format!("${}", children.by), "$$id"] };
    // A text in place of a time would sort before every time, and is none.
    let timed = doc! { children.order: { "$type": "date" } };
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
                    timed.clone(),
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
                    timed,
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
