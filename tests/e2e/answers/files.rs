//! Files that messages refer to: what reading them costs follows the files, not the messages.

use bson::{Document, doc};
use rc_audit_rules::snapshot::{Dataset, Snapshot};
use rc_audit_tests::mongod::shared;
use rc_audit_tests::workspace::{Workspace, busy};

use super::{collect, desk, read_both, remove};

const DATABASE: &str = "answers_files";
const QUERY: &str = "retention.uploads";

#[test]
fn a_file_in_many_messages_is_read_once() {
    let mut workspace = Workspace::of("7.7.1");
    busy(&mut workspace);
    shared().load(DATABASE, &workspace);
    let (all, orphaned, few) = answer(&collect(&desk(), &shared().address(DATABASE)));
    assert!(all > orphaned && orphaned > 0, "{orphaned} of {all}");

    let copies = copies(workspace.documents("rocketchat_message"), 100);
    shared().command(
        DATABASE,
        doc! { "insert": "rocketchat_message", "documents": copies.clone() },
    );
    workspace.documents("rocketchat_message").extend(copies);
    let pair = read_both(DATABASE, &workspace);
    pair.assert_equal();
    let (all_now, orphaned_now, many) = answer(&pair.server);
    assert_eq!((all_now, orphaned_now), (all, orphaned));
    assert!(many < 4 * few, "{few} bytes grew to {many}");
    remove(DATABASE);
}

/// So many more of each message with a file.
fn copies(messages: &[Document], number: usize) -> Vec<Document> {
    messages
        .iter()
        .filter(|message| message.contains_key("file"))
        .flat_map(|message| {
            (0..number).map(|copy| {
                let id = message.get_str("_id").expect("an id");
                let mut copied = message.clone();
                copied.insert("_id", format!("{id}-{copy}"));
                // Those in a list have no index.
                copied.remove("files");
                copied
            })
        })
        .collect()
}

/// How many files there are, how many nobody refers to, and how many bytes were read for that.
fn answer(snapshot: &Snapshot) -> (u64, u64, u64) {
    let Some(Dataset::Counts(counts)) = snapshot.data.get(QUERY) else {
        panic!("{:?}", snapshot.data.get(QUERY));
    };
    let entry = snapshot.ledger.iter().find(|it| it.query == QUERY);
    let bytes = entry.expect("an entry of the ledger").bytes;
    (counts["all"], counts["orphaned"], bytes)
}
