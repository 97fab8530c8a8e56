//! Exports of Telegram Desktop, as JSON and as HTML. The fixtures are written by hand after the
//! form that Telegram documents at <https://core.telegram.org/import-export>, with the defects
//! that exports are known to have.

use std::path::{Path, PathBuf};

use juya_engine::Post;
use juya_ingest::{Channel, Fate, Options, Reader, Reason, Report, Shape, read_into};
use proptest::prelude::*;

fn fixture(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/telegram");
    Path::new(folder).join(name)
}

fn options(channels: &[&str]) -> Options {
    Options {
        channels: channels.iter().map(|text| text.parse().unwrap()).collect(),
        ..Options::default()
    }
}

fn read(name: &str, channels: &[&str]) -> (Vec<Post>, Report) {
    let mut posts = Vec::new();
    let report = read_into(&[fixture(name)], &options(channels), &mut |post| {
        posts.push(post)
    });
    (posts, report)
}

fn read_bytes(name: &str, bytes: &[u8]) -> (Vec<Post>, Report) {
    let mut posts = Vec::new();
    let (options, mut sink) = (Options::default(), |post| posts.push(post));
    let mut reader = Reader::new(&options, &mut sink);
    reader.file(name.as_ref(), name.as_ref(), bytes);
    let report = reader.finish();
    (posts, report)
}

fn faults(report: &Report) -> Vec<String> {
    let faults = report.faults.iter();
    faults
        .map(|fault| format!("{}: {}", fault.line.unwrap_or_default(), fault.kind))
        .collect()
}

fn dropped(report: &Report) -> Vec<(Reason, usize)> {
    let mut counts: Vec<(Reason, usize)> = Vec::new();
    for entry in &report.files[0].account {
        if let Fate::Dropped(reason) = entry.fate {
            match counts.iter_mut().find(|(have, _)| *have == reason) {
                Some((_, count)) => *count += 1,
                None => counts.push((reason, 1)),
            }
        }
    }
    counts.sort_unstable();
    counts
}

#[track_caller]
fn post<'p>(posts: &'p [Post], id: &str) -> &'p Post {
    let found = posts.iter().find(|post| post.id == id);
    found.unwrap_or_else(|| panic!("no post {id}"))
}

#[test]
fn a_channel_as_json() {
    let (posts, report) = read("channel", &["@nlp_stuff"]);
    assert_eq!(report.faults, []);
    assert_eq!(report.files[0].shape, Shape::Telegram);
    assert_eq!(report.name(), "nlp_stuff");
    let ids: Vec<&str> = posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "nlp_stuff/2",
            "nlp_stuff/3",
            "nlp_stuff/6",
            "nlp_stuff/7",
            "nlp_stuff/8",
            "nlp_stuff/9",
            "nlp_stuff/12"
        ]
    );
    assert_eq!(
        posts[0],
        Post {
            id: "nlp_stuff/2".into(),
            title: "شبکه عصبی خود را بهتر بفهمید!".into(),
            text:
                "با این ابزار اهمیت فیچرها را ببینید اینجا (https://github.com/slundberg/shap) و \
                   https://arxiv.org/abs/1705.07874"
                    .into(),
            url: "https://t.me/nlp_stuff/2".into(),
            date: "2021-04-02T18:11:02+04:30".into(),
            tags: vec!["link".into(), "شبکه_عصبی".into()],
            author: "Sara".into(),
            source: "NLP stuff".into(),
            ..Post::default()
        }
    );
    assert_eq!(
        dropped(&report),
        [
            (Reason::Service, 1),
            (Reason::Unsupported, 1),
            (Reason::NoText, 1),
            (Reason::Album, 2)
        ]
    );
}

#[test]
fn an_album_is_one_post() {
    let (posts, report) = read("channel", &["nlp_stuff"]);
    // Of the first of its messages, with the words of the second and the file of the third.
    let album = post(&posts, "nlp_stuff/3");
    assert_eq!(album.title, "An album of three");
    assert_eq!(
        album.text,
        "With a caption that stands at the second picture. #album"
    );
    assert_eq!(
        (album.tags.as_slice(), album.kind.as_str()),
        (&["album".to_owned()][..], "photo")
    );
    assert_eq!(album.preview, "talk.mp4");
    let lines = report.files[0]
        .account
        .iter()
        .filter(|entry| entry.fate == Fate::Dropped(Reason::Album));
    let lines: Vec<(u32, u32)> = lines.map(|entry| (entry.first, entry.last)).collect();
    assert_eq!(lines, [(128, 149), (150, 164)]);
}

