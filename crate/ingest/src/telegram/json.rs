//! The export as JSON: `result.json`, of one chat or of a whole account.
//!
//! The file is cut into its messages byte by byte, and each is parsed alone: a file may be larger
//! than the memory, each message has its line, and what is wrong with one costs no other. What
//! some versions wrote amiss is mended where a message cannot be parsed without: control
//! characters as `\x1F`, and names of files without quotes.

use std::borrow::Cow;
use std::io::{self, BufRead};

use serde_json::Value;

use super::text::{Piece, Style};
use super::{Chat, Message, Poll, date};
use crate::input::{Input, PIECE};
use crate::{Kind, Reader, Reason};

/// Whether the first bytes of a file are those of an export; the name of the file helps where
/// they do not go far enough.
pub(crate) fn is_export(head: &str, name: &str) -> bool {
    let mut scanner = Scanner::new(head.as_bytes());
    let mut keys = Vec::new();
    let found = scanner.keys(&mut keys);
    let has = |wanted: &str| keys.iter().any(|key| key == wanted);
    found || name == super::JSON && (has("about") || has("personal_information") || has("type"))
}

pub(crate) fn read(reader: &mut Reader<'_>, input: Input<'_>) {
    let mut scanner = Scanner::new(input.stream());
    let done = scanner.export(reader);
    if let Err(stop) = done {
        let kind = match stop {
            Stop::Io(error) => Kind::Unreadable(error.to_string()),
            Stop::End => Kind::CutShort,
            Stop::Unexpected(byte, wanted) => Kind::BadExport {
                found: char::from(byte),
                wanted,
            },
        };
        reader.fault(Some(scanner.line), kind);
    }
}

/// Why reading ends before the end of the file.
enum Stop {
    Io(io::Error),
    End,
    Unexpected(u8, &'static str),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

/// A value that was cut out of the file.
#[derive(PartialEq, Eq)]
enum Cut {
    Whole,
    /// More than [`PIECE`]; only its first bytes are there.
    TooLong,
}

/// Goes over JSON without making values of it.
struct Scanner<R> {
    stream: R,
    /// The present line, counted from 1.
    line: usize,
    value: Vec<u8>,
}

/// Where an object stands that is gone through for its keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// The file: a chat, or an account.
    File,
    /// `chats` or `left_chats` of an account.
    Chats,
    /// One of their `list`.
    Listed,
}

/// What is known of a chat before its messages.
#[derive(Default)]
struct Head {
    name: String,
    kind: String,
    number: Option<i64>,
}

impl<R: BufRead> Scanner<R> {
    fn new(stream: R) -> Scanner<R> {
        Scanner {
            stream,
            line: 1,
            value: Vec::new(),
        }
    }

