//! Pages of Markdown and HTML, feeds and tables: what becomes of them.

use std::fs;
use std::path::Path;

use juya_engine::Post;
use juya_ingest::{Fate, Kind, Options, Reader, Reason, Report, read_into};
use proptest::prelude::*;

/// Writes files into a folder and reads one of its folders, or itself where that is empty.
fn read(files: &[(&str, &str)], given: &str, base_url: &str) -> (Vec<Post>, Report) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("site");
    for (path, content) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    read_path(&root.join(given), base_url)
}

fn read_path(path: &Path, base_url: &str) -> (Vec<Post>, Report) {
    let options = Options {
        base_url: base_url.to_owned(),
        ..Options::default()
    };
    let mut posts = Vec::new();
    let report = read_into(&[path], &options, &mut |post| posts.push(post));
    (posts, report)
}

/// The addresses of the posts, in their order.
fn urls(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| &*post.url).collect()
}

fn dropped(report: &Report) -> Vec<Reason> {
    let fates = report.files.iter().flat_map(|file| &file.account);
    let reason = |fate| match fate {
        Fate::Dropped(reason) => Some(reason),
        Fate::Kept { .. } => None,
    };
    fates.filter_map(|entry| reason(entry.fate)).collect()
}

#[track_caller]
fn only<T>(list: &[T]) -> &T {
    assert_eq!(list.len(), 1);
    &list[0]
}

#[test]
fn a_page_of_markdown() {
    let page = "---\ntitle: سلام دنیا\ndate: 2024-05-01 10:00:00 +0330\ntags: [rust, وب]\n\
                categories: notes\nauthor: {name: Ann}\ndescription: In short.\n---\n\
                First, see [the book](https://doc.example/book).\n\n\
                ## کد‌ها\n\n```rust\nfn main() {\n    run();\n}\n```\n\n\
                ### Deeper {#own}\n\n- one\n- two <span data-juya-ignore>not this</span>\n\n## کد‌ها\nagain\n";
    let (posts, report) = read(&[("notes/a b.md", page)], "", "https://x.example/blog/");
    assert_eq!(report.faults, []);
    assert_eq!(
        urls(&posts),
        [
            "https://x.example/blog/notes/a%20b.md",
            "https://x.example/blog/notes/a%20b.md#کدها",
            "https://x.example/blog/notes/a%20b.md#own",
            "https://x.example/blog/notes/a%20b.md#کدها-1",
        ]
    );
    let ids: Vec<&str> = posts.iter().map(|post| &*post.id).collect();
    assert_eq!(
        ids,
        [
            "notes/a b.md",
            "notes/a b.md#کدها",
            "notes/a b.md#own",
            "notes/a b.md#کدها-1"
        ]
    );
    let first = &posts[0];
    assert_eq!(first.title, "سلام دنیا");
    assert_eq!(first.text, "First, see the book.");
    assert_eq!(first.preview, "In short.\nhttps://doc.example/book");
    assert_eq!(posts[1].title, "کد‌ها · سلام دنیا");
    assert_eq!(posts[1].text, "fn main() {\n    run();\n}");
    assert_eq!(posts[2].text, "one\ntwo");
    for post in &posts {
        assert_eq!(post.date, "2024-05-01T10:00:00+03:30");
        assert_eq!(post.tags, ["rust", "وب", "notes"]);
        assert_eq!(
            (&*post.author, &*post.kind, &*post.source),
            ("Ann", "page", "notes")
        );
    }
}

#[test]
fn front_matter_of_both_kinds_and_of_neither() {
    let (posts, report) = read(
        &[
            (
                "a.md",
                "+++\ntitle = 'T'\ndate = 2024-05-01\n[taxonomies]\ntags = ['x']\n+++\ntext",
            ),
            ("b.md", "---\n---\n# Heading\ntext"),
            ("c.md", "---\n\nA line above, and no front matter."),
            ("d.md", "# Heading\n\n## Part\n\ntext"),
            ("e.md", "---\r\ntitle: windows\r\n---\r\ntext\r\n"),
            ("my-name.md", "text"),
        ],
        "",
        "",
    );
    assert_eq!(report.faults, []);
    let titles: Vec<&str> = posts.iter().map(|post| &*post.title).collect();
    assert_eq!(
        titles,
        [
            "T",
            "Heading",
            "c",
            "Heading",
            "Part · Heading",
            "windows",
            "my name"
        ]
    );
    assert_eq!(
        (&*posts[0].date, &posts[0].tags[..]),
        ("2024-05-01", &["x".to_owned()][..])
    );
    assert_eq!(posts[2].text, "A line above, and no front matter.");
}

