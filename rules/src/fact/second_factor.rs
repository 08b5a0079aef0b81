//! Facts about second factors that really are asked for, which is less than being switched on.
//!
//! A code from an app counts while `Accounts_TwoFactorAuthentication_Enabled` and `_By_TOTP_Enabled`
//! are on. A mailed code counts while the former and `_By_Email_Enabled` are on and an address is
//! verified; for people with an account at an identity provider a further setting must be on, in
//! releases that have it. Source: `TOTPCheck.ts`, `EmailCheck.ts` and `code/index.ts` of the server.
//!
//! Of `services` only flags, the names of its keys and whether a password is set are asked for.

use super::{Absent, Context, Fact, Family, Kind, Spec, flag, not_applicable, number, unknown};
use crate::logic::Truth;
use crate::query::{Field, Filter, Literal, Query, Reach, Reduce, Take};
use crate::settings::{Effective, Settings};
use crate::snapshot::Row;
use crate::value::Value;

/// Active administrators with a verified address.
pub const VERIFIED_ADMINS: &str = "second_factor.verified_administrators";
/// Active administrators without one.
pub const OTHER_ADMINS: &str = "second_factor.other_administrators";
/// Active accounts with a password.
pub const PASSWORDS: &str = "second_factor.passwords";

/// The setting that lets people with an identity provider use mailed codes.
const FOR_LINKED: &str = "Accounts_twoFactorAuthentication_email_available_for_OAuth_users";

/// Keys below `services` that name no identity provider, as the server lists them.
const OWN_KEYS: &[&str] = &[
    "cloud",
    "email",
    "email2fa",
    "emailCode",
    "password",
    "passwordHistory",
    "resume",
    "totp",
];

/// This family.
pub const FAMILY: Family = Family {
    queries,
    facts: &[
        Spec {
            id: "second_factor.admins_without",
            kind: Kind::Number("users"),
            about: "Active administrators with a password and no second factor that is asked for.",
            derive: |context| admins(context, |admin| admin.password && !admin.second),
        },
        Spec {
            id: "second_factor.admins_elsewhere",
            kind: Kind::Number("users"),
            about: "Active administrators for whom only an identity provider can ask for a second factor.",
            // Sign-in by OAuth or SAML may pass by the server's own second factor, and by CAS it does
            // for certain. A directory's password is entered at the server, which then asks.
            derive: |context| {
                admins(context, |admin| {
                    let alone = !admin.password && admin.linked;
                    admin.cas || alone && !(admin.directory && admin.second)
                })
            },
        },
        Spec {
            id: "second_factor.password_users",
            kind: Kind::Number("users"),
            about: "Active accounts with a password.",
            derive: |context| Ok(Value::from(context.count(PASSWORDS, "all")?)),
        },
        Spec {
            id: "second_factor.percent_without",
            kind: Kind::Number("percent"),
            about: "Share of active accounts with a password that have no second factor, rounded up.",
            derive: percent_without,
        },
    ],
};

fn queries(_: &Settings<'_>) -> Vec<Query> {
    let active = || Filter::Is("active", Literal::Bool(true));
    let no_app = || Filter::IsNot("type", Literal::Text("app"));
    let verified = || Filter::Is("emails.verified", Literal::Bool(true));
    let totp = || Filter::Is("services.totp.enabled", Literal::Bool(true));
    let mail = || {
        Filter::All(vec![
            Filter::Is("services.email2fa.enabled", Literal::Bool(true)),
            verified(),
        ])
    };
    let admins = |id, address| Query {
        id,
        collection: "users",
        filter: Filter::All(vec![
            Filter::Is("roles", Literal::Text("admin")),
            active(),
            no_app(),
            address,
        ]),
        take: Take::Rows {
            fields: vec![
                Field::filled("password", "services.password.bcrypt"),
                Field::filled("directory", "services.ldap.id"),
                Field::filled("cas", "services.cas.external_id"),
                Field::plain("totp", "services.totp.enabled"),
                Field::plain("mail", "services.email2fa.enabled"),
                Field {
                    name: "linked",
                    path: "services",
                    reduce: Reduce::KeysBeyond(OWN_KEYS),
                },
            ],
            sort: None,
            at_most: 10_000,
        },
        reach: Reach::Index("roles"),
    };
    vec![
        admins(VERIFIED_ADMINS, verified()),
        admins(
            OTHER_ADMINS,
            Filter::IsNot("emails.verified", Literal::Bool(true)),
        ),
        Query {
            id: PASSWORDS,
            collection: "users",
            filter: Filter::All(vec![
                active(),
                no_app(),
                Filter::Filled("services.password.bcrypt"),
            ]),
            take: Take::Counts(vec![
                ("all", Filter::Any),
                ("totp", totp()),
                ("mail", mail()),
                ("both", Filter::All(vec![totp(), mail()])),
            ]),
            reach: Reach::Whole,
        },
    ]
}