    /// The next byte that is not blank, which is left there.
    fn peek(&mut self) -> Result<u8, Stop> {
        loop {
            let bytes = match self.stream.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Stop::Io(error)),
            };
            let Some(at) = bytes.iter().position(|byte| !byte.is_ascii_whitespace()) else {
                if bytes.is_empty() {
                    return Err(Stop::End);
                }
                let read = bytes.len();
                self.line += memchr::memchr_iter(b'\n', bytes).count();
                self.stream.consume(read);
                continue;
            };
            let byte = bytes[at];
            self.line += memchr::memchr_iter(b'\n', &bytes[..at]).count();
            self.stream.consume(at);
            return Ok(byte);
        }
    }

    fn expect(&mut self, wanted: u8, name: &'static str) -> Result<(), Stop> {
        let found = self.peek()?;
        if found != wanted {
            return Err(Stop::Unexpected(found, name));
        }
        self.stream.consume(1);
        Ok(())
    }

    /// Whether another member or element comes; goes over the comma, or over the `end`.
    fn more(&mut self, end: u8) -> Result<bool, Stop> {
        loop {
            match self.peek()? {
                b',' => self.stream.consume(1),
                byte if byte == end => {
                    self.stream.consume(1);
                    return Ok(false);
                }
                _ => return Ok(true),
            }
        }
    }

    /// The next key, up to behind its colon.
    fn key(&mut self) -> Result<String, Stop> {
        let found = self.peek()?;
        if found != b'"' {
            return Err(Stop::Unexpected(found, "a name in quotes"));
        }
        self.cut()?;
        let key = self.value.get(1..self.value.len().saturating_sub(1));
        let key = String::from_utf8_lossy(key.unwrap_or_default()).into_owned();
        self.expect(b':', "a colon")?;
        Ok(key)
    }

    /// Cuts out the next value, into `self.value`: up to the quote or bracket that closes it, or,
    /// of a number or a word, up to what cannot be part of it.
    fn cut(&mut self) -> Result<Cut, Stop> {
        self.value.clear();
        let first = self.peek()?;
        let plain = !matches!(first, b'"' | b'{' | b'[');
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        let (mut too_long, mut nothing) = (false, false);
        loop {
            let bytes = match self.stream.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Stop::Io(error)),
            };
            if bytes.is_empty() {
                return Err(Stop::End);
            }
            let (mut end, mut at) = (None, 0);
            while let Some(&byte) = bytes.get(at) {
                if in_string && !escaped && !matches!(byte, b'"' | b'\\') {
                    // Most of an export is the inside of strings.
                    let rest = &bytes[at..];
                    at += memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                    continue;
                }
                at += 1;
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_string => escaped = true,
                    b'"' if !plain => in_string = !in_string,
                    b',' | b'}' | b']' if plain => {
                        end = Some(at - 1);
                        nothing = self.value.is_empty() && at == 1;
                        break;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => continue,
                }
                if depth == 0 && !in_string && !plain {
                    end = Some(at);
                    break;
                }
            }
            let part = &bytes[..end.unwrap_or(bytes.len())];
            self.line += memchr::memchr_iter(b'\n', part).count();
            too_long |= self.value.len() + part.len() > PIECE;
            if !too_long {
                self.value.extend_from_slice(part);
            }
            let read = part.len();
            self.stream.consume(read);
            if nothing {
                return Err(Stop::Unexpected(first, "a value"));
            }
            if end.is_some() {
                return Ok(if too_long { Cut::TooLong } else { Cut::Whole });
            }
        }
    }

    /// The value just cut out, if it is JSON.
    fn parsed(&self) -> Option<Value> {
        serde_json::from_slice(&self.value).ok()
    }

    /// Gathers the keys of an object; true as soon as one is found that only an export has.
    fn keys(&mut self, keys: &mut Vec<String>) -> bool {
        let mut look = || -> Result<bool, Stop> {
            self.expect(b'{', "an object")?;
            while self.more(b'}')? {
                let key = self.key()?;
                let first = self.peek()?;
                let has = |wanted: &str| keys.iter().any(|key| key == wanted);
                match (&*key, first) {
                    ("messages", b'[') if has("name") || has("type") || has("id") => {
                        return Ok(true);
                    }
                    ("chats" | "left_chats", b'{') => return Ok(true),
                    _ => {}
                }
                keys.push(key);
                self.cut()?;
            }
            Ok(false)
        };
        look().unwrap_or(false)
    }

    fn export(&mut self, reader: &mut Reader<'_>) -> Result<(), Stop> {
        self.object(reader, Level::File)
    }

    fn object(&mut self, reader: &mut Reader<'_>, level: Level) -> Result<(), Stop> {
        self.expect(b'{', "an object")?;
        let mut head = Head::default();
        while self.more(b'}')? {
            let key = self.key()?;
            let first = self.peek()?;
            match (level, &*key, first) {
                (Level::File | Level::Listed, "messages", b'[') => {
                    self.messages(reader, &head, level)?;
                }
                (Level::File, "chats" | "left_chats", b'{') => self.object(reader, Level::Chats)?,
                (Level::Chats, "list", b'[') => {
                    self.expect(b'[', "a list")?;
                    while self.more(b']')? {
                        self.object(reader, Level::Listed)?;
                    }
                }
                (_, key @ ("name" | "type" | "id"), _) => {
                    self.cut()?;
                    match (key, self.parsed()) {
                        ("name", Some(Value::String(name))) => head.name = name,
                        ("type", Some(Value::String(kind))) => head.kind = kind,
                        ("id", Some(id)) => head.number = number(&id),
                        _ => {}
                    }
                }
                _ => {
                    self.cut()?;
                }
            }
        }
        Ok(())
    }

    fn messages(&mut self, reader: &mut Reader<'_>, head: &Head, level: Level) -> Result<(), Stop> {
        // Who exports a whole account does not mean to publish each conversation.
        let private = level == Level::Listed
            && !head.kind.starts_with("public_")
            && !reader.is_named(&head.name, head.number);
        if private {
            let first = self.line;
            self.cut()?;
            reader.drop_lines(first, self.line, Reason::PrivateChat);
            return Ok(());
        }
        self.expect(b'[', "a list")?;
        let mut chat = Chat::again(reader, &head.name, head.number, level == Level::File);
        let done = self.each(reader, &mut chat);
        chat.flush(reader);
        reader.telegram = Some(chat);
        done
    }

    fn each(&mut self, reader: &mut Reader<'_>, chat: &mut Chat) -> Result<(), Stop> {
        while self.more(b']')? {
            let first = self.line;
            let cut = self.cut()?;
            let lines = (first, self.line);
            if cut == Cut::TooLong {
                reader.fault(Some(first), Kind::TooLong);
                reader.drop_lines(lines.0, lines.1, Reason::Faulty);
                continue;
            }
            match parse(&self.value) {
                Ok((value, whole)) => {
                    if !whole {
                        reader.fault(Some(first), Kind::Replaced);
                    }
                    take(reader, chat, &value, lines);
                }
                Err(error) => {
                    let kind = Kind::BadMessage(crate::jsonl::without_place(&error));
                    reader.fault(Some(first + error.line().saturating_sub(1)), kind);
                    reader.drop_lines(lines.0, lines.1, Reason::Faulty);
                }
            }
        }
        Ok(())
    }
}