#[test]
fn faulty_front_matter_is_told_and_loses_no_other_page() {
    let (posts, report) = read(
        &[
            ("a.md", "---\ntitle: one\ntags: [a\n---\ntext"),
            ("b.md", "+++\ntitle = \n+++\ntext"),
            ("c.md", "---\ntitle: open\ntext"),
            ("d.md", "---\ntitle: day\ndate: soon\n---\ntext"),
            ("e.md", "---\n- list\n---\ntext"),
            (
                "f.md",
                "---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\ntext",
            ),
            ("good.md", "text"),
        ],
        "",
        "",
    );
    let titles: Vec<&str> = posts.iter().map(|post| &*post.title).collect();
    assert_eq!(titles, ["day", "f", "good"]);
    let faults: Vec<(String, Option<usize>, bool)> = report
        .faults
        .iter()
        .map(|fault| {
            let name = fault
                .file
                .file_name()
                .unwrap()
                .to_string_lossy()
                .into_owned();
            (
                name,
                fault.line,
                matches!(fault.kind, Kind::BadFrontMatter(_)),
            )
        })
        .collect();
    let place = |name: &str, line, bad| (name.to_owned(), Some(line), bad);
    assert_eq!(faults.len(), 5, "{:?}", report.faults);
    assert!((2..=4).contains(&faults[0].1.unwrap()) && faults[0].2);
    assert_eq!(faults[1], place("b.md", 2, true));
    assert_eq!(faults[2], place("c.md", 1, false));
    assert_eq!(faults[3], place("d.md", 3, false));
    let told = report.faults[0].to_string();
    assert!(!told.contains("at line"), "{told}");
    assert_eq!(faults[4], place("e.md", 2, true));
}

#[test]
fn hugo() {
    let (posts, report) = read(
        &[
            (
                "hugo.toml",
                "baseURL = 'https://h.example/'\ntitle = 'H'\n[languages.fa]\n[permalinks]\nnews = '/:year/:slug/'",
            ),
            ("content/_index.md", "home"),
            ("content/posts/_index.md", "---\ntitle: All\n---"),
            (
                "content/posts/Hello World.md",
                "## What is it?\nx {{< figure src=\"a.png\" >}}y{{% note %}}z{{% /note %}}",
            ),
            ("content/posts/bundle/index.md", "b"),
            ("content/posts/slugged.md", "---\nslug: other\n---\nx"),
            ("content/posts/hello.fa.md", "متن"),
            ("content/posts/moved.md", "---\nurl: /here/\n---\nx"),
            ("content/posts/draft.md", "---\ndraft: true\n---\nx"),
            ("content/news/a.md", "---\ndate: 2023-02-01\n---\nx"),
            ("README.md", "about the source"),
            ("themes/t/README.md", "of a theme"),
        ],
        "",
        "",
    );
    assert_eq!(report.faults, []);
    assert_eq!(report.name(), "H");
    assert_eq!(
        urls(&posts),
        [
            "https://h.example/",
            "https://h.example/2023/a/",
            "https://h.example/posts/hello-world/",
            "https://h.example/posts/",
            "https://h.example/posts/bundle/",
            "https://h.example/fa/posts/hello/",
            "https://h.example/here/",
            "https://h.example/posts/other/",
        ]
    );
    assert_eq!(posts[2].title, "What is it?");
    assert_eq!(posts[2].text, "x yz");
    assert_eq!(posts[2].source, "posts");
    assert_eq!(
        dropped(&report),
        [Reason::NotInSite, Reason::Draft, Reason::NotInSite]
    );
}

