//! Collections that every server makes, whatever its workspace does.

/// Collections that a server makes at its first start. A dump that has all of them is one of the
/// whole database, so a collection that it lacks did not exist; a dump that lacks one of them is a
/// part, and what it lacks is unknown.
pub const CORE: &[&str] = &[
    "rocketchat_message",
    "rocketchat_permissions",
    "rocketchat_roles",
    "rocketchat_room",
    "rocketchat_settings",
    "rocketchat_statistics",
    "rocketchat_subscription",
    "rocketchat_uploads",
    "users",
];

/// Further collections that every release from 3.18 to 8.3 makes at its first start, and that rules look
/// into. Where a dump of the whole database lacks one of them, it was left out.
pub const STARTED: &[&str] = &[
    "migrations",
    "rocketchat__trash",
    "rocketchat_avatars",
    "rocketchat_export_operations",
    "rocketchat_import",
    "rocketchat_integrations",
    "rocketchat_livechat_visitor",
    "rocketchat_server_events",
    "rocketchat_sessions",
    "rocketchat_user_data_files",
    "rocketchat_webdav_accounts",
];
