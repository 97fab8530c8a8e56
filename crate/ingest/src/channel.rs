//! The text of a Telegram channel, as copied from its page.
//!
//! A line that holds only the channel's name closes a copy of a post, and every post stands
//! twice:
//!
//! ```text
//! title of the first post
//! its body
//! #tag
//! @channel
//! its body
//! #tag
//! @channel
//! what the link preview of the first post says
//! title of the second post
//! …
//! ```
//!
//! Nothing marks where a preview ends and the next title begins. The copies tell: the second
//! copy is the body, the line before the same lines in the first copy is the title, and what
//! stands before that is the preview of the post before.

use std::collections::HashSet;

use juya_engine::Post;

use crate::account::{Fate, Part, Reason};
use crate::input::Input;
use crate::{Kind, Reader};

/// The name of the channel, without `@`: of the names that stand alone on a line the most
/// frequent one, and of such the first. A post may hold another channel's name on such a line.
pub(crate) fn name(text: &str) -> Option<&str> {
    let mut names: Vec<(&str, usize)> = Vec::new();
    for name in text.lines().filter_map(closing) {
        match names.iter_mut().find(|(have, _)| *have == name) {
            Some((_, count)) => *count += 1,
            None => names.push((name, 1)),
        }
    }
    let most = names.iter().map(|&(_, count)| count).max()?;
    names
        .iter()
        .find(|&&(_, count)| count == most)
        .map(|&(name, _)| name)
}

fn closing(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix('@')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// A line that is not blank.
#[derive(Clone, Copy)]
struct Line<'t> {
    /// From 0.
    index: usize,
    text: &'t str,
}

/// A copy of a post: the lines up to a closing line.
struct Copy<'t> {
    lines: Vec<Line<'t>>,
    /// Index of the closing line.
    closing: usize,
}

impl Copy<'_> {
    /// Number of the first line, from 1.
    fn start(&self) -> usize {
        self.lines.first().map_or(self.closing, |line| line.index) + 1
    }
}

pub(crate) fn read(reader: &mut Reader<'_>, input: Input<'_>) {
    let known = input.extension() == "txt";
    match input.text() {
        Ok(text) => match name(&text) {
            Some(channel) => read_text(reader, &text, channel),
            None if known => reader.fault(None, Kind::NoClosingLine),
            None => reader.fault(None, Kind::UnknownKind),
        },
        Err((line, kind)) => reader.fault(line, kind),
    }
}

fn read_text(reader: &mut Reader<'_>, text: &str, channel: &str) {
    // Each line not otherwise decided below is blank.
    let mut fates = vec![Fate::Dropped(Reason::Blank); text.lines().count()];
    let (mut copies, mut lines) = (Vec::new(), Vec::new());
    for (index, text) in text.lines().map(str::trim).enumerate() {
        if closing(text) == Some(channel) {
            fates[index] = Fate::Dropped(Reason::Closing);
            copies.push(Copy {
                lines: std::mem::take(&mut lines),
                closing: index,
            });
        } else if !text.is_empty() {
            lines.push(Line { index, text });
        }
    }
    let after_last = lines;

    let (first_post, mut posts) = (reader.next(), Vec::new());
    let mut rest = &copies[..];
    while let [first, after @ ..] = rest {
        let second = after.first();
        let twin = match second.map(|second| compare(first, second)) {
            Some(Twin::Same { body }) => body,
            Some(Twin::Differs { line, other }) => {
                reader.fault(Some(line), Kind::TwinDiffers { other });
                lose(&mut fates, first);
                after.iter().take(1).for_each(|copy| lose(&mut fates, copy));
                rest = &after[1..];
                continue;
            }
            Some(Twin::Empty) => {
                reader.fault(Some(first.start()), Kind::EmptyPost);
                rest = after;
                continue;
            }
            Some(Twin::Other) | None => {
                let kind = Kind::NoTwin {
                    closing: first.closing + 1,
                };
                reader.fault(Some(first.start()), kind);
                lose(&mut fates, first);
                rest = after;
                continue;
            }
        };
        rest = &after[1..];

        let (before, first_copy) = first.lines.split_at(twin);
        let (title, preview) = match before.split_last() {
            Some((title, preview)) => (Some(title), preview),
            None => (None, before),
        };
        keep_preview(&mut posts, first_post, &mut fates, preview, channel);
        for line in first_copy {
            fates[line.index] = Fate::Dropped(Reason::FirstCopy);
        }

        let post = first_post + posts.len();
        let mut kept = Post::default();
        if let Some(line) = title {
            line.text.clone_into(&mut kept.title);
            for word in line.text.split_whitespace() {
                add_tag(&mut kept.tags, word);
            }
            fates[line.index] = Fate::Kept {
                post,
                part: Part::Title,
            };
        }
        for line in second.map_or(&[][..], |second| &second.lines) {
            let mut only_tags = true;
            for word in line.text.split_whitespace() {
                only_tags &= add_tag(&mut kept.tags, word) == word.len();
            }
            if !only_tags {
                push_line(&mut kept.text, line.text);
            }
            let part = if only_tags { Part::Tags } else { Part::Text };
            fates[line.index] = Fate::Kept { post, part };
        }
        kept.id = id(reader, &kept);
        reader.claim(&kept.id, title.map_or(first.start(), |l| l.index + 1));
        posts.push(kept);
    }
    keep_preview(&mut posts, first_post, &mut fates, &after_last, channel);
    reader.channel(channel);
    for post in posts {
        reader.emit(post);
    }
    for (index, fate) in fates.into_iter().enumerate() {
        reader.tell(index + 1, index + 1, fate);
    }
}

