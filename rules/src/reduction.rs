//! Which texts among the settings are read, and why.
//!
//! Numbers, booleans, dates and nulls are read as they are. Of a text only its being set, its
//! length class and its equality with the default are read, unless it is on this list. So a
//! secret, a notice, a script or an address of a person never reaches this program, also where the
//! server does not flag it.

mod notice;

use std::collections::BTreeMap;

use crate::value::{Value, Withheld};

/// Settings whose text is read as it is: the server's own words and ids, roles, media types, domains
/// and ranges of addresses, never a person's.
const WORDS: &[&str] = &[
    "API_EmbedIgnoredHosts",
    "API_Shield_Types",
    "Accounts_AllowedDomainsList",
    "Accounts_OAuth_Proxy_services",
    "Accounts_Registration_AuthenticationServices_Default_Roles",
    "Accounts_Registration_Users_Default_Roles",
    "Enterprise_License_Status",
    "Federation_Service_Allow_List",
    "FileUpload_MediaTypeBlackList",
    "FileUpload_MediaTypeWhiteList",
    "FileUpload_S3_Acl",
    "Iframe_X_Frame_Options",
    "Livechat_AllowedDomainsList",
    "Meta_robots",
    "RetentionPolicy_Advanced_Precision_Cron",
    "VideoConf_Default_Provider",
    "uniqueID",
];

/// Settings that hold addresses, one a line or between commas. They are cut down to scheme, host and
/// port, so that user names, passwords, paths and tokens in them are not kept.
const ADDRESSES: &[&str] = &[
    "API_CORS_Origin",
    "API_Drupal_URL",
    "API_GitHub_Enterprise_URL",
    "API_Gitlab_URL",
    "API_Tokenpass_URL",
    "API_Wordpress_URL",
    "Accounts_AvatarExternalProviderUrl",
    "Accounts_Iframe_api_url",
    "Accounts_OAuth_Dolphin_URL",
    "Accounts_OAuth_Nextcloud_URL",
    "Accounts_OAuth_Proxy_host",
    "Accounts_RoomAvatarExternalProviderUrl",
    "Accounts_iframe_url",
    "CAS_base_url",
    "CDN_JSCSS_PREFIX",
    "CDN_PREFIX",
    "CROWD_URL",
    "Cloud_Billing_Url",
    "Cloud_Url",
    "Cloud_Workspace_Registration_Client_Uri",
    "DeepLink_Url",
    "Direct_Reply_Host",
    "Extra_CSP_Domains",
    "Federation_Matrix_homeserver_url",
    "FileUpload_S3_BucketURL",
    "FileUpload_S3_CDN",
    "FileUpload_Webdav_Server_URL",
    "IRC_Host",
    "Iframe_Integration_receive_origin",
    "Jitsi_Domain",
    "LDAP_Host",
    "Livechat_External_Queue_URL",
    "Livechat_webhookUrl",
    "Nps_Url",
    "Outlook_Calendar_Exchange_Url",
    "Outlook_Calendar_Outlook_Url",
    "PiwikAnalytics_url",
    "Push_gateway",
    "SAML_Custom_Default_entry_point",
    "SMS_Mobex_gateway_address",
    "SMS_Voxtelesys_URL",
    "SMTP_Host",
    "Site_Url",
    "VoIP_Management_Server_Host",
    "VoIP_Server_Host",
    "VoIP_Server_Websocket_Path",
    "VoIP_TeamCollab_Drachtio_Host",
    "VoIP_TeamCollab_FreeSwitch_Host",
    "VoIP_TeamCollab_FreeSwitch_WebSocket_Path",
    "VoIP_TeamCollab_SIP_Server_Host",
    "bigbluebutton_server",
];

/// The setting whose addresses stand between blanks, too.
pub const SPACED: &str = "Extra_CSP_Domains";

