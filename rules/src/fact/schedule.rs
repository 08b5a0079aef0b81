//! How often a cron expression runs, as far as a daily duty needs to know.
//!
//! The server takes five fields (minute to day of week) or six (a second before them).

/// How often an expression runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Frequency {
    /// Every day, at most this many minutes apart.
    Daily(i64),
    /// Not on every day.
    Rarer,
}

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// Reads an expression; none if it is not one.
#[must_use]
pub fn frequency(expression: &str) -> Option<Frequency> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let (seconds, fields) = match fields.as_slice() {
        [seconds, rest @ ..] if rest.len() == 5 => (Some(*seconds), rest),
        rest if rest.len() == 5 => (None, rest),
        _ => return None,
    };
    if let Some(seconds) = seconds {
        numbers(seconds, 0, 59, &[])?;
    }
    let [minute, hour, day, month, weekday] = *fields else {
        return None;
    };
    let minutes = numbers(minute, 0, 59, &[])?;
    let hours = numbers(hour, 0, 23, &[])?;
    let days = numbers(day, 1, 31, &[])?;
    let months = numbers(month, 1, 12, MONTHS)?;
    let weekdays = numbers(weekday, 0, 7, WEEKDAYS)?;
    let every_weekday = (1..=6).all(|day| weekdays.contains(&day))
        && (weekdays.contains(&0) || weekdays.contains(&7));
    if days.len() < 31 || months.len() < 12 || !every_weekday {
        return Some(Frequency::Rarer);
    }
    let times: Vec<u32> = hours
        .iter()
        .flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute))
        .collect();
    let first = *times.first()?;
    let longest = times
        .iter()
        .zip(times.iter().skip(1).chain([&(first + DAY)]))
        .map(|(from, to)| to.saturating_sub(*from))
        .max()?;
    Some(Frequency::Daily(i64::from(longest)))
}

const MONTHS: &[&str] = &[
    "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// The numbers that a field stands for, ascending; none if it is malformed.
fn numbers(field: &str, low: u32, high: u32, names: &[&str]) -> Option<Vec<u32>> {
    let one = |text: &str| -> Option<u32> {
        let text = text.to_ascii_lowercase();
        let number = match names
            .iter()
            .position(|name| !name.is_empty() && *name == text)
        {
            Some(index) => u32::try_from(index).ok()?,
            None => text.parse().ok()?,
        };
        (low..=high).contains(&number).then_some(number)
    };
    let mut all = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<u32>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = match range {
            "*" | "?" => (low, high),
            _ => match range.split_once('-') {
                Some((from, to)) => (one(from)?, one(to)?),
                None if part.contains('/') => (one(range)?, high),
                None => (one(range)?, one(range)?),
            },
        };
        if from > to {
            return None;
        }
        all.extend((from..=to).step_by(usize::try_from(step).ok()?));
    }
    all.sort_unstable();
    all.dedup();
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_gap_counts() {
        for (expression, minutes) in [
            ("*/30 * * * *", 30),
            ("0 * * * *", 60),
            ("0 */6 * * *", 360),
            ("0 0 * * *", 1440),
            ("0 */30 * * * *", 30),
            ("0 1,3 * * *", 22 * 60),
            ("59 23 * * 0-7", 1440),
            ("0 0 * * mon-sat,sun", 1440),
        ] {
            let found = frequency(expression);
            assert_eq!(found, Some(Frequency::Daily(minutes)), "{expression}");
        }
    }

    #[test]
    fn days_left_out_make_it_rarer() {
        for expression in ["0 0 1 * *", "0 0 * 1 *", "0 0 * * 1-5", "0 0 */2 * *"] {
            assert_eq!(
                frequency(expression),
                Some(Frequency::Rarer),
                "{expression}"
            );
        }
    }

    #[test]
    fn nonsense_is_not_a_schedule() {
        for expression in [
            "",
            "daily",
            "* * * *",
            "60 * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "1 2 3 4 5 6 7",
        ] {
            assert_eq!(frequency(expression), None, "{expression}");
        }
    }
}
