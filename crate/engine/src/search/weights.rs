//! Every weight and gate of the lattice, with its reason. One setting for all corpora; measured by
//! `cargo xtask relevance` (docs/relevance.md).
//!
//! A weight says how well a term answers a word of the query, 1 for the word itself.

/// Another form of the word: this times the root of the rules' precisions, so that two endings
/// apart weighs less than one.
pub(super) const FORM: f32 = 0.75;
/// English has fewer endings, and they say less.
pub(super) const FORM_ENGLISH: f32 = 0.85;
/// Arabic plural or singular, spoken or written spelling.
pub(super) const SPOKEN: f32 = 0.6;
/// Forms of a spoken spelling, on top of their own weight.
pub(super) const SPOKEN_FORM: f32 = 0.9;
/// Neighbouring words of the query written as one.
pub(super) const JOIN: f32 = 1.0;
/// How many words are joined at most: سیزده به در.
pub(super) const MAX_JOIN: usize = 3;
/// What the owner of the posts says is the same: less than the word itself, which comes first.
pub(super) const SYNONYM: f32 = 0.8;
/// One word of the query written as two.
pub(super) const SPLIT: f32 = 0.9;
/// A word that the corpus has as one in more posts than this is not thought to be two: in shards its
/// halves would have to be fetched.
pub(super) const RARE_SPLIT: u32 = 16;
/// No part of a split is shorter, in letters.
pub(super) const MIN_SPLIT: usize = 2;
/// A split is looked for in at most this many posts.
pub(super) const MAX_SPLIT_POSTS: usize = 200;

/// A term that begins with the word: this times the share of it that was typed.
pub(super) const PREFIX: f32 = 0.8;
/// Words of fewer letters begin too much.
pub(super) const MIN_PREFIX: usize = 4;
/// While the reader is typing, of fewer letters for the last word.
pub(super) const MIN_TYPED: usize = 2;
/// A term of which less was typed is another word: دسته is not دسته‌بندی. While the reader is typing,
/// the last word is held to this only when it is finished.
pub(super) const MIN_PREFIX_SHARE: f32 = 0.6;
/// Of all terms that begin with the word, at most so many, the shortest.
pub(super) const MAX_PREFIX: usize = 64;
/// And of those that go on from what is being typed, the most frequent.
pub(super) const MAX_TYPED: usize = 16;

/// Another spelling: this for one edit and for two.
pub(super) const EDITS: [f32; 2] = [0.6, 0.35];
/// How much of it the unlikeliest edit takes away.
pub(super) const EDIT_COST: f32 = 0.3;
/// From how many letters on one edit and two are thought of.
pub(super) const MIN_EDIT: [usize; 2] = [4, 7];
/// Short Latin words are near to too much: beat, bert.
pub(super) const MIN_EDIT_LATIN: usize = 5;
/// At most so many other spellings, the best.
pub(super) const MAX_SPELLINGS: usize = 20;
/// A word that the corpus has this often, in a query of at most [`RARE_WORDS`] words, may still be
/// misspelt: the corpus has typing errors too.
pub(super) const RARE: u32 = 2;
pub(super) const RARE_WORDS: usize = 4;

/// The other script: this less the cost a Latin letter, times [`SCRIPT_SLOPE`].
pub(super) const SCRIPT: f32 = 0.8;
pub(super) const SCRIPT_SLOPE: f32 = 4.0;
/// The most it may cost, a Latin letter.
pub(super) const SCRIPT_COST: f32 = 0.15;
/// And the most beyond the best.
pub(super) const SCRIPT_SPREAD: f32 = 0.05;
/// A Latin word of more letters than this for each Persian one is mostly vowels: aaaa.
pub(super) const MAX_LATIN_LETTERS: usize = 3;
pub(super) const MAX_SCRIPT: usize = 8;
/// A Persian word has in Latin about so many times its letters, at most: vowels are written.
pub(super) const LATIN_LETTERS: f32 = 1.8;

/// A chunk is taken for the wrong keyboard layout where at most this share of its letters stands
/// in words of the corpus …
pub(super) const KEYBOARD_KNOWN: f32 = 0.34;
/// … and the other layout makes more than this share more of them stand there.
pub(super) const KEYBOARD_GAIN: f32 = 0.5;

/// What a question word counts beside others.
pub(super) const QUESTION: f32 = 0.1;
/// Words that ask and are not asked for, folded: Persian, then English with the words that hold its
/// questions together.
pub(super) const QUESTION_WORDS: [&str; 68] = [
    "چیست",
    "کدام",
    "چرا",
    "چه",
    "کسی",
    "کجا",
    "کجاست",
    "چگونه",
    "چند",
    "چطور",
    "کیست",
    "ایا",
    "چقدر",
    "کی",
    "کدامند",
    "کسانی",
    "چیزی",
    "چندم",
    "چندمین",
    "کدوم",
    "چی",
    "چیه",
    "کجای",
    "چطوری",
    "what",
    "how",
    "which",
    "who",
    "whose",
    "when",
    "where",
    "why",
    "is",
    "are",
    "was",
    "were",
    "be",
    "do",
    "does",
    "did",
    "can",
    "could",
    "should",
    "would",
    "will",
    "a",
    "an",
    "the",
    "of",
    "in",
    "on",
    "to",
    "for",
    "from",
    "by",
    "with",
    "and",
    "or",
    "it",
    "its",
    "this",
    "that",
    "as",
    "at",
    "into",
    "about",
    "your",
    "you",
];
