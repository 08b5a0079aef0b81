//! Texts of settings that rules need a part of, cut down in the database, so that the rest never
//! crosses the connection. What crosses is read like a text that was not cut, and gives the same:
//! where a part is dropped, a letter stands for it.

use mongodb::bson::{Bson, Document, doc};
use rc_audit_rules::fact::registration::ROLE_WORDS;
use rc_audit_rules::reduction::{self, CHOSEN_LENGTH, Kept, LONG};

use super::{BLANK, branch};

/// What stands for something that stays in the database.
const DROPPED: &str = "x";

/// The text of a setting without what nobody needs of it, or marks of it. It is not empty. A server
/// prepares an expression anew for each query, which costs more than applying it, so each kind has but
/// one.
pub(super) fn text() -> Document {
    let of = |kept: Kept| -> Vec<&str> {
        reduction::crossing()
            .filter(|id| reduction::of(id, None) == kept)
            .collect()
    };
    let cut = [
        (of(Kept::Addresses), each(address())),
        (of(Kept::Relays), each(relay())),
        (of(Kept::Mailbox), mailbox()),
        (of(Kept::Licence), licence()),
    ];
    let whole: Vec<&str> = reduction::crossing()
        .filter(|id| !cut.iter().any(|(ids, _)| ids.contains(id)))
        .collect();
    let chosen: Vec<&str> = reduction::chosen_types().to_vec();
    let is_short = doc! { "$lte": [{ "$strLenBytes": "$value" }, number(CHOSEN_LENGTH)] };
    let mut branches: Vec<Document> = cut
        .into_iter()
        .map(|(ids, then)| branch(doc! { "$in": ["$_id", ids] }, then))
        .collect();
    branches.push(branch(doc! { "$in": ["$_id", whole] }, "$value"));
    branches.push(branch(
        doc! { "$and": [{ "$in": ["$type", chosen] }, is_short] },
        "$value",
    ));
    doc! { "$switch": { "branches": branches, "default": marks() } }
}

/// What is told of a text that nobody needs: whether it is set, and whether it is long.
fn marks() -> Document {
    let bytes = doc! { "$strLenBytes": "$value" };
    doc! {
        "kind": "string",
        "set": { "$regexMatch": { "input": "$value", "regex": format!("[^{BLANK}]") } },
        // Counting bytes is cheap, and there are no fewer of them than characters.
        "long": { "$and": [{ "$gte": [bytes, number(LONG)] }, is_long()] },
    }
}

fn is_long() -> Document {
    doc! { "$gte": [{ "$strLenCP": "$value" }, number(LONG)] }
}

/// A length as the database takes it.
fn number(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// The parts of a text between separators, each cut down, one a line.
fn each(cut: Document) -> Document {
    let split = |parts: Bson, separator: Bson| -> Bson {
        let split = doc! { "$split": ["$$this", separator] };
        let all = doc! { "$concatArrays": ["$$value", split] };
        doc! { "$reduce": { "input": parts, "initialValue": [], "in": all } }.into()
    };
    let parts = split(Bson::Array(vec!["$value".into()]), ",".into());
    // What is split at the same sign once more stays as it is.
    let third = doc! { "$cond": [{ "$eq": ["$_id", reduction::SPACED] }, " ", "\n"] };
    let parts = split(split(parts, "\n".into()), third.into());
    let lines = doc! { "$map": { "input": parts, "as": "part", "in": cut } };
    // The first line has none before it to be parted from.
    let joined = doc! { "$concat": ["$$value", "\n", "$$this"] };
    let all = doc! { "$reduce": { "input": lines, "initialValue": "", "in": joined } };
    doc! { "$let": { "vars": { "all": all }, "in": {
        "$substrCP": ["$$all", 1, { "$max": [0, { "$subtract": [{ "$strLenCP": "$$all" }, 1] }] }],
    } } }
}

/// An address without user and path, of which a letter tells that they were there.
fn address() -> Document {
    // The last part is there only if it is more than a stroke.
    let parts = format!(
        r"^([{BLANK}]*(?:[A-Za-z][A-Za-z0-9+.-]*://|//)?)((?:[^/?#\\]*@)?)([^/?#\\@]*)(?:/?[{BLANK}]*\z|([\s\S]+)\z)"
    );
    found(
        "$$part",
        &parts,
        doc! { "$concat": [
            capture(0),
            { "$cond": [{ "$eq": [capture(1), ""] }, "", format!("{DROPPED}@")] },
            capture(2),
            { "$cond": [{ "$eq": [capture(3), ""] }, "", format!("/{DROPPED}")] },
        ] },
        DROPPED,
    )
}

/// A server for calls without user and options. What does not look like one may be part of a
/// password.
fn relay() -> Document {
    let parts = format!(
        r"^(?:([\s\S]*@)?([{BLANK}]*(?:[sS][tT][uU][nN]|[tT][uU][rR][nN])[sS]?[{BLANK}]*:[^/#\\@?]*)(?:\?[^@]*)?|[{BLANK}]*)\z"
    );
    found(
        "$$part",
        &parts,
        doc! { "$concat": [
            { "$cond": [{ "$eq": [capture(0), ""] }, "", format!("{DROPPED}@")] }, capture(1),
        ] },
        DROPPED,
    )
}

/// A mail address whose name of a person is dropped; that of a role stays.
fn mailbox() -> Document {
    let roles: Vec<&str> = ROLE_WORDS.to_vec();
    let name = |input: Document| {
        let local = doc! { "$arrayElemAt": [{ "$split": [{ "$toLower": input }, "+"] }, 0] };
        doc! { "$let": { "vars": { "name": local }, "in": {
            "$cond": [{ "$in": ["$$name", roles.clone()] }, "$$name", DROPPED],
        } } }
    };
    // Without the sign the last part is all of it.
    let parts = format!(r"^[{BLANK}]*(?:([\s\S]*)(@))?([^@]*?)[{BLANK}]*\z");
    let whole = doc! { "$cond": [{ "$eq": [capture(2), ""] }, "", name(capture(2))] };
    found(
        "$value",
        &parts,
        doc! { "$cond": [
            { "$eq": [capture(1), ""] }, whole, { "$concat": [name(capture(0)), "@", capture(2)] },
        ] },
        DROPPED,
    )
}

/// A licence without its head and its signature: its claims, if it is one that can be read.
fn licence() -> Document {
    let long = doc! { "$cond": [is_long(), DROPPED.repeat(LONG), DROPPED] };
    let parts = format!(r"^[{BLANK}]*(?:(RCV3_)[^.]*\.(?:([^.]*)\.|([^.]*?)[{BLANK}]*\z)|\z)");
    found(
        "$value",
        &parts,
        doc! { "$cond": [
            { "$eq": [capture(0), ""] },
            "",
            { "$concat": ["RCV3_.", capture(1), capture(2), ".", long.clone()] },
        ] },
        long,
    )
}

/// What is made of the parts that an expression finds in a text, or of a text without them.
fn found(input: &str, expression: &str, then: Document, otherwise: impl Into<Bson>) -> Document {
    let find = doc! { "$regexFind": { "input": input, "regex": expression } };
    doc! { "$let": { "vars": { "found": find }, "in": {
        "$cond": [{ "$eq": ["$$found", Bson::Null] }, otherwise.into(), then],
    } } }
}

/// A part that was found; an empty text for one that was not there.
fn capture(number: i32) -> Document {
    doc! { "$ifNull": [{ "$arrayElemAt": ["$$found.captures", number] }, ""] }
}
