//! The dates of messages.

use std::ops::Range;

use crate::jsonl::is_date;

fn number(bytes: &[u8], range: Range<usize>) -> Option<i64> {
    let digits = bytes.get(range)?;
    digits.iter().try_fold(0, |sum, digit| {
        let value = i64::from(digit.wrapping_sub(b'0'));
        (value < 10).then_some(sum * 10 + value)
    })
}

/// The seconds from 1970 on to a local time `YYYY-MM-DDTHH:MM:SS`, as if it were UTC.
pub(crate) fn seconds(local: &str) -> Option<i64> {
    let bytes = local.as_bytes();
    if !is_date(local) {
        return None;
    }
    let part = |range| number(bytes, range);
    let days = days(part(0..4)?, part(5..7)?, part(8..10)?);
    let (hour, minute, second) = (part(11..13)?, part(14..16)?, part(17..19)?);
    let fits = hour < 24 && minute < 60 && second <= 60;
    fits.then_some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// A local time with its offset from UTC (RFC 3339), where the seconds from 1970 on tell the
/// offset; else as much as is known of the two; empty where nothing is.
pub(crate) fn with_offset(local: &str, moment: Option<i64>) -> String {
    const DAY: i64 = 24 * 60; // minutes
    if let (Some(here), Some(moment)) = (seconds(local), moment)
        && let Some(offset) = here.checked_sub(moment).map(|offset| offset.div_euclid(60))
        && offset.abs() < DAY
    {
        let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs());
        let time = local.get(..19).unwrap_or(local);
        return match minutes {
            0 => format!("{time}Z"),
            _ => format!("{time}{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        };
    }
    if is_date(local) {
        return local.get(..10).unwrap_or(local).to_owned();
    }
    moment.and_then(utc).unwrap_or_default()
}

/// The time that a page of an export gives, `02.04.2021 18:11:02 UTC+04:30` or without what comes
/// after the seconds: as [`Post::date`](juya_engine::Post::date), and in seconds.
pub(crate) fn of_page(text: &str) -> (String, Option<i64>) {
    let mut words = text.split_ascii_whitespace();
    let mut day = words.next().unwrap_or_default().split('.');
    let (Some(date), Some(month), Some(year)) = (day.next(), day.next(), day.next()) else {
        return Default::default();
    };
    let local = format!("{year}-{month}-{date}T{}", words.next().unwrap_or_default());
    let here = seconds(&local);
    let offset = words.next().and_then(|word| {
        let (hours, minutes) = word.strip_prefix("UTC")?.split_once(':')?;
        let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
        let sign = if word.contains('-') { -1 } else { 1 };
        hours
            .checked_mul(3600)?
            .checked_add(minutes.checked_mul(sign * 60)?)
    });
    let moment = here
        .zip(offset)
        .and_then(|(here, offset)| here.checked_sub(offset));
    (with_offset(&local, moment), moment.or(here))
}

/// The time (RFC 3339) at so many seconds from 1970 on; none outside the years 1 to 9999.
fn utc(moment: i64) -> Option<String> {
    let (day, second) = (moment.div_euclid(86_400), moment.rem_euclid(86_400));
    // Years of 365.2425 days; the guess is at most one off.
    let mut year = 1970 + day.checked_mul(10_000)?.div_euclid(3_652_425);
    if !(2..9999).contains(&year) {
        return None;
    }
    while days(year, 1, 1) > day {
        year -= 1;
    }
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    let month = (1..=12).rev().find(|&month| days(year, month, 1) <= day)?;
    let day = day - days(year, month, 1) + 1;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    ))
}

/// The days from 1970-01-01 on to a day of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let past = year - 1;
    let before = BEFORE[(month - 1).rem_euclid(12) as usize] + i64::from(is_leap && month > 2);
    past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400) + before + day
        - 1
        - 719_162
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_two_times_of_a_message_give_its_offset() {
        for (local, moment, wanted) in [
            (
                "2021-04-02T18:11:02",
                Some(1_617_370_862),
                "2021-04-02T18:11:02+04:30",
            ),
            (
                "2021-04-02T13:41:02",
                Some(1_617_370_862),
                "2021-04-02T13:41:02Z",
            ),
            (
                "2021-04-02T08:41:02",
                Some(1_617_370_862),
                "2021-04-02T08:41:02-05:00",
            ),
            ("2021-04-02T18:11:02", None, "2021-04-02"),
            ("2021-04-02T18:11:02", Some(0), "2021-04-02"),
            ("02.04.2021", Some(1_617_370_862), "2021-04-02T13:41:02Z"),
            ("", Some(951_782_400), "2000-02-29T00:00:00Z"),
            ("", Some(-1), "1969-12-31T23:59:59Z"),
            ("", None, ""),
            ("", Some(i64::MAX), ""),
            ("yesterday", Some(i64::MIN), ""),
        ] {
            assert_eq!(with_offset(local, moment), wanted, "{local} {moment:?}");
        }
    }

    proptest! {
        #[test]
        fn a_time_is_read_back(moment in -62_000_000_000_i64..253_000_000_000) {
            prop_assert_eq!(seconds(&utc(moment).unwrap()), Some(moment));
        }

        #[test]
        fn any_text_is_a_time_or_none(text: String, moment: Option<i64>) {
            let _ = with_offset(&text, moment);
            let _ = of_page(&text);
        }

        #[test]
        fn any_offset_is_one_or_none(time in "[0-9]{2}\\.[0-9]{2}\\.[0-9]{4} [0-9:]{8} UTC[+-][0-9]{1,20}:[0-9]{1,20}") {
            let _ = of_page(&time);
        }
    }
}