#[test]
fn a_part_of_a_site_is_read_as_such() {
    let files = [
        ("config.toml", "baseURL = 'https://h.example/'"),
        ("content/posts/a.md", "x"),
    ];
    for given in ["content", "content/posts"] {
        let (posts, _) = read(&files, given, "");
        assert_eq!(urls(&posts), ["https://h.example/posts/a/"], "{given}");
    }
    // What the user says counts more.
    let (posts, _) = read(&files, "content", "https://other.example");
    assert_eq!(urls(&posts), ["https://other.example/posts/a/"]);
}

#[test]
fn jekyll() {
    let (posts, report) = read(
        &[
            (
                "_config.yml",
                "url: https://j.example\nbaseurl: /blog\ncollections:\n  guides:\n    output: true\n",
            ),
            (
                "_posts/2024-05-01-Hello-world.md",
                "---\ntags: a b\n---\n{% include x.html %}text {{ site.x }}\n{: .note}",
            ),
            (
                "web/_posts/2024-05-02-x.markdown",
                "---\ntitle: X\ncategories: [Rust lang]\n---\ny",
            ),
            ("_posts/undated.md", "---\n---\nx"),
            ("_drafts/idea.md", "x"),
            (
                "_guides/start.md",
                "---\npermalink: /start/\n---\n# Start\n## Überblick\nx",
            ),
            ("_includes/part.md", "x"),
            ("about.md", "---\n---\nx"),
            ("plain.html", "<p>as it is"),
            ("made.html", "---\n---\n{% for x in y %}<p>x"),
            ("README.md", "no front matter"),
            ("index.md", "---\ntitle: Home\n---\nx"),
        ],
        "",
        "",
    );
    assert_eq!(report.faults, []);
    let mut found = urls(&posts);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "https://j.example/blog/",
            "https://j.example/blog/2024/05/01/Hello-world.html",
            "https://j.example/blog/about.html",
            "https://j.example/blog/plain.html",
            "https://j.example/blog/start/",
            "https://j.example/blog/start/#überblick",
            "https://j.example/blog/web/rust-lang/2024/05/02/x.html",
        ]
    );
    let hello = posts
        .iter()
        .find(|post| post.url.contains("Hello"))
        .unwrap();
    assert_eq!((&*hello.title, &*hello.date), ("Hello world", "2024-05-01"));
    assert_eq!(hello.text, "text");
    assert_eq!(hello.tags, ["a", "b"]);
    let mut reasons = dropped(&report);
    reasons.sort();
    let not = Reason::NotInSite;
    assert_eq!(reasons, [Reason::Draft, not, not, not, not]);
}

#[test]
fn zola() {
    let (posts, report) = read(
        &[
            ("config.toml", "base_url = 'https://z.example'\ntitle = 'Z'"),
            ("content/_index.md", "+++\n+++\nhome"),
            (
                "content/blog/2024-05-01-hello_there.md",
                "+++\ntitle = 'Hello'\n[taxonomies]\ntags = ['a']\n+++\n{{ youtube(id='x') }}text {{ brace }}\n\n## شبکه\n\nx\n\n## One & Two\n\ny",
            ),
            ("content/page.md", "+++\npath = 'some/where'\n+++\nx"),
            ("content/hidden.md", "+++\nrender = false\n+++\nx"),
        ],
        "",
        "",
    );
    assert_eq!(report.faults, []);
    assert_eq!(
        urls(&posts),
        [
            "https://z.example/",
            "https://z.example/blog/hello-there/",
            "https://z.example/blog/hello-there/#shbkhh",
            "https://z.example/blog/hello-there/#one-two",
            "https://z.example/some/where/",
        ]
    );
    assert_eq!(
        (&*posts[1].date, &*posts[1].text),
        ("2024-05-01", "text {{ brace }}")
    );
    assert_eq!(posts[3].tags, ["a"]);
    assert_eq!(dropped(&report), [Reason::NotInSite]);
}

