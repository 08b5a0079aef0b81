//! Texts of settings that rules need a part of, cut down in the database, so that the rest never
//! crosses the connection. What crosses is read like a text that was not cut, and gives the same:
//! where a part is dropped, a letter stands for it.

use mongodb::bson::{Bson, Document, doc};
use rc_audit_rules::fact::registration::ROLE_WORDS;
use rc_audit_rules::reduction::{self, Kept};

use super::BLANK;

/// What stands for something that stays in the database.
const DROPPED: &str = "x";

/// The value of a setting whose text is needed, without what nobody needs of it.
pub(super) fn needed() -> Document {
    let ids = |kept: Kept| -> Vec<&str> {
        reduction::crossing()
            .filter(|id| reduction::of(id, None) == kept && *id != reduction::SPACED)
            .collect()
    };
    let branch = |ids: Vec<&str>, then: Document| {
        doc! {
            "case": { "$and": [
                { "$eq": [{ "$type": "$value" }, "string"] }, { "$in": ["$_id", ids] },
            ] },
            "then": then,
        }
    };
    let lines = [",", "\n"];
    doc! { "$switch": {
        "branches": [
            branch(ids(Kept::Addresses), each(&lines, address())),
            branch(vec![reduction::SPACED], each(&[",", "\n", " "], address())),
            branch(ids(Kept::Relays), each(&lines, relay())),
            branch(ids(Kept::Mailbox), mailbox()),
            branch(ids(Kept::Licence), licence()),
        ],
        "default": "$value",
    } }
}

/// The parts of a text between separators, each cut down, one a line.
fn each(separators: &[&str], cut: Document) -> Document {
    let mut parts: Bson = Bson::Array(vec!["$value".into()]);
    for separator in separators {
        let split = doc! { "$split": ["$$this", *separator] };
        let all = doc! { "$concatArrays": ["$$value", split] };
        parts = doc! { "$reduce": { "input": parts, "initialValue": [], "in": all } }.into();
    }
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
    let parts = format!(
        r"^([{BLANK}]*(?:[A-Za-z][A-Za-z0-9+.-]*://|//)?)((?:[^/?#\\]*@)?)([^/?#\\@]*)([\s\S]*)$"
    );
    let path = trimmed(capture(3));
    found(
        "$$part",
        &parts,
        doc! { "$concat": [
            capture(0),
            { "$cond": [{ "$eq": [capture(1), ""] }, "", format!("{DROPPED}@")] },
            capture(2),
            { "$cond": [{ "$in": [path, ["", "/"]] }, "", format!("/{DROPPED}")] },
        ] },
        DROPPED,
    )
}

/// A server for calls without user and options. What does not look like one may be part of a
/// password.
fn relay() -> Document {
    let parts = format!(
        r"^([\s\S]*@)?([{BLANK}]*(?:[sS][tT][uU][nN]|[tT][uU][rR][nN])[sS]?[{BLANK}]*:[^/#\\@?]*)(?:\?[^@]*)?$"
    );
    let blank = doc! { "$eq": [trimmed("$$part"), ""] };
    let other = doc! { "$cond": [blank, "", DROPPED] };
    found(
        "$$part",
        &parts,
        doc! { "$concat": [
            { "$cond": [{ "$eq": [capture(0), ""] }, "", format!("{DROPPED}@")] }, capture(1),
        ] },
        other,
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
    let text = trimmed("$value");
    let whole = doc! { "$cond": [{ "$eq": [text.clone(), ""] }, "", name(text.clone())] };
    found(
        text,
        r"^([\s\S]*)@([^@]*)$",
        doc! { "$concat": [name(capture(0)), "@", capture(1)] },
        whole,
    )
}

/// A licence without its head and its signature: its claims, if it is one that can be read.
fn licence() -> Document {
    let text = trimmed("$value");
    let long = doc! { "$cond": [
        { "$gte": [{ "$strLenCP": "$value" }, 32] }, DROPPED.repeat(32), DROPPED,
    ] };
    let other = doc! { "$cond": [{ "$eq": [text.clone(), ""] }, "", long.clone()] };
    found(
        text,
        r"^RCV3_[^.]*\.([^.]*)",
        doc! { "$concat": ["RCV3_.", capture(0), ".", long] },
        other,
    )
}

/// What is made of the parts that an expression finds in a text, or of a text without them.
fn found(
    input: impl Into<Bson>,
    expression: &str,
    then: Document,
    otherwise: impl Into<Bson>,
) -> Document {
    let find = doc! { "$regexFind": { "input": input.into(), "regex": expression } };
    doc! { "$let": { "vars": { "found": find }, "in": {
        "$cond": [{ "$eq": ["$$found", Bson::Null] }, otherwise.into(), then],
    } } }
}

/// A text without blanks before and after it.
fn trimmed(input: impl Into<Bson>) -> Document {
    let middle = format!(r"^[{BLANK}]*([\s\S]*?)[{BLANK}]*\z");
    found(input, &middle, capture(0), "")
}

/// A part that was found; an empty text for one that was not there.
fn capture(number: i32) -> Document {
    doc! { "$ifNull": [{ "$arrayElemAt": ["$$found.captures", number] }, ""] }
}
