//! The real binary, on the real archive and on wrong input.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

const POSTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../posts");

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_juya"));
    command.args(arguments);
    command
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// What it prints where all goes well.
#[track_caller]
fn juya(arguments: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command(arguments).output().unwrap();
    assert!(status.success(), "{arguments:?}: {}", text(stderr));
    text(stdout)
}

/// What it says on stderr where it fails.
#[track_caller]
fn fails(arguments: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command(arguments).output().unwrap();
    assert_eq!(status.code(), Some(1), "{arguments:?}: {}", text(stdout));
    let error = text(stderr);
    assert!(!error.contains("panicked"), "{error}");
    error
}

/// A folder, and what is in it by name.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = PathBuf::from(self.path(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        self.path(name)
    }
}

/// The archive, indexed.
fn archive() -> (Folder, String) {
    let folder = Folder::new();
    let out = folder.path("out");
    juya(&["build", POSTS, "--out", &out, "--index-only"]);
    (folder, out)
}

#[test]
fn build_writes_the_same_index_each_time_and_nothing_else() {
    let (folder, out) = archive();
    let again = folder.path("again");
    let printed = juya(&["build", POSTS, "--out", &again, "--index-only"]);
    assert!(printed.contains("index.juya: 18 posts, "), "{printed}");
    let index = |out: &str| fs::read(Path::new(out).join("index.juya")).unwrap();
    assert_eq!(index(&out), index(&again));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
}

#[test]
fn search_for_people() {
    let (_folder, out) = archive();
    let printed = juya(&["search", &out, "شبکه عصبی", "--limit", "2", "--explain"]);
    assert!(
        printed.starts_with("شبکه عصبی خود را بهتر بفهمید!\n"),
        "{printed}"
    );
    assert!(printed.contains("#link"), "{printed}");
    assert!(printed.contains('█') && printed.contains('%'), "{printed}");
    assert!(
        !printed.contains('\u{1b}'),
        "no colours where no terminal is: {printed:?}"
    );
    assert!(
        printed.lines().last().unwrap().starts_with("2 of "),
        "{printed}"
    );
    assert_eq!(juya(&["search", &out, "qqqqqq"]), "no post matches\n");
}

#[test]
fn search_as_json() {
    let (_folder, out) = archive();
    let index = format!("{out}/index.juya");
    let page: Value = serde_json::from_str(&juya(&["search", &index, "BERT", "--json"])).unwrap();
    let hits = page["hits"].as_array().unwrap();
    assert!(!hits.is_empty() && page["total"].as_u64().unwrap() >= hits.len() as u64);
    assert!(!page["facets"]["tags"].as_array().unwrap().is_empty());
    for hit in hits {
        for field in ["id", "url", "title", "excerpt", "date"] {
            assert!(hit[field].is_string(), "{field} of {hit}");
        }
        assert!(hit["score"].as_f64().unwrap() > 0.0);
        assert!(!hit["tags"].as_array().unwrap().is_empty());
        assert!(hit.get("why").is_none());
        for (field, ranges) in [("title", "titleRanges"), ("excerpt", "excerptRanges")] {
            for range in hit[ranges].as_array().unwrap() {
                let [start, end] = ["start", "end"].map(|at| range[at].as_u64().unwrap() as usize);
                let matched = &hit[field].as_str().unwrap()[start..end];
                assert!(
                    matched.to_lowercase().contains("bert"),
                    "{matched} in {hit}"
                );
            }
        }
    }
    let explained = juya(&[
        "search",
        &index,
        "BERT",
        "--json",
        "--explain",
        "--limit",
        "1",
    ]);
    let page: Value = serde_json::from_str(&explained).unwrap();
    assert_eq!(page["hits"].as_array().unwrap().len(), 1);
    let why = page["hits"][0]["why"].as_array().unwrap();
    let sum: f64 = why
        .iter()
        .map(|share| share["score"].as_f64().unwrap())
        .sum();
    assert!((sum - page["hits"][0]["score"].as_f64().unwrap()).abs() < 1e-3);
}

#[test]
fn stats_account_for_every_byte() {
    let (_folder, out) = archive();
    let stats: Value = serde_json::from_str(&juya(&["stats", &out, "--json"])).unwrap();
    assert_eq!(stats["corpus"], "nlp_stuff");
    assert_eq!(stats["posts"], 18);
    assert!(stats["terms"].as_u64().unwrap() > 500);
    let size = fs::metadata(Path::new(&out).join("index.juya"))
        .unwrap()
        .len();
    let sections = stats["bytes"].as_object().unwrap();
    assert_eq!(
        sections
            .values()
            .map(|bytes| bytes.as_u64().unwrap())
            .sum::<u64>(),
        size
    );
    assert_eq!(stats["totalBytes"], size);
    assert!(juya(&["stats", &out]).starts_with("corpus  nlp_stuff\nposts   18\n"));
}

#[test]
fn check_names_each_post_and_each_line_that_is_dropped() {
    let printed = juya(&["check", POSTS]);
    let posts = printed
        .lines()
        .filter(|line| !line.contains("not indexed"))
        .count()
        - 1;
    assert_eq!(posts, 18);
    assert!(printed.contains("nlp_stuff.txt:12: "), "{printed}");
    assert!(
        printed.contains("not indexed, media box: 4 lines (112-113, 301-302)"),
        "{printed}"
    );
    assert!(
        printed.ends_with("18 posts in 1 file, no faults\n"),
        "{printed}"
    );
}

#[test]
fn faults_in_sources_are_all_named() {
    let folder = Folder::new();
    folder.write("posts/a.jsonl", "{\"id\":1}\nx\n");
    folder.write("posts/b.txt", "T\nbody\n@c\n");
    let posts = folder.path("posts");
    let out = folder.path("out");
    for arguments in [
        &["check", &posts][..],
        &["build", &posts, "--out", &out, "--index-only"],
    ] {
        let error = fails(arguments);
        let lines: Vec<&str> = error.lines().collect();
        let wanted = ["a.jsonl:1: ", "a.jsonl:2:1: ", "b.txt:1: "];
        assert_eq!(lines.len(), wanted.len(), "{error}");
        for (line, wanted) in lines.iter().zip(wanted) {
            assert!(line.contains(wanted), "{error}");
        }
    }
    assert!(!Path::new(&out).exists());
}