#[test]
fn mdbook() {
    let (posts, report) = read(
        &[
            (
                "book.toml",
                "[book]\ntitle = 'B'\n[output.html]\nsite-url = '/b/'",
            ),
            (
                "src/SUMMARY.md",
                "# Summary\n\n[Before](z.md)\n\n- [One](b/README.md)\n  - [Two](b/two.md)\n- [Three](a.md)\n- [Draft]()\n",
            ),
            ("src/z.md", "before"),
            (
                "src/a.md",
                "# Three\n\n```rust\n# use x;\nlet y;\n```\n\n{{#include ../x.rs}}\n\n## Foo_Bar: baz\n\ntext",
            ),
            ("src/b/README.md", "## One\n\ntext"),
            ("src/b/two.md", "text"),
            ("src/unlisted.md", "text"),
        ],
        "",
        "",
    );
    assert_eq!(report.faults, []);
    assert_eq!(
        urls(&posts),
        [
            "/b/z.html",
            "/b/b/",
            "/b/b/two.html",
            "/b/a.html",
            "/b/a.html#foo_bar-baz"
        ]
    );
    let titles: Vec<&str> = posts.iter().map(|post| &*post.title).collect();
    assert_eq!(
        titles,
        ["Before", "One", "Two", "Three", "Foo_Bar: baz · Three"]
    );
    assert_eq!(posts[3].text, "let y;");
    assert_eq!(dropped(&report), [Reason::NotInSite, Reason::NotInSite]);
}

#[test]
fn docusaurus() {
    let (posts, report) = read(
        &[
            (
                "docusaurus.config.js",
                "export default {title: 'D', url: 'https://d.example', baseUrl: '/x/', presets: [['c', {docs: {sidebarPath: 's'}, blog: {routeBasePath: 'news'}}]]}",
            ),
            ("docs/intro.md", "---\nslug: /\n---\nx"),
            (
                "docs/02-guide/01-setup.mdx",
                "import Tabs from '@theme/Tabs';\n\n# Setup\n\n:::note Mind\n\ninside\n\n:::\n\n<Tabs>\n\nkept\n\n</Tabs>\n\n```js\nimport x from 'y';\n```\n",
            ),
            ("docs/02-guide/guide.md", "x"),
            ("docs/named.md", "---\nid: other\n---\nx"),
            ("docs/_part.md", "x"),
            ("blog/2024-05-01-hello.md", "x"),
            ("blog/2024-05-02-there/index.md", "---\nslug: there\n---\nx"),
            ("src/pages/about.md", "x"),
            (
                "i18n/fa/docusaurus-plugin-content-docs/current/named.md",
                "x",
            ),
            ("README.md", "x"),
        ],
        "",
        "",
    );
    assert_eq!(report.faults, []);
    let mut found: Vec<&str> = urls(&posts);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "https://d.example/x/about",
            "https://d.example/x/docs",
            "https://d.example/x/docs/guide",
            "https://d.example/x/docs/guide/setup",
            "https://d.example/x/docs/other",
            "https://d.example/x/fa/docs/named",
            "https://d.example/x/news/2024/05/01/hello",
            "https://d.example/x/news/there",
        ]
    );
    let setup = posts.iter().find(|post| post.title == "Setup").unwrap();
    assert_eq!(setup.text, "Mind\ninside\nkept\nimport x from 'y';");
    assert_eq!(dropped(&report), [Reason::NotInSite, Reason::NotInSite]);
}

