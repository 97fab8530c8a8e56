//! Dates as pages, feeds and tables write them.

use chrono::{DateTime, NaiveDate, SecondsFormat};

/// The date in the one way that posts have it: `YYYY-MM-DD`, or, where the time and its zone are
/// known, RFC 3339. Understood are `2024-05-01` and `2024/5/1`, each alone or before a time, and
/// dates as in mail (`Wed, 01 May 2024 10:00:00 GMT`); none where there was no such day.
pub(crate) fn normal(date: &str) -> Option<String> {
    let date = date.trim();
    // Some feeds name the wrong day of the week.
    let unnamed = date.split_once(", ").map_or(date, |(_, date)| date);
    let time = DateTime::parse_from_rfc3339(date)
        .or_else(|_| DateTime::parse_from_rfc2822(unnamed))
        // As Jekyll has it.
        .or_else(|_| DateTime::parse_from_str(date, "%Y-%m-%d %H:%M:%S %z"))
        .or_else(|_| DateTime::parse_from_str(date, "%Y-%m-%d %H:%M %z"));
    if let Ok(time) = time {
        return Some(time.to_rfc3339_opts(SecondsFormat::Secs, true)).filter(|time| is_day(time));
    }
    let day = date.split(['T', 't', ' ']).next()?;
    let separator = if day.contains('/') { '/' } else { '-' };
    let mut parts = day.split(separator);
    let mut number = |most: usize| {
        let part = parts.next()?;
        let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| fits)
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(day.format("%Y-%m-%d").to_string()).filter(|day| is_day(day) && year >= 1000)
}

/// Whether a year of four digits stands first.
fn is_day(date: &str) -> bool {
    date.bytes().position(|byte| byte == b'-') == Some(4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_written_in_one_way() {
        for (written, normal) in [
            ("2024-05-01", "2024-05-01"),
            (" 2024/5/1 ", "2024-05-01"),
            ("2024-05-01 10:30", "2024-05-01"),
            ("2024-05-01T10:30:00", "2024-05-01"),
            ("2024-05-01T10:30:00Z", "2024-05-01T10:30:00Z"),
            ("2024-05-01T10:30:00.25+03:30", "2024-05-01T10:30:00+03:30"),
            ("2024-05-01 10:30:00 +0330", "2024-05-01T10:30:00+03:30"),
            ("Wed, 01 May 2024 10:30:00 GMT", "2024-05-01T10:30:00Z"),
            ("Mon, 01 May 2024 10:30:00 GMT", "2024-05-01T10:30:00Z"),
            ("1 May 2024 10:30:00 -0700", "2024-05-01T10:30:00-07:00"),
        ] {
            assert_eq!(super::normal(written).as_deref(), Some(normal), "{written}");
        }
        for other in [
            "",
            "yesterday",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "1-2-2024",
            "2024-05-01-2",
        ] {
            assert_eq!(super::normal(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_normal_stays(
            date in "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ][0-9:]{0,8}Z?)?|\\PC{0,12}"
        ) {
            if let Some(once) = normal(&date) {
                prop_assert_eq!(normal(&once), Some(once.clone()));
            }
        }
    }
}
