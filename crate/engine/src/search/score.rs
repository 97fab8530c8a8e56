//! Ranks posts: BM25F over weighted sets of terms, coverage, proximity.
//!
//! For a posting of a term, x = tf_text / (1 − b + b · L / avg L) + w_title · tf_title / (1 − b_title +
//! b_title · L_title / avg L_title) + w_tags · tf_tags + w_links · tf_links. A query position sums
//! its terms, x = Σ weight · x_term, and gives γ · idf · (k1 + 1) · x / (k1 + x): the sum is saturated,
//! not each term, so two spellings of one word count as one word. idf = ln(1 + (N − df + ½) / (df + ½))
//! with df the sum over posts of the best weight that matched, one for the whole position.
//! (Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009; the
//! constants are measured, see docs/relevance.md.)

use super::Index;
use super::expand::{Matcher, Position, Target};
use super::{ablate, filter, order, weights};
use crate::format::postings::Pattern;
use crate::format::{Field, Header, Section, lengths};

/// For long queries; less for short ones, of which a post should have all words rather than
/// one of them often.
const K1: f32 = 1.0;
const K1_SHORT: f32 = 0.4;
const B_TEXT: f32 = 0.75;
const B_TITLE: f32 = 0.4;
/// By [`Field`].
const FIELD_WEIGHTS: [f32; Field::COUNT] = [3.0, 1.0, 1.0, 0.3];
/// How many of the best are read to see how near their words stand.
const NEAR_POSTS: usize = 100;
const NEAR_WEIGHT: f32 = 0.8;
/// A pair of words in the order of the query, or in the other order, at distance 1.
const IN_ORDER: f32 = 1.0;
const REVERSED: f32 = 0.6;
/// Words farther apart than this are not near.
const NEAR_TERMS: u32 = 5;

/// What a length does to a frequency, for each length code: a factor.
pub(super) struct Norms {
    title: [f32; 256],
    text: [f32; 256],
}

impl Norms {
    pub(super) fn new(header: &Header) -> Norms {
        let table = |b: f32, terms: u64| {
            let average = (terms as f32 / header.posts.max(1) as f32).max(1.0);
            std::array::from_fn(|code| 1.0 / (1.0 - b + b * lengths::length(code as u8) / average))
        };
        Norms {
            title: table(B_TITLE, header.title_terms),
            text: table(B_TEXT, header.text_terms),
        }
    }
}

/// A post and its score.
pub(super) struct Scored {
    pub(super) post: u32,
    pub(super) score: f32,
    /// The part of the score that is for words standing together.
    pub(super) near: f32,
    /// Which positions of the query it matches, a bit each.
    pub(super) matched: u64,
}

/// What one posting weighs, by field, before saturation.
pub(super) fn weigh(
    index: &Index,
    post: u32,
    pattern: &Pattern,
    only: Option<Field>,
) -> [f32; Field::COUNT] {
    let (title, text) = index.length_codes(post);
    let norms = [
        index.norms.title[usize::from(title)],
        index.norms.text[usize::from(text)],
        1.0,
        1.0,
    ];
    std::array::from_fn(|field| match only {
        Some(only) if only as usize != field => 0.0,
        _ => pattern[field] as f32 * FIELD_WEIGHTS[field] * norms[field],
    })
}

/// The postings of what answers a word: post and frequencies by field.
pub(super) fn postings<'a>(
    index: &'a Index,
    target: Target,
) -> Box<dyn Iterator<Item = (u32, Pattern)> + 'a> {
    let section = index.section(Section::Postings);
    let list = |term: u32| {
        let list = index.postings.list(section, term as usize);
        list.map(|(post, pattern)| (post, *index.postings.pattern(pattern)))
    };
    let Some(next) = target.next else {
        return Box::new(list(target.term));
    };
    // Posts that have both halves, then those of them that have them side by side.
    let mut others = list(next).peekable();
    let both = list(target.term).filter(move |&(post, _)| {
        while others.next_if(|&(other, _)| other < post).is_some() {}
        others.peek().is_some_and(|&(other, _)| other == post)
    });
    let [first, second] = [target.term, next].map(|term| index.terms.get(term as usize));
    Box::new(
        both.take(weights::MAX_SPLIT_POSTS)
            .filter_map(move |(post, _)| {
                let mut pattern = Pattern::default();
                for (field, text) in [Field::Title, Field::Text]
                    .into_iter()
                    .zip(index.stored(post))
                {
                    pattern[field as usize] = filter::count_phrase(&text, &[first, second]);
                }
                pattern
                    .iter()
                    .any(|&count| count > 0)
                    .then_some((post, pattern))
            }),
    )
}