#[test]
fn an_html_site() {
    let page = |head: &str, body: &str| {
        format!("<!doctype html><html><head>{head}</head><body>{body}</body></html>")
    };
    let (posts, report) = read(
        &[
            (
                "index.html",
                &page(
                    "<title>Home</title>",
                    "<nav>menu</nav><p>Welcome<footer>f</footer>",
                ),
            ),
            (
                "a/index.html",
                &page(
                    "<link rel=canonical href=https://c.example/a/>",
                    "<main><h1>A</h1>x<h2 id=b>B</h2>y</main>",
                ),
            ),
            ("c.html", &page("", "<main><h1>C</h1>z</main>")),
            (
                "hidden.html",
                &page("<meta name=robots content=noindex>", "x"),
            ),
            (
                "old/index.html",
                &page("<meta http-equiv=refresh content='0; url=/a/'>", ""),
            ),
            ("404.html", &page("", "not found")),
            ("empty.html", &page("", "<script>x</script>")),
            (
                "index.xml",
                "<rss version='2.0'><channel><item><title>A</title></item></channel></rss>",
            ),
            ("sitemap.xml", "<urlset></urlset>"),
            ("feed.rs", "/// `<rss>`\nlet x = \"<rss>\";"),
            ("LICENSE.txt", "as is"),
            ("style.css", "p {}"),
        ],
        "",
        "https://x.example",
    );
    assert_eq!(report.faults, []);
    let found: Vec<(&str, &str, &str)> = posts
        .iter()
        .map(|post| (&*post.id, &*post.title, &*post.url))
        .collect();
    assert_eq!(
        found,
        [
            ("a/", "A", "https://c.example/a/"),
            ("a/#b", "B · A", "https://c.example/a/#b"),
            ("c.html", "C", "https://x.example/c.html"),
            ("/", "Home", "https://x.example/"),
        ]
    );
    let mut reasons = dropped(&report);
    reasons.sort();
    assert_eq!(
        reasons,
        [
            Reason::NoText,
            Reason::Draft,
            Reason::Draft,
            Reason::Redirect
        ]
    );
    let mut left_out: Vec<Reason> = report.left_out.iter().map(|(_, reason)| *reason).collect();
    left_out.sort();
    let beside = Reason::NotASource;
    assert_eq!(left_out, [beside, beside, beside, beside, Reason::SiteFeed]);
}

#[test]
fn two_sites_may_have_pages_of_one_name() {
    let folder = tempfile::tempdir().unwrap();
    for site in ["one", "two"] {
        let site = folder.path().join(site);
        fs::create_dir(&site).unwrap();
        fs::write(site.join("index.html"), "<p>x").unwrap();
    }
    let paths = [folder.path().join("one"), folder.path().join("two")];
    let mut ids = Vec::new();
    let report = read_into(&paths, &Options::default(), &mut |post| ids.push(post.id));
    assert_eq!(report.faults, []);
    assert_eq!(ids, ["/", "two/"]);
}

#[test]
fn characters_as_the_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let page =
        b"<html><head><meta charset='windows-1256'></head><body>\xd3\xe1\xc7\xe3</body></html>";
    fs::write(folder.path().join("a.html"), page).unwrap();
    let feed = b"<?xml version='1.0' encoding=\"iso-8859-1\"?><rss><channel><item><title>caf\xe9</title></item></channel></rss>";
    fs::write(folder.path().join("b.xml"), feed).unwrap();
    fs::write(folder.path().join("c.html"), b"<p>\n<p>\xff\xfe\xfd").unwrap();
    let (posts, report) = read_path(folder.path(), "");
    assert_eq!(posts[0].text, "سلام");
    assert_eq!(posts[1].title, "café");
    let fault = only(&report.faults);
    assert_eq!((fault.line, &fault.kind), (Some(2), &Kind::NotUtf8));
}

#[test]
fn what_a_page_says_wrong_is_told() {
    let (posts, report) = read(
        &[(
            "a.html",
            "<p>x\n<p data-juya-meta=autor:y>\n<p data-juya-taag>",
        )],
        "",
        "",
    );
    assert_eq!(posts.len(), 1);
    let told: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    assert!(
        told[0].ends_with(
            "a.html:2: there is no `data-juya-meta` named `autor`; did you mean `author`?"
        ),
        "{told:?}"
    );
    assert!(
        told[1].ends_with(
            "a.html:3: there is no attribute `data-juya-taag`; did you mean `data-juya-tag`?"
        ),
        "{told:?}"
    );
}

