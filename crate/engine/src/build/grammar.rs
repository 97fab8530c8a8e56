//! Finds the phrases of a text code: pairs of symbols that stand together often (Re-Pair, Larsson and
//! Moffat, "Offline dictionary-based compression", 1999).
//!
//! In time proportional to the text: each place knows the pair that begins there, all places of a
//! pair are linked, and what a new symbol stands beside is found by a table rather than a search.

use crate::format::documents::FIELD_END;
use std::collections::{BinaryHeap, HashMap};

/// A pair that stands together less often than this saves less than its rule costs.
const MIN_COUNT: u32 = 4;
const NONE: u32 = u32::MAX;
/// Marks the last place of a symbol that stands for several; the other bits say for how many.
const SPAN: u32 = 1 << 31;

/// Two symbols side by side. Where they overlap with themselves (`aaa`) both places count.
struct Pair {
    left: u32,
    right: u32,
    count: u32,
    first: u32,
}

struct Sequence {
    /// At the first place of each symbol the symbol, at its last one [`SPAN`].
    symbols: Vec<u32>,
    /// Of each place the pair that begins there, and the next places before and after it in the list
    /// of that pair.
    pair: Vec<u32>,
    earlier: Vec<u32>,
    later: Vec<u32>,
    pairs: Vec<Pair>,
}

impl Sequence {
    fn new_pair(&mut self, left: u32, right: u32) -> u32 {
        self.pairs.push(Pair {
            left,
            right,
            count: 0,
            first: NONE,
        });
        self.pairs.len() as u32 - 1
    }

    /// A pair now begins at `at`.
    fn link(&mut self, at: usize, number: u32) {
        let pair = &mut self.pairs[number as usize];
        let next = std::mem::replace(&mut pair.first, at as u32);
        pair.count += 1;
        (self.pair[at], self.earlier[at], self.later[at]) = (number, NONE, next);
        if let Some(earlier) = self.earlier.get_mut(next as usize) {
            *earlier = at as u32;
        }
    }

    /// The pair that begins at `at` does so no more.
    fn unlink(&mut self, at: usize) {
        let number = std::mem::replace(&mut self.pair[at], NONE);
        let Some(pair) = self.pairs.get_mut(number as usize) else {
            return;
        };
        pair.count -= 1;
        let (earlier, later) = (self.earlier[at], self.later[at]);
        match self.later.get_mut(earlier as usize) {
            Some(link) => *link = later,
            None => pair.first = later,
        }
        if let Some(link) = self.earlier.get_mut(later as usize) {
            *link = earlier;
        }
    }

    /// The places of a pair, in ascending order.
    fn places(&self, number: u32) -> Vec<usize> {
        let mut places = Vec::new();
        let mut at = self.pairs[number as usize].first as usize;
        while let Some(&later) = self.later.get(at) {
            places.push(at);
            at = later as usize;
        }
        places.sort_unstable();
        places
    }

    /// Where the symbol before the one at `at` begins.
    fn before(&self, at: usize) -> Option<usize> {
        let last = at.checked_sub(1)?;
        let span = match self.symbols[last] {
            marked if marked & SPAN != 0 => (marked ^ SPAN) as usize,
            _ => 1,
        };
        Some(at - span)
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
    let symbols: Vec<u32> = posts.iter().flatten().copied().collect();
    let size = symbols.len();
    let mut sequence = Sequence {
        pair: vec![NONE; size],
        earlier: vec![NONE; size],
        later: vec![NONE; size],
        pairs: Vec::new(),
        symbols,
    };
    let mut known = HashMap::new();
    for at in 1..size {
        let (left, right) = (sequence.symbols[at - 1], sequence.symbols[at]);
        if left != FIELD_END && right != FIELD_END {
            let number = *known
                .entry((left, right))
                .or_insert_with(|| sequence.new_pair(left, right));
            sequence.link(at - 1, number);
        }
    }
    // Most frequent first; among equals the order of the symbols decides.
    let entry = |pair: &Pair, number: u32| (pair.count, !pair.left, !pair.right, number);
    let mut heap: BinaryHeap<_> = sequence
        .pairs
        .iter()
        .zip(0..)
        .map(|(pair, number)| entry(pair, number))
        .collect();
    let mut rules: Vec<(u32, u32)> = Vec::new();
    // How many symbols each rule unfolds to.
    let mut lengths: Vec<u8> = Vec::new();
    let length_of = |lengths: &[u8], symbol: u32| {
        symbol
            .checked_sub(first_rule)
            .map_or(1, |rule| lengths[rule as usize])
    };
    // By symbol: the last rule that it stood before, or behind, and the pair of both.
    let mut beside = [const { Vec::<(u32, u32)>::new() }; 2];

    while let Some((count, _, _, number)) = heap.pop() {
        if count < MIN_COUNT || rules.len() >= most {
            break;
        }
        let pair = &sequence.pairs[number as usize];
        let (left, right) = (pair.left, pair.right);
        if pair.count != count {
            heap.push(entry(pair, number));
            continue;
        }
        let (own, other) = (length_of(&lengths, left), length_of(&lengths, right));
        let Some(length) = own.checked_add(other).filter(|&length| length <= longest) else {
            continue;
        };
        let symbol = first_rule + rules.len() as u32;
        rules.push((left, right));
        lengths.push(length);
        let first_new = sequence.pairs.len();
        let mut number_of = |sequence: &mut Sequence, side: usize, left: u32, right: u32| {
            let neighbour = if side == 0 { left } else { right } as usize;
            let table = &mut beside[side];
            if table.len() <= neighbour {
                table.resize(neighbour + 1, (NONE, NONE));
            }
            if table[neighbour].0 != symbol {
                table[neighbour] = (symbol, sequence.new_pair(left, right));
            }
            table[neighbour].1
        };
        for at in sequence.places(number) {
            if sequence.pair[at] != number {
                continue; // it overlapped with the one before
            }
            let second = at + usize::from(own);
            let after = second + usize::from(other);
            let before = sequence.before(at);
            sequence.unlink(at);
            sequence.unlink(second);
            sequence.symbols[at] = symbol;
            sequence.symbols[after - 1] = SPAN | u32::from(length);
            if let Some(before) = before {
                sequence.unlink(before);
                let neighbour = sequence.symbols[before];
                if neighbour != FIELD_END {
                    let number = number_of(&mut sequence, 0, neighbour, symbol);
                    sequence.link(before, number);
                }
            }
            if let Some(&neighbour) = sequence.symbols.get(after)
                && neighbour != FIELD_END
            {
                let number = number_of(&mut sequence, 1, symbol, neighbour);
                sequence.link(at, number);
            }
        }
        let new = (first_new as u32..).zip(&sequence.pairs[first_new..]);
        let frequent = new.filter(|(_, pair)| pair.count >= MIN_COUNT);
        heap.extend(frequent.map(|(number, pair)| entry(pair, number)));
    }

    let mut at = 0;
    for post in posts {
        let end = at + post.len();
        post.clear();
        while at < end {
            let symbol = sequence.symbols[at];
            post.push(symbol);
            at += usize::from(length_of(&lengths, symbol));
        }
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
