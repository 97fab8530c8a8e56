//! Finds the phrases of a text code: pairs of symbols that stand together often (Re-Pair,
//! Larsson and Moffat, "Offline dictionary-based compression", 1999).

use crate::format::documents::FIELD_END;
use std::collections::{BinaryHeap, HashMap};

/// A pair that stands together less often than this saves less than its rule costs.
const MIN_COUNT: u32 = 4;
/// Marks a place that was merged into the one before it.
const GONE: u32 = u32::MAX;

/// The places where a pair begins. Places may be stale; `count` is right up to overlaps (`aaa`).
#[derive(Default)]
struct Pair {
    count: u32,
    places: Vec<u32>,
}

struct Sequence {
    symbols: Vec<u32>,
    pairs: HashMap<(u32, u32), Pair>,
}

impl Sequence {
    fn next(&self, mut at: usize) -> Option<usize> {
        loop {
            at += 1;
            if *self.symbols.get(at)? != GONE {
                return Some(at);
            }
        }
    }

    fn previous(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|&before| self.symbols[before] != GONE)
    }

    /// A pair now begins at `at`.
    fn add(&mut self, left: u32, right: u32, at: usize) {
        if left != FIELD_END && right != FIELD_END {
            let pair = self.pairs.entry((left, right)).or_default();
            pair.count += 1;
            pair.places.push(at as u32);
        }
    }

    fn remove(&mut self, left: u32, right: u32) {
        if let Some(pair) = self.pairs.get_mut(&(left, right)) {
            pair.count = pair.count.saturating_sub(1);
        }
    }
}

/// Replaces pairs in `posts` by rules, whose symbols begin at `first_rule`; gives the rules. There
/// are at most `most` rules, and none unfolds to more than `longest` symbols.
pub(crate) fn rules(
    posts: &mut [Vec<u32>],
    first_rule: u32,
    most: usize,
    longest: u8,
) -> Vec<(u32, u32)> {
    let mut sequence = Sequence {
        symbols: posts.iter().flatten().copied().collect(),
        pairs: HashMap::new(),
    };
    for at in 1..sequence.symbols.len() {
        sequence.add(sequence.symbols[at - 1], sequence.symbols[at], at - 1);
    }
    // Most frequent first; among equals the order of the symbols decides, never that of the map.
    let entry = |count: u32, (left, right): (u32, u32)| (count, !left, !right);
    let mut heap: BinaryHeap<_> = sequence
        .pairs
        .iter()
        .map(|(&symbols, pair)| entry(pair.count, symbols))
        .collect();
    let mut rules: Vec<(u32, u32)> = Vec::new();
    // In chunks; a rule of more than 255 is not made, as no reader would unfold it.
    let mut lengths: Vec<u8> = Vec::new();
    let length_of = |lengths: &[u8], symbol: u32| {
        symbol
            .checked_sub(first_rule)
            .map_or(1, |rule| lengths[rule as usize])
    };

    while let Some((count, left, right)) = heap.pop() {
        if count < MIN_COUNT || rules.len() >= most {
            break;
        }
        let (left, right) = (!left, !right);
        let Some(pair) = sequence.pairs.get(&(left, right)) else {
            continue;
        };
        if pair.count != count {
            if pair.count >= MIN_COUNT {
                heap.push(entry(pair.count, (left, right)));
            }
            continue;
        }
        let (own, other) = (length_of(&lengths, left), length_of(&lengths, right));
        let Some(length) = own.checked_add(other).filter(|&length| length <= longest) else {
            sequence.pairs.remove(&(left, right));
            continue;
        };
        let places = sequence
            .pairs
            .remove(&(left, right))
            .map(|pair| pair.places)
            .unwrap_or_default();
        let symbol = first_rule + rules.len() as u32;
        rules.push((left, right));
        lengths.push(length);
        let mut touched = Vec::new();
        for at in places {
            let at = at as usize;
            let Some(second) = sequence.next(at) else {
                continue;
            };
            if sequence.symbols[at] != left || sequence.symbols[second] != right {
                continue; // stale, or overlapping with the one before
            }
            let before = sequence.previous(at);
            let after = sequence.next(second);
            sequence.symbols[at] = symbol;
            sequence.symbols[second] = GONE;
            if let Some(before) = before {
                let neighbour = sequence.symbols[before];
                sequence.remove(neighbour, left);
                sequence.add(neighbour, symbol, before);
                touched.push((neighbour, symbol));
            }
            if let Some(after) = after {
                let neighbour = sequence.symbols[after];
                sequence.remove(right, neighbour);
                sequence.add(symbol, neighbour, at);
                touched.push((symbol, neighbour));
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for symbols in touched {
            if let Some(pair) = sequence
                .pairs
                .get(&symbols)
                .filter(|pair| pair.count >= MIN_COUNT)
            {
                heap.push(entry(pair.count, symbols));
            }
        }
    }

    let mut at = 0;
    for post in posts {
        let size = post.len();
        post.clear();
        post.extend(
            sequence.symbols[at..at + size]
                .iter()
                .filter(|&&symbol| symbol != GONE),
        );
        at += size;
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unfold(symbol: u32, rules: &[(u32, u32)], first_rule: u32, out: &mut Vec<u32>) {
        match symbol.checked_sub(first_rule) {
            None => out.push(symbol),
            Some(rule) => {
                let (left, right) = rules[rule as usize];
                unfold(left, rules, first_rule, out);
                unfold(right, rules, first_rule, out);
            }
        }
    }

    proptest! {
        #[test]
        fn rules_unfold_to_what_was_there(
            posts in prop::collection::vec(prop::collection::vec(1u32..4, 0..300), 0..6),
        ) {
            let mut coded = posts.clone();
            coded.iter_mut().for_each(|post| post.push(FIELD_END));
            let rules = rules(&mut coded, 4, usize::MAX, 255);
            for (post, coded) in posts.iter().zip(&coded) {
                let mut unfolded = Vec::new();
                coded.iter().for_each(|&symbol| unfold(symbol, &rules, 4, &mut unfolded));
                prop_assert_eq!(unfolded.split_last(), Some((&FIELD_END, &post[..])));
            }
        }
    }

    #[test]
    fn what_repeats_becomes_one_symbol() {
        let mut posts = vec![vec![1, 2, 3, FIELD_END]; 8];
        let rules = rules(&mut posts, 10, usize::MAX, 255);
        assert_eq!(rules.len(), 2);
        assert!(posts.iter().all(|post| *post == [11, FIELD_END]));
    }
}
