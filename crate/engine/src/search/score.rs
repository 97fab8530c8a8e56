//! Ranks posts: BM25F over weighted sets of terms, coverage, proximity.
//!
//! For a posting of a term, x = tf_text / (1 − b + b · L / avg L) + w_title · tf_title / (1 − b_title +
//! b_title · L_title / avg L_title) + w_tags · tf_tags + w_links · tf_links. A query position sums
//! its terms, x = Σ weight · x_term, and gives γ · idf · (k1 + 1) · x / (k1 + x): the sum is saturated,
//! not each term, so two spellings of one word count as one word. idf = ln(1 + (N − df + ½) / (df + ½))
//! with df the sum over posts of the best weight that matched, one for the whole position.
//! (Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009; the
//! constants are measured, see docs/relevance.md.)

use super::expand::{Position, Source, Target, Variant};
use super::store::{Occurrence, Reader};
use super::{ablate, filter, order, weights};
use crate::format::lists::Posting;
use crate::format::{Field, Header, lengths};
use crate::list::{List, join};

/// For long queries; less for short ones, of which a post should have all words rather than
/// one of them often.
const K1: f32 = 1.0;
const K1_SHORT: f32 = 0.4;
const B_TEXT: f32 = 0.75;
const B_TITLE: f32 = 0.4;
/// How many of the best are read to see how near their words stand.
const NEAR_POSTS: usize = 100;
const NEAR_WEIGHT: f32 = 0.8;
/// A pair of words in the order of the query, or in the other order, at distance 1.
const IN_ORDER: f32 = 1.0;
const REVERSED: f32 = 0.6;
/// Words farther apart than this are not near.
const NEAR_TERMS: u32 = 5;
/// A term in more posts than this, and than one in [`NEAR_SHARE`], is near to everything: where it
/// stands is not looked up, which in a large corpus would be most of what a search reads.
const NEAR_FREQUENT: u32 = 4096;
const NEAR_SHARE: u32 = 64;

/// What a term counts in a field.
pub(super) struct Norms {
    /// By [`Field`].
    weights: [f32; Field::COUNT],
    /// What the length does to it, for each length code: a factor.
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
            weights: header
                .settings
                .weights
                .map(|hundredths| hundredths as f32 / 100.0),
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
    reader: &Reader<'_>,
    posting: &Posting,
    only: Option<Field>,
) -> [f32; Field::COUNT] {
    let norms = &reader.index.norms;
    let lengths = [
        norms.title[usize::from(posting.title)],
        norms.text[usize::from(posting.text)],
        1.0,
        1.0,
    ];
    std::array::from_fn(|field| match only {
        Some(only) if only as usize != field => 0.0,
        _ => posting.pattern[field] as f32 * norms.weights[field] * lengths[field],
    })
}

/// Hands on the postings of what answers a word, posts in ascending order.
pub(super) fn postings(reader: &Reader<'_>, variant: &Variant, found: &mut dyn FnMut(Posting)) {
    let row = match &variant.target {
        Target::Term(term) => return reader.postings(*term, found),
        Target::Row(row) => row,
    };
    // Posts that have all words, then those of them that have them side by side.
    let mut all = filter::postings_of_all(reader, row, None);
    if variant.source == Source::Split {
        all.truncate(weights::MAX_SPLIT_POSTS);
    }
    let posts: Vec<u32> = all.iter().map(|posting| posting.post).list();
    let starts = filter::rows(reader, row, &posts);
    let mut rest = &starts[..];
    for mut posting in all {
        let own;
        (own, rest) = rest.split_at(rest.partition_point(|start| start.post <= posting.post));
        posting.pattern = std::array::from_fn(|field| {
            let in_field = |start: &&Occurrence| start.field as usize == field;
            own.iter().filter(in_field).count() as u32
        });
        if !own.is_empty() {
            found(posting);
        }
    }
}