/// Which kinds of codes the server asks for, and whether it lets people in by CAS without any.
#[derive(Clone, Copy)]
struct Asked {
    totp: bool,
    mail: bool,
    cas: bool,
}

fn asked(context: &Context<'_>) -> Result<Asked, Absent> {
    let on = context.on("Accounts_TwoFactorAuthentication_Enabled")?;
    let kind = |id| Ok::<bool, Absent>(on && context.on(id)?);
    Ok(Asked {
        totp: kind("Accounts_TwoFactorAuthentication_By_TOTP_Enabled")?,
        mail: kind("Accounts_TwoFactorAuthentication_By_Email_Enabled")?,
        cas: context.on("CAS_enabled")?,
    })
}

/// Whether mailed codes are refused to people with an identity provider. Releases without the
/// setting refuse nobody.
fn refuses_linked(context: &Context<'_>) -> Truth {
    match context.settings.get(FOR_LINKED).effective {
        Effective::Value(value) => (!value.truthy()).into(),
        Effective::NotInVersion { .. } => Truth::False,
        Effective::Unknown { .. } => Truth::Unknown,
    }
}

/// What matters of an administrator.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent properties of one account"
)]
struct Admin {
    password: bool,
    directory: bool,
    cas: bool,
    linked: bool,
    second: bool,
}

impl Admin {
    fn read(row: &Row, verified: bool, asked: Asked, refuses_linked: bool) -> Self {
        let linked = row
            .get("linked")
            .and_then(Value::as_int)
            .is_some_and(|keys| keys > 0);
        let mail = asked.mail && verified && flag(row, "mail") && !(linked && refuses_linked);
        Self {
            password: flag(row, "password"),
            directory: flag(row, "directory"),
            cas: asked.cas && flag(row, "cas"),
            linked,
            second: asked.totp && flag(row, "totp") || mail,
        }
    }
}

/// How many administrators meet a condition.
fn admins(context: &Context<'_>, meets: fn(&Admin) -> bool) -> Fact {
    let asked = asked(context)?;
    let verified = context.rows(VERIFIED_ADMINS)?;
    let others = context.rows(OTHER_ADMINS)?;
    let count = |refuses_linked| {
        let with = |rows: &[Row], verified| {
            rows.iter()
                .map(|row| Admin::read(row, verified, asked, refuses_linked))
                .filter(meets)
                .count()
        };
        with(verified.rows, true) + with(others.rows, false)
    };
    let count = match refuses_linked(context) {
        Truth::True => count(true),
        Truth::False => count(false),
        Truth::Unknown if count(true) == count(false) => count(true),
        Truth::Unknown => {
            return unknown(format!(
                "whether {FOR_LINKED} is on is not known, and an administrator depends on it"
            ));
        }
    };
    if count == 0 && !(verified.complete && others.complete) {
        return unknown("there are more administrators than the query reads");
    }
    Ok(number(count))
}