/// Parses a message, mended if need be; false with it where characters were lost that are not
/// UTF-8.
fn parse(bytes: &[u8]) -> Result<(Value, bool), serde_json::Error> {
    let (text, whole) = match str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), true),
        Err(_) => (String::from_utf8_lossy(bytes), false),
    };
    let parsed = serde_json::from_str(&text).or_else(|error| {
        // Of what cannot be mended the fault of the file is the one to name.
        serde_json::from_str(&mend(&text)).map_err(|_| error)
    });
    parsed.map(|value| (value, whole))
}

/// The name of a file without quotes is shorter, in bytes.
const BARE: usize = 1 << 10;

/// Makes JSON of what some versions of Telegram Desktop wrote: `\x1F` for a control character, a
/// control character itself, and a value that is neither quoted nor a number.
fn mend(text: &str) -> String {
    let mut mended = String::with_capacity(text.len() + 64);
    let (mut rest, mut in_string) = (text, false);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if in_string {
            match c {
                '\\' => {
                    let hex = rest.strip_prefix('x').and_then(|rest| rest.get(..2));
                    let hex = hex.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
                    if let Some(hex) = hex {
                        mended.push_str("\\u00");
                        mended.push_str(hex);
                        rest = &rest[3..];
                    } else if let Some(next) = rest.chars().next() {
                        mended.push('\\');
                        mended.push(next);
                        rest = &rest[next.len_utf8()..];
                    }
                }
                '\n' => mended.push_str("\\n"),
                c if c < ' ' => mended.push(' '),
                c => {
                    in_string = c != '"';
                    mended.push(c);
                }
            }
            continue;
        }
        in_string = c == '"';
        mended.push(c);
        if c != ':' {
            continue;
        }
        // A value ends at the end of its line, or of its object.
        let value = rest.trim_start();
        let start = &value.as_bytes()[..value.len().min(BARE)];
        if !value.starts_with(['"', '{', '['])
            && let Some(end) = memchr::memchr2(b'\n', b'}', start)
        {
            let bare = value[..end].trim_end().trim_end_matches(',');
            // Several values on one line: then the first ends at a comma.
            let first = bare.split(',').next().unwrap_or_default();
            let is_json = |text| serde_json::from_str::<Value>(text).is_ok();
            if !is_json(bare) && !is_json(first) {
                mended.push_str(&Value::from(bare).to_string());
                rest = &value[bare.len()..];
            }
        }
    }
    mended
}

