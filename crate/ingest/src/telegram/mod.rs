//! An export of Telegram Desktop: messages to posts.
//!
//! `json.rs` and `html.rs` read the two forms of an export into a [`Message`] each time; what a
//! message becomes is decided here, so that both forms give the same posts.
//!
//! A post is named `CHAT/ID`, where `ID` is the number that Telegram gives a message for good and
//! `CHAT` the user name of the channel, if it was given, else the number of the chat. So names
//! stay when a channel is exported again.

mod date;
pub(crate) mod html;
pub(crate) mod json;
mod text;

use std::collections::{HashMap, VecDeque};
use std::ffi::OsStr;
use std::str::FromStr;

use juya_engine::Post;

use crate::{Kind, Reader, Reason};
use text::Piece;

/// What an export as JSON is called.
pub(crate) const JSON: &str = "result.json";

/// Whether a file of this name, in a folder, makes that the folder of an export.
pub(crate) fn is_export(name: &str) -> bool {
    matches!(name, JSON | "messages.html" | "export_results.html")
}

/// Whether an export keeps in a folder of this name what was sent with messages, or what its pages
/// look like.
pub(crate) fn is_of_files(name: &OsStr) -> bool {
    const FOLDERS: [&str; 12] = [
        "contacts",
        "css",
        "files",
        "images",
        "js",
        "photos",
        "profile_pictures",
        "round_video_messages",
        "stickers",
        "stories",
        "video_files",
        "voice_messages",
    ];
    FOLDERS.iter().any(|folder| name == *folder)
}

/// The user name of a channel, under which its posts can be read at `https://t.me/NAME/ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The name or number of the chat as the export has it; empty where there is but one.
    pub chat: String,
    /// The user name, without `@`.
    pub user: String,
}

impl Channel {
    /// Whether it says which chat it is of, and it is this.
    pub(crate) fn is_of(&self, name: &str, number: Option<&str>) -> bool {
        !self.chat.is_empty() && (self.chat == name || Some(&*self.chat) == number)
    }
}

impl FromStr for Channel {
    type Err = String;

    /// `NAME`, or `CHAT=NAME`; `@NAME` and `https://t.me/NAME` are as good as `NAME`.
    fn from_str(text: &str) -> Result<Channel, String> {
        let (chat, name) = text.rsplit_once('=').unwrap_or(("", text));
        let name = name.trim();
        let user = ["https://t.me/", "http://t.me/", "t.me/", "@"]
            .iter()
            .find_map(|start| name.strip_prefix(start))
            .unwrap_or(name)
            .trim_end_matches('/');
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if user.len() < 3 || user.len() > 32 || !user.bytes().all(fits) {
            return Err(format!(
                "{user:?} is no user name of Telegram; give that of the channel, as in \
                 https://t.me/NAME, without spaces"
            ));
        }
        Ok(Channel {
            chat: chat.trim().to_owned(),
            user: user.to_owned(),
        })
    }
}

/// A message, whichever form of export it stands in.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(crate) id: i64,
    /// The lines it stands on.
    pub(crate) lines: (usize, usize),
    /// As [`Post::date`].
    pub(crate) date: String,
    /// Seconds, to tell what was sent together; the zero does not matter.
    pub(crate) moment: Option<i64>,
    /// Who sent it.
    pub(crate) from: String,
    /// The number of who sent it; empty where only the name is known.
    pub(crate) from_id: String,
    /// Who signed it.
    pub(crate) author: String,
    /// Who wrote it, where it is passed on; empty where that is not known.
    pub(crate) forwarded_from: Option<String>,
    /// The message it answers.
    pub(crate) reply_to: Option<i64>,
    pub(crate) pieces: Vec<Piece>,
    /// What it has beside text, as [`Post::kind`]; empty for nothing.
    pub(crate) kind: &'static str,
    /// The name of its file, or of the piece of music in it; empty for none.
    pub(crate) file: String,
    pub(crate) poll: Option<Poll>,
}

#[derive(Debug, Default)]
pub(crate) struct Poll {
    pub(crate) question: String,
    pub(crate) answers: Vec<String>,
}

impl Message {
    /// Whether it says anything of its own.
    fn has_words(&self) -> bool {
        self.poll.is_some()
            || self
                .pieces
                .iter()
                .any(|piece| !piece.text.trim().is_empty())
    }

    /// Whether two messages in a row are of one album, which Telegram sends as a message for each
    /// picture, the caption with one of them. The export does not say so.
    fn is_album_with(&self, next: &Message) -> bool {
        let at_once = match (self.moment, next.moment) {
            (Some(a), Some(b)) => a.abs_diff(b) <= 1,
            _ => false,
        };
        let pictured =
            |message: &Message| matches!(message.kind, "photo" | "video" | "file" | "audio");
        at_once
            && pictured(self)
            && pictured(next)
            && !(self.has_words() && next.has_words())
            && (&self.from, &self.from_id) == (&next.from, &next.from_id)
            && self.forwarded_from == next.forwarded_from
            && self.reply_to == next.reply_to
    }
}

/// The chat that messages are of.
pub(crate) struct Chat {
    /// As the export names it.
    name: String,
    /// The user name, without `@`; empty where it was not given.
    user: String,
    /// The first part of its posts' ids.
    key: String,
    /// The message that the next may be of one album with.
    pending: Option<Pending>,
    /// What the messages that may still be answered begin with.
    openings: HashMap<i64, Box<str>>,
    /// Their ids, the oldest first.
    order: VecDeque<i64>,
}

struct Pending {
    message: Message,
    /// Id and lines of the messages joined to it.
    joined: Vec<(i64, (usize, usize))>,
    /// The names of their files.
    files: Vec<String>,
}

/// Of so many messages of a chat it is remembered what they begin with.
const OPENINGS: usize = 200_000;

