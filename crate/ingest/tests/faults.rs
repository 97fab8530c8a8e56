//! Wrong input: every fault is named, by file, line and remedy.

use juya_ingest::{Fate, Faults, Ingested, Reason, read_files, read_sources};

fn read(name: &str, text: impl AsRef<[u8]>) -> Result<Ingested, Faults> {
    read_files(&[(name.into(), text.as_ref().to_vec())])
}

/// The faults of a file begin so, each with what follows its place.
#[track_caller]
fn check(name: &str, text: impl AsRef<[u8]>, expected: &[&str]) {
    let Faults(faults) = read(name, text).expect_err("faults");
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, expected) in faults.iter().zip(expected) {
        assert!(
            fault.starts_with(expected),
            "{fault}\ninstead of {expected}"
        );
        assert!(fault.contains("; "), "no remedy: {fault}");
    }
}

#[test]
fn whole_files() {
    check("a.txt", "", &["a.txt: the file is empty"]);
    check(
        "a.jsonl",
        "\u{feff} \n\r\n",
        &["a.jsonl: the file is empty"],
    );
    check(
        "a.txt",
        b"one\ntwo\nthr\xffee\n",
        &["a.txt:3: the line holds bytes that are not UTF-8"],
    );
    check("a.cfg", "words", &["a.cfg: "]);
    check("a.png", b"\x89PNG\0", &["a.png: not text"]);
    check(
        "a.txt",
        "words\n",
        &["a.txt: no line such as `@channel` closes a post"],
    );
}

#[test]
fn a_post_without_its_twin() {
    let twin = "the post that begins here and is closed on line";
    check(
        "a.txt",
        "T\nb\n@c\n",
        &[&format!("a.txt:1: {twin} 3 stands only once")],
    );
    // The first, the second copy is missing; the posts around are understood.
    let good = "T\nb\nb2\n@c\nb\nb2\n@c\n";
    for (middle, closing) in [("U\nx\nx2\n@c\n", 11), ("x\nx2\n@c\n", 10)] {
        check(
            "a.txt",
            format!("{good}{middle}{good}"),
            &[&format!("a.txt:8: {twin} {closing} stands only once")],
        );
    }
    // One copy was edited.
    check(
        "a.txt",
        format!("{good}U\nx\ny\n@c\nx\nz\n@c\n{good}"),
        &["a.txt:10: the two copies of the post differ: this line and line 13"],
    );
    check(
        "a.txt",
        format!("@c\n@c\n{good}"),
        &["a.txt:1: nothing", "a.txt:2: the post that"],
    );
}

#[test]
fn json_lines() {
    check(
        "a.jsonl",
        "{\"id\":1,\"text\":\"\"}\n{\"id\":2,\n[]\n{\"id\":3}\n{\"id\":[],\"text\":4,\"tags\":[5]}\n\
         {\"id\":\"\",\"text\":\"\",\"date\":\"12 May\"}\n\n{\"id\":\"1\",\"text\":\"\"}\n\
         {\"id\":5,\"text\":\"\",\"text\":\"\"}\n{\"id\":6,\"text\":\"\"} x\n",
        &[
            "a.jsonl:2:8: not JSON: EOF",
            "a.jsonl:3: JSON, but no object",
            "a.jsonl:4: the post has no `text`",
            "a.jsonl:5: `id` is of the wrong type; make it a string or an integer",
            "a.jsonl:5: `text` is of the wrong type",
            "a.jsonl:5: `tags` is of the wrong type; make it an array of strings",
            "a.jsonl:6: the `id` is empty",
            "a.jsonl:6: the `date` \"12 May\"",
            "a.jsonl:8: the id \"1\" is that of a.jsonl:1 already",
            "a.jsonl:9:24: not a post: duplicate field `text`",
            "a.jsonl:10:20: not JSON: trailing characters",
        ],
    );
}

#[test]
fn dates() {
    for date in ["2021-05-13", "2021-05-13T10:00:00Z", "2021-05-13 10:00", ""] {
        let line = format!("{{\"id\":\"a\",\"text\":\"b\",\"date\":\"{date}\"}}");
        assert_eq!(read("a.jsonl", line).unwrap().corpus.posts[0].date, date);
    }
    for date in [
        "2021-13-01",
        "2021-00-01",
        "2021-01-32",
        "2021-1-1",
        "2021-01-011",
        "۲۰۲۱-۰۱-۰۱",
    ] {
        let line = format!("{{\"id\":\"a\",\"text\":\"b\",\"date\":\"{date}\"}}");
        check("a.jsonl", line, &["a.jsonl:1: the `date`"]);
    }
}

#[test]
fn json_posts_are_read() {
    let text = "\u{feff}{\"id\":7,\"title\":\"A\\nB\",\"text\":\"one\\r\\n\\r\\n  two \\rthree\\n\",\
                \"url\":\"u\",\"date\":null,\"tags\":[\"#x\",\"y\",\"x\",\"\"],\"author\":\"me\",\
                \"more\":{}}\r\n\r\n{\"text\":\"t\",\"id\":\"s\"}";
    // The name says nothing: the content does.
    let read = read("a.export", text).unwrap();
    let [post, other] = &read.corpus.posts[..] else {
        panic!("two posts")
    };
    assert_eq!((post.id.as_str(), post.title.as_str()), ("7", "A B"));
    assert_eq!(post.text, "one\n  two\nthree");
    assert_eq!(
        (post.url.as_str(), post.date.as_str(), post.author.as_str()),
        ("u", "", "me")
    );
    assert_eq!(post.tags, ["x", "y"]);
    assert_eq!((other.id.as_str(), other.text.as_str()), ("s", "t"));
    let fates: Vec<Fate> = read.files[0].fates().collect();
    assert_eq!(fates[1], Fate::Dropped(Reason::Blank));
    assert_eq!(fates.len(), 3);
}

#[test]
fn folders_are_read_in_order_and_all_faults_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("b.jsonl", "{\"id\":\"b\",\"text\":\"\"}");
    write("a/z.jsonl", "{\"id\":\"z\",\"text\":\"\"}");
    write(".hidden", "");
    write("c.txt", "T\nb\n@c\nb\n@c\n");
    let read = read_sources(&[folder.path()]).unwrap();
    let ids: Vec<&str> = read.corpus.posts[..2]
        .iter()
        .map(|post| post.id.as_str())
        .collect();
    assert_eq!(ids, ["z", "b"]);
    assert_eq!(read.corpus.name, "c");
    assert_eq!(read.files.len(), 3);

    write("a/y.jsonl", "{\"id\":\"b\",\"text\":\"\"}\n{");
    write("d.txt", "words");
    let empty = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let faults = read_sources(&[folder.path(), empty.path(), &missing]).unwrap_err();
    let lines: Vec<String> = faults.to_string().lines().map(str::to_owned).collect();
    let wanted = [
        ("y.jsonl:2:1: ", "not JSON"),
        ("b.jsonl:1: ", "y.jsonl:1 already"),
        ("d.txt: ", "no line such as"),
        ("", "the folder holds no files"),
        ("missing: ", "cannot be read"),
    ];
    assert_eq!(lines.len(), wanted.len(), "{lines:#?}");
    for (line, (place, what)) in lines.iter().zip(wanted) {
        assert!(line.contains(place) && line.contains(what), "{line}");
    }
}
