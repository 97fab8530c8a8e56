//! The export as HTML: `messages.html`, `messages2.html` and so on.
//!
//! A page is read in one pass over its tags. What an element is for is told by its classes; the
//! text of those that count goes to the innermost of them.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::text::{Piece, Style, one_line};
use super::{Chat, Message, Poll, date};
use crate::input::Input;
use crate::{Kind, Reader, Reason};

/// Elements that lie within more others than this are not told from the one around them.
const DEEPEST: usize = 256;

/// Whether a page is one that Telegram Desktop writes, by its first bytes.
pub(crate) fn is_export(head: &str) -> bool {
    head.contains("<title>Exported Data</title>") && head.contains("class=\"page_wrap\"")
}

/// Whether such a page has messages, and is not one of the lists of a whole account.
pub(crate) fn has_messages(head: &str, name: &str) -> bool {
    head.contains("class=\"history\"")
        || head.contains("class=\"message ")
        || name.starts_with("messages")
}

pub(crate) fn read(reader: &mut Reader<'_>, input: Input<'_>) {
    // Nothing in an account exported as HTML says which of its chats are public.
    let listed = input
        .relative()
        .split('/')
        .any(|name| name.starts_with("chat_"));
    let text = match input.text() {
        Ok(text) => text,
        Err((line, kind)) => return reader.fault(line, kind),
    };
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut page = Page::new(reader, &text, listed);
    for Ok(token) in Tokenizer::new_with_emitter(&text, emitter) {
        match token {
            Token::StartTag(tag) => page.start(&tag),
            Token::EndTag(tag) => page.end(&tag.name, tag.span.start),
            Token::String(text) => page.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    page.finish();
}

/// What an element is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    /// Nothing of its own.
    None,
    /// What is in it is passed over.
    Aside,
    /// What heads the page.
    Header,
    ChatName,
    Message,
    From,
    Forwarded,
    ReplyTo,
    Text,
    Style(Style),
    Signature,
    Media,
    FileName,
    Question,
    Answer,
}

struct Element {
    name: Vec<u8>,
    role: Role,
}

struct Page<'r, 's, 't> {
    reader: &'r mut Reader<'s>,
    source: &'t str,
    /// How far lines are counted, and the line there.
    counted: (usize, usize),
    open: Vec<Element>,
    /// Elements that are open and not in `open`, which is full.
    too_deep: usize,
    chat_name: String,
    chat: Option<Chat>,
    /// Of an account, and so perhaps private.
    listed: bool,
    message: Option<Message>,
    is_service: bool,
    /// Of the message before, for the next that says only that it is of the same.
    from: String,
    forwarded_from: String,
}

impl<'r, 's, 't> Page<'r, 's, 't> {
    fn new(reader: &'r mut Reader<'s>, source: &'t str, listed: bool) -> Self {
        Page {
            reader,
            source,
            counted: (0, 1),
            open: Vec::new(),
            too_deep: 0,
            chat_name: String::new(),
            chat: None,
            listed,
            message: None,
            is_service: false,
            from: String::new(),
            forwarded_from: String::new(),
        }
    }

    /// The line of a place, in bytes, that is not before the last one asked for.
    fn line(&mut self, place: usize) -> usize {
        let between = self.source.as_bytes().get(self.counted.0..place);
        if let Some(between) = between {
            let lines = memchr::memchr_iter(b'\n', between).count();
            self.counted = (place, self.counted.1 + lines);
        }
        self.counted.1
    }

    fn is_in(&self, role: &Role) -> bool {
        self.open.iter().any(|element| element.role == *role)
    }

    fn start(&mut self, tag: &StartTag<usize>) {
        let attribute = |name: &str| {
            let value = tag.attributes.get(name.as_bytes());
            value
                .map(|value| String::from_utf8_lossy(value))
                .unwrap_or_default()
        };
        let name: &[u8] = &tag.name;
        if name == b"br" {
            self.text_of("\n");
            return;
        }
        let classes = attribute("class");
        let has = |class: &str| classes.split_ascii_whitespace().any(|have| have == class);
        let role = self.role(name, &has, &attribute, tag.span.start);
        let is_void = matches!(
            name,
            b"img" | b"meta" | b"link" | b"input" | b"hr" | b"source"
        );
        if is_void || tag.self_closing {
            return;
        }
        if self.open.len() >= DEEPEST {
            self.too_deep += 1;
            return;
        }
        self.open.push(Element {
            name: name.to_vec(),
            role,
        });
    }