#[test]
fn rss() {
    let feed = "<?xml version='1.0'?>\n<!-- c -->\n<rss version='2.0' xmlns:content='c' xmlns:dc='d'>\n<channel>\n\
                <title>F &amp; G</title><image><title>not this</title></image>\n\
                <item>\n<title>One &amp;amp; &lt;b&gt;two&lt;/b&gt;</title><link>https://f.example/1</link>\n\
                <description>short</description><content:encoded><![CDATA[<p>a<p>b &amp; c <a href='https://l.example/'>l</a>]]></content:encoded>\n\
                <pubDate>Wed, 01 May 2024 10:00:00 GMT</pubDate><guid isPermaLink='false'>7</guid>\n\
                <dc:creator>Ann</dc:creator><category>x</category><category><![CDATA[y]]></category>\n</item>\n\
                <item><description>&lt;p&gt;only text&lt;/p&gt;</description><guid>https://f.example/2</guid><enclosure type='audio/mpeg' url='x'/></item>\n\
                <item><link>/3</link></item>\n\
                </channel></rss>";
    let (posts, report) = read(&[("feed.xml", feed)], "feed.xml", "https://f.example/");
    assert_eq!(report.faults, []);
    assert_eq!(report.name(), "F & G");
    let [one, two] = &posts[..] else {
        panic!("{posts:?}")
    };
    assert_eq!(
        (&*one.id, &*one.title, &*one.url),
        ("7", "One & two", "https://f.example/1")
    );
    assert_eq!(
        (&*one.text, &*one.preview),
        ("a\nb & c l", "https://l.example/")
    );
    assert_eq!(
        (&*one.date, &*one.author, &*one.kind),
        ("2024-05-01T10:00:00Z", "Ann", "article")
    );
    assert_eq!(
        (&one.tags[..], &*one.source),
        (&["x".to_owned(), "y".to_owned()][..], "F & G")
    );
    assert_eq!(
        (&*two.text, &*two.url, &*two.kind),
        ("only text", "https://f.example/2", "audio")
    );
    assert_eq!(dropped(&report), [Reason::NoText]);
    let first = &report.files[0].account[0];
    assert_eq!((first.first, first.last), (6, 11));
}

#[test]
fn atom() {
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom'><title type='text'>A</title><author><name>All</name></author>\
                <entry><title type='html'>T &lt;i&gt;i&lt;/i&gt;</title><id>urn:1</id><link rel='self' href='s'/><link href='https://a.example/1'/>\
                <updated>2024-05-02T00:00:00Z</updated><published>2024-05-01T00:00:00Z</published>\
                <content type='xhtml'><div xmlns='x'><p>one</p><p>two &amp; three</p></div></content><category term='t' label='L'/></entry>\
                <entry><title>U</title><id>urn:2</id><author><name>Bob</name></author><summary type='text'>a &lt; b</summary></entry></feed>";
    let (posts, report) = read(&[("x.atom", feed)], "x.atom", "");
    assert_eq!(report.faults, []);
    let [one, two] = &posts[..] else {
        panic!("{posts:?}")
    };
    assert_eq!(
        (&*one.title, &*one.url, &*one.date),
        ("T i", "https://a.example/1", "2024-05-01T00:00:00Z")
    );
    assert_eq!(
        (&*one.text, &*one.author, &one.tags[..]),
        ("one\ntwo & three", "All", &["L".to_owned()][..])
    );
    assert_eq!(
        (&*two.id, &*two.text, &*two.author),
        ("urn:2", "a < b", "Bob")
    );
}

#[test]
fn json_feed() {
    let feed = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"J\", \"items\": [\n\
                {\"id\": 1, \"url\": \"https://j.example/1\", \"content_html\": \"<p>a<p>b\", \"date_published\": \"2024-05-01T10:00:00Z\", \"tags\": [\"x\"], \"authors\": [{\"name\": \"Ann\"}]},\n\
                {\"id\": \"2\", \"content_text\": \"a <b>\\n\\nc\"}, 7]}";
    let (posts, report) = read(&[("feed.json", feed)], "", "");
    assert_eq!(report.name(), "J");
    let [one, two] = &posts[..] else {
        panic!("{posts:?}")
    };
    assert_eq!((&*one.id, &*one.text, &*one.author), ("1", "a\nb", "Ann"));
    assert_eq!(two.text, "a <b>\nc");
    assert!(
        only(&report.faults)
            .to_string()
            .contains("item 3 is no object")
    );
}