/// Of an opening so much is kept, in characters.
const OPENING: usize = 80;

impl Chat {
    /// The chat of this name, with what is known of it from the file before, if it is the same.
    pub(crate) fn again(
        reader: &mut Reader<'_>,
        name: &str,
        number: Option<i64>,
        alone: bool,
    ) -> Chat {
        let chat = Chat::new(reader, name, number, alone);
        match reader.telegram.take() {
            Some(before) if before.key == chat.key => before,
            _ => chat,
        }
    }

    /// The chat of this name. `number` is what Telegram calls it; `alone` says whether the export
    /// is of this chat only.
    pub(crate) fn new(
        reader: &mut Reader<'_>,
        name: &str,
        number: Option<i64>,
        alone: bool,
    ) -> Chat {
        let number = number.map(|number| number.to_string());
        let is_named = |channel: &&Channel| channel.is_of(name, number.as_deref());
        let channels = &reader.options().channels;
        let mut user = channels
            .iter()
            .find(is_named)
            .map(|channel| channel.user.clone());
        if user.is_none()
            && let Some(channel) = channels.iter().find(|channel| channel.chat.is_empty())
        {
            if alone && reader.is_the_one_chat(number.as_deref().unwrap_or(name)) {
                user = Some(channel.user.clone());
            } else {
                let kind = Kind::ChannelUnclear {
                    chat: name.to_owned(),
                    user: channel.user.clone(),
                };
                reader.fault(None, kind);
            }
        }
        let user = user.unwrap_or_default();
        let key = match (&*user, number) {
            ("", Some(number)) => number,
            ("", None) => crate::channel::short_name(name.bytes()),
            (user, _) => user.to_owned(),
        };
        reader.channel(if user.is_empty() { name } else { &user });
        Chat {
            name: name.to_owned(),
            user,
            key,
            pending: None,
            openings: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Takes the next message.
    pub(crate) fn take(&mut self, reader: &mut Reader<'_>, mut message: Message) {
        match &mut self.pending {
            Some(pending) if pending.message.is_album_with(&message) => {
                pending.joined.push((message.id, message.lines));
                pending
                    .files
                    .extend(Some(message.file).filter(|file| !file.is_empty()));
                // At most one of the two says anything.
                pending.message.pieces.append(&mut message.pieces);
            }
            _ => {
                self.flush(reader);
                self.pending = Some(Pending {
                    message,
                    joined: Vec::new(),
                    files: Vec::new(),
                });
            }
        }
    }

    /// Gives on what waits for the rest of an album.
    pub(crate) fn flush(&mut self, reader: &mut Reader<'_>) {
        let Some(Pending {
            message,
            joined,
            files,
        }) = self.pending.take()
        else {
            return;
        };
        let (id, (first, last)) = (message.id, message.lines);
        let post = self.post(message, files);
        if post.title.is_empty() && post.text.is_empty() && post.tags.is_empty() {
            for (first, last) in [(first, last)]
                .into_iter()
                .chain(joined.into_iter().map(|(_, lines)| lines))
            {
                reader.drop_lines(first, last, Reason::NoText);
            }
            return;
        }
        let opening = if post.title.is_empty() {
            &post.text
        } else {
            &post.title
        };
        let opening = opening.lines().next().unwrap_or_default();
        let end = opening.char_indices().nth(OPENING);
        let opening: Box<str> = opening[..end.map_or(opening.len(), |(at, _)| at)].into();
        for id in [id].into_iter().chain(joined.iter().map(|&(id, _)| id)) {
            self.remember(id, opening.clone());
        }
        reader.keep(post, first, last);
        for (_, (first, last)) in joined {
            reader.drop_lines(first, last, Reason::Album);
        }
    }

    fn remember(&mut self, id: i64, opening: Box<str>) {
        if self.openings.insert(id, opening).is_none() {
            self.order.push_back(id);
        }
        if self.order.len() > OPENINGS
            && let Some(oldest) = self.order.pop_front()
        {
            self.openings.remove(&oldest);
        }
    }

    fn post(&self, message: Message, files: Vec<String>) -> Post {
        let mut words = text::words(&message.pieces, &self.user);
        if let Some(poll) = message.poll {
            // What was asked is the title, and what could be answered comes before what else is
            // said.
            let said = [words.title, words.text]
                .into_iter()
                .filter(|text| !text.is_empty());
            let answers = poll
                .answers
                .into_iter()
                .map(|answer| text::one_line(&answer));
            let lines = answers.filter(|answer| !answer.is_empty()).chain(said);
            words.text = lines.collect::<Vec<_>>().join("\n");
            words.title = text::one_line(&poll.question);
        }
        let mut preview = Vec::new();
        if let Some(opening) = message.reply_to.and_then(|id| self.openings.get(&id)) {
            preview.push(opening.to_string());
        }
        let mut files: Vec<String> = [message.file].into_iter().chain(files).collect();
        files.retain(|file| !file.is_empty());
        // A file without a word is found by its name.
        if words.title.is_empty() && words.text.is_empty() && !files.is_empty() {
            words.title = files.remove(0);
        }
        preview.append(&mut files);
        let author = match message.forwarded_from {
            Some(author) => author,
            None if !message.author.is_empty() => message.author,
            None if message.from != self.name => message.from,
            None => String::new(),
        };
        let url = match &*self.user {
            "" => String::new(),
            user => format!("https://t.me/{user}/{}", message.id),
        };
        Post {
            id: format!("{}/{}", self.key, message.id),
            title: words.title,
            text: words.text,
            preview: preview.join("\n"),
            url,
            date: message.date,
            tags: words.tags,
            author,
            kind: message.kind.to_owned(),
            source: self.name.clone(),
        }
    }
}