    fn role<'a>(
        &mut self,
        name: &[u8],
        has: &dyn Fn(&str) -> bool,
        attribute: &dyn Fn(&str) -> std::borrow::Cow<'a, str>,
        place: usize,
    ) -> Role {
        if has("page_header") {
            return Role::Header;
        }
        if self.is_in(&Role::Header) {
            let is_name = has("text") && has("bold") && self.chat_name.is_empty();
            return if is_name { Role::ChatName } else { Role::None };
        }
        if has("message") && attribute("id").starts_with("message") {
            self.begin(&attribute("id"), has("service"), place);
            return Role::Message;
        }
        let in_text = self.is_in(&Role::Text);
        let forwarded = self.is_in(&Role::Forwarded);
        let Some(message) = &mut self.message else {
            return Role::None;
        };
        if in_text {
            return match name {
                b"strong" | b"b" => Role::Style(Style::Bold),
                b"a" if attribute("onclick").contains("ShowHashtag") => Role::Style(Style::Hashtag),
                b"a" => Role::Style(Style::Link(attribute("href").into_owned())),
                _ => Role::None,
            };
        }
        if has("date") && has("details") {
            if message.date.is_empty() && !forwarded {
                (message.date, message.moment) = date::of_page(&attribute("title"));
            }
            return Role::Aside;
        }
        let kind = [
            ("photo_wrap", "photo"),
            ("media_photo", "photo"),
            ("video_file_wrap", "video"),
            ("media_video", "video"),
            ("animated_wrap", "animation"),
            ("sticker_wrap", "sticker"),
            ("media_audio_file", "audio"),
            ("media_voice_message", "voice"),
            ("media_file", "file"),
            ("media_location", "location"),
            ("media_live_location", "location"),
            ("media_venue", "location"),
            ("media_contact", "contact"),
            ("media_poll", "poll"),
        ];
        if let Some((_, kind)) = kind.iter().find(|(class, _)| has(class)) {
            message.kind = kind;
            if *kind == "poll" {
                message.poll = Some(Poll::default());
            }
            return Role::Media;
        }
        if has("from_name") {
            return Role::From;
        }
        if has("forwarded") && has("body") {
            message.forwarded_from = Some(self.forwarded_from.clone());
            return Role::Forwarded;
        }
        if has("reply_to") {
            return Role::ReplyTo;
        }
        if has("text") {
            return Role::Text;
        }
        if has("signature") {
            return Role::Signature;
        }
        match (has("question"), has("answer"), has("details")) {
            (true, _, _) => Role::Question,
            (_, true, _) => {
                if let Some(poll) = &mut message.poll {
                    poll.answers.push(String::new());
                }
                Role::Answer
            }
            (_, _, true) => Role::Aside,
            _ if has("title") && matches!(message.kind, "file" | "audio") => Role::FileName,
            _ if name == b"a" && self.is_in(&Role::ReplyTo) => {
                let href = attribute("href");
                let number = href.rsplit_once("go_to_message").map(|(_, number)| number);
                if let (Some(message), Some(number)) = (&mut self.message, number) {
                    message.reply_to = number.parse().ok();
                }
                Role::None
            }
            _ => Role::None,
        }
    }

    fn begin(&mut self, id: &str, is_service: bool, place: usize) {
        self.end_message(place);
        let line = self.line(place);
        let number = id.trim_start_matches("message");
        match number.parse() {
            Ok(id) => {
                self.is_service = is_service;
                self.message = Some(Message {
                    id,
                    lines: (line, line),
                    ..Message::default()
                });
            }
            Err(_) => {
                let kind = Kind::BadMessage(format!("its id is {id:?}"));
                self.reader.fault(Some(line), kind);
                self.reader.drop_lines(line, line, Reason::Faulty);
            }
        }
    }

    /// Gives the message on that ends at this place.
    fn end_message(&mut self, place: usize) {
        let Some(mut message) = self.message.take() else {
            return;
        };
        let (first, last) = (message.lines.0, self.line(place));
        if self.is_service {
            return self.reader.drop_lines(first, last, Reason::Service);
        }
        let name = one_line(&self.chat_name);
        if self.listed && !self.reader.is_named(&name, None) {
            return self.reader.drop_lines(first, last, Reason::PrivateChat);
        }
        message.lines.1 = last;
        let from = one_line(&message.from);
        if !from.is_empty() {
            self.from = from;
        }
        message.from.clone_from(&self.from);
        message.author = one_line(&message.author);
        message.file = one_line(&message.file);
        // What stands there where a file has no name.
        if matches!(&*message.file, "File" | "Audio file") {
            message.file.clear();
        }
        if let Some(from) = &mut message.forwarded_from {
            *from = one_line(from);
            self.forwarded_from.clone_from(from);
        }
        if let Some(poll) = &mut message.poll {
            for answer in &mut poll.answers {
                *answer = one_line(answer.trim_start().trim_start_matches('-'));
            }
        }
        let (reader, listed) = (&mut *self.reader, self.listed);
        let chat = self
            .chat
            .get_or_insert_with(|| Chat::again(reader, &name, None, !listed));
        chat.take(self.reader, message);
    }

    fn end(&mut self, name: &[u8], place: usize) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        // An end without its beginning ends nothing.
        let Some(at) = self.open.iter().rposition(|element| element.name == name) else {
            return;
        };
        let ended = self.open.split_off(at);
        if ended.iter().any(|element| element.role == Role::Message) {
            self.end_message(place);
        }
    }

    fn text(&mut self, text: &str) {
        // A line of the page is no line of the text, which has `br` for that.
        self.text_of(&text.replace(['\n', '\r', '\t'], " "));
    }

    fn text_of(&mut self, text: &str) {
        let mut style = Style::Plain;
        let mut role = &Role::None;
        for element in self.open.iter().rev() {
            match &element.role {
                Role::None => {}
                // A link within bold is a link, and bold within a link.
                Role::Style(outer) => {
                    if matches!(style, Style::Plain | Style::Bold) {
                        style = outer.clone();
                    }
                }
                found => {
                    role = found;
                    break;
                }
            }
        }
        if *role == Role::ChatName {
            self.chat_name.push_str(text);
        }
        let forwarded = self.is_in(&Role::Forwarded);
        let Some(message) = &mut self.message else {
            return;
        };
        match role {
            Role::Text => {
                if let Style::Link(address) = &style
                    && !leads_elsewhere(address, text)
                {
                    style = Style::Plain;
                }
                message.pieces.push(Piece {
                    text: text.to_owned(),
                    style,
                });
            }
            Role::From if forwarded => {
                if let (Some(from), false) = (&mut message.forwarded_from, text.trim().is_empty()) {
                    text.clone_into(from);
                }
            }
            Role::From => message.from.push_str(text),
            Role::Signature => message.author.push_str(text),
            Role::FileName => message.file.push_str(text),
            Role::Question => {
                if let Some(poll) = &mut message.poll {
                    poll.question.push_str(text);
                }
            }
            Role::Answer => {
                if let Some(answer) = message
                    .poll
                    .as_mut()
                    .and_then(|poll| poll.answers.last_mut())
                {
                    answer.push_str(text);
                }
            }
            _ => {}
        }
    }

    fn finish(mut self) {
        self.end_message(self.source.len());
        if let Some(mut chat) = self.chat.take() {
            chat.flush(self.reader);
            self.reader.telegram = Some(chat);
        }
    }
}

/// Whether an address says more than the words that lead to it.
fn leads_elsewhere(address: &str, words: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim();
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        text.trim_end_matches('/').to_lowercase()
    };
    address.contains("://")
        && !address.starts_with("tg://")
        && !words.trim_start().starts_with('@')
        && bare(address) != bare(words)
}
