//! How the reports on one workspace follow each other, judged by their manifests alone.

use jiff::Timestamp;

use crate::checkpoint::Checkpoint;
use crate::manifest::{Manifest, NO_PREVIOUS};

/// A report in a chain.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// The SHA-256 of the manifest, hexadecimal.
    pub digest: &'a str,
}

/// What there is to be said of a place in a chain.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// What came before the first report is not there.
    Beginning,
    /// A report is not there.
    Gap,
    /// Two reports have one number.
    Fork,
    /// A report does not follow from the one before.
    Broken,
    /// The key changed and no report named the new one before.
    Key,
    /// A checkpoint tells of another past.
    Rewritten,
    /// A number was given to a report without a signature.
    Unsigned,
    /// A report still has the key that the one before wanted to be the last to use.
    OldKey,
    /// A report was read before the one that it follows.
    Clock,
    /// A report came later than the one before promised.
    Late,
}

impl Kind {
    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Beginning => "beginning",
            Self::Gap => "gap",
            Self::Fork => "fork",
            Self::Broken => "broken",
            Self::Key => "key",
            Self::Rewritten => "rewritten",
            Self::Unsigned => "unsigned",
            Self::OldKey => "old_key",
            Self::Clock => "clock",
            Self::Late => "late",
        }
    }

    /// Whether the chain is broken by it; the others are worth a look only.
    #[must_use]
    pub fn breaks(self) -> bool {
        self < Self::Unsigned
    }
}

/// Something about a place in a chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Remark {
    /// What it is.
    pub kind: Kind,
    /// The number of the report that shows it.
    pub seq: u64,
    /// What it is, in words.
    pub text: String,
}

fn remark(kind: Kind, seq: u64, text: impl Into<String>) -> Remark {
    Remark {
        kind,
        seq,
        text: text.into(),
    }
}

