//! One sort for all: each use of a standard sort puts a copy of it into the web module, 2 kB and
//! more after compression. Not even one is standard: this merge sort has a tenth of its code, of which
//! each use copies a few lines.

use crate::list::List;

/// Sorts by ascending key; equal keys stay in their order.
pub(super) fn sort<T>(items: &mut [T], key: impl Fn(&T) -> u64) {
    let keys = items.iter().map(key).list();
    bring(order(&keys), &mut |to, from| items.swap(to, from));
}

/// Puts the `first` items of least key first, in order; the others come after them in any order.
pub(super) fn sort_first<T>(items: &mut [T], first: usize, key: impl Fn(&T) -> u64) {
    let keys = items.iter().map(key).list();
    bring_first(&keys, first, &mut |to, from| items.swap(to, from));
}

/// The places of the keys, ascending.
fn order(keys: &[u64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).list();
    let mut run = 1;
    while run < order.len() {
        let mut merged = Vec::with_capacity(order.len());
        for pair in order.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let ([first, others @ ..], [second, rest @ ..]) = (left, right) {
                if keys[*second] < keys[*first] {
                    merged.push(*second);
                    right = rest;
                } else {
                    merged.push(*first);
                    left = others;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        order = merged;
        run *= 2;
    }
    order
}

/// Brings to each place the item that `order` says, by swaps along each cycle.
#[inline(never)]
fn bring(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut to = start;
        loop {
            let from = std::mem::replace(&mut order[to], to);
            if from == start {
                break;
            }
            swap(to, from);
            to = from;
        }
    }
}

#[inline(never)]
fn bring_first(keys: &[u64], first: usize, swap: &mut dyn FnMut(usize, usize)) {
    // Few are wanted of many: most keys are compared once, with the last that is in.
    let mut best: Vec<(u64, usize)> = Vec::new();
    if keys.len() / 8 < first {
        return bring(order(keys), swap);
    }
    for (at, &key) in keys.iter().enumerate() {
        let own = (key, at);
        if best.len() < first || best.last().is_some_and(|last| own < *last) {
            best.truncate(first.saturating_sub(1));
            best.insert(best.partition_point(|better| *better < own), own);
        }
    }
    let mut places: Vec<usize> = best.iter().map(|&(_, at)| at).list();
    // Each into its place, by swaps; what a swap moved is looked for where it went.
    for to in 0..places.len() {
        let from = places[to];
        swap(to, from);
        for place in &mut places[to + 1..] {
            if *place == to {
                *place = from;
            }
        }
    }
}

/// The key for the highest weight first, then the lowest number. A weight is not negative: the bits
/// of such floats are in the order of their values.
pub(super) fn best_first(weight: f32, number: u32) -> u64 {
    least_first(!weight.to_bits(), number)
}

/// The key for the least size first, then the lowest number.
pub(super) fn least_first(size: u32, number: u32) -> u64 {
    u64::from(size) << 32 | u64::from(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_are_those_of_a_whole_sort(items in prop::collection::vec(0u64..50, 0..200), first in 0usize..30) {
            let mut items: Vec<(u64, usize)> = items.into_iter().zip(0..).collect();
            let mut expect = items.clone();
            let key = |item: &(u64, usize)| item.0 << 32 | item.1 as u64;
            sort(&mut expect, key);
            let first = first.min(items.len());
            sort_first(&mut items, first, key);
            prop_assert_eq!(&items[..first], &expect[..first]);
            sort(&mut items, key);
            prop_assert_eq!(items, expect);
        }

        #[test]
        fn the_best_are_first(mut items in prop::collection::vec((0.0f32..9.0, 0u32..9, any::<u8>()), 0..99)) {
            let mut expect = items.clone();
            expect.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            sort(&mut items, |item| best_first(item.0, item.1));
            prop_assert_eq!(&items, &expect);
            expect.sort_by_key(|item| item.1);
            sort(&mut items, |item| u64::from(item.1));
            prop_assert_eq!(items, expect);
        }
    }
}