#[test]
fn a_feed_that_breaks_off_keeps_what_came_before() {
    let feed = "<rss><channel>\n<item><title>a</title></item>\n<item><title>b</item>\n<item><title>c</title></item></channel></rss>";
    let (posts, report) = read(&[("feed.xml", feed)], "feed.xml", "");
    assert_eq!(only(&posts).title, "a");
    let fault = only(&report.faults);
    assert!(
        matches!(fault.kind, Kind::BadFeed(_)) && fault.line == Some(3),
        "{fault}"
    );
    assert_eq!(dropped(&report), [Reason::Faulty]);
}

#[test]
fn tables() {
    let (posts, report) = read(
        &[
            (
                "a.csv",
                "\u{feff}ID,Title,text,tags,other,date\n1,One,\"a, \"\"b\"\"\nc\",\"x, #y\",z,2024/5/1\n,Two,text,,,\n3,,,,,\n",
            ),
            ("b.csv", "title;text\nsemi;colon, comma\n"),
            ("c.tsv", "text\turl\ntab\thttps://x.example\n"),
            ("data.csv", "country,gdp\nx,1\n"),
        ],
        "",
        "",
    );
    assert_eq!(report.faults, []);
    let [one, two, semi, tab] = &posts[..] else {
        panic!("{posts:?}")
    };
    assert_eq!(
        (&*one.id, &*one.title, &*one.text),
        ("1", "One", "a, \"b\"\nc")
    );
    assert_eq!(
        (&one.tags[..], &*one.date),
        (&["x".to_owned(), "y".to_owned()][..], "2024-05-01")
    );
    assert!(!two.id.is_empty() && two.text == "text");
    assert_eq!(semi.text, "colon, comma");
    assert_eq!(tab.url, "https://x.example");
    assert_eq!(dropped(&report), [Reason::NoText]);
    assert_eq!(report.left_out.len(), 1);
    let lines: Vec<(u32, u32)> = report.files[0]
        .account
        .iter()
        .map(|entry| (entry.first, entry.last))
        .collect();
    assert_eq!(lines, [(2, 3), (4, 4), (5, 5)]);
}

#[test]
fn faulty_tables_are_told() {
    let (posts, report) = read(&[("a.csv", "name,body\nx,y\n")], "a.csv", "");
    assert!(posts.is_empty());
    let told = report.faults[0].to_string();
    assert!(
        told.contains(":1: the table has no column `text`, but \"name\", \"body\""),
        "{told}"
    );
    assert!(told.contains("id, title, text, url"), "{told}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, b"id,text\n1,a\n2\n3,b,c\n4,\xff\n5,d\n").unwrap();
    let (posts, report) = read_path(&path, "");
    assert_eq!(
        posts.iter().map(|post| &*post.id).collect::<Vec<_>>(),
        ["1", "5"]
    );
    let lines: Vec<Option<usize>> = report.faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [Some(3), Some(4), Some(5)]);

    // A quotation mark that is never closed must not take all memory.
    let open = format!("text\n\"{}", "x\n".repeat(9 << 20));
    fs::write(&path, open).unwrap();
    let (posts, report) = read_path(&path, "");
    assert!(posts.is_empty());
    assert_eq!(report.faults[0].kind, Kind::RowTooLong);
}

#[test]
fn links_in_a_circle_and_binary_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), "text").unwrap();
    fs::write(folder.path().join("b.md"), b"\x00\x01\x02binary").unwrap();
    fs::write(folder.path().join("c.html"), b"<p>\x00x").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
    let (posts, report) = read_path(folder.path(), "");
    assert_eq!(only(&posts).text, "text");
    assert!(
        report.faults.iter().all(|fault| fault.kind == Kind::Binary),
        "{:?}",
        report.faults
    );
    assert_eq!(report.faults.len(), 2);
}