/// What there is to be said of the reports on one workspace, in any order. `whole` says that they
/// are meant to be all that there are, so that the first must be the first of all. The same report
/// given twice is one report.
#[must_use]
pub fn remarks(links: &[Link<'_>], whole: bool) -> Vec<Remark> {
    let mut links = links.to_vec();
    links.sort_by(|a, b| (a.manifest.seq, a.digest).cmp(&(b.manifest.seq, b.digest)));
    links.dedup_by(|a, b| a.digest == b.digest);
    let mut found = Vec::new();
    if let Some(first) = links.first() {
        let Manifest { seq, prev, .. } = first.manifest;
        if whole && prev != NO_PREVIOUS {
            found.push(remark(
                Kind::Beginning,
                *seq,
                format!("the beginning is missing: number {seq} follows one that is not there"),
            ));
        }
    }
    // Reports with one number stand together; each group follows the group before.
    let groups: Vec<&[Link<'_>]> = links
        .chunk_by(|a, b| a.manifest.seq == b.manifest.seq)
        .collect();
    for group in &groups {
        if let [first, _, ..] = group {
            let seq = first.manifest.seq;
            let what = if group.len() == 2 { "two" } else { "several" };
            found.push(remark(
                Kind::Fork,
                seq,
                format!("{what} bundles have the number {seq}"),
            ));
        }
    }
    for (before, group) in groups.iter().zip(groups.iter().skip(1)) {
        for link in *group {
            follow(before, link, &mut found);
        }
    }
    found.sort_by_key(|remark| (remark.seq, remark.kind));
    found
}

/// What there is to be said of a report after those with the number before.
fn follow(before: &[Link<'_>], link: &Link<'_>, found: &mut Vec<Remark>) {
    let Manifest { seq, .. } = *link.manifest;
    let Some(last) = before.first().map(|link| link.manifest.seq) else {
        return;
    };
    let followed = before
        .iter()
        .find(|before| before.digest == link.manifest.prev);
    let Some(followed) = followed else {
        found.push(if seq > last + 1 {
            remark(
                Kind::Gap,
                seq,
                format!("between number {last} and number {seq} something is missing"),
            )
        } else {
            remark(
                Kind::Broken,
                seq,
                format!("number {seq} does not follow from number {last}"),
            )
        });
        return;
    };
    if seq > last + 1 {
        found.push(remark(
            Kind::Unsigned,
            seq,
            format!(
                "number {seq} follows number {last} directly: what was written between them is not \
                 signed"
            ),
        ));
    }
    keys(followed.manifest, link.manifest, found);
    times(followed.manifest, link.manifest, found);
}

fn keys(before: &Manifest, after: &Manifest, found: &mut Vec<Remark>) {
    let seq = after.seq;
    match &before.next_key {
        Some(next) if *next == after.key => {}
        // Several workspaces change their key together, so it may be named more than once.
        Some(_) if before.key == after.key && before.next_key == after.next_key => {}
        Some(_) if before.key == after.key => found.push(remark(
            Kind::OldKey,
            seq,
            format!(
                "number {seq} is signed with a key that number {} wanted to replace",
                before.seq
            ),
        )),
        None if before.key == after.key => {}
        _ => found.push(remark(
            Kind::Key,
            seq,
            format!(
                "number {seq} is signed with another key ({}) that number {} does not name",
                after.key, before.seq
            ),
        )),
    }
}

fn times(before: &Manifest, after: &Manifest, found: &mut Vec<Remark>) {
    let seq = after.seq;
    let earlier = |one: &str, other: &str| match (one.parse(), other.parse()) {
        (Ok::<Timestamp, _>(one), Ok::<Timestamp, _>(other)) => one < other,
        _ => false,
    };
    if earlier(&after.started, &before.finished) {
        found.push(remark(
            Kind::Clock,
            seq,
            format!(
                "number {seq} was read at {}, before number {} at {}: a clock was set back, or \
                 older evidence was judged",
                after.started, before.seq, before.finished
            ),
        ));
    }
    if earlier(&before.next_due, &after.finished) {
        found.push(remark(
            Kind::Late,
            seq,
            format!(
                "number {seq} was due by {} and finished at {}",
                before.next_due, after.finished
            ),
        ));
    }
}

/// What a checkpoint says against reports that are meant to be all that there are. Together with
/// [`remarks`] of the whole, nothing means that no report up to the checkpoint was rewritten, and
/// none was cut off.
#[must_use]
pub fn since(links: &[Link<'_>], checkpoint: &Checkpoint) -> Option<Remark> {
    let seq = checkpoint.seq;
    let mut same = links
        .iter()
        .filter(|link| link.manifest.seq == seq)
        .peekable();
    if same.peek().is_none() {
        let newest = links.iter().map(|link| link.manifest.seq).max();
        return Some(match newest {
            Some(newest) if newest < seq => remark(
                Kind::Rewritten,
                newest,
                format!("cut off: the checkpoint knows number {seq}, the newest here is {newest}"),
            ),
            _ => remark(
                Kind::Rewritten,
                seq,
                format!("the checkpoint knows number {seq}, which is not here"),
            ),
        });
    }
    if same.any(|link| link.digest == checkpoint.head) {
        return None;
    }
    Some(remark(
        Kind::Rewritten,
        seq,
        format!("rewritten: number {seq} is not the one that the checkpoint knows"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(seq: u64, prev: &str) -> Manifest {
        Manifest {
            seq,
            prev: prev.to_owned(),
            key: "SHA256:one".to_owned(),
            started: format!("2026-01-{:02}T00:00:00Z", seq + 1),
            finished: format!("2026-01-{:02}T00:00:01Z", seq + 1),
            next_due: format!("2026-01-{:02}T00:00:01Z", seq + 2),
            ..Manifest::default()
        }
    }

    /// A chain whose digests are the numbers.
    fn chain() -> Vec<(Manifest, String)> {
        (1..=4_u64)
            .map(|seq| {
                let prev = match seq {
                    1 => NO_PREVIOUS.to_owned(),
                    _ => (seq - 1).to_string(),
                };
                (manifest(seq, &prev), seq.to_string())
            })
            .collect()
    }

    fn links(chain: &[(Manifest, String)]) -> Vec<Link<'_>> {
        chain
            .iter()
            .map(|(manifest, digest)| Link { manifest, digest })
            .collect()
    }

    fn kinds(chain: &[(Manifest, String)]) -> Vec<(Kind, u64)> {
        remarks(&links(chain), true)
            .iter()
            .map(|remark| (remark.kind, remark.seq))
            .collect()
    }

    #[test]
    fn a_whole_chain_in_any_order_and_given_twice_is_fine() {
        let mut chain = chain();
        chain.reverse();
        chain.push(chain[0].clone());
        assert_eq!(kinds(&chain), []);
    }

    #[test]
    fn what_is_missing_or_other_is_named_with_its_number() {
        let mut gap = chain();
        gap.remove(2);
        assert_eq!(kinds(&gap), [(Kind::Gap, 4)]);
        let beginning = chain().split_off(1);
        assert_eq!(kinds(&beginning), [(Kind::Beginning, 2)]);
        assert_eq!(remarks(&links(&beginning), false), []);
        let mut fork = chain();
        fork.push((manifest(3, "2"), "other".to_owned()));
        assert_eq!(kinds(&fork), [(Kind::Fork, 3)]);
        let mut broken = chain();
        broken[2].1 = "other".to_owned();
        assert_eq!(kinds(&broken), [(Kind::Broken, 4)]);
    }

    #[test]
    fn a_number_without_a_signature_breaks_nothing() {
        let mut chain = chain();
        chain.remove(2);
        chain[2].0.prev = "2".to_owned();
        // The day that was left out makes the next one late.
        assert_eq!(kinds(&chain), [(Kind::Unsigned, 4), (Kind::Late, 4)]);
        assert!(!Kind::Unsigned.breaks() && Kind::Rewritten.breaks());
    }

    #[test]
    fn a_key_changes_only_after_it_was_named() {
        let mut chain = chain();
        for later in &mut chain[2..] {
            later.0.key = "SHA256:two".to_owned();
        }
        assert_eq!(kinds(&chain), [(Kind::Key, 3)]);
        chain[1].0.next_key = Some("SHA256:three".to_owned());
        assert_eq!(kinds(&chain), [(Kind::Key, 3)]);
        chain[1].0.next_key = Some("SHA256:two".to_owned());
        assert_eq!(kinds(&chain), []);
        chain[2].0.key = "SHA256:one".to_owned();
        assert_eq!(kinds(&chain), [(Kind::OldKey, 3), (Kind::Key, 4)]);
    }

    #[test]
    fn a_clock_that_went_back_and_a_late_report_are_seen() {
        let mut chain = chain();
        chain[1].0.started = "2026-01-01T00:00:00Z".to_owned();
        chain[2].0.finished = "2026-01-04T00:00:02Z".to_owned();
        assert_eq!(kinds(&chain), [(Kind::Clock, 2), (Kind::Late, 3)]);
    }

    #[test]
    fn a_checkpoint_tells_of_what_was_cut_off_or_rewritten() {
        let chain = chain();
        let at = |seq: u64, head: &str| Checkpoint {
            workspace: "x".to_owned(),
            seq,
            head: head.to_owned(),
            key: String::new(),
        };
        assert_eq!(since(&links(&chain), &at(3, "3")), None);
        let found = since(&links(&chain[..2]), &at(3, "3")).unwrap();
        assert!(found.text.contains("cut off"));
        let found = since(&links(&chain), &at(3, "other")).unwrap();
        assert!(found.text.contains("rewritten"));
        let found = since(&links(&chain[2..]), &at(1, "1")).unwrap();
        assert!(found.text.contains("not here"));
    }
}
