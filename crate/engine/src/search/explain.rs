//! What a score is made of.

use super::Share;
use super::expand::Position;
use super::score::{self, Scored};
use super::store::Reader;
use crate::format::Field;
use crate::list::{List, join};

/// The shares of a post's score, in the order of the query, `near` last. They sum to the score.
pub(super) fn shares(reader: &Reader<'_>, positions: &[Position], scored: &Scored) -> Vec<Share> {
    let mut shares = Vec::new();
    let k1 = score::k1(positions);
    let mut plain = 0.0;
    for (position, evidence) in positions.iter().zip(score::gather(reader, positions)) {
        let Some(&(_, x, _)) = evidence
            .posts
            .iter()
            .find(|&&(post, ..)| post == scored.post)
        else {
            continue;
        };
        let score = score::saturate(k1, evidence.idf * position.gamma, x);
        plain += score;
        for variant in &position.variants {
            let mut own = None;
            score::postings(reader, variant, &mut |posting| {
                if posting.post == scored.post {
                    own = Some(posting);
                }
            });
            let Some(posting) = own else {
                continue;
            };
            let by_field = score::weigh(reader, &posting, position.field);
            for (field, weight) in Field::ALL
                .iter()
                .zip(by_field)
                .filter(|&(_, weight)| weight > 0.0)
            {
                shares.push(Share {
                    word: position.word.clone(),
                    term: score::target_text(reader, &variant.target),
                    source: variant.source.name().to_owned(),
                    field: field.name().to_owned(),
                    score: score * variant.weight * weight / x,
                });
            }
        }
    }
    // Coverage lowers all of it alike.
    let factor = (scored.score - scored.near) / plain;
    shares.iter_mut().for_each(|share| share.score *= factor);
    if scored.near > 0.0 {
        let words: Vec<&str> = positions
            .iter()
            .map(|position| position.word.as_str())
            .list();
        let (term, field) = (String::new(), String::new());
        shares.push(Share {
            word: join(&words, " "),
            term,
            source: "near".into(),
            field,
            score: scored.near,
        });
    }
    shares
}
