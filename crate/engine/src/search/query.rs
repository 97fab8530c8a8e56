//! What the reader typed: words, and what was said about them.
//!
//! `"…"` asks for words in a row, `-word` for posts without it, `#tag` for posts with the tag,
//! `title:word` for the word in one field, `word*` for all terms that begin so, `a OR b` (or
//! `a | b`) for either. Whatever is not quite one of these is read as plain words.

use super::store::Reader;
use super::{Options, ablate, weights};
use crate::analyze::{Kind, keyboard, part, tokens};
use crate::format::Field;
use crate::list::{List, join};

/// A query has at most this many words; more are left out. A page pasted into the box is
/// answered by its beginning.
const MAX_WORDS: usize = 64;
/// And at most this many phrases and exclusions of each kind.
const MAX_FILTERS: usize = 64;
/// No more of the text than this is looked at, in bytes.
const MAX_TEXT: usize = 4096;

/// A query.
#[derive(Default)]
pub(super) struct Query {
    /// In order, each once.
    pub(super) words: Vec<Word>,
    /// What a post must have.
    pub(super) phrases: Vec<Phrase>,
    /// What a post must not have.
    pub(super) without: Vec<Phrase>,
    /// Tags that a post must have, and must not have, by number.
    pub(super) tags: Vec<u32>,
    pub(super) without_tags: Vec<u32>,
    /// The text that was searched, where the keyboard layout was taken for another one.
    pub(super) retyped: Option<String>,
}

/// A word to look for.
#[derive(Clone, PartialEq)]
pub(super) struct Word {
    /// Folded.
    pub(super) term: String,
    /// Only in this field.
    pub(super) field: Option<Field>,
    /// `word*`: all terms that begin so.
    pub(super) any_end: bool,
    /// The last word, and the reader is typing on.
    pub(super) unfinished: bool,
    /// `OR`: as good as the word before.
    pub(super) or: bool,
}

impl Word {
    /// Whether it may be read as one with its neighbours.
    pub(super) fn is_plain(&self) -> bool {
        self.field.is_none() && !self.any_end && !self.or
    }
}

/// Words in a row; one word is a row, too.
pub(super) struct Phrase {
    pub(super) terms: Vec<String>,
    pub(super) field: Option<Field>,
}

/// A token of the query and where it stands.
struct Piece {
    term: String,
    start: usize,
    end: usize,
    kind: Kind,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    tokens(text, |token| {
        found.push(Piece {
            term: token.term.to_owned(),
            start: token.start,
            end: token.end,
            kind: token.kind,
        });
    });
    found
}

/// Reads a query. Nothing is malformed: what has no letters has no words. With
/// [`Options::literal`] it is read as typed, whatever the keyboard layout.
pub(super) fn parse(reader: &Reader<'_>, text: &str, options: &Options) -> Query {
    let end = (0..=MAX_TEXT.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let typed = part(text, 0, end);
    let retyped = if options.literal || !ablate::is_on("keyboard") {
        None
    } else {
        retype(reader, typed)
    };
    let text = retyped.as_deref().unwrap_or(typed);
    let pieces = pieces(text);
    let quotes = quotes(text);

    let mut query = Query::default();
    let mut or = false;
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at += 1;
        let mut start = piece.start;
        let own = part(text, piece.start, piece.end);
        // OR and | stand between two words.
        if own == "OR" && !query.words.is_empty() && pieces.get(at).is_some() {
            or = true;
            continue;
        }
        let before = pieces
            .get(at.wrapping_sub(2))
            .map_or(0, |before| before.end);
        let gap = between(text, before, piece.start);
        or |= gap.trim() == "|" && at > 1;
        // title: before a word or a phrase
        let mut field = None;
        let mut piece = piece;
        if let Some(named) = field_named(&piece.term)
            && let Some(next) = pieces.get(at)
            && [":", ":\"", ":“"].contains(&between(text, piece.end, next.start))
        {
            field = Some(named);
            piece = next;
            at += 1;
        }
        let quote = quotes.iter().find(|quote| quote.contains(&piece.start));
        let mut terms = vec![piece.term.clone()];
        if let Some(quote) = quote {
            let rest = pieces[at..]
                .iter()
                .take_while(|piece| piece.start < quote.end);
            terms.extend(rest.map(|piece| piece.term.clone()));
            at += terms.len() - 1;
            start = start.min(quote.start);
        }
        let before = part(text, 0, start);
        let before = before.strip_suffix('#').unwrap_or(before);
        let without = before
            .strip_suffix('-')
            .is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace));
        if piece.kind == Kind::Tag && quote.is_none() {
            let rest = pieces[at..].iter();
            let rest = rest.take_while(|next| {
                next.kind == Kind::Tag && !between(text, piece.end, next.start).contains([' ', '#'])
            });
            terms.extend(rest.map(|piece| piece.term.clone()));
            if let Some(tag) = tag_number(reader, &terms) {
                at += terms.len() - 1;
                let tags = if without {
                    &mut query.without_tags
                } else {
                    &mut query.tags
                };
                if !tags.contains(&tag) && tags.len() < MAX_FILTERS {
                    tags.push(tag);
                }
                continue;
            }
            terms.truncate(1); // no tag of the corpus: a word like others
        }
        if without {
            if query.without.len() < MAX_FILTERS {
                query.without.push(Phrase { terms, field });
            }
            continue;
        }
        let any_end = quote.is_none() && part(text, piece.end, text.len()).starts_with('*');
        for term in &terms {
            let word = Word {
                term: term.clone(),
                field,
                any_end,
                unfinished: options.typing && piece.end == text.len(),
                or,
            };
            let known = query
                .words
                .iter()
                .any(|known| (&known.term, known.field) == (term, field));
            if !known && query.words.len() < MAX_WORDS {
                query.words.push(word);
            }
        }
        if terms.len() > 1 && query.phrases.len() < MAX_FILTERS {
            query.phrases.push(Phrase { terms, field });
        }
        or = false;
    }
    query.retyped = retyped;
    query
}

