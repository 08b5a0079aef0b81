//! Stages that bring two collections together. Each `$lookup` finds what it needs by an index.

use mongodb::bson::{Bson, Document, doc};
use rc_audit_rules::query::{Children, Field, Take};

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
    Some(vec![
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
    ])
}

/// How many documents nothing refers to.
pub(super) fn unreferenced(take: &Take) -> Option<Vec<Document>> {
    let Take::Unreferenced {
        at_most,
        by,
        by_key,
        same,
        by_list,
    } = take
    else {
        return None;
    };
    Some(vec![
        doc! { "$limit": i64::from(*at_most) },
        doc! { "$project": { "_id": 1, "same": format!("${same}") } },
        doc! { "$lookup": {
            "from": *by,
            "localField": "_id",
            "foreignField": *by_key,
            "as": "found",
        } },
        doc! { "$group": {
            "_id": "$same",
            "all": { "$sum": 1 },
            "missing": { "$push": { "$cond": [{ "$eq": ["$found", []] }, "$_id", "$$REMOVE"] } },
        } },
        // Only what the index did not find is looked for in the rest of its room, and for all of a
        // room at once, because that reads the room.
        doc! { "$lookup": {
            "from": *by,
            "let": { "same": { "$cond": [{ "$eq": ["$missing", []] }, Bson::Null, "$_id"] } },
            "pipeline": [
                { "$match": { "$and": [
                    { "$expr": { "$eq": [format!("${same}"), "$$same"] } },
                    { *by_list: { "$exists": true } },
                ] } },
                { "$project": { "_id": 0, "id": format!("${by_list}") } },
                { "$match": { "$expr": { "$isArray": ["$id"] } } },
                { "$unwind": "$id" },
                { "$group": { "_id": "$id" } },
            ],
            "as": "listed",
        } },
        doc! { "$group": {
            "_id": Bson::Null,
            "all": { "$sum": "$all" },
            "orphaned": { "$sum": { "$size": {
                "$setDifference": ["$missing", "$listed._id"],
            } } },
        } },
    ])
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
        doc! { "$lookup": {
            "from": *links,
            "let": { "id": "$_id" },
            "pipeline": [
                { "$match": { "$expr": { "$eq": [format!("${link_from}"), "$$id"] } } },
                { "$project": { "_id": 0, "to": format!("${link_to}") } },
                // A link to nothing leads nowhere.
                { "$match": { "$expr": { "$gt": ["$to", Bson::Null] } } },
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
