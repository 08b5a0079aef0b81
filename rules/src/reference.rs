//! References from rules to outside texts: clauses of the vendor's policies and controls of
//! frameworks. They say "relates to", never "satisfies".

use std::sync::LazyLock;

use regex::Regex;

/// A framework that rules refer to.
#[derive(Debug)]
pub struct Framework {
    /// The prefix of a reference: `gdpr:5(1)(c)`.
    pub prefix: &'static str,
    /// The framework and its edition.
    pub name: &'static str,
    /// What stands behind the prefix, as a regular expression.
    shape: &'static str,
    /// What a reader must know about the mapping.
    pub note: &'static str,
}

/// All frameworks.
pub static FRAMEWORKS: &[Framework] = &[
    Framework {
        prefix: "gdpr",
        name: "GDPR (Regulation (EU) 2016/679), articles",
        shape: r"[0-9]{1,2}(\([0-9]\))?(\([a-z]\))?",
        note: "",
    },
    Framework {
        prefix: "lgpd",
        name: "LGPD (Lei 13.709/2018), articles",
        shape: r"[0-9]{1,2}( [IVX]+)?",
        note: "",
    },
    Framework {
        prefix: "ccpa",
        name: "CCPA as amended (California Civil Code), sections",
        shape: r"1798\.[0-9]{3}(\([a-z]\))?(\([0-9]\))?",
        note: "",
    },
    Framework {
        prefix: "iso27001",
        name: "ISO/IEC 27001:2022 Annex A",
        shape: r"A\.[5-8]\.[0-9]{1,2}",
        note: "",
    },
    Framework {
        prefix: "nist",
        name: "NIST SP 800-53 revision 5",
        shape: r"[A-Z]{2}-[0-9]{1,2}(\([0-9]{1,2}\))?",
        note: "",
    },
    Framework {
        prefix: "soc2",
        name: "SOC 2 trust services criteria",
        shape: r"(CC|A|C|P|PI)[0-9]\.[0-9]",
        note: "",
    },
    Framework {
        prefix: "bsi",
        name: "BSI IT-Grundschutz, modules",
        shape: r"[A-Z]{3}(\.[0-9]){1,4}",
        note: "Module level only; not verified against the edition in force.",
    },
];

/// The number of statements in the register of the policies.
const CLAUSES: u32 = 71;

/// Whether a text names a clause, `CL-01` to `CL-71`.
#[must_use]
pub fn is_clause(text: &str) -> bool {
    text.strip_prefix("CL-").is_some_and(|number| {
        number.len() == 2
            && number
                .parse::<u32>()
                .is_ok_and(|number| (1..=CLAUSES).contains(&number))
    })
}

/// Whether a reference has the shape of its framework; the error says what is wanted.
pub fn check(reference: &str) -> Result<(), String> {
    static SHAPES: LazyLock<Vec<(&str, Option<Regex>)>> = LazyLock::new(|| {
        FRAMEWORKS
            .iter()
            .map(|framework| {
                (
                    framework.prefix,
                    Regex::new(&format!("^(?:{})$", framework.shape)).ok(),
                )
            })
            .collect()
    });
    let prefixes = || {
        FRAMEWORKS
            .iter()
            .map(|framework| framework.prefix)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let Some((prefix, control)) = reference.split_once(':') else {
        return Err(format!(
            "'{reference}' has no framework; write one of {}, a colon and the control",
            prefixes()
        ));
    };
    match SHAPES.iter().find(|(known, _)| *known == prefix) {
        Some((_, Some(shape))) if shape.is_match(control) => Ok(()),
        Some(_) => Err(format!(
            "'{control}' is not how controls of {prefix} are written"
        )),
        None => Err(format!(
            "there is no framework '{prefix}'; there are: {}",
            prefixes()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_the_shape_of_their_framework() {
        for good in [
            "gdpr:5(1)(c)",
            "gdpr:44",
            "lgpd:6 III",
            "ccpa:1798.100(c)",
            "iso27001:A.5.14",
            "nist:SI-12(3)",
            "soc2:CC6.7",
            "soc2:P4.3",
            "bsi:OPS.1.1.6",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["gdpr", "gdpr:x", "iso:A.5.1", "nist:AC4", "iso27001:5.14"] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(is_clause("CL-71") && !is_clause("CL-72") && !is_clause("CL-0"));
    }
}
