//! Days from which and until which something holds. A day is one in UTC, and the last one counts to
//! its end.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A day as it stands in a file: `2026-01-31`, without quotes.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, Ord, PartialEq, PartialOrd)]
#[schemars(transparent)]
pub struct Day(#[schemars(with = "String", extend("format" = "date"))] Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wanted = "a day such as 2026-01-31, without quotes, is wanted";
        match toml::Value::deserialize(deserializer)? {
            toml::Value::Datetime(day) if day.time.is_none() => {
                day.to_string().parse().map(Self).map_err(D::Error::custom)
            }
            _ => Err(D::Error::custom(wanted)),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Day {
    /// The day of a moment.
    #[must_use]
    pub fn of(moment: Timestamp) -> Self {
        Self(moment.to_zoned(TimeZone::UTC).date())
    }

    /// The days from this one to another: 0 to itself, less to one before it.
    #[must_use]
    pub fn days_to(self, other: Self) -> i64 {
        self.0
            .until(other.0)
            .map_or(0, |span| i64::from(span.get_days()))
    }
}

/// The days on which something holds, the first and the last among them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
}

impl Period {
    /// Whether a moment lies in it.
    #[must_use]
    pub fn covers(&self, now: Timestamp) -> bool {
        let today = Day::of(now);
        self.from <= today && today <= self.until
    }

    /// How many days there are, both ends among them.
    #[must_use]
    pub fn length(&self) -> i64 {
        self.from.days_to(self.until) + 1
    }

    /// The days that are left after the day of a moment: 0 on the last one, less when it is over.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i64 {
        Day::of(now).days_to(self.until)
    }

    /// The first moment that no longer lies in it.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.until
            .0
            .tomorrow()
            .and_then(|day| day.to_zoned(TimeZone::UTC))
            .map_or(Timestamp::MAX, |moment| moment.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        day: Day,
    }

    fn day(text: &str) -> Day {
        toml::from_str::<File>(&format!("day = {text}"))
            .unwrap()
            .day
    }

    #[test]
    fn the_last_day_counts_to_its_end_in_utc() {
        let period = Period {
            from: day("2026-01-01"),
            until: day("2026-06-30"),
        };
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(period.covers(at("2026-06-30T23:59:59.999Z")));
        assert!(!period.covers(at("2026-07-01T00:00:00Z")));
        // Still June where clocks are behind, and already July where they are ahead.
        assert!(!period.covers(at("2026-06-30T20:00:00-04:00")));
        assert!(period.covers(at("2026-07-01T01:59:59+02:00")));
        assert!(!period.covers(at("2025-12-31T23:59:59Z")));
        assert_eq!(period.ends(), at("2026-07-01T00:00:00Z"));
        assert_eq!(period.length(), 181);
        assert_eq!(period.days_left(at("2026-06-30T23:59:59Z")), 0);
        assert_eq!(period.days_left(at("2026-07-01T00:00:00Z")), -1);
        assert_eq!(period.days_left(at("2025-06-30T00:00:00Z")), 365);
    }

    #[test]
    fn anything_but_a_day_is_refused() {
        for text in [
            "\"2026-01-31\"",
            "2026-01-31T00:00:00Z",
            "2026-01-31T00:00:00",
            "12:00:00",
            "20260131",
        ] {
            let read = toml::from_str::<File>(&format!("day = {text}"));
            let error = read.map(|file| file.day).unwrap_err().to_string();
            assert!(error.contains("without quotes"), "{error}");
        }
        assert!(toml::from_str::<File>("day = 2026-02-30").is_err());
    }

    #[test]
    fn the_end_of_time_is_no_reason_to_break() {
        let period = Period {
            from: day("0000-01-01"),
            until: day("9999-12-31"),
        };
        assert!(period.ends() > "9999-01-01T00:00:00Z".parse().unwrap());
        assert!(period.length() > 3_000_000);
    }
}
