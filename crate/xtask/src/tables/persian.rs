//! The tables of Persian word forms, keyboard and transliteration.
//!
//! Whatever is compared with terms is folded here, as terms are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{BANNER, Spec};

/// The text of tables/persian.rs.
///
/// # Errors
/// The file and line of a source that cannot be read, and what was expected there.
pub(super) fn file(data: &Path, spec: &Spec) -> Result<String, String> {
    let fold = |text: &str| text.chars().map(|c| spec.fold(c)).collect::<String>();
    let rules = rows(data, "suffix_rules.tsv", 4)?;
    let plurals = rows(data, "broken_plurals.tsv", 2)?;
    let keys = rows(data, "keyboard_isiri9147.tsv", 3)?;
    let costs = rows(data, "translit_costs.tsv", 2)?;

    let mut out = String::from(BANNER);
    let _ = writeln!(
        out,
        "//! Word forms, keyboard and transliteration of Persian, from data/persian."
    );

    let mut suffixes = String::new();
    for row in rules
        .iter()
        .skip(1)
        .filter(|row| !row.fields[0].starts_with('#'))
    {
        let least: u8 = row.fields[2]
            .parse()
            .map_err(|_| row.fault("min_residual is a number of letters below 256"))?;
        let precision: f32 = row.fields[3]
            .parse()
            .ok()
            .filter(|precision| (0.0..=1.0).contains(precision))
            .ok_or_else(|| row.fault("precision is a number from 0 to 1"))?;
        let (suffix, instead) = (fold(&row.fields[0]), fold(&row.fields[1]));
        let _ = writeln!(
            suffixes,
            "    ({suffix:?}, {instead:?}, {least}, {precision:?}),"
        );
    }
    list(
        &mut out,
        "A suffix, what stands in its place without it, the fewest letters left, and how often the\n/// word without it is the same word (measured on gold lemmas).",
        "SUFFIXES",
        "(&str, &str, u8, f32)",
        &suffixes,
    );

    // Every plural once for each singular, sorted for binary search.
    let mut pairs: Vec<(String, String)> = plurals
        .iter()
        .map(|row| (fold(&row.fields[0]), fold(&row.fields[1])))
        .collect();
    pairs.sort();
    pairs.dedup();
    let words: Vec<String> = pairs
        .iter()
        .map(|(plural, singular)| format!("{plural} {singular}"))
        .collect();
    text(
        &mut out,
        "Arabic plurals, each with its singular; by plural, a pair a line.",
        "BROKEN_PLURALS",
        &words,
        "\\n",
    );

    let mut layout: BTreeMap<u32, u32> = BTreeMap::new();
    for row in keys.iter().skip(1) {
        let key = only_char(&row.fields[0]).ok_or_else(|| row.fault("us_key is one character"))?;
        let to = row.fields[1]
            .split_once("U+")
            .map_or_else(
                || only_char(&row.fields[1]),
                |(_, hex)| {
                    u32::from_str_radix(hex.trim_end_matches(')'), 16)
                        .ok()
                        .and_then(char::from_u32)
                },
            )
            .ok_or_else(|| row.fault("persian is one character, or has its code as U+XXXX"))?;
        if layout.insert(key as u32, to as u32).is_some() {
            return Err(row.fault("this key stands twice; delete one"));
        }
    }
    let layout: Vec<u32> = (u32::from(b'!')..=u32::from(b'~'))
        .map(|key| layout.get(&key).copied().unwrap_or(key))
        .collect();
    super::numbers(
        &mut out,
        "What the keys of a US keyboard, `!` to `~`, give on a Persian one (ISIRI 9147).",
        "KEYBOARD",
        "u16",
        &layout,
    );

    let mut steps = Vec::new();
    for row in &costs {
        let mut options: BTreeMap<String, u32> = BTreeMap::new();
        for option in row.fields[1].split(' ') {
            let (letters, cost) = option.split_once(':').unwrap_or((option, "0"));
            let cost: f64 = cost
                .parse()
                .map_err(|_| row.fault("a cost is a number such as 0.25"))?;
            let twentieths = cost * 20.0;
            if (twentieths - twentieths.round()).abs() > 1e-9 || !(0.0..=20.0).contains(&twentieths)
            {
                return Err(row.fault("a cost is a multiple of 0.05 up to 1"));
            }
            let letters = fold(letters.trim_matches('∅'));
            let twentieths = twentieths.round() as u32;
            options
                .entry(letters)
                .and_modify(|old| *old = twentieths.min(*old))
                .or_insert(twentieths);
        }
        let mut options: Vec<(u32, String)> = options
            .into_iter()
            .map(|(letters, cost)| (cost, letters))
            .collect();
        options.sort();
        let mut step = row.fields[0].clone();
        for (cost, letters) in options {
            step.push_str(&letters);
            step.extend(char::from_u32('A' as u32 + cost));
        }
        steps.push(step);
    }
    text(
        &mut out,
        "What Latin letters become in Persian: the letters in lower case, then each choice, cheapest\n/// first, ended by its cost: `A` for 0, `B` for .05 and so on. A choice may be empty.",
        "TRANSLITERATION",
        &steps,
        "",
    );
    Ok(out)
}

/// A line of a table: tab-separated fields.
struct Row {
    place: String,
    fields: Vec<String>,
}

impl Row {
    fn fault(&self, expected: &str) -> String {
        format!("{}: {expected}", self.place)
    }
}

fn rows(data: &Path, name: &str, fields: usize) -> Result<Vec<Row>, String> {
    let path = data.join(name);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.starts_with("# "))
        .map(|(number, line)| {
            let row = Row {
                place: format!("{}:{number}", path.display()),
                fields: line.split('\t').map(String::from).collect(),
            };
            if row.fields.len() == fields {
                Ok(row)
            } else {
                Err(row.fault(&format!("expected {fields} fields between tabs")))
            }
        })
        .collect()
}

fn only_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn list(out: &mut String, doc: &str, name: &str, of: &str, lines: &str) {
    let _ = writeln!(
        out,
        "/// {doc}\npub(crate) static {name}: [{of}; {}] = [\n{lines}];",
        lines.lines().count()
    );
}

/// A string constant, broken between items.
fn text(out: &mut String, doc: &str, name: &str, items: &[String], between: &str) {
    let _ = writeln!(out, "/// {doc}\npub(crate) static {name}: &str = \"\\");
    let mut line = String::from("    ");
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            line.push_str(between);
        }
        if line.chars().count() + item.chars().count() > 96 {
            let _ = writeln!(out, "{line}\\");
            line = String::from("    ");
        }
        line.push_str(item);
    }
    let _ = writeln!(out, "{line}\";");
}