/// Gives a message on to its chat, or says why not.
fn take(reader: &mut Reader<'_>, chat: &mut Chat, value: &Value, lines: (usize, usize)) {
    let drop = |reader: &mut Reader<'_>, reason| reader.drop_lines(lines.0, lines.1, reason);
    if !value.is_object() {
        reader.fault(Some(lines.0), Kind::BadMessage("no object".to_owned()));
        return drop(reader, Reason::Faulty);
    }
    match text(value, "type") {
        "service" => return drop(reader, Reason::Service),
        "unsupported" => return drop(reader, Reason::Unsupported),
        _ => {}
    }
    let Some(id) = value.get("id").and_then(number) else {
        reader.fault(Some(lines.0), Kind::BadMessage("no `id`".to_owned()));
        return drop(reader, Reason::Faulty);
    };
    let moment = value.get("date_unixtime").and_then(number);
    let local = text(value, "date");
    let forwarded_from = value
        .get("forwarded_from")
        .map(|name| name.as_str().unwrap_or_default().to_owned());
    chat.take(
        reader,
        Message {
            id,
            lines,
            date: date::with_offset(local, moment),
            moment: moment.or_else(|| date::seconds(local)),
            from: text(value, "from").to_owned(),
            from_id: value
                .get("from_id")
                .map(Value::to_string)
                .unwrap_or_default(),
            author: text(value, "author").to_owned(),
            forwarded_from,
            reply_to: value.get("reply_to_message_id").and_then(number),
            pieces: pieces(value),
            kind: kind(value),
            file: file(value),
            poll: value.get("poll").map(poll),
        },
    );
}

/// A field that is a string; empty where there is none.
fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// A number, or a string of one.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn kind(value: &Value) -> &'static str {
    let has = |field| value.get(field).is_some();
    match text(value, "media_type") {
        "video_file" | "video_message" => "video",
        "voice_message" => "voice",
        "audio_file" => "audio",
        "animation" => "animation",
        "sticker" => "sticker",
        _ if has("poll") => "poll",
        _ if has("photo") => "photo",
        _ if has("contact_information") => "contact",
        _ if has("location_information") => "location",
        _ if text(value, "mime_type").starts_with("video/") => "video",
        _ if text(value, "mime_type").starts_with("audio/") => "audio",
        _ if has("file") => "file",
        _ => "",
    }
}

/// The name of the file of a message, where people gave it one, or who plays what.
fn file(value: &Value) -> String {
    let music = [
        text(value, "performer"),
        text(value, "title"),
        text(value, "place_name"),
    ];
    let music: Vec<&str> = music.into_iter().filter(|name| !name.is_empty()).collect();
    if !music.is_empty() {
        return music.join(" – ");
    }
    let name = text(value, "file_name");
    match text(value, "media_type") {
        // Named by a program, if at all.
        "voice_message" | "video_message" | "sticker" | "animation" => String::new(),
        // Older exports have only its path, or say in brackets why it is not there.
        "" if name.is_empty() && !text(value, "file").starts_with('(') => {
            let path = text(value, "file");
            path.rsplit('/').next().unwrap_or(path).to_owned()
        }
        _ => name.to_owned(),
    }
}

fn poll(value: &Value) -> Poll {
    let plain = |value: Option<&Value>| {
        let mut parts = Vec::new();
        value.into_iter().for_each(|value| add(&mut parts, value));
        parts
            .into_iter()
            .map(|piece| piece.text)
            .collect::<String>()
    };
    let answers = value.get("answers").and_then(Value::as_array);
    let answers = answers.into_iter().flatten();
    Poll {
        question: plain(value.get("question")),
        answers: answers.map(|answer| plain(answer.get("text"))).collect(),
    }
}

/// The text: `text_entities` has all of it in parts; older exports have only `text`, a string or
/// an array of strings and parts.
fn pieces(value: &Value) -> Vec<Piece> {
    let parts = value
        .get("text_entities")
        .filter(|parts| parts.as_array().is_some_and(|parts| !parts.is_empty()));
    let mut pieces = Vec::new();
    if let Some(text) = parts.or_else(|| value.get("text")) {
        add(&mut pieces, text);
    }
    pieces
}

fn add(pieces: &mut Vec<Piece>, value: &Value) {
    match value {
        Value::String(text) => pieces.push(Piece {
            text: text.clone(),
            style: Style::Plain,
        }),
        // Not deeper than a list: entities have text, and no entities.
        Value::Array(parts) => parts
            .iter()
            .filter(|part| !part.is_array())
            .for_each(|part| add(pieces, part)),
        Value::Object(_) => pieces.push(Piece {
            text: text(value, "text").to_owned(),
            style: match text(value, "type") {
                "bold" => Style::Bold,
                "hashtag" => Style::Hashtag,
                "text_link" => Style::Link(text(value, "href").to_owned()),
                _ => Style::Plain,
            },
        }),
        _ => {}
    }
}
