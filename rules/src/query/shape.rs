//! Queries in words, for the ledger of a report: what was asked, without any value from a database.

use std::fmt;

use super::{By, Filter, Literal, Query, References, Take};

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Text(text) => write!(f, "'{text}'"),
        }
    }
}

/// The shape for the ledger: `t is 'd' and encrypted is true`.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            f.write_str("(")?;
            for (count, part) in parts.iter().enumerate() {
                if count > 0 {
                    f.write_str(word)?;
                }
                part.fmt(f)?;
            }
            f.write_str(")")
        };
        match self {
            Self::Any => f.write_str("any"),
            Self::All(parts) => join(f, parts, " and "),
            Self::Either(parts) => join(f, parts, " or "),
            Self::Is(path, literal) => write!(f, "{path} is {literal}"),
            Self::IsNot(path, literal) => write!(f, "{path} is not {literal}"),
            Self::OneOf(path, literals) => {
                write!(f, "{path} is one of")?;
                literals
                    .iter()
                    .try_for_each(|literal| write!(f, " {literal}"))
            }
            Self::Exists(path) => write!(f, "{path} exists"),
            Self::Missing(path) => write!(f, "{path} is missing"),
            Self::Filled(path) => write!(f, "{path} is filled"),
            Self::Matches(path, expression) => write!(f, "{path} matches /{expression}/"),
            Self::Element(path, filter) => write!(f, "an element of {path} has {filter}"),
            Self::OfType(path, kind) => write!(f, "{path} is a {kind}"),
            Self::Located(path) => write!(f, "{path} is a place"),
        }
    }
}

/// The shape for the ledger: what is asked, without any value from the database.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.take {
            Take::Rows {
                fields,
                sort,
                at_most,
            } => {
                let names: Vec<&str> = fields.iter().map(|field| field.path).collect();
                write!(
                    f,
                    "at most {at_most} of {}, fields {}",
                    self.filter,
                    names.join(", ")
                )?;
                if let Some(sort) = sort {
                    let way = if sort.descending {
                        "latest"
                    } else {
                        "earliest"
                    };
                    write!(f, ", {way} {} first", sort.by)?;
                }
                Ok(())
            }
            Take::Counts(parts) => {
                write!(f, "counts among {}:", self.filter)?;
                for (count, (name, filter)) in parts.iter().enumerate() {
                    write!(f, "{} {name} = {filter}", if count > 0 { ";" } else { "" })?;
                }
                Ok(())
            }
            Take::Orphans {
                key,
                parent,
                parent_key,
                parent_filter,
            } => write!(
                f,
                "count of {} whose {key} is the {parent_key} of no document of {parent} with \
                 {parent_filter}",
                self.filter
            ),
            Take::Unreferenced(References {
                at_most,
                by,
                by_key,
                by_list,
                ..
            }) => write!(
                f,
                "for at most {at_most} of {}: count of those whose _id is the {by_key} or a \
                 {by_list} of no document of {by}",
                self.filter
            ),
            Take::Each {
                at_most, children, ..
            } => {
                write!(
                    f,
                    "for at most {at_most} of {}: first {} in {} by {} with {}",
                    self.filter, children.order, children.collection, children.by, children.first
                )?;
                match &children.after {
                    Some(after) => write!(f, ", and whether later ones have {after}"),
                    None => Ok(()),
                }
            }
            Take::Members {
                at_most,
                links,
                targets,
                meets,
                ..
            } => write!(
                f,
                "for at most {at_most} of {}: count of the {targets} linked by {links}, and of \
                 those without {meets}",
                self.filter
            ),
            Take::Tally { by, latest } => {
                if let Some((field, at_most)) = latest {
                    write!(
                        f,
                        "for at most {at_most} of {}, latest {field} first: ",
                        self.filter
                    )?;
                }
                let count = if latest.is_some() {
                    "counts".to_owned()
                } else {
                    format!("counts of {}", self.filter)
                };
                match by {
                    By::Text(path) => write!(f, "{count} by {path}"),
                    By::Day(paths) => write!(f, "{count} by day of {}", paths.join(", else ")),
                }
            }
            Take::Size => f.write_str("number of documents by the collection's metadata"),
            Take::Indexes => f.write_str("list of indexes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Field, Reach, Sort};

    #[test]
    fn the_ledger_line_says_what_was_asked() {
        let query = Query {
            id: "x",
            collection: "rocketchat_room",
            filter: Filter::All(vec![
                Filter::Is("encrypted", Literal::Bool(true)),
                Filter::Missing("prid"),
            ]),
            take: Take::Rows {
                fields: vec![Field::plain("t", "t")],
                sort: Some(Sort {
                    by: "ts",
                    descending: false,
                }),
                at_most: 10,
            },
            reach: Reach::Index("encrypted"),
        };
        assert_eq!(
            query.to_string(),
            "at most 10 of (encrypted is true and prid is missing), fields t, earliest ts first"
        );
        assert_eq!(query.collections().collect::<Vec<_>>(), ["rocketchat_room"]);
    }
}
