//! Folders and files as they are found: mixed, damaged, without end. What can be read is read, all
//! else is named, and nothing hangs.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use juya_engine::Post;
use juya_ingest::{Fate, Options, Reader, Reason, Report, read_into};
use tempfile::TempDir;

fn read<P: AsRef<Path>>(paths: &[P]) -> (Vec<Post>, Report) {
    let mut posts = Vec::new();
    let report = read_into(paths, &Options::default(), &mut |post| posts.push(post));
    (posts, report)
}

/// Reads a file that is no file of this machine.
fn read_from(name: &str, content: impl Read) -> (Vec<Post>, Report) {
    let mut posts = Vec::new();
    let (options, mut sink) = (Options::default(), |post| posts.push(post));
    let mut reader = Reader::new(&options, &mut sink);
    reader.file(name.as_ref(), name.as_ref(), content);
    let report = reader.finish();
    (posts, report)
}

fn faults(report: &Report) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

fn ids(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.id.as_str()).collect()
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        self.0.path()
    }
}

fn line(id: &str) -> String {
    format!("{{\"id\":\"{id}\",\"text\":\"words\"}}\n")
}

#[test]
fn a_fault_costs_only_what_it_names() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("a") + "{\n" + &line("b"));
    folder.write("b.txt", "T\nb\n@c\nb\n@c\nU\nx\n@c\nV\ny\n@c\ny\n@c\n");
    folder.write("c.jsonl", b"\0\x01\x02");
    folder.write(
        "d.jsonl",
        [
            line("d").as_bytes(),
            b"\xff\n",
            line("a").as_bytes(),
            line("e").as_bytes(),
        ]
        .concat(),
    );
    let (posts, report) = read(&[&folder]);
    let titles: Vec<&str> = posts
        .iter()
        .map(|post| post.title.as_str())
        .filter(|title| !title.is_empty())
        .collect();
    assert_eq!((posts.len(), &titles[..]), (6, &["T", "V"][..]));
    let wanted = [
        "a.jsonl:2:1: not JSON",
        "b.txt:6: the post that begins here and is closed on line 8 stands only once",
        "c.jsonl: not text",
        "d.jsonl:2: the line holds bytes that are not UTF-8",
        "d.jsonl:3: the id \"a\" is that of ",
    ];
    let faults = faults(&report);
    assert_eq!(faults.len(), wanted.len(), "{faults:#?}");
    for (fault, wanted) in faults.iter().zip(wanted) {
        assert!(fault.contains(wanted) && fault.contains("; "), "{fault}");
    }
    // What a fault names stands in the account, too, and the numbers of posts go on behind it.
    let fates: Vec<Fate> = report
        .files
        .iter()
        .find(|file| file.path.ends_with("b.txt"))
        .unwrap()
        .fates()
        .collect();
    assert_eq!(fates[5..7], [Fate::Dropped(Reason::Faulty); 2]);
    assert!(matches!(fates[8], Fate::Kept { post: 3, .. }), "{fates:?}");
    assert_eq!(report.barren, Vec::<std::path::PathBuf>::new());
}

#[test]
fn what_stands_beside_posts_is_counted() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("a"));
    for name in [
        "b.png",
        "style.css",
        "Makefile",
        "package.json",
        "robots.txt",
        "x/c.jpg",
        "data",
    ] {
        folder.write(name, if name == "data" { &b"\0\0"[..] } else { b"{}" });
    }
    folder.write(".git/b.jsonl", line("b"));
    folder.write("node_modules/c.jsonl", line("c"));
    let (posts, report) = read(&[&folder]);
    assert_eq!((ids(&posts), faults(&report)), (vec!["a"], vec![]));
    assert_eq!(report.left_out.len(), 7);
    assert!(
        report
            .left_out
            .iter()
            .all(|(_, reason)| *reason == Reason::NotASource)
    );
}