/// Settings that hold addresses too, of releases newer than the catalogue.
const NEWER_ADDRESSES: &[&str] = &[
    "AI_Intelligent_Search_Pipeline_Base_URL",
    "AI_LLM_OpenAI_Base_URL",
    "AI_Voice_Transcription_OpenAI_Base_URL",
    "AI_Voice_Transcription_Whisper_Server_URL",
];

/// Settings that list servers for calls, which can hold user names and passwords.
const RELAYS: &[&str] = &["VoIP_TeamCollab_Ice_Servers", "WebRTC_Servers"];

/// Types whose values are chosen and not typed. A text there is read up to [`CHOSEN_LENGTH`],
/// because a text in the place of a boolean or a number is a finding of its own.
const CHOSEN: &[&str] = &["boolean", "int", "range", "select", "timespan"];

/// The longest text that is read where a chosen value belongs, in bytes.
pub const CHOSEN_LENGTH: usize = 64;

/// How many characters a long text has at the least.
pub const LONG: usize = 32;

/// The setting with the licence text, which is reduced to its claims.
pub const LICENCE: &str = "Enterprise_License";

/// Settings that hold a mail address, which is reduced to its domain and whether the rest names a
/// role.
pub const MAILBOXES: &[&str] = &["Organization_Email"];

/// Settings with a text for people, of which is kept what [`notice::reduce`] says.
const NOTICES: &[&str] = &[
    "Layout_Legal_Notice",
    "Layout_Login_Terms",
    "Layout_Privacy_Policy",
    "Layout_Terms_of_Service",
    "Livechat_data_processing_consent_text",
];

/// The setting that describes fields of a profile, of which the names of required fields are kept.
const FIELDS: &str = "Accounts_CustomFields";

/// What is kept of the text of a setting.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kept {
    /// The text.
    Text,
    /// The text if it is short, otherwise as [`Kept::Marks`].
    ShortText,
    /// Its addresses, cut down by [`crate::address::bare`].
    Addresses,
    /// Its servers for calls, cut down by [`crate::address::relay`].
    Relays,
    /// The domain of a mail address, and whether the rest names a role.
    Mailbox,
    /// What a text for people says in outline.
    Notice,
    /// The names of required fields.
    RequiredFields,
    /// The claims of a licence.
    Licence,
    /// Whether it is set, long, and equal to the default beside it.
    Marks,
}

/// What is kept of the text of the setting `id` of type `kind`.
#[must_use]
pub fn of(id: &str, kind: Option<&str>) -> Kept {
    if id == LICENCE {
        Kept::Licence
    } else if WORDS.contains(&id) {
        Kept::Text
    } else if ADDRESSES.contains(&id) || NEWER_ADDRESSES.contains(&id) {
        Kept::Addresses
    } else if RELAYS.contains(&id) {
        Kept::Relays
    } else if MAILBOXES.contains(&id) {
        Kept::Mailbox
    } else if NOTICES.contains(&id) {
        Kept::Notice
    } else if id == FIELDS {
        Kept::RequiredFields
    } else if kind.is_some_and(|kind| CHOSEN.contains(&kind)) {
        Kept::ShortText
    } else {
        Kept::Marks
    }
}

/// Every setting by id whose text crosses from the database to this program in some form.
pub fn crossing() -> impl Iterator<Item = &'static str> {
    let lists = [
        WORDS,
        ADDRESSES,
        NEWER_ADDRESSES,
        RELAYS,
        MAILBOXES,
        NOTICES,
    ];
    lists
        .into_iter()
        .flatten()
        .copied()
        .chain([LICENCE, FIELDS])
}

/// The types whose short texts cross.
#[must_use]
pub fn chosen_types() -> &'static [&'static str] {
    CHOSEN
}

/// A mail address, reduced: `{domain, role}`; unset for a blank text.
#[must_use]
pub fn mailbox(text: &str) -> Value {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Value::from("");
    }
    let (local, domain) = text.rsplit_once('@').unwrap_or((&text, ""));
    let local = local.split('+').next().unwrap_or(local);
    let mut parts = BTreeMap::from([(
        "role".to_owned(),
        Value::Bool(crate::fact::registration::ROLE_WORDS.contains(&local)),
    )]);
    if !domain.is_empty() {
        parts.insert("domain".to_owned(), Value::from(domain));
    }
    Value::Map(parts)
}

