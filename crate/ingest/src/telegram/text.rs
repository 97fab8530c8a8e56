//! The words of a message: its title, its text, its tags.

use crate::channel::add_tag;

/// A part of a message's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) style: Style,
}

/// What sets a part of a text apart, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Style {
    #[default]
    Plain,
    Bold,
    Hashtag,
    /// Leads to an address that is not its text.
    Link(String),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) tags: Vec<String>,
}

/// A first line longer than this is no title, in characters, unless it is bold.
const LINE_TITLE: usize = 100;

/// What is bold and longer than this is no title, in characters.
const BOLD_TITLE: usize = 200;

#[derive(Default)]
struct Line {
    /// As it goes into the text, with the addresses of links after their words.
    text: String,
    /// Without these addresses.
    words: String,
    addresses: Vec<String>,
    /// So many bytes of `words` from the first that is not blank are bold.
    bold: usize,
    plain_before_bold_ends: bool,
}

impl Line {
    fn push(&mut self, text: &str, bold: bool) {
        if bold && !self.plain_before_bold_ends {
            let blank = self.words.trim_start().is_empty();
            self.bold += if blank { text.trim_start() } else { text }.len();
        } else if !text.trim().is_empty() {
            self.plain_before_bold_ends = true;
        } else if self.bold > 0 && !self.plain_before_bold_ends {
            self.bold += text.len();
        }
        self.text.push_str(text);
        self.words.push_str(text);
    }

    /// What is bold from its beginning on.
    fn bold(&self) -> &str {
        let words = self.words.trim_start();
        words.get(..self.bold).unwrap_or(words).trim_end()
    }

    fn is_address(&self) -> bool {
        let words = self.words.trim();
        words.contains("://") && !words.contains(char::is_whitespace)
    }
}

/// The words of a message from a channel of this user name (which may be empty).
///
/// The title is the first line, where it is bold or short and more follows, else what is bold at
/// its beginning. Lines of nothing but hashtags, and a line of the channel's own name, are in no
/// text, as in the text of a channel copied from its page.
pub(crate) fn words(pieces: &[Piece], user: &str) -> Words {
    let mut found = Words::default();
    let mut lines = vec![Line::default()];
    let mut unseen = Vec::new();
    let marked = pieces.iter().any(|piece| piece.style == Style::Hashtag);
    for Piece { text, style } in pieces {
        if *style == Style::Hashtag {
            add_tag(&mut found.tags, text.trim());
        }
        let visible = text.chars().any(|c| !c.is_whitespace() && !is_invisible(c));
        if let (Style::Link(address), false) = (style, visible) {
            // A trick to show the picture of a page above a post.
            unseen.push(address.clone());
            continue;
        }
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Line::default());
            }
            if let Some(line) = lines.last_mut() {
                line.push(part, *style == Style::Bold);
            }
        }
        if let (Style::Link(address), Some(line)) = (style, lines.last_mut())
            && !text.contains(address.as_str())
        {
            line.text.push_str(&format!(" ({address})"));
            line.addresses.push(address.clone());
        }
    }
    if !marked {
        for word in pieces
            .iter()
            .flat_map(|piece| piece.text.split_whitespace())
        {
            add_tag(&mut found.tags, word);
        }
    }

    lines.retain(|line| {
        let words = line
            .words
            .trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        let own = !user.is_empty()
            && words
                .strip_prefix('@')
                .is_some_and(|name| name.eq_ignore_ascii_case(user));
        !words.is_empty() && !own && !is_tags(words)
    });
    let may_be_title =
        |line: &&Line| !line.is_address() && line.words.contains(char::is_alphanumeric);
    if let Some(first) = lines.first().filter(may_be_title) {
        let (words, bold) = (first.words.trim(), first.bold());
        let length = words.chars().count();
        let more = lines.len() > 1;
        if length <= BOLD_TITLE && bold == words || more && length <= LINE_TITLE {
            words.clone_into(&mut found.title);
            let mut addresses = lines.remove(0).addresses;
            addresses.append(&mut unseen);
            unseen = addresses;
        } else if bold.chars().count() <= BOLD_TITLE && bold.contains(char::is_alphabetic) {
            bold.clone_into(&mut found.title);
        }
    }
    let lines = lines.iter().map(|line| line.text.trim());
    found.text = lines
        .chain(unseen.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join("\n");
    found
}

/// Whether a line holds nothing but hashtags.
fn is_tags(line: &str) -> bool {
    line.split_whitespace()
        .all(|word| add_tag(&mut Vec::new(), word) == word.len())
}

/// Characters that take no room; a link may be hidden under one.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{feff}')
}

/// Text on one line, its blanks one space each.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