#[test]
fn markdown_bombs_do_not_go_off() {
    const MANY: usize = 20_000;
    const PARTS: [&str; 16] = [
        ">", "- ", "[", "*a_ ", "# a\n", "{{", "{{< ", "{{ a(", "{% ", "<div>", "`", "![", "|a",
        "::: x\n", "[^a]: ", "\n~~~",
    ];
    const SITES: [(&str, &str); 6] = [
        ("none", "a.md"),
        ("hugo.toml", "content/a.md"),
        ("_config.yml", "a.md"),
        ("book.toml", "src/a.md"),
        ("docusaurus.config.js", "docs/a.md"),
        ("config.toml", "content/a.md"), // with `base_url`: Zola
    ];
    for (number, part) in PARTS.iter().enumerate() {
        for (config, path) in [SITES[number % 6], SITES[(number + 1) % 6]] {
            let text = format!("---\n---\n{}", part.repeat(MANY));
            let config = match config {
                "config.toml" => (config, "base_url = 'x'"),
                config => (config, ""),
            };
            let chapters = ("src/SUMMARY.md", "[a](a.md)");
            let (_, report) = read(&[config, chapters, (path, &text)], "", "");
            let is_page = |file: &juya_ingest::Source| file.path.ends_with("a.md");
            assert!(report.files.iter().any(is_page), "{config:?} {part}");
        }
    }
}

#[test]
fn front_matter_bombs_do_not_go_off() {
    let levels = (1..12).map(|level| {
        format!(
            "k{level}: &k{level} [{}]\n",
            format!("*k{}, ", level - 1).repeat(9)
        )
    });
    let laughs = format!("---\nk0: &k0 [x]\n{}---\ntext", levels.collect::<String>());
    let deep = format!("---\na: {}\n---\ntext", "[".repeat(100_000));
    let toml = format!("+++\na = {}\n+++\ntext", "[".repeat(100_000));
    let (posts, report) = read(
        &[
            ("a.md", &laughs),
            ("b.md", &deep),
            ("c.md", &toml),
            ("d.md", "x"),
        ],
        "",
        "",
    );
    assert_eq!(only(&posts).title, "d");
    assert_eq!(report.faults.len(), 3);
}

#[test]
fn what_a_page_says_of_itself_is_not_multiplied_without_end() {
    let tags: String = (0..1000).map(|tag| format!("t{tag}, ")).collect();
    let page = format!(
        "---\ntitle: |\n  {}\n  y\ntags: [{tags}]\n---\n{}",
        "x".repeat(1000),
        "## A\nx\n\n".repeat(50)
    );
    let (posts, report) = read(&[("a.md", &page)], "", "");
    assert_eq!(report.faults, []);
    assert_eq!(posts.len(), 51);
    for post in &posts {
        assert!(
            post.title.chars().count() <= 310 && post.tags.len() == 100,
            "{post:?}"
        );
    }
}

/// Reads bytes under a name as if they were a file that was given.
fn any(name: &str, bytes: &[u8]) {
    let (options, mut sink) = (Options::default(), |post: Post| {
        assert!(!post.title.contains('\n') && !post.id.is_empty());
        assert!(
            post.text.is_empty() || post.text.split('\n').all(|line| !line.trim().is_empty()),
            "{post:?}"
        );
        assert!(post.date.is_empty() || post.date.len() >= 10);
    });
    let mut reader = Reader::new(&options, &mut sink);
    let path = Path::new(name);
    reader.file(path, path, bytes);
    let report = reader.finish();
    for fault in report.faults {
        assert!(!fault.to_string().is_empty());
    }
}

const NAMES: [&str; 9] = [
    "a.md", "a.mdx", "a.html", "a.xml", "a.rss", "a.json", "a.csv", "a.tsv", "a.atom",
];

proptest! {
    #[test]
    fn any_bytes_are_read_or_a_fault(name in 0..NAMES.len(), bytes: Vec<u8>) {
        any(NAMES[name], &bytes);
    }

    #[test]
    fn any_text_is_read_or_a_fault(
        name in 0..NAMES.len(),
        parts in prop::collection::vec(
            "(---|\\+\\+\\+)?\n|title: |\\[a|# a\n|<(/?)(rss|channel|item|title|description|feed|entry|content|p|h2 id=x|main)>|<!\\[CDATA\\[|\\]\\]>|&(amp|lt|#1|x);|text,id\n|\"|,|\\PC{0,4}|\\{\\{<|:::|- ",
            0..30,
        ),
    ) {
        let text = parts.concat();
        any(NAMES[name], text.as_bytes());
        any(NAMES[name], format!("<rss>{text}").as_bytes());
        any(NAMES[name], format!("text,title\n{text}").as_bytes());
    }
}
