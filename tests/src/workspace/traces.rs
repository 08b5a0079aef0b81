//! What a server and the people on it leave behind in normal use.

use jiff::{SignedDuration, Timestamp};
use rc_audit_rules::version::Release;

use super::{Maker, moment, who};
use bson::{Document, doc};

/// Collections that a server makes at its start and that stay empty until something is used.
const EMPTY: &[&str] = &[
    "_raix_push_app_tokens",
    "rocketchat_apps",
    "rocketchat_apps_logs",
    "rocketchat_email_inbox",
    "rocketchat_export_operations",
    "rocketchat_import",
    "rocketchat_import_data",
    "rocketchat_integrations",
    "rocketchat_livechat_visitor",
    "rocketchat_matrix_bridged_rooms",
    "rocketchat_nps_vote",
    "rocketchat_user_data_files",
    "rocketchat_webdav_accounts",
];

/// The first release that records changes of settings, and has contacts and credentials of their own.
pub(super) const SEVEN: Release = Release::new(7, 0, 0);
/// The first release that keeps receipts under their present name.
const RENAMED_RECEIPTS: Release = Release::new(5, 0, 0);

/// How many days of sessions are kept for each person.
const SESSIONS: i64 = 3;

impl Maker<'_> {
    /// Sessions, logins, pictures of people, and empty collections.
    pub(super) fn traces(&mut self, users: &[Document]) -> Vec<(&'static str, Vec<Document>)> {
        let people = &users[1..];
        let mut all: Vec<(&'static str, Vec<Document>)> =
            EMPTY.iter().map(|name| (*name, Vec::new())).collect();
        all.push(("rocketchat_sessions", self.sessions(people)));
        all.push(("rocketchat_server_events", self.events(people)));
        all.push(("rocketchat_avatars", self.avatars(people)));
        all.push(("rocketchat_oauth_apps", vec![self.zapier()]));
        if self.since(SEVEN) {
            all.push(("rocketchat_livechat_contact", Vec::new()));
            all.push(("rocketchat_workspace_credentials", Vec::new()));
        }
        all.push(if self.since(RENAMED_RECEIPTS) {
            ("rocketchat_read_receipts", Vec::new())
        } else {
            ("rocketchat_message_read_receipt", Vec::new())
        });
        all
    }

    pub(super) fn since(&self, release: Release) -> bool {
        self.plan.version.release >= release
    }

    /// One for each person and day; a job of the night computes those of the day before.
    fn sessions(&mut self, people: &[Document]) -> Vec<Document> {
        let mut sessions = Vec::new();
        for person in people {
            let login = person
                .get_datetime("lastLogin")
                .expect("a login")
                .to_owned();
            let login = Timestamp::from_millisecond(login.timestamp_millis()).expect("a time");
            for day in 0..SESSIONS {
                let at = login - SignedDuration::from_hours(24 * day);
                let mut session = self.session(person.get_str("_id").expect("an id"), at);
                let computed = at + SignedDuration::from_hours(30);
                if computed < self.plan.now {
                    let computed = moment(computed);
                    session.insert("type", "computed-session");
                    session.insert("_computedAt", computed);
                }
                sessions.push(session);
            }
        }
        sessions
    }

    pub(super) fn session(&mut self, user: &str, at: Timestamp) -> Document {
        let day = at.to_zoned(jiff::tz::TimeZone::UTC);
        doc! {
            "_id": self.hexadecimal(24), "sessionId": self.id(), "instanceId": self.uuid(),
            "userId": user, "type": "session", "ip": self.inner_address(),
            "host": "chat.lindenhof.example", "loginToken": self.id(),
            "device": { "type": "browser", "name": "Firefox", "longVersion": "128.0" },
            "year": i32::from(day.year()), "month": i32::from(day.month()),
            "day": i32::from(day.day()), "loginAt": moment(at), "createdAt": moment(at),
            "lastActivityAt": moment(at), "_updatedAt": moment(at),
        }
    }

    /// The last login of each person; from 7.0 on what an administrator changed, too.
    fn events(&mut self, people: &[Document]) -> Vec<Document> {
        let mut events: Vec<Document> = people
            .iter()
            .map(|person| {
                doc! {
                    "_id": self.hexadecimal(24), "t": "login", "ip": self.inner_address(),
                    "ts": *person.get_datetime("lastLogin").expect("a login"), "u": who(person),
                }
            })
            .collect();
        if self.since(SEVEN) {
            events.push(self.change(
                &people[0],
                "Site_Name",
                ["Our old name", "Our new name"],
                15,
            ));
        }
        events
    }

    /// A recorded change of a setting.
    pub(super) fn change(
        &mut self,
        person: &Document,
        setting: &str,
        [previous, current]: [&str; 2],
        days: i64,
    ) -> Document {
        let mut actor = who(person);
        actor.insert("type", "user");
        actor.insert("ip", self.inner_address());
        doc! {
            "_id": self.hexadecimal(24), "t": "settings.changed", "ts": self.before(days),
            "actor": actor,
            "data": [
                { "key": "id", "value": setting },
                { "key": "previous", "value": previous },
                { "key": "current", "value": current },
            ],
        }
    }

    fn avatars(&mut self, people: &[Document]) -> Vec<Document> {
        people
            .iter()
            .step_by(3)
            .map(|person| {
                let at = *person.get_datetime("createdAt").expect("a date");
                doc! {
                    "_id": self.id(), "name": person.get_str("username").expect("a name"),
                    "userId": person.get_str("_id").expect("an id"), "type": "image/png",
                    "store": "GridFS:Avatars", "complete": true, "size": 4_213, "uploadedAt": at,
                    "_updatedAt": at,
                }
            })
            .collect()
    }

    /// The application that every workspace has, switched off.
    fn zapier(&self) -> Document {
        doc! {
            "_id": "zapier", "name": "Zapier", "active": false, "clientId": "zapier",
            "clientSecret": "RTK6TlndaCIolhQhZ7_KHIGOKj41RnlaOq_o-7JKwLr",
            "redirectUri": "https://zapier.com/dashboard/auth/oauth/return/RocketChatDevAPI/",
            "_createdAt": moment(self.installed),
            "_createdBy": { "_id": "system", "username": "system" },
            "_updatedAt": moment(self.installed),
        }
    }

    /// An address in the organisation's own network.
    pub(super) fn inner_address(&mut self) -> String {
        format!("10.14.{}.{}", self.random.u8(..), self.random.u8(1..255))
    }
}
