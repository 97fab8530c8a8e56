//! Words in the other script: how far a Latin and a Persian spelling are from saying the same.
//!
//! The table gives for groups of Latin letters what Persian writes for them, each choice with a
//! cost; the distance of two words is the least sum of costs that spells the one as the other.

use super::part;
use super::tables::persian::TRANSLITERATION;

/// `latin` may be written `persian`.
pub(crate) struct Rule {
    pub(crate) latin: &'static str,
    pub(crate) persian: &'static str,
    pub(crate) cost: f32,
}

/// The table, in its own order.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    let mut rest = TRANSLITERATION;
    let mut latin = "";
    std::iter::from_fn(move || {
        if rest.starts_with(|c: char| c.is_ascii_lowercase()) {
            let end = rest.find(|c: char| !c.is_ascii_lowercase())?;
            (latin, rest) = (part(rest, 0, end), part(rest, end, rest.len()));
        }
        let end = rest.find(|c: char| c.is_ascii_uppercase())?;
        let persian = part(rest, 0, end);
        let cost = f32::from(rest.as_bytes()[end] - b'A') / 20.0;
        rest = part(rest, end + 1, rest.len());
        Some(Rule {
            latin,
            persian,
            cost,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let all: Vec<Rule> = rules().collect();
        let has = |latin: &str, persian: &str, cost: f32| {
            all.iter()
                .any(|rule| (rule.latin, rule.persian, rule.cost) == (latin, persian, cost))
        };
        assert!(
            has("a", "ا", 0.0) && has("a", "", 0.1) && has("sh", "ش", 0.0) && has("g", "غ", 0.5)
        );
        assert!(
            all.iter()
                .all(|rule| !rule.latin.is_empty() && rule.cost <= 1.0)
        );
    }
}
