//! The exit codes, in one table that `exit-codes` prints.

use std::process::ExitCode;

/// Why the program ended. The order is that of gravity: doubt about the evidence is worse than a
/// bad result.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// Everything that applies holds.
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// The command or a configuration file is wrong.
    Usage,
    /// Nothing to judge.
    Nothing,
    /// Not everything could be read or decided.
    Incomplete,
    /// No connection, or no login.
    Connection,
    /// Confinement was required and is not in force, or did not hold.
    Confinement,
    /// The key can't be used; the report is not signed.
    Key,
    /// The output could not be written.
    Output,
    /// A bundle was changed, or its signature is bad.
    Tampered,
    /// A bundle is intact, but nobody named its signer as trusted.
    NotTrusted,
    /// The chain of bundles is broken.
    Chain,
    /// Two reports are not the same.
    Differs,
    /// A fault of this program.
    Internal,
    /// Somebody broke it off.
    Interrupted,
    /// It was told to end.
    Terminated,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) exit: Exit,
    pub(crate) code: u8,
    pub(crate) meaning: &'static str,
}

/// The table.
pub(crate) const TABLE: &[Line] = &[
    Line {
        exit: Exit::Clean,
        code: 0,
        meaning: "everything that applies passed or is validly waived",
    },
    Line {
        exit: Exit::Findings,
        code: 1,
        meaning: "findings at or above --fail-on",
    },
    Line {
        exit: Exit::Usage,
        code: 2,
        meaning: "wrong use or wrong configuration",
    },
    Line {
        exit: Exit::Nothing,
        code: 3,
        meaning: "nothing to judge: no settings, or no rule applies",
    },
    Line {
        exit: Exit::Incomplete,
        code: 4,
        meaning: "incomplete: a rule at or above --fail-on is unknown, or a collection could not be \
                  read",
    },
    Line {
        exit: Exit::Connection,
        code: 5,
        meaning: "no connection, or the login was refused",
    },
    Line {
        exit: Exit::Confinement,
        code: 6,
        meaning: "confinement was required and is not in force, or an attempt to get out was not \
                  refused",
    },
    Line {
        exit: Exit::Key,
        code: 7,
        meaning: "the key can't be used; the report is written and marked as unsigned",
    },
    Line {
        exit: Exit::Output,
        code: 8,
        meaning: "the output could not be written",
    },
    Line {
        exit: Exit::Tampered,
        code: 10,
        meaning: "verify: changed, or a bad signature",
    },
    Line {
        exit: Exit::NotTrusted,
        code: 11,
        meaning: "verify: intact, but the signer is not trusted",
    },
    Line {
        exit: Exit::Chain,
        code: 12,
        meaning: "verify: the chain has a gap or a fork, was rewritten, or is too old",
    },
    Line {
        exit: Exit::Differs,
        code: 20,
        meaning: "diff: something changed",
    },
    Line {
        exit: Exit::Internal,
        code: 70,
        meaning: "a fault of this program",
    },
    Line {
        exit: Exit::Interrupted,
        code: 130,
        meaning: "broken off with Ctrl-C; what was written is whole",
    },
    Line {
        exit: Exit::Terminated,
        code: 143,
        meaning: "told to end; what was written is whole",
    },
];

/// Exits of an audit, worst first: the code of several workspaces is the worst of theirs.
const GRAVITY: &[Exit] = &[
    Exit::Interrupted,
    Exit::Terminated,
    Exit::Internal,
    Exit::Confinement,
    Exit::Key,
    Exit::Output,
    Exit::Connection,
    Exit::Incomplete,
    Exit::Nothing,
    Exit::Usage,
    Exit::Findings,
    Exit::Clean,
];

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        TABLE
            .iter()
            .find(|line| line.exit == self)
            .map_or(70, |line| line.code)
    }

    /// The worse of two.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let rank = |exit: Self| GRAVITY.iter().position(|it| *it == exit).unwrap_or(0);
        if rank(other) < rank(self) {
            other
        } else {
            self
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_given_once_and_ascend() {
        assert!(TABLE.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn doubt_about_evidence_beats_a_bad_result() {
        assert_eq!(Exit::Findings.worse(Exit::Incomplete), Exit::Incomplete);
        assert_eq!(Exit::Output.worse(Exit::Key), Exit::Key);
        assert_eq!(Exit::Clean.worse(Exit::Findings), Exit::Findings);
        assert_eq!(Exit::Connection.worse(Exit::Incomplete), Exit::Connection);
    }
}