/// Marks the lines of a copy as being in no post because of a fault.
fn lose(fates: &mut [Fate], copy: &Copy<'_>) {
    for line in &copy.lines {
        fates[line.index] = Fate::Dropped(Reason::Faulty);
    }
}

/// What two copies that follow one another are to each other.
enum Twin {
    /// Copies of one post; its body begins at this place of the first copy's lines.
    Same { body: usize },
    /// Copies of one post, but these two lines (from 1) differ.
    Differs { line: usize, other: usize },
    /// Both empty.
    Empty,
    /// Not of the same post.
    Other,
}

fn compare(first: &Copy<'_>, second: &Copy<'_>) -> Twin {
    let Some(body) = first.lines.len().checked_sub(second.lines.len()) else {
        return Twin::Other;
    };
    if first.lines.is_empty() {
        return Twin::Empty;
    }
    let pairs = || first.lines[body..].iter().zip(&second.lines);
    let Some((line, other)) = pairs().find(|(a, b)| a.text != b.text) else {
        return Twin::Same { body };
    };
    // Posts often end in the same tags: half of the lines must agree before two copies count as
    // one post, one of them edited.
    let same = pairs().filter(|(a, b)| a.text == b.text).count();
    if body > 0 && same * 2 >= second.lines.len() {
        Twin::Differs {
            line: line.index + 1,
            other: other.index + 1,
        }
    } else {
        Twin::Other
    }
}

/// Keeps what a preview says, with the post it belongs to: the last so far. `first_post` is the
/// index of the first among all that are read.
fn keep_preview(
    posts: &mut [Post],
    first_post: usize,
    fates: &mut [Fate],
    lines: &[Line<'_>],
    channel: &str,
) {
    let own = matches!(lines, [site, name, ..] if site.text == "Telegram" && {
        let mut words = name.text.split_whitespace();
        words.all(|word| channel.split('_').any(|part| part.eq_ignore_ascii_case(word)))
    });
    let post = (first_post + posts.len()).wrapping_sub(1);
    let Some(kept) = posts.last_mut() else {
        // Before the first post there is nothing that a preview could belong to.
        for line in lines {
            fates[line.index] = Fate::Dropped(Reason::NoPost);
        }
        return;
    };
    let mut said = HashSet::new();
    for (at, line) in lines.iter().enumerate() {
        let dropped = if MEDIA_BOX.contains(&line.text) {
            Some(Reason::MediaBox)
        } else if own && at < 2 {
            Some(Reason::OwnPreview)
        } else if at == 0 && lines.len() > 1 && links_to(&kept.text, line.text) {
            Some(Reason::SiteName)
        } else if !said.insert(line.text) {
            Some(Reason::SaidBefore)
        } else {
            None
        };
        fates[line.index] = match dropped {
            Some(reason) => Fate::Dropped(reason),
            None => {
                push_line(&mut kept.preview, line.text);
                Fate::Kept {
                    post,
                    part: Part::Preview,
                }
            }
        };
    }
}

const MEDIA_BOX: [&str; 2] = [
    "This media is not supported in your browser",
    "VIEW IN TELEGRAM",
];

/// Whether a link of the text leads to the site of this name: `GitHub` to `github.com`. Then the
/// name is searched as a word of the link.
fn links_to(text: &str, site: &str) -> bool {
    let site = site.to_lowercase();
    text.split_whitespace().any(|word| {
        let link = word.split_once("://").map_or(word, |(_, link)| link);
        let host = link.split('/').next().unwrap_or_default().to_lowercase();
        host.split('.').rev().skip(1).any(|label| label == site)
    })
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// Adds the hashtag that a word is, if it is one; gives its length in bytes, else 0.
///
/// As in Telegram a hashtag has letters, digits and `_`, and not digits alone. Punctuation may
/// stand before it, but no letter and no `/`: `shap#citations` is a part of a link.
pub(crate) fn add_tag(tags: &mut Vec<String>, word: &str) -> usize {
    let opened = word.trim_start_matches(['(', '[', '«', '"', '\'', '،']);
    let Some(rest) = opened.strip_prefix('#') else {
        return 0;
    };
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '\u{200c}';
    let tag = rest.split(|c| !part(c)).next().unwrap_or_default();
    if !tag.contains(char::is_alphabetic) {
        return 0;
    }
    if !tags.iter().any(|have| have == tag) {
        tags.push(tag.to_owned());
    }
    tag.len() + 1
}

/// Names a post by its content, so that the name stays when the archive grows: eight letters and
/// digits of a hash of the title and the first characters of the text. Where an earlier post has
/// the same, `-2` follows, then `-3`.
pub(crate) fn id(reader: &Reader<'_>, post: &Post) -> String {
    const TEXT_START: usize = 64; // characters
    let start = post
        .text
        .char_indices()
        .nth(TEXT_START)
        .map_or(post.text.len(), |(at, _)| at);
    let bytes = post
        .title
        .bytes()
        .chain([b'\n'])
        .chain(post.text[..start].bytes());
    let name = short_name(bytes);
    let mut id = name.clone();
    let mut count = 1;
    while reader.is_taken(&id) {
        count += 1;
        id = format!("{name}-{count}");
    }
    id
}

/// Eight letters and digits of a hash of the bytes.
pub(crate) fn short_name(bytes: impl Iterator<Item = u8>) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut hash = 0xcbf2_9ce4_8422_2325_u64; // FNV-1a
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 40; // 40 bits are shown, the others should tell too
    (0..8)
        .map(|at| char::from(DIGITS[(hash >> (5 * at)) as usize & 31]))
        .collect()
}