/// What answers a word, as text.
pub(super) fn target_text(reader: &Reader<'_>, target: &Target) -> String {
    match target {
        Target::Term(term) => reader.text(*term).to_owned(),
        Target::Row(row) => join(&row.iter().map(|terms| reader.text(terms[0])).list(), " "),
    }
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
pub(super) fn idf(reader: &Reader<'_>, frequency: f32) -> f32 {
    let posts = reader.posts() as f32;
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
pub(super) fn gather(reader: &Reader<'_>, positions: &[Position]) -> Vec<Evidence> {
    let posts = reader.posts() as usize;
    let mut sums = vec![(0.0f32, 0.0f32); posts];
    // Words in a row answer several words of the query: they are looked up once.
    let mut rows: Vec<(&Variant, Vec<Posting>)> = Vec::new();
    let mut evidence = Vec::new();
    for position in positions {
        let mut touched = Vec::new();
        for variant in &position.variants {
            let mut add = |posting: Posting| {
                let x: f32 = weigh(reader, &posting, position.field).iter().sum();
                if x == 0.0 {
                    return; // only in other fields
                }
                let (sum, best) = &mut sums[posting.post as usize];
                if *best == 0.0 {
                    touched.push(posting.post);
                }
                *sum += variant.weight * x;
                *best = best.max(variant.weight);
            };
            if let Target::Term(term) = variant.target {
                reader.postings(term, &mut add);
                continue;
            }
            // The source, too: of a split word not all posts are looked at.
            let known = rows
                .iter()
                .position(|(row, _)| row.target == variant.target && row.source == variant.source);
            let at = known.unwrap_or(rows.len());
            if at == rows.len() {
                let mut found = Vec::new();
                postings(reader, variant, &mut |posting| found.push(posting));
                rows.push((variant, found));
            }
            rows[at].1.iter().for_each(|&posting| add(posting));
        }
        let posts: Vec<(u32, f32, f32)> = touched
            .into_iter()
            .map(|post| {
                let (sum, best) = std::mem::take(&mut sums[post as usize]);
                (post, sum, best)
            })
            .list();
        let frequency: f32 = posts.iter().map(|&(_, _, best)| best).sum();
        evidence.push(Evidence {
            idf: idf(reader, frequency),
            posts,
        });
    }
    evidence
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

/// The posts that match, in no order, and what it is worth that the words of each pair of
/// neighbouring positions stand side by side: [`bring_near`] adds that.
pub(super) fn rank(reader: &Reader<'_>, positions: &[Position]) -> (Vec<Scored>, Vec<f32>) {
    let evidence = gather(reader, positions);
    let k1 = k1(positions);
    // Score, what is covered of the query, which positions matched.
    let mut sums = vec![(0.0f32, 0.0f32, 0u64); reader.posts() as usize];
    let mut touched = Vec::new();
    let mut most = 0.0;
    for (at, (position, found)) in positions.iter().zip(&evidence).enumerate() {
        let idf = found.idf * position.gamma;
        if !found.posts.is_empty() {
            most += idf;
        }
        for &(post, x, best) in &found.posts {
            let (score, covered, matched) = &mut sums[post as usize];
            if *matched == 0 {
                touched.push(post);
            }
            *score += saturate(k1, idf, x);
            *covered += idf * best;
            *matched |= 1 << at;
        }
    }
    let exponent = match ablate::is_on("coverage") {
        true => briefness(positions),
        false => 0.0,
    };
    let scored = touched.into_iter().map(|post| {
        let (score, covered, matched) = sums[post as usize];
        let coverage = match exponent {
            0.0 => 1.0,
            _ => libm::powf((covered / most).min(1.0), exponent),
        };
        Scored {
            post,
            score: score * coverage,
            near: 0.0,
            matched,
        }
    });
    let ranked = scored.filter(|scored| scored.score > 0.0).list();
    let factor = match ablate::is_on("near") {
        true => NEAR_WEIGHT * shortness(positions),
        false => 0.0,
    };
    let weight = |pair: &[Evidence]| factor * pair[0].idf.min(pair[1].idf);
    (ranked, evidence.windows(2).map(weight).list())
}

/// All posts, in the order of the source.
pub(super) fn all(reader: &Reader<'_>) -> Vec<Scored> {
    let posts = 0..reader.posts();
    posts
        .map(|post| Scored {
            post,
            score: 0.0,
            near: 0.0,
            matched: 0,
        })
        .list()
}

/// Puts the best first, as many as are `wanted`, in their order; the others come after them.
pub(super) fn best_first(ranked: &mut [Scored], wanted: usize) {
    order::sort_first(ranked, wanted, |scored| {
        order::best_first(scored.score, scored.post)
    });
}

/// Adds to the best posts what it is worth that words stand near each other, and puts the first
/// `wanted` in their order.
pub(super) fn bring_near(
    reader: &Reader<'_>,
    positions: &[Position],
    pairs: &[f32],
    ranked: &mut Vec<Scored>,
    wanted: usize,
) {
    best_first(ranked, wanted.max(NEAR_POSTS));
    let rest = ranked.split_off(ranked.len().min(NEAR_POSTS));
    // A post that cannot come among those wanted even with all of its words side by side need not
    // be read.
    let bar = wanted.checked_sub(1).and_then(|last| ranked.get(last));
    let bar = bar.map_or(0.0, |last| last.score);
    let hopeful = |scored: &&Scored| {
        let both = scored.matched & scored.matched >> 1;
        let possible = (0..).zip(pairs).filter(|(pair, _)| both >> pair & 1 == 1);
        let possible: f32 = possible.map(|(_, weight)| weight).sum();
        possible > 0.0 && scored.score + possible >= bar
    };
    let mut posts: Vec<u32> = ranked
        .iter()
        .filter(hopeful)
        .map(|scored| scored.post)
        .list();
    order::sort(&mut posts, |&post| u64::from(post));
    let near = nearness(reader, positions, pairs, &posts);
    for scored in ranked.iter_mut() {
        if let Ok(at) = posts.binary_search(&scored.post) {
            scored.near = near[at];
            scored.score += scored.near;
        }
    }
    let all = ranked.len();
    best_first(ranked, all);
    ranked.extend(rest);
}

/// For each of the posts, how near the words of each pair of neighbouring positions come, times the
/// pair's weight.
fn nearness(reader: &Reader<'_>, positions: &[Position], pairs: &[f32], posts: &[u32]) -> Vec<f32> {
    // Which positions a term answers, a bit each; and words in a row.
    let (mut alone, mut rows) = (Vec::<(u32, u64)>::new(), Vec::new());
    let most = NEAR_FREQUENT.max(reader.posts() / NEAR_SHARE);
    for (at, position) in positions.iter().enumerate() {
        for target in position.variants.iter().map(|variant| &variant.target) {
            if reader.frequency(target.first()) > most {
                continue;
            }
            match target {
                Target::Row(row) => rows.push((row, 1 << at)),
                Target::Term(term) => match alone.binary_search_by_key(term, |&(term, _)| term) {
                    Ok(known) => alone[known].1 |= 1 << at,
                    Err(place) => alone.insert(place, (*term, 1 << at)),
                },
            }
        }
    }
    let of_rows = rows
        .iter()
        .flat_map(|(row, _)| row.iter().flatten().copied());
    let mut terms: Vec<u32> = alone.iter().map(|&(term, _)| term).chain(of_rows).list();
    order::sort(&mut terms, |&term| u64::from(term));
    terms.dedup();
    let mut found = vec![0.0; posts.len()];
    if posts.is_empty() {
        return found;
    }
    let occurrences = reader.occurrences(&terms, posts);
    let mut rest = &occurrences[..];
    for (&post, near) in posts.iter().zip(&mut found) {
        let own;
        (own, rest) = rest.split_at(rest.partition_point(|found| found.post <= post));
        // Field, place, and the positions answered there.
        let answers = |found: &Occurrence| {
            let known = alone.binary_search_by_key(&found.term, |&(term, _)| term);
            (
                found.field,
                found.at,
                known.map_or(0, |known| alone[known].1),
            )
        };
        let mut matches: Vec<(Field, u32, u64)> = own.iter().map(answers).list();
        for (row, mask) in &rows {
            for start in own.iter().filter(|start| filter::begins(own, start, row)) {
                let end = start.at.saturating_add(row.len() as u32);
                for (field, at, all) in &mut matches {
                    if *field == start.field && (start.at..end).contains(at) {
                        *all |= mask;
                    }
                }
            }
        }
        matches.retain(|&(_, _, mask)| mask > 0);
        *near = nearest(&matches, pairs);
    }
    found
}

/// The same for the matches of one post.
fn nearest(matches: &[(Field, u32, u64)], pairs: &[f32]) -> f32 {
    let mut best = vec![0.0f32; pairs.len()];
    for (nth, &(field, at, left)) in matches.iter().enumerate() {
        let others = matches[nth..].iter();
        let near =
            others.take_while(|(other, place, _)| *other == field && place - at <= NEAR_TERMS);
        for &(_, place, right) in near {
            let distance = (place - at).max(1) as f32;
            // A term that answers both positions of a pair counts as its words side by side.
            let forward = left & right >> 1;
            let backward = right & left >> 1;
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
    best.iter()
        .zip(pairs)
        .map(|(near, weight)| near * weight)
        .sum()
}
