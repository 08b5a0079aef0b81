//! Facts about uploaded files: what is taken, and how links to them are signed.
//!
//! Source: `restrictions.ts` and `FileUpload.ts` of the server, 3.18 to 6.14.

use super::{Absent, Context, Fact, Family, Kind, Spec, unknown};
use crate::settings::Effective;
use crate::value::Value;

/// The type of images that may hold scripts.
const SVG: &str = "image/svg+xml";

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "upload.svg_taken",
            kind: Kind::Flag,
            about: "Whether the server takes SVG images, which may hold scripts.",
            derive: svg_taken,
        },
        Spec {
            id: "upload.link_secret",
            kind: Kind::Word,
            about: "The secret that signs links to files, long from 32 characters on.",
            derive: |context| {
                let id = "FileUpload_json_web_token_secret_for_files";
                let word = match context.settings.get(id).effective {
                    Effective::Value(Value::Withheld(text)) if text.set && text.long => "long",
                    Effective::Value(Value::Withheld(text)) if text.set => "short",
                    Effective::Value(value) if value.is_set() => "short",
                    Effective::Value(_) => "none",
                    Effective::NotInVersion { why } => return super::not_applicable(why),
                    Effective::Unknown { why } => return unknown(why),
                };
                Ok(Value::from(word))
            },
        },
    ],
};

/// The server's own test: case matters, blanks around an entry don't, and `image/*` stands for all
/// images. A list of what is allowed counts beside the one of what is not.
fn svg_taken(context: &Context<'_>) -> Fact {
    let refused = types(context, "FileUpload_MediaTypeBlackList")?;
    let permitted = types(context, "FileUpload_MediaTypeWhiteList")?;
    let is_refused = refused.is_some_and(|it| is_listed(&it));
    let is_permitted = permitted.is_none_or(|it| it == "*" || is_listed(&it));
    Ok(Value::Bool(is_permitted && !is_refused))
}

/// A list of media types; none where the setting is empty, which the server takes for no list.
fn types(context: &Context<'_>, id: &str) -> Result<Option<String>, Absent> {
    match context.settings.get(id).effective {
        Effective::Value(Value::Text(text)) => Ok(Some(text).filter(|it| !it.is_empty())),
        Effective::Value(Value::Null) => Ok(None),
        Effective::Value(other) => unknown(format!("{id} is a {}", other.kind())),
        Effective::NotInVersion { why } | Effective::Unknown { why } => unknown(why),
    }
}

fn is_listed(list: &str) -> bool {
    list.split(',')
        .any(|entry| matches!(entry.trim(), SVG | "image/*"))
}

#[cfg(test)]
mod tests {
    use super::super::given::{Given, is_unknown};
    use super::*;
    use crate::value::Withheld;

    #[test]
    fn both_lists_decide_about_images_with_scripts() {
        let taken = |refused: &str, allowed: &str| {
            Given::new()
                .setting("FileUpload_MediaTypeBlackList", refused)
                .setting("FileUpload_MediaTypeWhiteList", allowed)
                .derive("upload.svg_taken")
        };
        for (refused, allowed, wanted) in [
            ("image/svg+xml", "", false),
            ("text/html, image/svg+xml ", "", false),
            ("image/*", "*", false),
            ("", "image/png,image/jpeg", false),
            ("", "", true),
            ("", "*", true),
            ("Image/SVG+XML", "", true),
            ("image/svg+xml-not", "", true),
            ("text/html", "image/*", true),
        ] {
            assert_eq!(
                taken(refused, allowed),
                Ok(Value::Bool(wanted)),
                "{refused} {allowed}"
            );
        }
        assert_eq!(
            Given::new().derive("upload.svg_taken"),
            Ok(Value::Bool(false))
        );
        let odd = Given::new().setting("FileUpload_MediaTypeBlackList", true);
        assert!(is_unknown(&odd.derive("upload.svg_taken")));
    }

    #[test]
    fn a_secret_is_measured_not_read() {
        let id = "FileUpload_json_web_token_secret_for_files";
        let word = |value: Value| Given::new().setting(id, value).derive("upload.link_secret");
        let stored = |set, long| {
            Value::Withheld(Withheld {
                set,
                long,
                is_default: false,
            })
        };
        assert_eq!(word(stored(true, true)), Ok(Value::from("long")));
        assert_eq!(word(stored(true, false)), Ok(Value::from("short")));
        assert_eq!(word(stored(false, false)), Ok(Value::from("none")));
        assert_eq!(word(Value::Null), Ok(Value::from("none")));
        assert_eq!(word(Value::Bool(true)), Ok(Value::from("short")));
        assert_eq!(
            Given::new().derive("upload.link_secret"),
            Ok(Value::from("none"))
        );
    }
}