/// Posts among which one cannot be read, and a picture.
fn faulty() -> Folder {
    let folder = Folder::new();
    folder.write("posts/a.jsonl", "{\"id\":1,\"text\":\"one\"}\nx\n");
    folder.write("posts/b.jsonl", "{\"id\":2,\"text\":\"two\"}\n");
    folder.write("posts/c.png", b"\x89PNG\0");
    folder
}

#[test]
fn a_build_goes_on_past_faults_and_names_them() {
    let folder = faulty();
    let (posts, out) = (folder.path("posts"), folder.path("out"));
    let build = ["build", &posts, "--out", &out, "--index-only"];
    let Output { status, stderr, .. } = command(&build).output().unwrap();
    let said = text(stderr);
    assert!(status.success(), "{said}");
    assert!(said.contains("a.jsonl:2:1: not JSON"), "{said}");
    assert!(said.contains("left out: 1 × not a source"), "{said}");
    assert!(juya(&["stats", &out]).contains("posts   2\n"));

    let printed = juya(&["check", &posts]);
    assert!(printed.contains("a.jsonl:2:1: not JSON"), "{printed}");
    assert!(
        printed.contains("c.png: not indexed, not a source"),
        "{printed}"
    );
    assert!(
        printed.ends_with("2 posts in 2 files, 1 fault, 1 file left out, not a source\n"),
        "{printed}"
    );

    let error = fails(&[&build[..], &["--strict"]].concat());
    assert!(
        error.contains("a.jsonl:2:1: not JSON") && error.lines().count() == 1,
        "{error}"
    );
    fails(&["check", &posts, "--strict"]);
}

#[test]
fn a_source_without_a_post_fails_a_build() {
    let folder = faulty();
    folder.write("none/a.png", b"\x89PNG\0");
    let (posts, none, out) = (
        folder.path("posts"),
        folder.path("none"),
        folder.path("out"),
    );
    let error = fails(&["build", &posts, &none, "--out", &out, "--index-only"]);
    assert!(
        error.contains("none: not one post came of the 1 file in it; "),
        "{error}"
    );
    assert!(!Path::new(&out).exists());
}

#[test]
fn an_export_of_telegram_is_searched_and_leads_back_to_it() {
    const EXPORT: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../ingest/tests/fixtures/telegram/channel"
    );
    let folder = Folder::new();
    let out = folder.path("out");
    juya(&[
        "build",
        EXPORT,
        POSTS,
        "--channel",
        "@nlp_stuff",
        "--out",
        &out,
        "--index-only",
    ]);
    let page: Value =
        serde_json::from_str(&juya(&["search", &out, "فریم‌ورک PyTorch", "--json"])).unwrap();
    assert_eq!(page["hits"][0]["url"], "https://t.me/nlp_stuff/6");
    assert_eq!(page["hits"][0]["date"], "2021-04-04T12:00:00+04:30");
    // Posts of both sources are there.
    assert!(juya(&["stats", &out]).contains("posts   25\n"));
}

