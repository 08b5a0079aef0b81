//! Visitors of the website, their conversations and the pages that they looked at.

use super::super::traces::SEVEN;
use super::super::{Maker, Workspace, moment};
use bson::{Bson, Document, doc};

pub(super) fn add(workspace: &mut Workspace, maker: &mut Maker<'_>) {
    let count = workspace.plan.users / 2 + 3;
    for number in 0..count {
        let visitor = visitor(maker, number);
        let room = conversation(maker, &visitor, number);
        for page in pages(maker, &visitor, &room) {
            workspace.insert("rocketchat_message", page);
        }
        if maker.since(SEVEN) {
            let contact = contact(maker, number);
            workspace.insert("rocketchat_livechat_contact", contact);
        }
        workspace.insert("rocketchat_room", room);
        workspace.insert("rocketchat_livechat_visitor", visitor);
    }
}

fn days(number: usize) -> i64 {
    i64::try_from(number).expect("a small number") * 47 % 500 + 1
}

fn visitor(maker: &mut Maker<'_>, number: usize) -> Document {
    let at = maker.before(days(number));
    let mut visitor = doc! {
        "_id": maker.hexadecimal(24), "username": format!("guest-{number}"), "ts": at,
        "token": maker.hexadecimal(40), "name": format!("Visitor Number{number}"),
        "visitorEmails": [{ "address": format!("visitor{number}@home.example") }],
        "phone": [{ "phoneNumber": format!("+41 44 555 {number:04}") }], "_updatedAt": at,
    };
    match number % 3 {
        0 => {
            visitor.insert("ip", format!("203.0.113.{}", number % 250));
            visitor.insert("userAgent", format!("Mozilla/5.0 (made up, {number})"));
            visitor.insert("host", "www.lindenhof.example");
        }
        1 => {
            visitor.insert("lastChat", doc! { "_id": maker.id(), "ts": at });
            visitor.insert("ip", "");
        }
        _ => {}
    }
    visitor
}

fn conversation(maker: &mut Maker<'_>, visitor: &Document, number: usize) -> Document {
    let at = maker.before(days(number));
    let mut room = doc! {
        "_id": maker.id(), "t": "l", "ts": at, "msgs": 2, "usersCount": 1, "_updatedAt": at,
        "v": {
            "_id": visitor.get_str("_id").expect("an id"),
            "token": visitor.get_str("token").expect("a token"),
            "name": visitor.get_str("name").expect("a name"),
        },
        "source": { "type": "widget" },
    };
    if number.is_multiple_of(2) {
        room.insert("closedAt", at);
    } else {
        room.insert("open", true);
    }
    room
}

/// Pages that a visitor looked at. The server dates their end as a number in some releases, which no
/// index removes, and not at all while they are kept for good.
fn pages(maker: &mut Maker<'_>, visitor: &Document, room: &Document) -> Vec<Document> {
    let token = visitor.get_str("token").expect("a token");
    let room = room.get_str("_id").expect("an id");
    let end = moment(maker.plan.now + jiff::SignedDuration::from_hours(700));
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of this size are doubles in JavaScript, and exact"
    )]
    let number = end.timestamp_millis() as f64;
    [Some(Bson::from(end)), Some(Bson::from(number)), None]
        .into_iter()
        .enumerate()
        .map(|(page, end)| {
            let at = maker.before(2 + 40 * i64::try_from(page).expect("a small number"));
            let mut message = doc! {
                "_id": maker.id(), "t": "livechat_navigation_history", "rid": room, "ts": at,
                "msg": "Opening hours - https://www.lindenhof.example/hours",
                "u": { "_id": "rocket.cat", "username": "rocket.cat" }, "groupable": false,
                "navigation": {
                    "page": {
                        "change": "url", "title": "Opening hours of the surgery",
                        "location": { "href": "https://www.lindenhof.example/hours" },
                    },
                    "token": token,
                },
                "_updatedAt": at,
            };
            if let Some(end) = end {
                message.insert("expireAt", end);
            }
            message
        })
        .collect()
}

fn contact(maker: &mut Maker<'_>, number: usize) -> Document {
    let at = maker.before(days(number));
    let mut contact = doc! {
        "_id": maker.hexadecimal(24), "name": format!("Contact Number{number}"), "unknown": false,
        "emails": [{ "address": format!("contact{number}@home.example") }],
        "phones": [{ "phoneNumber": format!("+41 44 556 {number:04}") }],
        "channels": Bson::Array(Vec::new()), "createdAt": at, "_updatedAt": at,
    };
    if number.is_multiple_of(2) {
        contact.insert("lastChat", doc! { "_id": maker.id(), "ts": at });
    }
    contact
}
