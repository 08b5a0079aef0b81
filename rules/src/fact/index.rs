//! Finding a fact by its id.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Spec, specs};

/// The fact with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Spec> {
    // Every condition of every rule on a fact looks it up.
    static BY_ID: LazyLock<HashMap<&str, &Spec>> =
        LazyLock::new(|| specs().map(|spec| (spec.id, spec)).collect());
    BY_ID.get(id).copied()
}