#[test]
fn a_source_without_posts_is_named() {
    let (empty, pictures, broken, good) =
        (Folder::new(), Folder::new(), Folder::new(), Folder::new());
    pictures.write("a.png", "");
    broken.write("a.jsonl", "{");
    good.write("a.jsonl", line("a"));
    let missing = good.as_ref().join("missing");
    let sources = [
        empty.as_ref(),
        pictures.as_ref(),
        broken.as_ref(),
        &missing,
        good.as_ref(),
    ];
    let (posts, report) = read(&sources);
    assert_eq!(ids(&posts), ["a"]);
    assert_eq!(report.barren, &sources[..4]);
    let faults = faults(&report);
    let wanted = [
        "the folder holds no files",
        "not one post came of the 1 file in it",
        "not JSON",
        "cannot be read",
    ];
    assert_eq!(faults.len(), wanted.len(), "{faults:#?}");
    for (fault, wanted) in faults.iter().zip(wanted) {
        assert!(fault.contains(wanted) && fault.contains("; "), "{fault}");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_a_circle_or_nowhere() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new();
    folder.write("a/b.jsonl", line("b"));
    symlink(folder.as_ref(), folder.as_ref().join("a/up")).unwrap();
    symlink(folder.as_ref().join("a"), folder.as_ref().join("z")).unwrap();
    symlink("nowhere", folder.as_ref().join("lost.jsonl")).unwrap();
    symlink("itself", folder.as_ref().join("itself")).unwrap();
    let (posts, report) = read(&[&folder]);
    assert_eq!(ids(&posts), ["b"]);
    let reasons: Vec<Reason> = report.left_out.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(reasons, [Reason::SameFolder; 2]);
    let faults = faults(&report);
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(
        faults.iter().all(|fault| fault.contains("cannot be read")),
        "{faults:#?}"
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_not_waited_for() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("a"));
    let pipe = folder.as_ref().join("pipe.jsonl");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        let (posts, report) = read(&[&folder]);
        assert_eq!(ids(&posts), ["a"]);
        assert_eq!(report.left_out, [(pipe, Reason::NotASource)]);
    }
}

/// Some bytes, and then an error: a file on a disk that is taken away.
struct Vanishing(&'static [u8]);

impl Read for Vanishing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::other("gone"));
        }
        self.0.read(buffer)
    }
}

#[test]
fn a_file_that_vanishes_while_it_is_read() {
    // More than is looked at first, so that reading begins.
    let mut text = line("a");
    text += &" ".repeat(100_000);
    text += "\n";
    let text: &'static str = text.leak();
    for name in ["a.jsonl", "a.txt", "a.md", "a.html"] {
        let (_, report) = read_from(name, Vanishing(text.as_bytes()));
        let faults = faults(&report);
        assert!(
            faults.len() == 1
                && faults[0].starts_with(name)
                && faults[0].contains("cannot be read: gone"),
            "{faults:#?}"
        );
    }
    let (posts, _) = read_from("a.jsonl", Vanishing(text.as_bytes()));
    assert_eq!(ids(&posts), ["a"]);
    let (posts, report) = read_from("a.jsonl", Vanishing(b""));
    assert!(posts.is_empty() && faults(&report)[0].contains("gone"));
}

#[test]
fn one_line_without_end() {
    // A little over the bound of a line, or of a file; what comes after is not kept either.
    let endless = |name: &str, start: &'static str| {
        let size = if name.contains("json") { 17 } else { 65 };
        start.as_bytes().chain(io::repeat(b'x').take(size << 20))
    };
    for (name, start, wanted) in [
        (
            "a.jsonl",
            "",
            "a.jsonl:1: more than 16 MB in one line, too long for a post; ",
        ),
        (
            "a.jsonl",
            "{\"id\":1,\"text\":\"",
            "a.jsonl:1: more than 16 MB in one line",
        ),
        (
            "a.txt",
            "",
            "a.txt: more than 64 MB, too large for its kind; ",
        ),
        ("a.md", "", "a.md: more than 64 MB"),
        (
            "a.csv",
            "text\n\"",
            "a.csv:2: more than 16 MB in one row, which is too long for a post, and what follows it is \
             not read; ",
        ),
        ("a.html", "<p>", "a.html: more than 64 MB"),
        (
            "result.json",
            "{\"id\":5,\"messages\":[{\"id\":1,\"text\":\"",
            "result.json:1: the export ends in the middle",
        ),
        ("a", "", "a: neither an export of Telegram"),
    ] {
        let (posts, report) = read_from(name, endless(name, start));
        let faults = faults(&report);
        assert!(
            posts.is_empty() && faults.len() == 1 && faults[0].starts_with(wanted),
            "{name}: {faults:#?}"
        );
    }
    // What follows the line is read.
    let (posts, report) = read_from(
        "a.jsonl",
        endless("a.jsonl", "")
            .chain("\n".as_bytes())
            .chain(line("a").leak().as_bytes()),
    );
    assert_eq!((ids(&posts), report.faults.len()), (vec!["a"], 1));
    let export = "\"},{\"id\":2,\"type\":\"message\",\"text\":\"words\"}]}";
    let (posts, report) = read_from(
        "result.json",
        endless(
            "result.json",
            "{\"id\":5,\"messages\":[{\"id\":1,\"text\":\"",
        )
        .chain(export.as_bytes()),
    );
    assert_eq!((ids(&posts), report.faults.len()), (vec!["5/2"], 1));
}

