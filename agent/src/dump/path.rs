//! Values at dotted paths. The database has two ways of seeing through lists, one where it takes a
//! value and one where it looks for one; both are here.

use rc_audit_rules::value::Value;

use crate::mongo::bson::{RawBsonRef, RawDocument};
use crate::mongo::{Key, value as decode};

/// The value at a path; where a list stands on the way, the list of what its documents have there.
pub(super) fn value_at(document: &RawDocument, path: &str) -> Option<Value> {
    take(document, path, &decode, &Value::List)
}

/// The value at a path, as [`value_at`] gives it, to be compared.
pub(super) fn key_at(document: &RawDocument, path: &str) -> Option<Key> {
    take(document, path, &Key::of, &Key::List)
}

fn take<T>(
    document: &RawDocument,
    path: &str,
    leaf: &dyn Fn(RawBsonRef<'_>) -> T,
    list: &dyn Fn(Vec<T>) -> T,
) -> Option<T> {
    let Some((first, rest)) = path.split_once('.') else {
        return document.get(path).ok().flatten().map(leaf);
    };
    match document.get(first).ok().flatten()? {
        RawBsonRef::Document(inner) => take(inner, rest, leaf, list),
        RawBsonRef::Array(items) => {
            let found = items
                .into_iter()
                .filter_map(|item| take(item.ok()?.as_document()?, rest, leaf, list));
            Some(list(found.collect()))
        }
        _ => None,
    }
}

/// The value at a path through documents alone.
pub(super) fn find<'a>(document: &'a RawDocument, path: &str) -> Option<RawBsonRef<'a>> {
    match path.split_once('.') {
        None => document.get(path).ok().flatten(),
        Some((first, rest)) => find(document.get(first).ok()??.as_document()?, rest),
    }
}

/// What a document is sorted by: the least of a list, or the greatest where the order descends.
pub(super) fn sort_key(document: &RawDocument, path: &str, descending: bool) -> Key {
    let mut keys = Vec::new();
    whole(document, path, &mut |value| {
        match value {
            None => keys.push(Key::Null),
            Some(RawBsonRef::Array(items)) => {
                let before = keys.len();
                keys.extend(items.into_iter().filter_map(Result::ok).map(Key::of));
                if keys.len() == before {
                    keys.push(Key::Nothing);
                }
            }
            Some(value) => keys.push(Key::of(value)),
        }
        false
    });
    let key = if descending {
        keys.into_iter().max()
    } else {
        keys.into_iter().min()
    };
    key.unwrap_or(Key::Null)
}

/// Whether one of the values at a path, of the items where it is a list, or that list itself meets
/// a test. A document that lacks the field has none there.
pub(super) fn any(
    document: &RawDocument,
    path: &str,
    test: &mut dyn FnMut(Option<RawBsonRef<'_>>) -> bool,
) -> bool {
    whole(document, path, &mut |value| match value {
        Some(RawBsonRef::Array(items)) => {
            let mut found = items.into_iter().filter_map(Result::ok);
            found.any(|item| test(Some(item))) || test(value)
        }
        value => test(value),
    })
}

/// Like [`any`], but of a list at the end only the list itself.
pub(super) fn whole(
    document: &RawDocument,
    path: &str,
    test: &mut dyn FnMut(Option<RawBsonRef<'_>>) -> bool,
) -> bool {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    match (document.get(first).ok().flatten(), rest) {
        (value, None) => test(value),
        (Some(RawBsonRef::Document(inner)), Some(rest)) => whole(inner, rest, test),
        // What is no document in a list is passed over; it does not count as lacking the field.
        (Some(RawBsonRef::Array(items)), Some(rest)) => {
            let mut found = items.into_iter().filter_map(Result::ok);
            found.any(|item| {
                item.as_document()
                    .is_some_and(|inner| whole(inner, rest, test))
            })
        }
        (_, Some(_)) => test(None),
    }
}
