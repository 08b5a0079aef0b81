//! Settings as the first start of a release stores them.

use std::collections::BTreeSet;

use rc_audit_rules::catalogue::{self, Default, Definition, Fixed, Life, Span};
use rc_audit_rules::version::RunningVersion;

use super::{Maker, moment};
use bson::{Bson, Document, doc};

impl Maker<'_> {
    pub(super) fn settings(&mut self) -> Vec<Document> {
        let running = RunningVersion::exactly(self.plan.version.clone());
        let mut documents = Vec::new();
        let mut groups = BTreeSet::new();
        for definition in catalogue::all() {
            let span = match definition.life(&running) {
                Life::Defined(span) => span,
                Life::Unsure(spans) => spans[0],
                Life::Outside { .. } => continue,
            };
            if span.licensed && !self.plan.licensed {
                continue;
            }
            if !span.group.is_empty() {
                groups.insert(span.group);
            }
            documents.push(self.setting(definition, span));
        }
        // The panel has this group even while none of its settings is registered.
        groups.insert("Enterprise");
        let installed = moment(self.installed);
        documents.extend(groups.into_iter().map(|group| {
            doc! {
                "_id": group, "type": "group", "i18nLabel": group, "blocked": false,
                "hidden": false, "sorter": 0, "ts": installed, "_updatedAt": installed,
            }
        }));
        documents
    }

    fn setting(&mut self, definition: &Definition, span: &Span) -> Document {
        let id = definition.id;
        let package = match span.default {
            Default::Value(value) => bson(value),
            Default::Digest(_) => Bson::from(format!("The long text of {id}, as made up here.")),
            Default::Generated => self.generated(id),
        };
        let value = span.after_start.map_or_else(|| package.clone(), bson);
        let installed = moment(self.installed);
        let mut document = doc! {
            "_id": id, "value": value, "packageValue": package, "valueSource": "packageValue",
            "type": span.kind, "secret": span.secret, "enterprise": span.enterprise,
            "hidden": span.hidden, "blocked": span.blocked, "public": span.public, "env": false,
            "requiredOnWizard": false, "autocomplete": true, "sorter": 0,
            "i18nLabel": id, "i18nDescription": format!("{id}_Description"),
            "ts": installed, "createdAt": installed, "_updatedAt": installed,
        };
        if !span.group.is_empty() {
            document.insert("group", span.group);
        }
        if !span.section.is_empty() {
            document.insert("section", span.section);
        }
        if span.readonly {
            document.insert("readonly", true);
        }
        if !span.options.is_empty() {
            let values: Vec<Document> = span
                .options
                .iter()
                .map(|key| doc! { "key": *key, "i18nLabel": *key })
                .collect();
            document.insert("values", values);
        }
        if span.enterprise {
            document.insert("modules", span.modules);
            if let Some(invalid) = span.invalid {
                document.insert("invalidValue", bson(invalid));
            }
        }
        document
    }

    fn generated(&mut self, id: &str) -> Bson {
        Bson::from(match id {
            "uniqueID" => self.uuid(),
            "Accounts_RegistrationForm_SecretURL" => self.id(),
            _ => self.hexadecimal(64),
        })
    }
}

/// A value as the server's driver stores it: whole numbers in 32 bits where they fit.
pub(super) fn bson(value: Fixed) -> Bson {
    match value {
        Fixed::Null => Bson::Null,
        Fixed::Bool(value) => Bson::Boolean(value),
        Fixed::Int(value) => {
            i32::try_from(value).map_or_else(|_| Bson::Double(rounded(value)), Bson::Int32)
        }
        Fixed::Double(value) => Bson::Double(value),
        Fixed::Text(text) => Bson::from(text),
        Fixed::Json(text) => {
            let json: serde_json::Value =
                serde_json::from_str(text).expect("JSON in the catalogue");
            Bson::try_from(json).expect("BSON has a place for every JSON value")
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what the server does with numbers beyond 32 bits"
)]
fn rounded(value: i64) -> f64 {
    value as f64
}