fn percent_without(context: &Context<'_>) -> Fact {
    let asked = asked(context)?;
    let all = context.count(PASSWORDS, "all")?;
    let totp = context.count(PASSWORDS, "totp")?;
    let mail = context.count(PASSWORDS, "mail")?;
    let both = context.count(PASSWORDS, "both")?;
    let by_app = if asked.totp { totp } else { 0 };
    let by_mail_alone = match asked {
        Asked { mail: false, .. } => 0,
        Asked { totp: true, .. } => mail.saturating_sub(both),
        Asked { totp: false, .. } => mail,
    };
    // Which of those with mailed codes have an identity provider was not counted.
    if by_mail_alone > 0 && !refuses_linked(context).is_false() {
        return unknown(format!(
            "{by_mail_alone} accounts rely on mailed codes, which do not count for people with an \
             identity provider unless {FOR_LINKED} is on"
        ));
    }
    let without = all.saturating_sub(by_app).saturating_sub(by_mail_alone);
    let scaled = without.saturating_mul(100);
    match all {
        0 => not_applicable("no active account has a password"),
        all => Ok(Value::from(scaled.div_ceil(all))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, counts, rows};
    use super::*;

    const OFF: &str = r#"{"value":false,"type":"boolean"}"#;
    const WITHOUT: &str = "second_factor.admins_without";
    const ELSEWHERE: &str = "second_factor.admins_elsewhere";
    const PERCENT: &str = "second_factor.percent_without";

    fn admin(words: &str) -> Vec<(&'static str, Value)> {
        let has = |word: &str| Value::Bool(words.contains(word));
        vec![
            ("password", has("password")),
            ("directory", has("ldap")),
            ("cas", has("cas")),
            ("totp", has("totp")),
            ("mail", has("mail")),
            (
                "linked",
                Value::Int(i64::from(
                    words.contains("google") || words.contains("ldap"),
                )),
            ),
        ]
    }

    /// A workspace with one administrator.
    fn one(words: &str) -> Given {
        let row = admin(words);
        let (with, without): (&[&[_]], &[&[_]]) = if words.contains("verified") {
            (&[&row], &[])
        } else {
            (&[], &[&row])
        };
        Given::new()
            .answer(VERIFIED_ADMINS, rows(with))
            .answer(OTHER_ADMINS, rows(without))
    }

    #[test]
    fn a_factor_counts_only_while_it_is_asked_for() {
        let lacks = |given: Given| given.derive(WITHOUT) == Ok(Value::Int(1));
        assert!(lacks(one("password")));
        assert!(!lacks(one("password totp")));
        assert!(!lacks(one("password mail verified")));
        assert!(lacks(one("password mail")));
        let all = "Accounts_TwoFactorAuthentication_Enabled";
        assert!(lacks(one("password totp mail verified").stored(all, OFF)));
        let totp = "Accounts_TwoFactorAuthentication_By_TOTP_Enabled";
        assert!(lacks(one("password totp").stored(totp, OFF)));
        assert!(!lacks(one("password mail verified").stored(totp, OFF)));
        let mail = "Accounts_TwoFactorAuthentication_By_Email_Enabled";
        assert!(lacks(one("password mail verified").stored(mail, OFF)));
    }

    #[test]
    fn mailed_codes_can_be_refused_to_people_with_an_identity_provider() {
        let linked = || one("password google mail verified");
        assert_eq!(linked().derive(WITHOUT), Ok(Value::Int(0)));
        let refused = linked().stored(FOR_LINKED, OFF);
        assert_eq!(refused.derive(WITHOUT), Ok(Value::Int(1)));
        // The setting came between 6.5.3 and 6.13; before, a leftover says nothing.
        let early = linked().version("6.4.8").stored(FOR_LINKED, OFF);
        assert_eq!(early.derive(WITHOUT), Ok(Value::Int(0)));
        let unsure = linked().version("6.10.0");
        assert!(matches!(unsure.derive(WITHOUT), Err(Absent::Unknown(_))));
        let own = one("password mail verified").stored(FOR_LINKED, OFF);
        assert_eq!(own.derive(WITHOUT), Ok(Value::Int(0)));
    }

    #[test]
    fn an_administrator_without_password_is_counted_apart() {
        assert_eq!(one("google").derive(WITHOUT), Ok(Value::Int(0)));
        assert_eq!(one("google").derive(ELSEWHERE), Ok(Value::Int(1)));
        assert_eq!(one("google totp").derive(ELSEWHERE), Ok(Value::Int(1)));
        assert_eq!(one("ldap").derive(ELSEWHERE), Ok(Value::Int(1)));
        assert_eq!(one("ldap totp").derive(ELSEWHERE), Ok(Value::Int(0)));
        assert_eq!(one("password google").derive(ELSEWHERE), Ok(Value::Int(0)));
        assert_eq!(one("").derive(ELSEWHERE), Ok(Value::Int(0)));
    }

    #[test]
    fn cas_passes_by_a_second_factor_while_it_is_on() {
        let admin = || one("password totp cas");
        assert_eq!(admin().derive(ELSEWHERE), Ok(Value::Int(0)));
        let on = admin().stored("CAS_enabled", r#"{"value":true,"type":"boolean"}"#);
        assert_eq!(on.derive(ELSEWHERE), Ok(Value::Int(1)));
        assert_eq!(on.derive(WITHOUT), Ok(Value::Int(0)));
    }

    #[test]
    fn half_an_answer_is_none() {
        let half = Given::new().answer(VERIFIED_ADMINS, rows(&[]));
        assert!(matches!(half.derive(WITHOUT), Err(Absent::Unknown(_))));
    }

    #[test]
    fn the_share_is_rounded_up() {
        let given = |all, totp, mail, both| {
            Given::new().answer(
                PASSWORDS,
                counts(&[("all", all), ("totp", totp), ("mail", mail), ("both", both)]),
            )
        };
        assert_eq!(given(1000, 999, 0, 0).derive(PERCENT), Ok(Value::Int(1)));
        assert_eq!(given(10, 5, 5, 0).derive(PERCENT), Ok(Value::Int(0)));
        assert_eq!(given(10, 5, 5, 5).derive(PERCENT), Ok(Value::Int(50)));
        assert!(matches!(
            given(0, 0, 0, 0).derive(PERCENT),
            Err(Absent::NotApplicable(_))
        ));
        let refused = given(10, 5, 6, 5).stored(FOR_LINKED, OFF);
        assert!(matches!(refused.derive(PERCENT), Err(Absent::Unknown(_))));
        let no_app =
            given(10, 5, 6, 5).stored("Accounts_TwoFactorAuthentication_By_TOTP_Enabled", OFF);
        assert_eq!(no_app.derive(PERCENT), Ok(Value::Int(40)));
    }
}
