//! Reading what a rule's remedy sets: settings and parameters have to exist, and values have to be
//! ones that the setting can have in some release.

use super::Reader;
use super::condition::similar;
use crate::catalogue;
use crate::parameter::ParameterKind;
use crate::remedy::{Remedy, Wanted, typed};
use crate::written::Mistake;

impl Reader<'_> {
    pub(super) fn remedy(&self, remedy: &Remedy, at: usize) -> Result<(), Mistake> {
        let at = Some(at);
        for id in remedy.set.keys().chain(remedy.choose.keys()) {
            if catalogue::find(id).is_none() {
                return Err(self.error(
                    at,
                    format!(
                        "[remedy]: no release that is known has the setting '{id}'{}",
                        similar(id)
                    ),
                ));
            }
        }
        if let Some(id) = remedy.choose.keys().find(|id| remedy.set.contains_key(*id)) {
            return Err(self.error(at, format!("[remedy]: {id} is in 'set' and in 'choose'")));
        }
        for (id, wanted) in &remedy.set {
            if let Wanted::Parameter { parameter } = wanted {
                let kind = self.parameter(parameter, at)?.kind;
                if !matches!(kind, ParameterKind::Flag | ParameterKind::Number) {
                    return Err(self.error(
                        at,
                        format!("[remedy]: the parameter '{parameter}' is no value of a setting"),
                    ));
                }
                continue;
            }
            let spans = catalogue::find(id).map_or(&[][..], |definition| definition.spans);
            let value = wanted.value(|_| None);
            let fits = |span| {
                value
                    .as_ref()
                    .is_some_and(|value| typed(span, value).is_ok())
            };
            if !spans.iter().any(fits) {
                return Err(self.error(at, format!("[remedy]: {id} can't have that value")));
            }
        }
        Ok(())
    }
}