#[test]
fn juya_toml_says_what_the_command_line_does_not() {
    let folder = faulty();
    let run = |config: &str, arguments: &[&str]| {
        folder.write("juya.toml", config);
        let output = command(arguments).current_dir(folder.0.path()).output();
        let Output {
            status,
            stdout,
            stderr,
        } = output.unwrap();
        (status.code(), text(stdout), text(stderr))
    };
    let whole = "# what to search\nsources = [\"posts\"]\nout = \"site\"\nindex-only = true\n";
    let (code, _, error) = run(whole, &["build"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(folder.0.path().join("site/index.juya").exists());
    // The command line has the last word.
    let (code, printed, error) = run(whole, &["build", "posts/b.jsonl", "--out=other"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(printed.contains("other/index.juya: 1 post"), "{printed}");
    // An option of build is none of check's, and no hindrance.
    let (code, printed, error) = run(whole, &["check"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(printed.contains("2 posts in 2 files"), "{printed}");
    let (code, _, error) = run(&format!("{whole}strict = true"), &["check"]);
    assert_eq!(code, Some(1), "{error}");
    let (code, _, error) = run(
        &format!("{whole}strict = false\nchannel = [\"a_b\", \"C=c_d\"]"),
        &["check"],
    );
    assert_eq!(code, Some(0), "{error}");

    for (config, wanted) in [
        (
            "sources = [\"posts\"]\nbase_url = \"x\"",
            "juya.toml:2: no option is called `base_url`; write `base-url`",
        ),
        (
            "\n\nchanel = \"x\"",
            "juya.toml:3: no option is called `chanel`; write `channel`",
        ),
        (
            "zzz = 1",
            "juya.toml:1: no option is called `zzz`; take it away, or write one of base-url, channel",
        ),
        ("help = true", "juya.toml:1: no option is called `help`"),
        (
            "strict = \"yes\"",
            "juya.toml:1: `strict` is of the wrong type; make it true or false",
        ),
        (
            "sources = [1.5]",
            "juya.toml:1: `sources` is of the wrong type; make it a string, or a list of strings",
        ),
        (
            "out = [\"a\"]",
            "juya.toml:1: `out` is of the wrong type; make it a string",
        ),
        ("a = \n", "juya.toml:1: "),
        (
            "sources = [\"posts\"]\nchannel = \"a b\"",
            "juya.toml:2: invalid value 'a b' for '--channel <[CHAT=]NAME>'",
        ),
    ] {
        let (code, _, error) = run(config, &["check"]);
        assert_eq!(code, Some(2), "{config}: {error}");
        assert!(error.starts_with(wanted), "{error}");
    }
    // What is wrong on the command line is said as ever.
    let (code, _, error) = run(whole, &["check", "--no-such"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("unexpected argument '--no-such'"), "{error}");
}

/// Posts with a word that stands only in a title, one only in a text, one only in an address.
fn fields() -> Folder {
    let folder = Folder::new();
    folder.write(
        "posts.jsonl",
        concat!(
            "{\"id\": \"a\", \"title\": \"apple\", \"text\": \"banana\", \"tags\": [\"fruit\"], \"date\": \"2024-05-01\"}\n",
            "{\"id\": \"b\", \"title\": \"other\", \"text\": \"apple https://example.org/cherry\", \"date\": \"2024-05-01\"}\n",
        ),
    );
    folder
}

#[test]
fn weights_and_facets_decide_what_is_found_and_counted() {
    let folder = fields();
    let posts = folder.path("posts.jsonl");
    let build = |out: &str, options: &[&str]| {
        let out = folder.path(out);
        let arguments = ["build", &posts, "--out", &out, "--index-only"];
        juya(&[&arguments, options].concat());
        out
    };
    let page = |out: &str, query: &str| -> Value {
        let found = juya(&["search", out, query, "--json", "--literal"]);
        serde_json::from_str(&found).unwrap()
    };
    let ids = |out: &str, query: &str| -> Vec<String> {
        let page = page(out, query);
        let hits = page["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let plain = build("plain", &[]);
    assert_eq!(ids(&plain, "apple"), ["a", "b"]);
    assert_eq!(ids(&plain, "cherry"), ["b"]);
    let facets = &page(&plain, "apple")["facets"];
    assert_eq!(facets["tags"][0]["value"], "fruit", "{facets}");
    assert_eq!(facets["years"][0]["value"], "2024", "{facets}");

    for form in ["never", "always"] {
        let of = |name: &str, options: &[&str]| {
            let options = [options, &["--shards", form]].concat();
            build(&format!("{name}-{form}"), &options)
        };
        let no_links = of("no-links", &["--weights", "links=0"]);
        assert_eq!(ids(&no_links, "cherry"), [""; 0]);
        assert_eq!(ids(&no_links, "apple"), ["a", "b"]);
        let light_titles = of(
            "light-titles",
            &["--weights", "title=0.1", "--weights", "text=5"],
        );
        assert_eq!(ids(&light_titles, "apple"), ["b", "a"]);

        let years = of("years", &["--facets", "years"]);
        let facets = &page(&years, "apple")["facets"];
        assert_eq!(facets["tags"].as_array().unwrap().len(), 0, "{facets}");
        assert_eq!(facets["years"][0]["count"], 2, "{facets}");
        let none = of("none", &["--facets", "none"]);
        let facets = &page(&none, "apple")["facets"];
        let empty = |list: &Value| list.as_array().unwrap().is_empty();
        assert!(facets.as_object().unwrap().values().all(empty), "{facets}");
    }

    // Searches that must work are tried as readers will search.
    let queries = folder.write("queries.tsv", "cherry\tb\n");
    let gated = ["--queries", queries.as_str()];
    build("gated", &gated);
    let out = folder.path("refused");
    let weights = ["--weights", "links=0", "--index-only", "--out", &out];
    let error = fails(&[&["build", &posts], &gated[..], &weights[..]].concat());
    assert!(error.contains("cherry\n  wanted: b"), "{error}");
}

#[test]
fn synonyms_are_found_below_the_word_itself() {
    let folder = Folder::new();
    let posts = [
        ("nlp", "NLP and more"),
        ("long", "Natural language processing of poems"),
        (
            "apart",
            "The language of natural selection, which is no processing",
        ),
        ("خودرو", "خودروهای برقی در راه‌اند"),
        ("none", "something else"),
    ];
    let line = |(id, text): (&str, &str)| format!("{{\"id\": \"{id}\", \"text\": \"{text}\"}}\n");
    let posts = folder.write("posts.jsonl", posts.map(line).concat());
    folder.write(
        "juya.toml",
        "synonyms = [['NLP', 'natural language processing'], ['خودرو', 'اتومبیل']]",
    );
    for form in ["never", "always"] {
        let plain = folder.path(&format!("plain-{form}"));
        let arguments = ["build", &posts, "--index-only", "--shards", form, "--out"];
        juya(&[&arguments[..], &[plain.as_str()]].concat());
        let out = folder.path(&format!("out-{form}"));
        let mut build = command(&[&arguments[..], &[out.as_str()]].concat());
        let built = build.current_dir(folder.0.path()).output().unwrap();
        assert!(built.status.success(), "{}", text(built.stderr));

        let ids = |index: &str, query: &str| -> Vec<String> {
            let found = juya(&["search", index, query, "--json"]);
            let page: Value = serde_json::from_str(&found).unwrap();
            let hits = page["hits"].as_array().unwrap().iter();
            hits.map(|hit| hit["id"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(ids(&plain, "nlp"), ["nlp"]);
        assert_eq!(ids(&out, "nlp"), ["nlp", "long"]);
        // The other way, where the words of the phrase are found as well.
        let query = "natural language processing";
        assert!(!ids(&plain, query).contains(&"nlp".to_owned()));
        let found = ids(&out, query);
        assert_eq!(found[0], "long");
        assert!(found.contains(&"nlp".to_owned()), "{found:?}");
        // Other forms, of what is typed and of what is found.
        assert_eq!(ids(&plain, "اتومبیل‌ها"), [""; 0]);
        assert_eq!(ids(&out, "اتومبیل‌ها"), ["خودرو"]);
    }
}

#[test]
fn settings_are_the_same_on_the_command_line_and_in_every_shape_of_the_file() {
    let folder = fields();
    let build = |config: &str, options: &[&str]| {
        folder.write("juya.toml", config);
        let arguments = ["build", "posts.jsonl", "--index-only", "--out=out"];
        let mut command = command(&[&arguments, options].concat());
        let output = command.current_dir(folder.0.path()).output().unwrap();
        assert!(output.status.success(), "{config}: {}", text(output.stderr));
        fs::read(folder.path("out/index.juya")).unwrap()
    };
    let options = [
        "--weights=title=5",
        "--weights=links=0.5",
        "--synonyms=NLP, پردازش زبان طبیعی",
        "--synonyms=cat,گربه",
        "--facets=tags, years",
    ];
    let wanted = build("", &options);
    assert_ne!(wanted, build("", &[]));
    for config in [
        "weights = { title = 5, links = 0.5 }
         synonyms = [[\"NLP\", \"پردازش زبان طبیعی\"], [\"cat\", \"گربه\"]]
         facets = [\"tags\", \"years\"]",
        "weights = [\"title=5\", \"links=0.5\"]
         synonyms = [\"NLP، پردازش زبان طبیعی\", \"cat, گربه\"]
         facets = \"years, tags\"",
        "synonyms = [\"NLP, پردازش زبان طبیعی\", [\"cat\", \"گربه\"]]
         facets = \"tags،years\"
         [weights]
         title = \"5\"
         links = 5e-1",
    ] {
        assert_eq!(build(config, &[]), wanted, "{config}");
    }
    assert_eq!(
        build("facets = []", &[]),
        build("facets = \"none\"", &["--strict"])
    );

    let stats = juya(&["stats", &folder.path("out")]);
    assert!(
        stats.contains("\nsettings\n  facets       none\nbytes "),
        "{stats}"
    );
    build("", &options);
    let stats = juya(&["stats", &folder.path("out"), "--json"]);
    let stats: Value = serde_json::from_str(&stats).unwrap();
    assert_eq!(
        stats["settings"],
        serde_json::json!({
            "weights": { "title": 5.0, "links": 0.5 },
            "synonyms": [["nlp", "پردازش زبان طبیعی"], ["cat", "گربه"]],
            "facets": ["tags", "years"],
        })
    );
    build("", &[]);
    let stats = juya(&["stats", &folder.path("out"), "--json"]);
    let stats: Value = serde_json::from_str(&stats).unwrap();
    assert_eq!(stats["settings"], serde_json::json!({}));
}

#[test]
fn settings_that_are_wrong_are_named_with_their_line() {
    let folder = fields();
    let run = |config: &str, arguments: &[&str]| {
        folder.write("juya.toml", config);
        let output = command(arguments).current_dir(folder.0.path()).output();
        let Output { status, stderr, .. } = output.unwrap();
        (status.code(), text(stderr))
    };
    let build = ["build", "posts.jsonl", "--index-only", "--out=out"];
    for (config, wanted) in [
        (
            "[weights]\ntitle = 5\ntitel = 5\n",
            "juya.toml:3: invalid value 'titel=5' for '--weights <FIELD=N>': no field is called \"titel\"; there are title, text, tags, links",
        ),
        (
            "strict = true\nweights = { text = 101 }",
            "juya.toml:2: invalid value 'text=101' for '--weights <FIELD=N>': \"101\" is no weight; write a number from 0 to 100",
        ),
        (
            "weights = { text = -0.5 }",
            "juya.toml:1: invalid value 'text=-0.5' for '--weights <FIELD=N>': \"-0.5\" is no weight",
        ),
        (
            "weights = { text = nan }",
            "juya.toml:1: invalid value 'text=nan' for '--weights <FIELD=N>': \"nan\" is no weight",
        ),
        (
            "weights = [\"title\"]",
            "juya.toml:1: invalid value 'title' for '--weights <FIELD=N>': \"title\" has no weight; write FIELD=NUMBER",
        ),
        (
            "\nweights = { title = 0, text = 0, tags = 0, links = 0.001 }",
            "juya.toml:2: invalid values for '--weights <FIELD=N>': no field is searched; give one a weight above 0",
        ),
        (
            "synonyms = [\n  \"a, b\",\n  \"NLP\",\n]",
            "juya.toml:3: invalid value 'NLP' for '--synonyms <WORDS,…>': \"NLP\" is one word to a search; write two or more",
        ),
        (
            "synonyms = [[\"a\", \"\"]]",
            "juya.toml:1: invalid value 'a, ' for '--synonyms <WORDS,…>': ",
        ),
        (
            "facets = [\"tags\", \"colour\"]",
            "juya.toml:1: invalid value 'tags, colour' for '--facets <NAMES,…>': no facet is called \"colour\"; there are tags, kinds, sources, years, or none alone",
        ),
        (
            "facets = true",
            "juya.toml:1: `facets` is of the wrong type; make it a string, or a list of strings",
        ),
    ] {
        let (code, error) = run(config, &build);
        assert_eq!(code, Some(2), "{config}: {error}");
        assert!(error.starts_with(wanted), "{error}");
        assert!(!folder.0.path().join("out").exists());
    }
    // They are none of check's; and on the command line they have no line of the file.
    let (code, error) = run("facets = \"colour\"", &["check", "posts.jsonl"]);
    assert_eq!(code, Some(0), "{error}");
    let (code, error) = run(
        "weights = { titel = 5 }",
        &[&build[..], &["--weights=text=x"]].concat(),
    );
    assert_eq!(code, Some(2));
    assert!(
        error.starts_with("error: invalid value 'text=x' for '--weights <FIELD=N>'"),
        "{error}"
    );
}

#[test]
fn what_is_no_index_is_an_error_with_a_remedy() {
    let (folder, out) = archive();
    let missing = folder.path("missing");
    assert!(fails(&["search", &missing, "x"]).contains("juya build SOURCE --out DIR"));
    assert!(fails(&["stats", folder.0.path().to_str().unwrap()]).contains("index.juya: no index"));
    let wrong = folder.write("wrong.juya", "no index at all");
    assert!(fails(&["stats", &wrong]).contains("wrong.juya: "));
    let mut bytes = fs::read(Path::new(&out).join("index.juya")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = folder.write("damaged.juya", bytes);
    assert!(fails(&["search", &damaged, "x"]).contains("damaged.juya: "));
}

#[test]
fn a_site_is_the_page_with_the_index_named_and_kept() {
    let folder = Folder::new();
    let page = "<html><head><title>t</title></head><body></body></html>";
    let worker = "// a worker\n  const BUILD = {\"version\":\"v\",\"files\":{\"./\":\"\",\"a/b.js\":\"x\"},\"later\":[]};\nx;\n";
    let site = folder.path("site");
    let out = folder.path("out");
    let build = ["build", POSTS, "--out", &out, "--site", &site];
    assert!(fails(&build).contains("no built page there"));

    folder.write("site/index.html", page);
    folder.write("site/sw.js", worker);
    folder.write("site/offline.js", worker);
    folder.write("site/a/b.js", "b");
    folder.write("site/examples/c.html", "c");
    juya(&build);
    let read = |name: &str| fs::read_to_string(folder.path(&format!("out/{name}"))).unwrap();
    assert_eq!(read("a/b.js"), "b");
    assert!(read("index.html").contains("<link id=\"index\" rel=\"preload\" href=\"index.juya\""));
    let list = |worker: &str| -> Value {
        let line = worker.lines().nth(1).unwrap();
        let list = line
            .strip_prefix("  const BUILD = ")
            .and_then(|list| list.strip_suffix(';'));
        serde_json::from_str(list.unwrap()).unwrap()
    };
    let first = list(&read("sw.js"));
    assert_eq!(list(&read("offline.js")), first);
    let files = first["files"].as_object().unwrap();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["./", "a/b.js", "index.juya"]);
    assert_eq!(files["./"], "", "hosts may change pages");
    // printf b | openssl sha256 -binary | base64
    assert_eq!(
        files["a/b.js"],
        "sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0="
    );
    assert!(read("sw.js").ends_with("\nx;\n"));
    assert!(!Path::new(&folder.path("out/examples")).exists());
    assert!(juya(&["stats", &out]).contains("posts   18"));

    // Other posts, another version: readers' caches must not mix the two.
    let other = folder.write("posts.jsonl", "{\"id\":1,\"text\":\"one\"}");
    juya(&["build", &other, "--out", &out, "--site", &site]);
    assert_ne!(list(&read("sw.js"))["version"], first["version"]);
    assert!(fails(&["build", POSTS, "--out", &site, "--site", &site]).contains("choose another"));
}

#[test]
fn eval_measures_what_was_asked() {
    let folder = Folder::new();
    let docs = folder.write(
        "docs.jsonl",
        "{\"id\":\"d1\",\"text\":\"apple pie\"}\n{\"id\":\"d2\",\"text\":\"cherry\"}\n\
         {\"id\":\"d3\",\"text\":\"apple apple\"}\n",
    );
    let queries = folder.write(
        "queries.jsonl",
        "{\"id\":\"q1\",\"text\":\"cherry\"}\n{\"id\":2,\"text\":\"nothing\"}\n\
         {\"id\":\"unjudged\",\"text\":\"pie\"}\n",
    );
    let qrels = folder.write(
        "qrels.tsv",
        "q1\td2\t1\n2\td1\t2\nq1\td1\t0\nother\td1\t1\n",
    );
    let out = folder.path("out");
    let run = folder.path("run.tsv");
    juya(&["build", &docs, "--out", &out, "--index-only"]);
    let printed = juya(&[
        "eval",
        &out,
        "--queries",
        &queries,
        "--qrels",
        &qrels,
        "--run",
        &run,
    ]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        lines[0],
        "queries 2  MRR@10 0.5000  success@1 0.5000  recall@10 0.5000  nDCG@10 0.5000"
    );
    assert!(lines[1].starts_with("latency p50 ") && lines[1].contains("ms  p99 "));
    assert!(lines[2].starts_with("bytes read per query p50 0  p99 0"));
    assert_eq!(
        fs::read_to_string(run).unwrap(),
        "q1\td2\t1\nunjudged\td1\t1\n"
    );

    let bad = folder.write(
        "bad.jsonl",
        "{\"id\":\"q1\",\"text\":\"x\"}\n{\"id\":\"q1\"}\n",
    );
    assert!(fails(&["eval", &out, "--queries", &bad, "--qrels", &qrels]).contains("bad.jsonl:2: "));
    let bad = folder.write("bad.tsv", "q1\td1\t1\nq1\td1\n");
    assert!(fails(&["eval", &out, "--queries", &queries, "--qrels", &bad]).contains("bad.tsv:2: "));
    let none = folder.write("none.tsv", "q9\td1\t1\n");
    let error = fails(&["eval", &out, "--queries", &queries, "--qrels", &none]);
    assert!(error.contains("do the two belong together"), "{error}");
}

/// `juya serve`, ended with the test.
struct Served {
    process: Child,
    address: SocketAddr,
}

impl Served {
    fn new(folder: &str) -> Served {
        let mut process = command(&["serve", folder, "--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let (_, address) = line.split_once("http://").unwrap();
        let address = address.split('/').next().unwrap().parse().unwrap();
        Served { process, address }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// The head and the body of the answer.
    fn ask(&self, request: &str) -> (String, Vec<u8>) {
        let mut stream = self.connect();
        write!(
            stream,
            "{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let head = answer
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap();
        (text(answer[..head].to_vec()), answer[head + 4..].to_vec())
    }

    #[track_caller]
    fn check(&self, request: &str, status: u16, expected: &[u8]) -> String {
        let (head, body) = self.ask(&format!("{request} HTTP/1.1"));
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {head}"
        );
        assert_eq!(body, expected, "{request}");
        head
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn serve_gives_the_files_of_the_folder_and_no_other() {
    let folder = Folder::new();
    folder.write("secret", "secret");
    folder.write("site/index.html", "the page");
    folder.write("site/pkg/index.html", "below");
    folder.write("site/pkg/a.wasm", vec![7; 100_000]);
    folder.write("site/pkg/a.js", "a");
    let index = folder.write("site/index.juya", "JUYA");
    let served = Served::new(&folder.path("site"));
    assert!(served.address.ip().is_loopback());

    let head = served.check("GET /?q=a", 200, b"the page");
    assert!(head.contains("content-type: text/html"), "{head}");
    served.check("GET /pkg/", 200, b"below");
    let head = served.check("GET /pkg", 307, b"");
    assert!(head.contains("location: /pkg/"), "{head}");
    // With its length, which a page that shows progress needs.
    let head = served.check("GET /pkg/a.wasm", 200, &[7; 100_000]);
    for field in ["content-type: application/wasm", "content-length: 100000"] {
        assert!(head.contains(field), "{head}");
    }
    served.check("GET /pkg/a.js", 200, b"a");
    let head = served.check("HEAD /pkg/a.js", 200, b"");
    for field in ["content-type: text/javascript", "content-length: 1"] {
        assert!(head.contains(field), "{head}");
    }

    // What was built anew is seen at once, even within a second.
    let head = served.check("GET /index.juya", 200, b"JUYA");
    for field in [
        "content-type: application/octet-stream",
        "cache-control: no-cache",
    ] {
        assert!(head.contains(field), "{head}");
    }
    assert!(!head.contains("last-modified"), "{head}");
    fs::write(index, "NEW").unwrap();
    served.check("GET /index.juya", 200, b"NEW");

    for path in [
        "/../secret",
        "/pkg/../../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/%2e%2e%2fsecret",
        "/..\\secret",
        "/none",
    ] {
        served.check(
            &format!("GET {path}"),
            404,
            b"There is no such file here.\n",
        );
    }
    served.check("POST /", 405, b"Files can only be read here.\n");

    // A connection that says nothing, and one that reads nothing, hold up no other.
    let _silent: Vec<TcpStream> = (0..8).map(|_| served.connect()).collect();
    let mut deaf = served.connect();
    deaf.write_all(b"GET /pkg/a.wasm HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| served.check("GET /pkg/a.wasm", 200, &[7; 100_000]));
        }
    });

    let port = served.address.port().to_string();
    let error = fails(&["serve", &folder.path("site"), "--port", &port]);
    assert!(
        error.contains(&format!("port {port}: another program has it")),
        "{error}"
    );
    assert!(fails(&["serve", &folder.path("none")]).contains("no folder there"));
}

#[test]
fn serve_says_how_long_each_file_is_good_and_under_what_policy() {
    let folder = Folder::new();
    for name in ["a.mjs", "b.webmanifest", "c.woff2", "d e.txt", "f.svg"] {
        folder.write(&format!("site/{name}"), "0123456789");
    }
    let block = "index/terms/0123456789abcdef.juya";
    folder.write(&format!("site/{block}"), "block");
    folder.write("site/index/posts/0123456789abcdef/12.juya", "block");
    folder.write("site/index/manifest.juya", "manifest");
    folder.write("site/0123456789abcdef/index.juya", "index");
    folder.write("site/pkg/g.js", "plain and long");
    folder.write("site/pkg/g.js.br", "packed");
    let served = Served::new(&folder.path("site"));

    for (path, kind) in [
        ("/a.mjs", "text/javascript; charset=utf-8"),
        ("/b.webmanifest", "application/manifest+json"),
        ("/c.woff2", "font/woff2"),
        ("/d%20e.txt", "text/plain; charset=utf-8"),
        ("/f.svg", "image/svg+xml"),
    ] {
        let head = served.check(&format!("GET {path}"), 200, b"0123456789");
        assert!(
            head.contains(&format!("content-type: {kind}\r\n")),
            "{head}"
        );
        assert!(head.contains("cache-control: no-cache\r\n"), "{head}");
        assert!(head.contains("x-content-type-options: nosniff"), "{head}");
        let policy =
            "content-security-policy: default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
        assert!(head.contains(policy), "{head}");
    }

    // What is named by its content never changes.
    for path in [block, "index/posts/0123456789abcdef/12.juya"] {
        let head = served.check(&format!("GET /{path}"), 200, b"block");
        assert!(head.contains("max-age=31536000, immutable"), "{head}");
    }
    let head = served.check("GET /index/manifest.juya", 200, b"manifest");
    assert!(head.contains("cache-control: no-cache"), "{head}");
    let path = "/0123456789abcdef/index.juya";
    let head = served.check(&format!("GET {path}"), 200, b"index");
    assert!(head.contains("cache-control: no-cache"), "{head}");
    let (head, body) = served.ask(&format!("GET /{} HTTP/1.1", "a".repeat(300)));
    assert!(
        head.starts_with("HTTP/1.1 500 ") && head.contains("content-type: text/plain"),
        "{head}"
    );
    assert!(body.starts_with(b"The file cannot be read"), "{head}");
    let (head, _) = served.ask("GET /index/terms/fedcba9876543210.juya HTTP/1.1");
    assert!(
        head.starts_with("HTTP/1.1 404 ") && !head.contains("immutable"),
        "{head}"
    );

    // Who knows the content is not sent it again, until it is another.
    let tag = |head: &str| {
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: "));
        tag.unwrap_or_else(|| panic!("no tag: {head}")).to_owned()
    };
    let old = tag(&served.check("GET /a.mjs", 200, b"0123456789"));
    assert_eq!(old, tag(&served.check("HEAD /a.mjs", 200, b"")));
    let (head, body) = served.ask(&format!(
        "GET /a.mjs HTTP/1.1\r\nIf-None-Match: \"x\", W/{old}"
    ));
    assert!(
        head.starts_with("HTTP/1.1 304 ") && head.contains(&old),
        "{head}"
    );
    assert!(
        body.is_empty() && head.contains("cache-control: no-cache"),
        "{head}"
    );
    folder.write("site/a.mjs", "9876543210");
    let (head, body) = served.ask(&format!("GET /a.mjs HTTP/1.1\r\nIf-None-Match: {old}"));
    assert!(
        head.starts_with("HTTP/1.1 200 ") && tag(&head) != old,
        "{head}"
    );
    assert_eq!(body, b"9876543210");

    let (head, body) = served.ask("GET /f.svg HTTP/1.1\r\nRange: bytes=2-4");
    assert!(head.starts_with("HTTP/1.1 206 "), "{head}");
    assert!(head.contains("content-range: bytes 2-4/10"), "{head}");
    assert_eq!(body, b"234");
    let (head, body) = served.ask(&format!(
        "GET /f.svg HTTP/1.1\r\nRange: bytes=2-4\r\nIf-Range: {old}"
    ));
    assert!(
        head.starts_with("HTTP/1.1 200 ") && body.len() == 10,
        "{head}"
    );
    let (head, _) = served.ask("GET /f.svg HTTP/1.1\r\nRange: bytes=20-30");
    assert!(head.starts_with("HTTP/1.1 416 "), "{head}");

    let (head, body) = served.ask("GET /pkg/g.js HTTP/1.1\r\nAccept-Encoding: gzip, br");
    assert!(
        head.contains("content-encoding: br") && head.contains("text/javascript"),
        "{head}"
    );
    assert_eq!(body, b"packed");
    served.check("GET /pkg/g.js", 200, b"plain and long");
}

/// Three posts, and a folder to build into.
fn posts() -> (Folder, String, String) {
    let folder = Folder::new();
    let posts = folder.write(
        "posts.jsonl",
        concat!(
            "{\"id\": \"a\", \"title\": \"شبکه‌های عصبی\", \"text\": \"مدل BERT\", \"date\": \"2023-01-05\"}\n",
            "{\"id\": \"b\", \"title\": \"Tokens\", \"text\": \"شبکه و توکن\", \"date\": \"2023-03-05\", \"tags\": [\"paper\"]}\n",
            "{\"id\": \"c\", \"title\": \"<script>alert(1)</script>\", \"text\": \"one & two\", \"url\": \"https://example.org/c\"}\n",
        ),
    );
    let out = folder.path("out");
    (folder, posts, out)
}

/// Which of the two this binary is, `crate/cli/build.rs` decides.
#[test]
fn a_build_brings_the_page_or_says_that_it_has_none() {
    let (_folder, posts, out) = posts();
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    if option_env!("JUYA_WEB").is_none() && !package.join("web").is_dir() {
        let error = fails(&["build", &posts, "--out", &out]);
        for way in ["make install", "--site DIR", "--index-only"] {
            assert!(error.contains(way), "{error}");
        }
        assert!(!Path::new(&out).exists());
        return;
    }
    juya(&["build", &posts, "--out", &out]);
    let names: Vec<String> = files_below(Path::new(&out))
        .iter()
        .map(|(path, _)| path.strip_prefix(&out).unwrap().display().to_string())
        .collect();
    for name in [
        "index.html",
        "index.juya",
        "juya-search-element.js",
        "pkg/juya_bg.wasm",
        "sw.js",
    ] {
        assert!(names.iter().any(|have| have == name), "{name}: {names:?}");
    }
}

#[test]
fn searches_that_must_work_are_tried() {
    let (folder, posts, out) = posts();
    juya(&["build", &posts, "--out", &out, "--index-only"]);
    let good = folder.write(
        "good.tsv",
        "\u{feff}# comment\n\n#\nشبکه عصبی\tnone\tشبكه هاي عصبي\n#paper\tb\r\ntwo\thttps://example.org/c\nشبکه\tTokens\n",
    );
    let printed = juya(&["eval", &out, &good]);
    assert_eq!(
        printed,
        "4 of 4 searches find what they must among the first 3 hits\n"
    );

    // Of the two posts with this word one only is the first.
    let error = fails(&["eval", &out, &good, "--within", "1"]);
    assert!(
        error.contains(
            "good.tsv:7: شبکه\n  wanted: Tokens\n  found at place 2\n  1. شبکه‌های عصبی (a)\n"
        ),
        "{error}"
    );
    assert!(
        error.ends_with("good.tsv: 3 of 4 searches find what they must among the first 1 hit\n"),
        "{error}"
    );

    let bad = folder.write("bad.tsv", "BERT\tTokens\nBERT\tno such post\nqqqqqq\ta\n");
    let error = fails(&["eval", &out, &bad]);
    for wanted in [
        "bad.tsv:1: BERT\n  wanted: Tokens\n  not found\n  1. شبکه‌های عصبی (a)\n",
        "bad.tsv:2: BERT\n  wanted: no such post\n  no post has such a title, id or address\n",
        "bad.tsv:3: qqqqqq\n  wanted: a\n  not found; nothing was found\n",
        "0 of 3 searches",
    ] {
        assert!(error.contains(wanted), "{wanted}: {error}");
    }

    for (content, wanted) in [
        (
            &b"BERT\n\tb\nBERT\t \n"[..],
            vec![
                "f.tsv:1: the query has no answer",
                "f.tsv:2: no query",
                "f.tsv:3: the query has no",
            ],
        ),
        (b"# only this\n", vec!["f.tsv: no search in it"]),
        (b"a\tb\n\xff\tb\n", vec!["f.tsv:2: not UTF-8"]),
    ] {
        let path = folder.write("f.tsv", content);
        let error = fails(&["eval", &out, &path]);
        for wanted in wanted {
            assert!(error.contains(wanted), "{wanted}: {error}");
        }
    }
    assert!(fails(&["eval", &out, &folder.path("none.tsv")]).contains("none.tsv: cannot be read"));
}

#[test]
fn a_build_whose_searches_fail_leaves_what_was_there() {
    let (folder, posts, out) = posts();
    folder.write("good.tsv", "BERT\ta\n");
    let bad = folder.write("bad.tsv", "BERT\tb\n");
    for shards in ["never", "always"] {
        folder.write(
            "juya.toml",
            format!("sources = 'posts.jsonl'\nout = 'out'\nindex-only = true\nqueries = 'good.tsv'\nwithin = 1\nshards = '{shards}'\n"),
        );
        let build = |arguments: &[&str]| {
            let mut command = command(&["build"]);
            command.args(arguments).current_dir(folder.0.path());
            command.output().unwrap()
        };
        let done = build(&[]);
        assert!(done.status.success(), "{}", text(done.stderr));
        assert!(text(done.stdout).contains("1 of 1 searches find what they must"));
        let before = files_below(Path::new(&out));

        let more = fs::read_to_string(&posts).unwrap() + "{\"id\": \"d\", \"text\": \"more\"}\n";
        folder.write("more.jsonl", &more);
        let refused = build(&["--queries", &bad, "more.jsonl"]);
        assert_eq!(refused.status.code(), Some(1));
        let error = text(refused.stderr);
        assert!(error.contains("bad.tsv:1: BERT\n  wanted: b\n"), "{error}");
        assert!(
            error.ends_with("the index was not written: each of these searches must work\n"),
            "{error}"
        );
        assert_eq!(files_below(Path::new(&out)), before, "{shards}");
    }
}

/// Every file by its path, with its content.
fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            let content = fs::read(&path).unwrap();
            files.push((path, content));
        }
    }
    files.sort();
    files
}

#[test]
fn a_report_shows_posts_terms_sizes_and_what_is_left_out() {
    let (folder, posts, out) = posts();
    folder.write("src/posts.jsonl", fs::read(&posts).unwrap());
    folder.write("src/picture.png", [0x89, b'P', b'N', b'G', 0, 1, 2]);
    folder.write(
        "src/z<b>.jsonl",
        "{\"id\": 1\n{\"id\": \"d\", \"text\": \"دیگر\"}\n",
    );
    let queries = folder.write("q.tsv", "BERT\tTokens\n");
    let report = folder.path("report.html");
    for shards in ["never", "always"] {
        let arguments = [
            "build",
            &folder.path("src"),
            "--out",
            &out,
            "--index-only",
            "--shards",
            shards,
            "--report",
            &report,
            "--queries",
            &queries,
        ];
        // The page is there also where the searches fail: it says why.
        fails(&arguments);
        let page = fs::read_to_string(&report).unwrap();
        for wanted in [
            "default-src 'none'; style-src 'sha256-",
            "<svg",
            "2023-01-05",
            "<bdi>شبکه</bdi>",
            "Persian",
            "<bdi>terms</bdi>",
            "<bdi>postings</bdi>",
            "1 problem<",
            "z&lt;b&gt;.jsonl:1:8: not JSON",
            "0 of 1 searches",
            "Slowest searches",
        ] {
            assert!(page.contains(wanted), "{wanted}: {page}");
        }
        assert!(
            !page.contains("<script") && !page.contains("<b>") && !page.contains(" style="),
            "{page}"
        );
    }
}

#[test]
fn a_report_on_odd_posts_stays_small_and_draws_only_what_there_is() {
    let folder = Folder::new();
    let out = folder.path("out");
    let report = folder.path("report.html");
    let page = |posts: &str| {
        let posts = folder.write("posts.jsonl", posts);
        juya(&[
            "build",
            &posts,
            "--out",
            &out,
            "--index-only",
            "--report",
            &report,
        ]);
        fs::read_to_string(&report).unwrap()
    };
    let one = page("{\"id\": \"a\", \"text\": \"سلام\"}\n");
    assert!(one.contains("No post has a date.") && one.contains("Too little for a plot."));
    for wrong in [
        "1 posts",
        "1 terms",
        "1 searches",
        "<dt>posts<",
        "NaN",
        "<polyline",
    ] {
        assert!(!one.contains(wrong), "{wrong}: {one}");
    }
    let odd = page(&format!(
        "{{\"id\": \"a\", \"date\": \"0001-01-01\", \"text\": \"{}\"}}\n\
         {{\"id\": \"b\", \"date\": \"9999-12-31\", \"text\": \"😀 !\"}}\n",
        "x".repeat(100_000),
    ));
    assert!(
        odd.contains("By century") && odd.contains("<title>9900s: 1 post<"),
        "{odd}"
    );
    assert!(odd.len() < 30_000, "{}", odd.len());
}

/// A process that watches, and what it says.
struct Watching {
    process: Child,
    said: std::sync::mpsc::Receiver<String>,
}

impl Watching {
    fn new(folder: &Folder, arguments: &[&str]) -> Watching {
        let mut command = command(arguments);
        command
            .current_dir(folder.0.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let stdout = process.stdout.take().unwrap();
        let (sender, said) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Watching { process, said }
    }

    /// What it says until it waits again.
    #[track_caller]
    fn until_it_waits(&self) -> String {
        let mut said = String::new();
        loop {
            let line = self.said.recv_timeout(std::time::Duration::from_secs(60));
            let line = line.unwrap_or_else(|_| panic!("it never waited; it said: {said}"));
            if line.starts_with("waiting for changes") {
                return said;
            }
            said += &line;
            said.push('\n');
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn watch_builds_again_what_changed_and_keeps_what_was_good() {
    let folder = Folder::new();
    let line = |id: &str, word: &str| format!("{{\"id\": \"{id}\", \"text\": \"{word}\"}}\n");
    folder.write("src/a.jsonl", line("a", "apple"));
    folder.write(
        "juya.toml",
        "sources = 'src'\nout = 'src/out'\nindex-only = true\n",
    );
    let out = folder.path("src/out");
    let watching = Watching::new(&folder, &["build", "--watch"]);
    let said = watching.until_it_waits();
    assert!(said.contains("1 post,"), "{said}");
    let found =
        |word: &str| !juya(&["search", &out, word, "--literal"]).contains("no post matches");
    assert!(found("apple"));

    // What it writes itself, below a source, is no change; nor is what is hidden.
    folder.write("src/.swp", "x");
    folder.write("src/b.jsonl", line("b", "banana"));
    let said = watching.until_it_waits();
    assert!(
        said.contains("changed: src/b.jsonl\n") && said.contains("2 posts,"),
        "{said}"
    );
    assert!(found("banana"));

    // Everything gone: the last good index stays, until there are posts again.
    let good = files_below(Path::new(&out));
    fs::remove_file(folder.path("src/a.jsonl")).unwrap();
    fs::remove_file(folder.path("src/b.jsonl")).unwrap();
    let said = watching.until_it_waits();
    assert!(
        said.contains("not built; what was written before stays"),
        "{said}"
    );
    assert_eq!(files_below(Path::new(&out)), good);
    fs::rename(folder.path("src"), folder.path("away")).unwrap();
    watching.until_it_waits();
    folder.write("away/c.jsonl", line("c", "cherry"));
    fs::rename(folder.path("away"), folder.path("src")).unwrap();
    let said = watching.until_it_waits();
    assert!(
        said.contains("1 post,") && found("cherry") && !found("apple"),
        "{said}"
    );

    // The file of options counts, too; a fault in it costs nothing.
    folder.write(
        "juya.toml",
        "sources = 'src'\nout = 'src/out'\nindex-only = true\nstrikt = true\n",
    );
    watching.until_it_waits();
    folder.write(
        "juya.toml",
        "sources = 'src'\nout = 'src/out'\nindex-only = true\nstrict = true\n",
    );
    watching.until_it_waits();
    folder.write("src/d.jsonl", "{\n");
    let said = watching.until_it_waits();
    assert!(said.contains("not built"), "{said}");
    assert!(found("cherry"));

    // So do weights there.
    fs::remove_file(folder.path("src/d.jsonl")).unwrap();
    watching.until_it_waits();
    folder.write(
        "juya.toml",
        "sources = 'src'\nout = 'src/out'\nindex-only = true\nweights = { text = 0 }\n",
    );
    watching.until_it_waits();
    assert!(!found("cherry"));
}

#[test]
fn watch_tells_what_is_written_from_what_is_read_below_it() {
    let folder = Folder::new();
    let line = |word: &str| format!("{{\"id\": \"a\", \"text\": \"{word}\"}}\n");
    folder.write("src/a.jsonl", line("apple"));
    let watching = Watching::new(
        &folder,
        &["build", "src", "--out", ".", "--index-only", "--watch"],
    );
    watching.until_it_waits();
    // Its own `index.juya` beside the source is no change.
    folder.write("src/a.jsonl", line("banana"));
    let said = watching.until_it_waits();
    assert!(said.contains("changed: src/a.jsonl\n"), "{said}");
    let found = juya(&["search", &folder.path("index.juya"), "banana", "--literal"]);
    assert!(found.contains("1 post"), "{found}");

    let src = folder.path("src");
    let error = fails(&["build", &src, "--out", &src, "--index-only", "--watch"]);
    assert!(error.contains("src: read and written"), "{error}");
}