/// The text of the setting `id`, reduced to what `kept` allows. The licence is not handled here: it has a place of its
/// own in a snapshot.
#[must_use]
pub fn text(id: &str, kept: Kept, text: &str, is_default: bool) -> Value {
    match kept {
        Kept::Text => Value::from(text),
        Kept::ShortText if text.len() <= CHOSEN_LENGTH => Value::from(text),
        Kept::Addresses => {
            // Blanks part addresses in this one alone. Elsewhere a blank may stand in a password,
            // and what is cut off with the rest of the address must not be kept as a second one.
            let text = if id == SPACED {
                text.replace(' ', "\n")
            } else {
                text.to_owned()
            };
            each(&text, crate::address::bare)
        }
        Kept::Relays => each(text, crate::address::relay),
        Kept::Mailbox => mailbox(text),
        Kept::Notice => notice::reduce(id, text),
        Kept::RequiredFields => notice::required_fields(text),
        Kept::ShortText | Kept::Licence | Kept::Marks => Value::Withheld(Withheld {
            set: !text.trim().is_empty(),
            long: text.chars().nth(LONG - 1).is_some(),
            is_default,
        }),
    }
}

/// The parts of a text between commas or line ends, each cut down, one a line.
fn each(text: &str, cut: fn(&str) -> String) -> Value {
    let lines: Vec<String> = text.split(['\n', ',']).map(cut).collect();
    Value::from(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn what_crosses_is_known_and_no_password() {
        for id in crossing().filter(|id| !NEWER_ADDRESSES.contains(id)) {
            let definition = catalogue::find(id).unwrap_or_else(|| panic!("{id}"));
            assert!(
                definition.spans.iter().all(|span| span.kind != "password"),
                "{id}"
            );
        }
    }

    #[test]
    fn a_secret_leaves_marks_only() {
        let secret = "canary-0123456789-0123456789-0123456789";
        for id in [
            "SMTP_Password",
            "Livechat_secret_token",
            "Some_Fork_Setting",
            LICENCE,
        ] {
            let kept = of(id, Some("string"));
            let json = serde_json::to_string(&text(id, kept, secret, false)).unwrap();
            assert!(!json.contains("canary"), "{id}");
        }
        let long = "canary".repeat(20);
        let kept = text("E2E_Enable", Kept::ShortText, &long, false);
        assert!(!serde_json::to_string(&kept).unwrap().contains("canary"));
    }

    #[test]
    fn no_address_hides_behind_another() {
        let kept = |id| text(id, Kept::Addresses, "https://a.org/x https://b.org", false);
        assert_eq!(
            kept("Extra_CSP_Domains"),
            Value::from("https://a.org/…\nhttps://b.org")
        );
        assert_eq!(kept("Push_gateway"), Value::from("https://a.org/…"));
    }

    #[test]
    fn servers_for_calls_keep_no_password() {
        let text = text(
            "WebRTC_Servers",
            of("WebRTC_Servers", Some("string")),
            "stun:stun.example.org, me:canary@turn:turn.example.org:3478, me:can,ary@turn:host",
            false,
        );
        assert_eq!(
            text,
            Value::from("stun:stun.example.org\n…@turn:turn.example.org:3478\n…\n…@turn:host")
        );
    }

    #[test]
    fn a_mailbox_keeps_its_domain_and_role() {
        let json = serde_json::to_string(&mailbox("Privacy+x@Example.org")).unwrap();
        assert_eq!(json, r#"{"$map":{"domain":"example.org","role":true}}"#);
        let person = serde_json::to_string(&mailbox("jane.doe@example.org")).unwrap();
        assert!(!person.contains("jane"), "{person}");
    }
}