#[test]
fn polls_files_replies_and_forwards() {
    let (posts, _) = read("channel", &[]);
    // Without a user name: the number of the chat, and no address.
    let poll = post(&posts, "1234567890/6");
    assert_eq!(
        (poll.title.as_str(), poll.text.as_str()),
        ("کدام فریم‌ورک؟", "PyTorch\nJAX")
    );
    assert_eq!((poll.kind.as_str(), poll.url.as_str()), ("poll", ""));

    let reply = post(&posts, "1234567890/7");
    assert_eq!(reply.preview, "شبکه عصبی خود را بهتر بفهمید!");
    assert_eq!(reply.author, "Another channel");
    assert_eq!(post(&posts, "1234567890/8").author, "");

    let file = post(&posts, "1234567890/9");
    assert_eq!(
        (file.title.as_str(), file.kind.as_str()),
        ("attention is all you need.pdf", "file")
    );

    // A link under a character that nobody sees is no part of the first line.
    let voice = post(&posts, "1234567890/12");
    assert_eq!((voice.title.as_str(), voice.kind.as_str()), ("", "voice"));
    assert_eq!(voice.text, "A line alone\nhttps://example.org/picture.jpg");
}

#[test]
fn what_telegram_writes_amiss_is_mended() {
    let (posts, report) = read("channel", &[]);
    assert_eq!(report.faults, []);
    assert_eq!(
        post(&posts, "1234567890/7").text,
        "Corrupted \u{b} control \u{1f} characters, and a \\x20 that is none."
    );
    assert_eq!(
        post(&posts, "1234567890/8").text,
        "🔥 Emoji of one's own have unquoted names: \"document_id\": none✅"
    );
}

#[test]
fn of_an_account_only_what_is_public_or_asked_for() {
    let (posts, report) = read("account", &[]);
    let ids: Vec<&str> = posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(ids, ["11/1", "12/1"]);
    assert_eq!(dropped(&report), [(Reason::PrivateChat, 1)]);
    assert_eq!(report.name(), "First, Group");
    assert_eq!(
        (posts[0].text.as_str(), &*posts[0].tags),
        ("old form #tag", &["tag".to_owned()][..])
    );
    assert_eq!(
        (posts[1].author.as_str(), posts[1].date.as_str()),
        ("Mina", "2021-04-01")
    );

    let (posts, report) = read("account", &["Ali=ali", "11=first"]);
    assert_eq!(report.faults, []);
    let urls: Vec<&str> = posts.iter().map(|post| post.url.as_str()).collect();
    assert_eq!(urls, ["https://t.me/ali/100", "https://t.me/first/1", ""]);

    // Of which of the two?
    let (posts, report) = read("account", &["first"]);
    assert_eq!(posts.len(), 2);
    let faults = faults(&report);
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(
        faults[0].contains("such as \"First\"; say which it is of: CHAT=first"),
        "{faults:#?}"
    );
}

#[test]
fn the_same_export_as_html() {
    let (json, _) = read("channel", &["nlp_stuff"]);
    let (html, report) = read("page", &["nlp_stuff"]);
    assert_eq!(report.faults, []);
    assert_eq!(report.name(), "nlp_stuff");
    assert_eq!(report.files[0].shape, Shape::TelegramHtml);
    let ids: Vec<&str> = html.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "nlp_stuff/2",
            "nlp_stuff/3",
            "nlp_stuff/6",
            "nlp_stuff/7",
            "nlp_stuff/9"
        ]
    );
    assert_eq!(html[0], json[0]);
    // The page does not say what a video file is called.
    assert_eq!(
        Post {
            preview: "talk.mp4".into(),
            ..html[1].clone()
        },
        json[1]
    );
    assert_eq!(html[2], json[2]);
    let reply = &html[3];
    assert_eq!(
        reply.text,
        "Corrupted control characters, a <tag> & a line."
    );
    assert_eq!(reply.author, "Another channel");
    assert_eq!(reply.date, "2021-04-05T12:00:00+04:30");
    // What is answered stands on another page.
    assert_eq!(reply.preview, json[0].title);
    assert_eq!(
        (html[4].title.as_str(), html[4].date.as_str()),
        ("attention is all you need.pdf", "2021-04-07")
    );
    assert_eq!(dropped(&report), [(Reason::Service, 1), (Reason::Album, 2)]);

    // Without a user name the name of the chat stands in the ids.
    let (html, _) = read("page", &[]);
    let (chat, _) = html[0].id.split_once('/').unwrap();
    assert_eq!(chat.len(), 8, "{chat}");
}

#[test]
fn files_sent_with_messages_are_no_sources() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        fixture("channel/result.json"),
        folder.path().join("result.json"),
    )
    .unwrap();
    for name in [
        "files/page.html",
        "files/notes.txt",
        "chats/chat_1/files/a.md",
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "words").unwrap();
    }
    let mut count = 0;
    let report = read_into(&[folder.path()], &Options::default(), &mut |_| count += 1);
    assert_eq!((report.faults.len(), count), (0, 7));
    let left_out: Vec<Reason> = report.left_out.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(left_out, [Reason::Attached; 3]);
}

