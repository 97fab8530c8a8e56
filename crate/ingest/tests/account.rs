//! Every line of a source is in one place of one post, or dropped for a reason; and nothing is
//! in a post that no line says.

use std::path::PathBuf;

use juya_ingest::{Fate, Ingested, Part, Reason, read_files};
use proptest::prelude::*;

const ARCHIVE: &[u8] = include_bytes!("../../../posts/nlp_stuff.txt");

fn read(text: &[u8]) -> Ingested {
    read_files(&[("posts.txt".into(), text.to_vec())]).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Puts the posts of one channel text together again from its lines and their fates, and
/// compares.
fn check(read: &Ingested, text: &str) {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let [file] = &read.files[..] else {
        panic!("one file")
    };
    let fates: Vec<Fate> = file.fates().collect();
    assert_eq!(fates.len(), lines.len());

    let of = |post: usize, wanted: Part| -> Vec<&str> {
        lines
            .iter()
            .zip(&fates)
            .filter(|(_, fate)| **fate == Fate::Kept { post, part: wanted })
            .map(|(line, _)| *line)
            .collect()
    };
    for (index, post) in read.corpus.posts.iter().enumerate() {
        assert_eq!(of(index, Part::Title).join("\n"), post.title);
        assert_eq!(of(index, Part::Text).join("\n"), post.text);
        assert_eq!(of(index, Part::Preview).join("\n"), post.preview);
        for word in of(index, Part::Tags).join(" ").split_whitespace() {
            let tag = word.strip_prefix('#').unwrap();
            assert!(
                post.tags.iter().any(|have| have == tag),
                "{tag} of {post:?}"
            );
        }
        assert!(of(index, Part::Whole).is_empty());
    }
    for (number, (line, fate)) in lines.iter().zip(&fates).enumerate() {
        match fate {
            Fate::Kept { post, .. } => assert!(*post < read.corpus.posts.len()),
            Fate::Dropped(Reason::Blank) => assert!(line.is_empty(), "line {}", number + 1),
            Fate::Dropped(Reason::Closing) => assert_eq!(*line, format!("@{}", read.corpus.name)),
            // The copy must be there.
            Fate::Dropped(Reason::FirstCopy | Reason::SaidBefore) => {
                let again = lines.iter().zip(&fates).any(|(other, fate)| {
                    other == line
                        && matches!(
                            fate,
                            Fate::Kept {
                                part: Part::Text | Part::Tags | Part::Preview,
                                ..
                            }
                        )
                });
                assert!(again, "line {}: {line}", number + 1);
            }
            Fate::Dropped(_) => {}
        }
    }
    let dropped = fates
        .iter()
        .filter(|fate| matches!(fate, Fate::Dropped(_)))
        .count();
    assert_eq!(read.dropped().count(), dropped);
}

#[test]
fn archive_is_accounted_for() {
    let text = std::str::from_utf8(ARCHIVE).unwrap();
    let read = read(ARCHIVE);
    check(&read, text);

    // Each line twice, but 18 titles and the previews.
    let count = |wanted| {
        read.dropped()
            .filter(|dropped| dropped.reason == wanted)
            .count()
    };
    assert_eq!(count(Reason::Blank), 0);
    assert_eq!(count(Reason::NoPost), 0);
    assert_eq!(count(Reason::Closing), 2 * 18);
    let kept = |wanted: &[Part]| {
        let in_post =
            |fate: &Fate| matches!(fate, Fate::Kept { part, .. } if wanted.contains(part));
        read.files[0].fates().filter(in_post).count()
    };
    assert_eq!(kept(&[Part::Title]), 18);
    assert_eq!(kept(&[Part::Text, Part::Tags]), count(Reason::FirstCopy));

    let lines: Vec<&str> = text.lines().collect();
    let named = |wanted| -> Vec<&str> {
        let named = read.dropped().filter(|dropped| dropped.reason == wanted);
        let mut named: Vec<&str> = named.map(|dropped| lines[dropped.line - 1]).collect();
        named.sort_unstable();
        named.dedup();
        named
    };
    assert_eq!(
        named(Reason::MediaBox),
        [
            "This media is not supported in your browser",
            "VIEW IN TELEGRAM"
        ]
    );
    assert_eq!(named(Reason::OwnPreview), ["Telegram", "stuff"]);
    assert_eq!(named(Reason::SiteName), ["GitHub", "YouTube"]);
    assert_eq!(count(Reason::SaidBefore), 2);
}

#[test]
fn archive_is_eighteen_posts() {
    let posts = read(ARCHIVE).corpus.posts;
    assert_eq!(posts.len(), 18);
    assert_eq!(posts[0].title, "شبکه عصبی خود را بهتر بفهمید!");
    assert_eq!(
        posts[17].title,
        "اشتباه نکنید! مکانیزم توجه همه آن چیزی که لازم دارید نیست!"
    );
    assert_eq!(read(ARCHIVE).corpus.name, "nlp_stuff");
    for post in &posts {
        assert!(!post.title.is_empty() && !post.text.is_empty() && !post.tags.is_empty());
        assert!(!post.text.contains("nlp_stuff") && !post.text.contains("\n\n"));
        assert!(
            post.text.contains("://") || post.text.contains("arxiv.org/"),
            "{}",
            post.title
        );
    }
    // A part of a link is no tag; tags keep their order; what follows them is still text.
    assert_eq!(posts[0].tags, ["link"]);
    assert!(
        posts[0]
            .text
            .ends_with("https://github.com/slundberg/shap#citations")
    );
    assert_eq!(posts[2].tags, ["link", "watch"]);
    let irani = posts
        .iter()
        .find(|post| post.tags.iter().any(|tag| tag == "irani"))
        .unwrap();
    assert_eq!(irani.title, "ترنسفورمرها علیه آلزایمر");
    assert_eq!(irani.tags, ["read", "paper", "irani"]);
    assert!(
        irani
            .text
            .lines()
            .last()
            .unwrap()
            .starts_with("پ.ن. با تشکر")
    );

    // A preview belongs to the post before it, and says a thing once.
    assert_eq!(posts[0].preview, "");
    assert!(
        posts[1]
            .preview
            .starts_with("Machine Learning PhD Survival Guide 2021")
    );
    assert_eq!(posts[1].preview.lines().count(), 3);
    assert_eq!(
        posts[2].preview,
        "Monkey MindPong\nPager, a nine year old Macaque, plays MindPong with his \
         Neuralink.\nwww.neuralink.com"
    );
    assert_eq!(
        posts.iter().filter(|post| !post.preview.is_empty()).count(),
        3
    );
}

#[test]
fn carriage_returns_and_a_byte_order_mark_change_nothing() {
    let text = std::str::from_utf8(ARCHIVE).unwrap();
    let windows = format!("\u{feff}{}\r\n", text.replace('\n', "\r\n"));
    assert_eq!(read(windows.as_bytes()).corpus, read(ARCHIVE).corpus);
    let spaced = format!("\n\n{}\n \n", text.replace('\n', "\n\n"));
    let again = read(spaced.as_bytes());
    assert_eq!(again.corpus, read(ARCHIVE).corpus);
    check(&again, &spaced);
}

#[test]
fn ids_survive_growth_and_are_short() {
    let text = std::str::from_utf8(ARCHIVE).unwrap();
    let fewer: String = text
        .lines()
        .take(62)
        .map(|line| format!("{line}\n"))
        .collect();
    let (few, all) = (
        read(fewer.as_bytes()).corpus.posts,
        read(ARCHIVE).corpus.posts,
    );
    assert_eq!(few.len(), 4);
    let ids = |posts: &[juya_engine::Post]| -> Vec<String> {
        posts.iter().map(|post| post.id.clone()).collect()
    };
    assert_eq!(ids(&few), ids(&all)[..4]);
    for id in ids(&all) {
        assert!(
            id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{id}"
        );
    }
}

#[test]
fn the_same_post_again_gets_an_id_of_its_own() {
    let once = "T\nbody\n@c\nbody\n@c\n";
    let ids: Vec<String> = read(once.repeat(3).as_bytes())
        .corpus
        .posts
        .into_iter()
        .map(|post| post.id)
        .collect();
    assert_eq!(ids[1], format!("{}-2", ids[0]));
    assert_eq!(ids[2], format!("{}-3", ids[0]));
}

#[test]
fn hashtags() {
    let text = "An #Intro title\nsee (#one_two) and a#no, C# #12 http://x.y/#z\n\
                #three #four\n#one_two\n@c\n";
    let body = text.split_once('\n').unwrap().1;
    let read = read(format!("{text}{body}").as_bytes());
    let post = &read.corpus.posts[0];
    assert_eq!(post.tags, ["Intro", "one_two", "three", "four"]);
    assert_eq!(post.text, "see (#one_two) and a#no, C# #12 http://x.y/#z");
}

#[test]
fn previews_of_other_channels_and_sites_stay() {
    let text = "T\nhttps://x.example/1\n@c\nhttps://x.example/1\n@c\nTelegram\nOther people\n\
                U\nb\n@c\nb\n@c\nYouTube\nabout";
    let read = read(text.as_bytes());
    assert_eq!(read.corpus.posts[0].preview, "Telegram\nOther people");
    assert_eq!(read.corpus.posts[1].preview, "YouTube\nabout");
    check(&read, text);
}

proptest! {
    #[test]
    fn any_bytes(name in "[a-z]{0,3}\\.(txt|jsonl|md)", bytes: Vec<u8>) {
        let _ = read_files(&[(PathBuf::from(name), bytes)]);
    }

    #[test]
    fn any_lines(lines in prop::collection::vec(
        prop::sample::select(vec![
            "@c", "@c", "@c", "a", "b", "#t", "#t x", "", "Telegram", "c", "VIEW IN TELEGRAM",
            "@d", "http://c.d/#t", "{\"id\":1}", "\u{feff}", "\r",
        ]),
        0..40,
    )) {
        let text = lines.join("\n");
        if let Ok(read) = read_files(&[("posts.txt".into(), text.clone().into_bytes())]) {
            check(&read, text.strip_prefix('\u{feff}').unwrap_or(&text));
        }
    }

    /// Any posts, written as a channel's text, are read back.
    #[test]
    fn channel_text_is_read_back(posts in prop::collection::vec(
        ("[A-Z][a-z]{0,5}", prop::collection::vec("[a-z]{1,3}( [a-z]{1,3}){0,2}", 0..4)),
        1..6,
    )) {
        let mut text = String::new();
        for (title, body) in &posts {
            let body: String = body.iter().map(|line| format!("{line}\n")).collect();
            text += &format!("{title}\n{body}@c\n{body}@c\n");
        }
        let read = read_files(&[("posts.txt".into(), text.clone().into_bytes())]).unwrap();
        check(&read, &text);
        prop_assert_eq!(read.corpus.posts.len(), posts.len());
        for (read, (title, body)) in read.corpus.posts.iter().zip(&posts) {
            prop_assert_eq!(&read.title, title);
            prop_assert_eq!(&read.text, &body.join("\n"));
        }
    }
}
