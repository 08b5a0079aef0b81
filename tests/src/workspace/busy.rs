//! A workspace in heavy use: something of everything that queries look for.

mod access;
mod extensions;
mod records;
mod rooms;
mod visitors;

use super::{Maker, Workspace};
use bson::Document;

/// Does to a fresh workspace what careless years would: accounts of all kinds, tokens, integrations,
/// apps, visitors, files in several stores, and what was meant to be deleted.
pub fn busy(workspace: &mut Workspace) {
    let plan = workspace.plan.clone();
    let mut maker = Maker::another(&plan);
    settings(workspace);
    let people = access::add(workspace, &mut maker);
    rooms::add(workspace, &mut maker, &people);
    visitors::add(workspace, &mut maker);
    records::add(workspace, &mut maker, &people);
    extensions::add(workspace, &mut maker, &people);
}

/// Retention for everything that the release can delete, and ways in with secrets.
fn settings(workspace: &mut Workspace) {
    workspace.set("RetentionPolicy_Enabled", true);
    for kind in ["Channels", "Groups", "DMs"] {
        workspace.set(&format!("RetentionPolicy_AppliesTo{kind}"), true);
    }
    workspace
        .set("RetentionPolicy_DoNotPrunePinned", true)
        .set("Accounts_OAuth_Google", true)
        .set("Accounts_OAuth_Google_secret", "a-made-up-google-secret")
        .set("SMTP_Password", "a-made-up-mail-password")
        .set("SMTP_Host", "mail.provider.example");
}

/// A person, by place among those with a login: 0 is the administrator.
fn person(people: &[Document], number: usize) -> &Document {
    &people[number % people.len()]
}

fn id(document: &Document) -> &str {
    document.get_str("_id").expect("an id")
}