/// The text between two pieces; nothing between those of one character (½).
fn between(text: &str, end: usize, start: usize) -> &str {
    text.get(end..start).unwrap_or("")
}

/// The insides of quotation marks. None at all where they do not pair, or where two meet: then
/// they were copied along with a text, or are still being typed.
fn quotes(text: &str) -> Vec<std::ops::Range<usize>> {
    let is_mark = |c: char| matches!(c, '"' | '“' | '”' | '„' | '＂');
    let marks: Vec<usize> = text
        .char_indices()
        .filter(|&(_, c)| is_mark(c))
        .map(|(at, _)| at)
        .list();
    let meet = |pair: &[usize]| {
        let mut inside = part(text, pair[0], pair[1]).chars();
        inside.next();
        inside.all(char::is_whitespace)
    };
    if marks.len() % 2 == 1 || marks.windows(2).any(meet) {
        return Vec::new();
    }
    marks.chunks_exact(2).map(|pair| pair[0]..pair[1]).list()
}

/// The field of this name, in English or Persian.
fn field_named(name: &str) -> Option<Field> {
    Field::ALL
        .into_iter()
        .find(|field| field.name() == name)
        .or(match name {
            "عنوان" => Some(Field::Title),
            "متن" => Some(Field::Text),
            "برچسب" => Some(Field::Tags),
            "پیوند" => Some(Field::Links),
            _ => None,
        })
}

/// The tag that folds to these terms.
fn tag_number(reader: &Reader<'_>, terms: &[String]) -> Option<u32> {
    let facts = reader.facts()?;
    (0..).zip(&facts.names.tags).find_map(|(number, name)| {
        let mut rest = terms.iter();
        let mut same = true;
        tokens(name, |token| {
            same &= rest.next().is_some_and(|term| term == token.term)
        });
        (same && rest.next().is_none()).then_some(number)
    })
}

/// The query as it reads on the other keyboard layout, where that makes words of the corpus out
/// of what are none.
fn retype(reader: &Reader<'_>, text: &str) -> Option<String> {
    let chunks: Vec<&str> = text.split_whitespace().list();
    let retyped: Vec<Option<String>> = chunks
        .iter()
        .map(|chunk| retype_chunk(reader, chunk))
        .list();
    // A Latin word that is no word of the corpus is often just a name: half of the query must
    // agree, and then all of it was typed so.
    let persian = retyped
        .iter()
        .flatten()
        .filter(|new| !new.is_ascii())
        .count();
    let all = persian > 0 && 2 * persian >= chunks.len();
    let mut changed = false;
    let words = chunks.iter().zip(retyped).map(|(&chunk, new)| {
        let new = match new {
            Some(new) if new.is_ascii() || all => Some(new),
            None if all && chunk.is_ascii() => Some(keyboard::persian(chunk)),
            _ => None,
        };
        changed |= new.is_some();
        new.unwrap_or_else(|| chunk.to_owned())
    });
    let words: Vec<String> = words.list();
    changed.then(|| join(&words.iter().map(String::as_str).list(), " "))
}

fn retype_chunk(reader: &Reader<'_>, chunk: &str) -> Option<String> {
    let has_letters = |c: char| c.is_alphabetic();
    let new = if chunk.is_ascii() {
        keyboard::persian(chunk)
    } else {
        keyboard::latin(chunk)
    };
    if !chunk.contains(has_letters) || (!chunk.is_ascii() && !new.is_ascii()) {
        return None;
    }
    let old = known(reader, chunk);
    if old > weights::KEYBOARD_KNOWN
        || reader.lacks()
        || known(reader, &new) - old <= weights::KEYBOARD_GAIN
    {
        return None;
    }
    if new.is_ascii() {
        // Persian has many short words that happen to be English ones on the other layout.
        let [piece] = &pieces(&new)[..] else {
            return None;
        };
        if piece.term.len() < 3 || piece.term.len() != chunk.chars().count() {
            return None;
        }
    }
    Some(new)
}

/// Which share of the letters of a text stands in words of the corpus. Letters alone are no words
/// where punctuation keys, which carry letters on the other layout, made them so.
fn known(reader: &Reader<'_>, text: &str) -> f32 {
    let (mut letters, mut known) = (0, 0);
    let pieces = pieces(text);
    for piece in &pieces {
        let size = piece.term.chars().count();
        letters += size;
        if (size > 1 || pieces.len() == 1) && reader.term(&piece.term).is_some() {
            known += size;
        }
    }
    known as f32 / letters.max(1) as f32
}
