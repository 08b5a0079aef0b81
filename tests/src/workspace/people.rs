//! People and the built-in bot.

use jiff::{SignedDuration, Timestamp};

use super::{Maker, moment};
use bson::{Document, doc};

const FIRST: &[&str] = &[
    "Adaeze", "Bogdan", "Chiara", "Dagmar", "Emeka", "Farida", "Gudrun", "Haruki", "Ilona",
    "Jorge", "Kirsi", "Lubomir", "Marisol", "Nadia", "Oyelaran", "Petra", "Rashid", "Sunniva",
    "Tomasz", "Ulrike", "Vesna", "Wanjiru", "Yusuf", "Zsofia",
];
const LAST: &[&str] = &[
    "Achterberg",
    "Bielska",
    "Castellano",
    "Dvorakova",
    "Engstrom",
    "Fakhoury",
    "Grigorescu",
    "Hallgrimsson",
    "Iwasaki",
    "Juarez",
    "Kovalenko",
    "Lindqvist",
    "Mbeki",
    "Nyberg",
    "Ozturk",
    "Pellegrini",
    "Ramaswamy",
    "Szymanski",
    "Torvaldsen",
    "Vandenberg",
];

/// The domain of the made-up organisation.
pub(super) const DOMAIN: &str = "lindenhof.example";

impl Maker<'_> {
    /// The bot, the administrator's role account, and people, most of them with a second factor.
    pub(super) fn users(&mut self) -> Vec<Document> {
        let installed = moment(self.installed);
        let mut users = vec![doc! {
            "_id": "rocket.cat", "createdAt": installed, "avatarOrigin": "local",
            "name": "Rocket.Cat", "username": "rocket.cat", "status": "online",
            "statusDefault": "online", "utcOffset": 0, "active": true, "type": "bot",
            "roles": ["bot"], "_updatedAt": installed,
        }];
        for number in 0..self.plan.users {
            let user = self.user(number);
            users.push(user);
        }
        users
    }

    fn user(&mut self, number: usize) -> Document {
        let (name, username) = if number == 0 {
            ("IT Operations".to_owned(), "it-operations".to_owned())
        } else {
            let first = *self.one_of(FIRST);
            let last = *self.one_of(LAST);
            let username = format!("{first}.{last}{number}").to_lowercase();
            (format!("{first} {last}"), username)
        };
        let created =
            self.installed + SignedDuration::from_hours(i64::try_from(number).unwrap() + 1);
        let login = moment(self.within(20));
        let mut user = doc! {
            "_id": self.id(),
            "createdAt": moment(created),
            "username": &username,
            "name": name,
            "emails": [{ "address": format!("{username}@{DOMAIN}"), "verified": true }],
            "type": "user", "status": "offline", "statusConnection": "offline", "utcOffset": 1,
            "active": true,
            "roles": if number == 0 { vec!["user", "admin"] } else { vec!["user"] },
            "__rooms": ["GENERAL"],
            "services": {
                "password": { "bcrypt": format!("$2b$10${}", self.id()) },
                "resume": { "loginTokens": [{ "when": login, "hashedToken": self.id() }] },
                "email2fa": { "enabled": number % 6 != 5, "changedAt": moment(created) },
            },
            "settings": { "preferences": {} },
            "requirePasswordChange": false,
            "lastLogin": login,
            "_updatedAt": login,
        };
        if number % 5 == 3 {
            let token = self.access_token("roster", created, false);
            login_tokens(&mut user).push(token.into());
        }
        if number.is_multiple_of(2) {
            let keys = doc! {
                "public_key": format!("{{\"n\":\"{}\"}}", self.id()),
                "private_key": format!("{{\"sealed\":\"{}\"}}", self.id()),
            };
            user.insert("e2e", keys);
        }
        user
    }

    /// A personal access token.
    pub(super) fn access_token(&mut self, name: &str, at: Timestamp, bypasses: bool) -> Document {
        doc! {
            "type": "personalAccessToken", "name": format!("token for the {name}"),
            "hashedToken": self.id(), "createdAt": moment(at), "lastTokenPart": self.hexadecimal(6),
            "bypassTwoFactor": bypasses,
        }
    }
}

/// The sessions and access tokens of a person.
pub(super) fn login_tokens(user: &mut Document) -> &mut bson::Array {
    user.get_document_mut("services")
        .and_then(|services| services.get_document_mut("resume"))
        .and_then(|resume| resume.get_array_mut("loginTokens"))
        .expect("a list of tokens")
}