#[test]
fn an_export_in_both_forms_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "page/messages.html",
        "page/messages2.html",
        "channel/result.json",
    ] {
        let to = folder.path().join(Path::new(name).file_name().unwrap());
        std::fs::copy(fixture(name), to).unwrap();
    }
    std::fs::create_dir(folder.path().join("photos")).unwrap();
    std::fs::write(folder.path().join("photos/1.jpg"), b"\xff\xd8\0").unwrap();
    let mut count = 0;
    let report = read_into(&[folder.path()], &Options::default(), &mut |_| count += 1);
    assert_eq!((report.faults.len(), count), (0, 7));
    let left_out: Vec<Reason> = report.left_out.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(
        left_out,
        [Reason::SameExport, Reason::SameExport, Reason::Attached]
    );
}

#[test]
fn a_broken_message_costs_no_other() {
    let message = |id: &str| {
        format!(
            "{{\"id\":{id},\"type\":\"message\",\"date\":\"2021-04-01T10:00:00\",\"text\":\"words\"}}"
        )
    };
    let export =
        |messages: &str| format!("{{\"name\":\"c\",\"id\":5,\n\"messages\":[\n{messages}\n]}}");
    for (messages, ids, wanted) in [
        (
            format!("{},\n{{\"id\" 1}},\n{}", message("1"), message("3")),
            &["5/1", "5/3"][..],
            &["4: not a message: expected"][..],
        ),
        (
            format!("{},\n[1],\n{}", message("\"x\""), message("3")),
            &["5/3"],
            &["3: not a message: no `id`", "4: not a message: no object"],
        ),
        (
            format!("{},\n{}", message("1"), message("1")),
            &["5/1"],
            &["4: the id \"5/1\" is that of result.json:3 already"],
        ),
        (
            format!("{},\n}}", message("1")),
            &["5/1"],
            &["4: '}' stands where a value should be"],
        ),
        (
            format!("{},\n{{\"id\": \"", message("1")),
            &["5/1"],
            &["5: the export ends in the middle"],
        ),
        (
            format!("{},\n{}\n]}} {{", message("1"), message("2")),
            &["5/1", "5/2"],
            &[],
        ),
    ] {
        let (posts, report) = read_bytes("result.json", export(&messages).as_bytes());
        let found: Vec<&str> = posts.iter().map(|post| post.id.as_str()).collect();
        assert_eq!(found, ids, "{messages}");
        let faults = faults(&report);
        assert_eq!(faults.len(), wanted.len(), "{faults:#?}");
        for (fault, wanted) in faults.iter().zip(wanted) {
            assert!(
                fault.starts_with(wanted) && (fault.contains("; ") || wanted.contains("id")),
                "{fault}"
            );
        }
    }
}

#[test]
fn bytes_that_are_not_utf8_cost_only_themselves() {
    let mut bytes =
        b"{\"name\":\"c\",\"id\":5,\"messages\":[{\"id\":1,\"type\":\"message\",\"text\":\"a"
            .to_vec();
    bytes.extend(b"\xff b\"}]}");
    let (posts, report) = read_bytes("result.json", &bytes);
    assert_eq!(posts[0].text, "a\u{fffd} b");
    assert!(faults(&report)[0].starts_with("1: bytes that are not UTF-8"));
}

#[test]
fn titles() {
    let long = "w".repeat(150);
    let entity = |kind: &str, text: &str| serde_json::json!({"type": kind, "text": text});
    let plain = |text: &str| entity("plain", text);
    for (pieces, title, text) in [
        (vec![plain("One\ntwo")], "One", "two"),
        (vec![plain("only one")], "", "only one"),
        (vec![entity("bold", "only one")], "only one", ""),
        (
            vec![plain(&format!("{long}\ntwo"))],
            "",
            &*format!("{long}\ntwo"),
        ),
        (vec![entity("bold", &long), plain("\ntwo")], &*long, "two"),
        (
            vec![entity("bold", "Head"), plain(&format!(": {long}\ntwo"))],
            "Head",
            &*format!("Head: {long}\ntwo"),
        ),
        (vec![plain("https://a.b/c\ntwo")], "", "https://a.b/c\ntwo"),
        (vec![plain("➖➖➖\ntwo")], "", "➖➖➖\ntwo"),
        (vec![plain("#tag\nOne\ntwo")], "One", "two"),
        (
            vec![
                serde_json::json!({"type": "text_link", "text": "One", "href": "https://a.b/"}),
                plain("\ntwo"),
            ],
            "One",
            "two\nhttps://a.b/",
        ),
    ] {
        let export = serde_json::json!({"name": "c", "id": 5, "messages": [
            {"id": 1, "type": "message", "text": "", "text_entities": pieces}
        ]});
        let (posts, _) = read_bytes("result.json", export.to_string().as_bytes());
        assert_eq!(
            (posts[0].title.as_str(), posts[0].text.as_str()),
            (title, text)
        );
    }
}

