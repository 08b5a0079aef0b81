//! Rooms, who is in them, what is said and shared there.

use super::{Maker, moment};
use bson::{Document, doc};

const TOPICS: &[&str] = &[
    "ward",
    "pharmacy",
    "night-shift",
    "theatre",
    "laboratory",
    "kitchen",
    "training",
    "board",
    "radiology",
    "admissions",
    "maternity",
    "supplies",
];
const WORDS: &[&str] = &[
    "please", "bring", "the", "roster", "for", "Thursday", "bed", "nine", "is", "ready", "who",
    "has", "keys", "of", "cabinet", "results", "came", "back", "call", "me", "later", "thanks",
];
/// Every how many rooms one is encrypted, closed or direct.
const KINDS: &[&str] = &["c", "p", "d", "c", "p"];

impl Maker<'_> {
    /// `GENERAL`, then channels, private groups and direct rooms; and a subscription for each
    /// member.
    pub(super) fn rooms(&mut self, users: &[Document]) -> (Vec<Document>, Vec<Document>) {
        let people = &users[1..];
        let installed = moment(self.installed);
        let mut rooms = vec![doc! {
            "_id": "GENERAL", "ts": installed, "t": "c", "name": "general", "default": true,
            "msgs": 0, "usersCount": i32::try_from(people.len()).unwrap(), "_updatedAt": installed,
        }];
        let mut subscriptions: Vec<Document> = Vec::new();
        for person in people {
            let subscription = self.subscription("GENERAL", "c", person);
            subscriptions.push(subscription);
        }
        for number in 0..self.plan.rooms {
            let kind = KINDS[number % KINDS.len()];
            let members: Vec<&Document> = if kind == "d" {
                (0..2)
                    .map(|offset| &people[(number + offset) % people.len()])
                    .collect()
            } else {
                people.iter().step_by(1 + number % 3).collect()
            };
            let room = self.room(number, kind, &members);
            let id = room.get_str("_id").unwrap().to_owned();
            for member in members {
                let subscription = self.subscription(&id, kind, member);
                subscriptions.push(subscription);
            }
            rooms.push(room);
        }
        (rooms, subscriptions)
    }

    fn room(&mut self, number: usize, kind: &str, members: &[&Document]) -> Document {
        let created = self.within(700);
        let owner = members[0];
        let mut room = doc! {
            "_id": self.id(), "t": kind, "ts": moment(created), "msgs": 0,
            "usersCount": i32::try_from(members.len()).unwrap(),
            "u": { "_id": owner.get_str("_id").unwrap(), "username": owner.get_str("username").unwrap() },
            "ro": false, "sysMes": true, "_updatedAt": moment(created),
        };
        if kind == "d" {
            let each = |field: &str| -> Vec<&str> {
                members
                    .iter()
                    .map(|it| it.get_str(field).unwrap())
                    .collect()
            };
            room.insert("uids", each("_id"));
            room.insert("usernames", each("username"));
        } else {
            let name = format!("{}-{number}", self.one_of(TOPICS));
            room.insert("fname", &name);
            room.insert("name", name);
        }
        room
    }

    fn subscription(&mut self, room: &str, kind: &str, member: &Document) -> Document {
        let since = moment(self.within(600));
        doc! {
            "_id": self.id(), "rid": room, "t": kind, "open": true, "alert": false, "unread": 0,
            "u": {
                "_id": member.get_str("_id").unwrap(),
                "username": member.get_str("username").unwrap(),
            },
            "ts": since, "ls": since, "_updatedAt": since,
        }
    }

    /// Messages of the last 25 days in all rooms.
    pub(super) fn messages(&mut self, rooms: &[Document], users: &[Document]) -> Vec<Document> {
        (0..self.plan.messages)
            .map(|number| {
                let room = &rooms[number % rooms.len()];
                let author = &users[1 + self.random.usize(..users.len() - 1)];
                let at = moment(self.within(25));
                let length = self.random.usize(4..16);
                let text: Vec<&str> = (0..length).map(|_| *self.one_of(WORDS)).collect();
                doc! {
                    "_id": self.id(), "rid": room.get_str("_id").unwrap(),
                    "msg": format!("{} {number}", text.join(" ")), "ts": at,
                    "u": {
                        "_id": author.get_str("_id").unwrap(),
                        "username": author.get_str("username").unwrap(),
                    },
                    "urls": [], "mentions": [], "channels": [], "_updatedAt": at,
                }
            })
            .collect()
    }

    /// Files, one for every thirtieth message, which from now on refers to it.
    pub(super) fn uploads(&mut self, messages: &mut [Document]) -> Vec<Document> {
        messages
            .iter_mut()
            .step_by(30)
            .map(|message| {
                let (id, name) = (self.id(), format!("scan-{}.pdf", self.hexadecimal(6)));
                let file = doc! { "_id": &id, "name": &name, "type": "application/pdf" };
                message.insert("file", file.clone());
                message.insert("files", vec![file]);
                let at = message.get_datetime("ts").unwrap();
                doc! {
                    "_id": id, "name": name, "type": "application/pdf", "size": 48_211,
                    "rid": message.get_str("rid").unwrap(),
                    "userId": message.get_document("u").unwrap().get_str("_id").unwrap(),
                    "store": "GridFS:Uploads", "complete": true, "uploadedAt": at, "_updatedAt": at,
                }
            })
            .collect()
    }
}