/// What answers a word, as text.
pub(super) fn target_text(index: &Index, target: Target) -> String {
    let halves = std::iter::once(target.term).chain(target.next);
    halves
        .map(|term| index.terms.get(term as usize))
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the position gives a post in which its terms weigh `x` together.
pub(super) fn saturate(k1: f32, idf: f32, x: f32) -> f32 {
    idf * (k1 + 1.0) * x / (k1 + x)
}

/// How soon more of the same adds nothing.
pub(super) fn k1(positions: &[Position]) -> f32 {
    K1 * (1.0 - K1_SHORT * briefness(positions))
}

/// How much rarer matches say more.
pub(super) fn idf(index: &Index, frequency: f32) -> f32 {
    let posts = index.header.posts as f32;
    // libm's logarithm gives the same bits natively and in the browser.
    libm::logf(1.0 + (posts - frequency + 0.5).max(0.0) / (frequency + 0.5))
}

/// What one position found.
pub(super) struct Evidence {
    pub(super) idf: f32,
    /// Post, what its terms weigh, the best weight of a term; in no order.
    pub(super) posts: Vec<(u32, f32, f32)>,
}

/// Reads the postings of each position.
pub(super) fn gather(index: &Index, positions: &[Position]) -> Vec<Evidence> {
    let posts = index.header.posts as usize;
    let mut sums = vec![(0.0f32, 0.0f32); posts];
    let read = |position: &Position| {
        let mut touched = Vec::new();
        for variant in &position.variants {
            for (post, pattern) in postings(index, variant.target) {
                let x: f32 = weigh(index, post, &pattern, position.field).iter().sum();
                if x == 0.0 {
                    continue; // only in other fields
                }
                let (sum, best) = &mut sums[post as usize];
                if *best == 0.0 {
                    touched.push(post);
                }
                *sum += variant.weight * x;
                *best = best.max(variant.weight);
            }
        }
        let posts: Vec<(u32, f32, f32)> = touched
            .into_iter()
            .map(|post| {
                let (sum, best) = std::mem::take(&mut sums[post as usize]);
                (post, sum, best)
            })
            .collect();
        let frequency: f32 = posts.iter().map(|&(_, _, best)| best).sum();
        Evidence {
            idf: idf(index, frequency),
            posts,
        }
    };
    positions.iter().map(read).collect()
}

/// How short a query is: 1 up to three words, then less and less. Short queries want all their
/// words; a long question does not.
fn shortness(positions: &[Position]) -> f32 {
    (3.0 / positions.len().max(1) as f32).min(1.0)
}

/// The same, falling faster: hardly anything is left of it at six words.
fn briefness(positions: &[Position]) -> f32 {
    let shortness = shortness(positions);
    shortness * shortness * shortness * shortness
}

/// The posts that match, best first, and what it is worth that the words of each pair of
/// neighbouring positions stand side by side: [`bring_near`] adds that.
pub(super) fn rank(index: &Index, positions: &[Position]) -> (Vec<Scored>, Vec<f32>) {
    let evidence = gather(index, positions);
    let k1 = k1(positions);
    // Score, what is covered of the query, which positions matched.
    let mut sums = vec![(0.0f32, 0.0f32, 0u64); index.header.posts as usize];
    let mut most = 0.0;
    for (at, (position, found)) in positions.iter().zip(&evidence).enumerate() {
        let idf = found.idf * position.gamma;
        if !found.posts.is_empty() {
            most += idf;
        }
        for &(post, x, best) in &found.posts {
            let (score, covered, matched) = &mut sums[post as usize];
            *score += saturate(k1, idf, x);
            *covered += idf * best;
            *matched |= 1 << at;
        }
    }
    let exponent = match ablate::is_on("coverage") {
        true => briefness(positions),
        false => 0.0,
    };
    let matching = (0..).zip(sums).filter(|&(_, (score, ..))| score > 0.0);
    let mut ranked: Vec<Scored> = matching
        .map(|(post, (score, covered, matched))| {
            let coverage = libm::powf((covered / most).min(1.0), exponent);
            Scored {
                post,
                score: score * coverage,
                near: 0.0,
                matched,
            }
        })
        .collect();
    order::sort(&mut ranked, best_first);
    let factor = match ablate::is_on("near") {
        true => NEAR_WEIGHT * shortness(positions),
        false => 0.0,
    };
    let weight = |pair: &[Evidence]| factor * pair[0].idf.min(pair[1].idf);
    (ranked, evidence.windows(2).map(weight).collect())
}

/// All posts, in the order of the source.
pub(super) fn all(index: &Index) -> Vec<Scored> {
    let posts = 0..index.header.posts;
    posts
        .map(|post| Scored {
            post,
            score: 0.0,
            near: 0.0,
            matched: 0,
        })
        .collect()
}

fn best_first(scored: &Scored) -> u64 {
    order::best_first(scored.score, scored.post)
}

/// Adds to the best posts what it is worth that words stand near each other. The first `wanted` are
/// then in their right order.
pub(super) fn bring_near(
    index: &Index,
    matcher: &Matcher<'_>,
    pairs: &[f32],
    ranked: &mut Vec<Scored>,
    wanted: usize,
) {
    let rest = ranked.split_off(ranked.len().min(NEAR_POSTS));
    // The best scores so far, best first, as many as are wanted: a post that cannot come among them
    // even with all of its words side by side need not be read.
    let mut best: Vec<f32> = Vec::new();
    for scored in ranked.iter_mut() {
        let both = scored.matched & scored.matched >> 1;
        let possible = (0..).zip(pairs).filter(|(pair, _)| both >> pair & 1 == 1);
        let possible: f32 = possible.map(|(_, weight)| weight).sum();
        let hopeless = best.len() >= wanted
            && best
                .last()
                .is_none_or(|last| scored.score + possible < *last);
        if possible > 0.0 && !hopeless {
            scored.near = nearness(index, matcher, pairs, scored.post);
            scored.score += scored.near;
        }
        let place = best.partition_point(|better| *better >= scored.score);
        best.insert(place, scored.score);
        best.truncate(wanted);
    }
    order::sort(ranked, best_first);
    ranked.extend(rest);
}

/// How near the words of each pair of neighbouring positions come, times the pair's weight.
fn nearness(index: &Index, matcher: &Matcher<'_>, pairs: &[f32], post: u32) -> f32 {
    let mut best = vec![0.0f32; pairs.len()];
    let [title, text, _] = index.stored(post);
    for field in [title, text] {
        let matches = matcher.matches(&field);
        for (nth, left) in matches.iter().enumerate() {
            for right in matches[nth..]
                .iter()
                .take_while(|right| right.at - left.at <= NEAR_TERMS)
            {
                let distance = (right.at - left.at).max(1) as f32;
                // A term that answers both positions of a pair counts as its words side by side.
                let forward = left.mask & right.mask >> 1;
                let backward = right.mask & left.mask >> 1;
                for (pair, best) in best.iter_mut().enumerate() {
                    if forward >> pair & 1 == 1 {
                        *best = best.max(IN_ORDER / distance);
                    }
                    if backward >> pair & 1 == 1 {
                        *best = best.max(REVERSED / distance);
                    }
                }
            }
        }
    }
    best.iter()
        .zip(pairs)
        .map(|(near, weight)| near * weight)
        .sum()
}