#[test]
fn files_of_older_exports() {
    for (file, title) in [
        ("files/a paper.pdf", "a paper.pdf"),
        (
            "(File not included. Change data exporting settings to download.)",
            "",
        ),
    ] {
        let export = serde_json::json!({"name": "c", "id": 5, "messages": [
            {"id": 1, "type": "message", "file": file, "mime_type": "application/pdf", "text": ""}
        ]});
        let (posts, _) = read_bytes("result.json", export.to_string().as_bytes());
        let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
        assert_eq!(titles.concat(), title);
    }
}

#[test]
fn user_names_are_checked() {
    for name in [
        "nlp_stuff",
        "@nlp_stuff",
        "https://t.me/nlp_stuff/",
        " t.me/nlp_stuff ",
    ] {
        assert_eq!(
            name.parse(),
            Ok(Channel {
                chat: String::new(),
                user: "nlp_stuff".into()
            })
        );
    }
    assert_eq!(
        "a=b=c_d".parse(),
        Ok(Channel {
            chat: "a=b".into(),
            user: "c_d".into()
        })
    );
    for name in ["", "a b c", "کانال", "x=", "https://t.me/+abc"] {
        assert!(
            name.parse::<Channel>()
                .unwrap_err()
                .contains("no user name"),
            "{name}"
        );
    }
}

#[test]
fn ids_stay_when_the_export_grows() {
    let (posts, _) = read("channel", &[]);
    let text = std::fs::read_to_string(fixture("channel/result.json")).unwrap();
    let fewer = format!(
        "{}]}}",
        &text[..text.find(",\n  {\n   \"id\": 9,").unwrap()]
    );
    let (few, report) = read_bytes("result.json", fewer.as_bytes());
    assert_eq!(report.faults, []);
    assert_eq!(few, posts[..few.len()]);
    assert_eq!(few.len(), 5);
}

proptest! {
    #[test]
    fn any_bytes(name in "(result.json|messages.html|a.json)", bytes: Vec<u8>) {
        let _ = read_bytes(&name, &bytes);
    }

    /// An export damaged anywhere is still read, as far as it goes.
    #[test]
    fn any_damage(html: bool, changes in prop::collection::vec((0.0..1.0, any::<u8>()), 1..8), end in 0.0..1.3) {
        let name = if html { "page/messages.html" } else { "channel/result.json" };
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        for (place, byte) in changes {
            let at = (bytes.len() as f64 * place) as usize;
            bytes[at] = byte;
        }
        bytes.truncate((bytes.len() as f64 * end) as usize);
        let (posts, report) = read_bytes(name.rsplit('/').next().unwrap(), &bytes);
        prop_assert_eq!(posts.len(), report.posts);
    }

    /// JSON means the same in whatever way it is laid out; and read from a stream that comes in
    /// pieces it is what it is as a whole.
    #[test]
    fn layout_and_pieces_do_not_matter(
        texts in prop::collection::vec("[a-z #\\n\"\\\\{}\\[\\],:\u{633}]{0,20}", 0..6),
        piece in 1..40_usize,
    ) {
        let messages: Vec<_> = texts.iter().enumerate().map(|(id, text)| serde_json::json!({
            "id": id, "type": "message", "date_unixtime": (id * 60).to_string(), "text": text,
            "text_entities": [{"type": "plain", "text": text}],
        })).collect();
        let export = serde_json::json!({"id": 5, "name": "c", "messages": messages});
        let (compact, report) = read_bytes("result.json", export.to_string().as_bytes());
        prop_assert_eq!(&report.faults, &[]);
        let pretty = serde_json::to_string_pretty(&export).unwrap();
        prop_assert_eq!(&read_bytes("result.json", pretty.as_bytes()).0, &compact);

        let mut posts = Vec::new();
        let (options, mut sink) = (Options::default(), |post| posts.push(post));
        let mut reader = Reader::new(&options, &mut sink);
        let pieces = Pieces { bytes: pretty.as_bytes(), size: piece };
        reader.file("result.json".as_ref(), "result.json".as_ref(), pieces);
        drop(reader.finish());
        prop_assert_eq!(posts, compact);
    }
}

/// Gives bytes a few at a time.
struct Pieces<'b> {
    bytes: &'b [u8],
    size: usize,
}

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.size.min(buffer.len()).min(self.bytes.len());
        let (part, rest) = self.bytes.split_at(size);
        buffer[..size].copy_from_slice(part);
        self.bytes = rest;
        Ok(size)
    }
}
