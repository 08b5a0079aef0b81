//! Pieces that were rendered before. Pages of many workspaces have most of what they say of a rule in
//! common, so it is rendered once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// As many bytes of pieces are kept, with what they were made of. Beyond that keeping begins anew.
const AT_MOST: usize = 2 << 20;

/// Rendered pieces by what they were made of.
#[derive(Debug, Default)]
pub(super) struct Kept(RwLock<Pieces>);

#[derive(Debug, Default)]
struct Pieces {
    by_source: HashMap<Vec<u8>, Arc<str>>,
    bytes: usize,
}

impl Kept {
    /// The piece that was made of this before, or one that is made now.
    pub(super) fn get_or_make<E>(
        &self,
        source: Vec<u8>,
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<Arc<str>, E> {
        match self.get(&source) {
            Some(text) => Ok(text),
            None => Ok(self.put(source, make()?)),
        }
    }

    fn get(&self, source: &[u8]) -> Option<Arc<str>> {
        let pieces = self.0.read().unwrap_or_else(PoisonError::into_inner);
        pieces.by_source.get(source).cloned()
    }

    fn put(&self, source: Vec<u8>, text: String) -> Arc<str> {
        let text: Arc<str> = text.into();
        let bytes = source.len() + text.len();
        let mut pieces = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if pieces.bytes + bytes > AT_MOST {
            *pieces = Pieces::default();
        }
        if pieces.by_source.insert(source, Arc::clone(&text)).is_none() {
            pieces.bytes += bytes;
        }
        text
    }

    /// How many pieces are kept.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.read().map_or(0, |it| it.by_source.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_what_was_put_for_the_same_source() {
        let kept = Kept::default();
        assert_eq!(kept.get(b"a"), None);
        kept.put(b"a".to_vec(), "one".to_owned());
        kept.put(b"b".to_vec(), "two".to_owned());
        assert_eq!(kept.get(b"a").as_deref(), Some("one"));
        assert_eq!(kept.get(b"b").as_deref(), Some("two"));
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let kept = Kept::default();
        let text = "x".repeat(AT_MOST / 4);
        for number in 0..20_u8 {
            kept.put(vec![number], text.clone());
            kept.put(vec![number], text.clone());
            let pieces = kept.0.read().unwrap();
            let held: usize = pieces.by_source.values().map(|it| it.len() + 1).sum();
            assert_eq!(held, pieces.bytes);
            assert!(held <= AT_MOST && pieces.by_source.contains_key(&vec![number]));
        }
    }
}
