//! What the engine answers, flat: one text with all strings end to end, and a list of numbers.
//!
//! `www/answer.js` reads both in the order in which they are written here, and makes objects of them.
//! A string is its length in UTF-16 code units and its share of the text; a list is the number of its
//! items, then these; what may be absent is a list of at most one. To make each object here costs the
//! module 5 kB, and every search a call into JavaScript for each property.

use crate::engine::{Facet, Hit, Missing, Page, Post, Range, Stats, Summary, analyze};
use crate::utf16;
use js_sys::Array;
use wasm_bindgen::JsCast;

/// An answer as it grows.
#[derive(Default)]
pub(crate) struct Answer {
    text: String,
    numbers: Vec<f64>,
}

/// What leaves for JavaScript: what `write` makes of what was found, or `undefined` and the numbers of
/// the blocks that lack.
pub(crate) fn answer<T>(
    asked: Result<T, Missing>,
    write: impl FnOnce(&mut Answer, &mut T),
) -> Array {
    let mut answer = Answer::default();
    match asked {
        Ok(mut found) => {
            write(&mut answer, &mut found);
            to_js(Some(answer.text), answer.numbers)
        }
        Err(Missing(blocks)) => {
            let numbers = blocks.iter().map(|block| f64::from(block.0));
            to_js(None, numbers.collect())
        }
    }
}

fn to_js(text: Option<String>, numbers: Vec<f64>) -> Array {
    // A string and numbers always have a value in JavaScript; that of a tuple is an array.
    let pair = serde_wasm_bindgen::to_value(&(text, numbers));
    pair.unwrap_or_default().unchecked_into()
}

impl Answer {
    fn number(&mut self, number: usize) {
        self.numbers.push(number as f64);
    }

    fn string(&mut self, string: &str) {
        self.number(utf16::units(string.as_bytes()));
        self.text.push_str(string);
    }

    fn list<T>(&mut self, items: &mut [T], item: impl Fn(&mut Answer, &mut T)) {
        self.number(items.len());
        for each in items {
            item(self, each);
        }
    }

    pub(crate) fn strings(&mut self, strings: &mut [String]) {
        self.list(strings, |answer, string| answer.string(string));
    }

    /// The ranges of a text that was written as well.
    fn ranges(&mut self, text: &str, ranges: &mut [Range]) {
        utf16::convert(text, ranges);
        self.list(ranges, |answer, range| {
            answer.number(range.start);
            answer.number(range.end);
        });
    }

    pub(crate) fn page(&mut self, page: &mut Page) {
        self.list(&mut page.hits, Answer::hit);
        self.number(page.total);
        let facets = &mut page.facets;
        for facets in [
            &mut facets.tags,
            &mut facets.kinds,
            &mut facets.sources,
            &mut facets.years,
        ] {
            self.list(facets, |answer, Facet { value, count }| {
                answer.string(value);
                answer.number(*count);
            });
        }
        self.list(page.interpretation.as_mut_slice(), |answer, read| {
            answer.string(&read.query);
            answer.string(&read.why);
        });
    }

    fn hit(&mut self, hit: &mut Hit) {
        for string in [
            &hit.id,
            &hit.url,
            &hit.title,
            &hit.excerpt,
            &hit.date,
            &hit.kind,
            &hit.source,
        ] {
            self.string(string);
        }
        self.ranges(&hit.title, &mut hit.title_ranges);
        self.ranges(&hit.excerpt, &mut hit.excerpt_ranges);
        self.strings(&mut hit.tags);
        self.strings(&mut hit.links);
        self.numbers.push(hit.score.into());
        self.list(hit.why.as_mut_slice(), |answer, shares| {
            answer.list(shares, |answer, share| {
                for string in [&share.word, &share.term, &share.source, &share.field] {
                    answer.string(string);
                }
                answer.numbers.push(share.score.into());
            });
        });
    }

    pub(crate) fn post(&mut self, post: &mut Option<Post>) {
        self.list(post.as_mut_slice(), |answer, post| {
            for string in [
                &post.id,
                &post.title,
                &post.text,
                &post.preview,
                &post.url,
                &post.date,
                &post.author,
                &post.kind,
                &post.source,
            ] {
                answer.string(string);
            }
            answer.strings(&mut post.tags);
            answer.ranges(&post.text, &mut analyze::links(&post.text));
        });
    }

    pub(crate) fn summaries(&mut self, posts: &mut [Summary]) {
        self.list(posts, |answer, post| {
            for string in [&post.id, &post.title, &post.date] {
                answer.string(string);
            }
            answer.strings(&mut post.tags);
        });
    }

    pub(crate) fn info(&mut self, stats: &Stats) {
        self.string(&stats.corpus);
        self.number(stats.posts);
        self.number(stats.terms);
        self.number(stats.bytes.iter().map(|(_, bytes)| bytes).sum());
    }
}