#[test]
fn nesting_without_end() {
    for (name, start, bracket) in [
        ("result.json", "{\"id\":5,\"messages\":[", &b"["[..]),
        (
            "result.json",
            "{\"id\":5,\"messages\":[{\"text\":",
            b"{\"a\":",
        ),
        ("a.jsonl", "{\"id\":1,\"text\":", b"["),
        (
            "messages.html",
            "<title>Exported Data</title><div class=\"page_wrap\"><div class=\"history\">",
            b"<div class=\"message default\" id=\"message1\">",
        ),
    ] {
        let deep = bracket.repeat(50_000);
        let (_, report) = read_from(name, start.as_bytes().chain(&deep[..]));
        assert!(!report.faults.is_empty() || report.posts == 0, "{name}");
    }
}

#[test]
fn faults_are_listed_up_to_a_bound() {
    let (_, report) = read_from("a.jsonl", "x\n".repeat(10_300).leak().as_bytes());
    let faults = faults(&report);
    assert_eq!(faults.len(), 10_001);
    assert!(
        faults[10_000].starts_with("a.jsonl: 300 more faults in it; "),
        "{}",
        faults[10_000]
    );
}

#[test]
fn a_message_in_shreds_takes_no_longer_than_a_whole_one() {
    // Each colon might begin a name without quotes.
    let shreds = "\"a\":1,".repeat(100_000);
    let export = format!(
        "{{\"id\":5,\"messages\":[{{{shreds}?}}, {{\"id\":1,\"type\":\"message\",\"text\":\"a\"}}]}}"
    );
    let (posts, report) = read_from("result.json", export.as_bytes());
    assert_eq!((ids(&posts), report.faults.len()), (vec!["5/1"], 1));
}

#[test]
fn other_encodings() {
    let text = "آغاز\nاين يك متن فارسي ساده است براي آزمودن\n@c\nاين يك متن فارسي ساده است براي آزمودن\n@c\n";
    let (posts, report) = read_from("a.txt", &*encoding_rs::WINDOWS_1256.encode(text).0);
    assert_eq!(
        (report.faults.len(), report.files[0].encoding),
        (0, "windows-1256")
    );
    assert_eq!(posts[0].title, "آغاز");
    // A stream is decoded as it is read.
    let line =
        "{\"id\":1,\"text\":\"اين يك متن فارسي ساده است براي آزمودن\"}\n{\"id\":2,\"text\":\"و\"}";
    let (posts, _) = read_from("a.jsonl", &*encoding_rs::WINDOWS_1256.encode(line).0);
    assert_eq!(posts[1].text, "و");
    let units = || "\u{feff}{\"id\":1,\"text\":\"سلام\"}\n".encode_utf16();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let (posts, report) = read_from("a.jsonl", &little[..]);
    assert_eq!(
        (posts[0].text.as_str(), report.files[0].encoding),
        ("سلام", "UTF-16LE")
    );
    // Which of many encodings this is cannot be told.
    let (_, report) = read_from("a.txt", &b"a\nna\xefve\n@c\nna\xefve\n@c"[..]);
    assert!(faults(&report)[0].starts_with("a.txt:2: the line holds bytes that are not UTF-8; "));
}

#[test]
fn how_far_reading_is() {
    let folder = Folder::new();
    let posts: String = (0..5000).map(|nth| line(&nth.to_string())).collect();
    folder.write("a.jsonl", &posts);
    folder.write("b/photo.jpg", vec![0; 100_000]);
    let options = Options::default();
    let (mut before, mut told) = (0, Vec::new());
    let _ = read_into(&[&folder], &options, &mut |_| {
        let done = options.progress.done();
        assert!(done >= before);
        before = done;
        told.push(done);
    });
    let all = posts.len() as u64 + 100_000;
    assert_eq!(options.progress.all(), all);
    assert!(told[0] < posts.len() as u64, "it tells while it goes on");
    assert_eq!(
        options.progress.done(),
        all,
        "what is passed over is done, too"
    );
}
