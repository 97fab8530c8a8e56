//! Words as they are spoken: does the spoken spelling alone find posts with the written one?
//!
//! A query of the set is a spoken sentence, its post the same sentence in written Persian. The
//! words that both have are taken for fixed; where between them the same number of words stands
//! on both sides, these are pairs. A pair whose spellings have little in common is another word
//! (چک, بررسی), not another spelling, and is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Juya, at, text};

pub(super) const SET: &str = "shekasteh";

pub(super) struct Found {
    pub(super) report: String,
    /// Of the pairs, those whose written word was in one of the ten best posts.
    pub(super) share: f64,
}

pub(super) fn measure(juya: &Juya, set: &Path) -> Result<Found, String> {
    let docs_path = set.join("docs.jsonl");
    let docs = texts(&docs_path)?;
    let queries = texts(&set.join("queries.jsonl"))?;
    let qrels_path = set.join("qrels.tsv");
    let qrels = fs::read_to_string(&qrels_path).map_err(at(&qrels_path))?;
    let mut pairs: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in qrels.lines() {
        let mut cells = line.split('\t');
        let (query, doc) = (cells.next(), cells.next());
        let query = query.and_then(|id| queries.get(id));
        let doc = doc.and_then(|id| docs.get(id));
        if let (Some(query), Some(doc)) = (query, doc) {
            for (spoken, written) in twins(&words(query), &words(doc)) {
                *pairs.entry((spoken.into(), written.into())).or_default() += 1;
            }
        }
    }
    let mut holding: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (id, doc) in &docs {
        for word in words(doc) {
            holding.entry(word).or_default().insert(id);
        }
    }

    let (mut asked, mut qrels) = (String::new(), String::new());
    for (number, (spoken, written)) in pairs.keys().enumerate() {
        asked += &format!("{}\n", json!({"id": number.to_string(), "text": spoken}));
        for id in holding.get(written.as_str()).into_iter().flatten() {
            qrels += &format!("{number}\t{id}\t1\n");
        }
    }
    let write = |name: &str, content: String| -> Result<String, String> {
        let path = juya.scratch.join(name);
        fs::write(&path, content).map_err(at(&path))?;
        Ok(text(&path)?.to_owned())
    };
    let index = juya.index(&docs_path, SET)?;
    let asked = write("spoken.jsonl", asked)?;
    let qrels = write("spoken.tsv", qrels)?;
    let run = write("spoken.run", String::new())?;
    juya.run(&[
        "eval",
        &index,
        "--queries",
        &asked,
        "--qrels",
        &qrels,
        "--run",
        &run,
    ])?;
    let run = fs::read_to_string(&run).map_err(|error| format!("{run}: {error}"))?;
    let mut found = BTreeSet::new();
    let keys: Vec<&(String, String)> = pairs.keys().collect();
    for line in run.lines() {
        let mut cells = line.split('\t');
        let number = cells.next().and_then(|number| number.parse::<usize>().ok());
        let (Some(number), Some(id)) = (number, cells.next()) else {
            continue;
        };
        let written = keys.get(number).map(|(_, written)| written.as_str());
        if written.is_some_and(|written| holding[written].contains(id)) {
            found.insert(number);
        }
    }

    let share = found.len() as f64 / keys.len() as f64;
    let times: usize = pairs.values().sum();
    let pairs: Vec<(&(String, String), &usize)> = pairs.iter().collect();
    let times_found: usize = found.iter().map(|&number| *pairs[number].1).sum();
    let mut missed: Vec<&(&(String, String), &usize)> = (0..)
        .zip(&pairs)
        .filter(|(number, _)| !found.contains(number))
        .map(|(_, pair)| pair)
        .collect();
    missed.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
    let missed: Vec<String> = missed
        .iter()
        .take(40)
        .map(|((spoken, written), times)| format!("{spoken} – {written} ({times})"))
        .collect();
    Ok(Found {
        report: format!(
            "Spoken words of {SET}: {} of {} pairs found ({share:.3}); by how often they stand \
             there, {:.3}. Most frequent of the others: {}.",
            found.len(),
            keys.len(),
            times_found as f64 / times as f64,
            missed.join("، ")
        ),
        share,
    })
}

/// The texts of a file of JSON lines by id.
fn texts(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let content = fs::read_to_string(path).map_err(at(path))?;
    (1..)
        .zip(content.lines())
        .map(|(number, line)| {
            let place = || format!("{}:{number}: no id and text", path.display());
            let value: Value = serde_json::from_str(line).map_err(|_| place())?;
            let field = |name| value[name].as_str().map(str::to_owned);
            field("id").zip(field("text")).ok_or_else(place)
        })
        .collect()
}

fn words(text: &str) -> Vec<&str> {
    // A word may have a zero-width non-joiner inside.
    text.split(|c: char| !(c.is_alphanumeric() || c == '\u{200c}'))
        .map(|word| word.trim_matches('\u{200c}'))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The pairs of spellings in two sentences.
fn twins<'a>(spoken: &[&'a str], written: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let (n, m) = (spoken.len(), written.len());
    // Longest common subsequence of the rest from each pair of places on.
    let mut longest = vec![vec![0usize; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            longest[i][j] = if spoken[i] == written[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let mut pairs = Vec::new();
    let mut gap = |spoken: &[&'a str], written: &[&'a str]| {
        if spoken.len() == written.len() {
            let both = spoken.iter().copied().zip(written.iter().copied());
            pairs.extend(both.filter(|(spoken, written)| are_alike(spoken, written)));
        }
    };
    let (mut i, mut j, mut from_i, mut from_j) = (0, 0, 0, 0);
    while i < n && j < m {
        if spoken[i] == written[j] {
            gap(&spoken[from_i..i], &written[from_j..j]);
            (i, j) = (i + 1, j + 1);
            (from_i, from_j) = (i, j);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    gap(&spoken[from_i..], &written[from_j..]);
    pairs
}

/// Whether the spellings differ in half of their letters at most.
fn are_alike(a: &str, b: &str) -> bool {
    let letters = |word: &str| -> Vec<char> { word.chars().filter(|&c| c != '\u{200c}').collect() };
    let (a, b) = (letters(a), letters(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let change = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    let distance = row[b.len()];
    distance > 0 && 2 * distance <= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_stand_between_common_words() {
        let check = |spoken: &str, written: &str, pairs: &[(&str, &str)]| {
            assert_eq!(twins(&words(spoken), &words(written)), pairs);
        };
        check(
            "اگه نیزه به قلبش می‌خورد، درجا می‌مرد",
            "اگر نیزه به قلبش می‌خورد، فورا می‌مرد.",
            &[("اگه", "اگر")],
        );
        check(
            "خونه رو دیدم",
            "خانه را دیدم",
            &[("خونه", "خانه"), ("رو", "را")],
        );
        check("میخوام برم خونه", "می‌خواهم به خانه بروم", &[]);
        check("همان همان", "همان همان", &[]);
    }
}
