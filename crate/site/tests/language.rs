//! The page of the project in each language; it is no part of the published crate, nor is this test.

use juya_site::{Files, Language, translate};

#[test]
fn a_page_speaks_the_language() {
    let page = include_str!("../../../www/index.html");
    let manifest = include_str!("../../../www/manifest.webmanifest");
    let site = || -> Files {
        vec![
            ("index.html".into(), page.into()),
            ("manifest.webmanifest".into(), manifest.into()),
        ]
    };
    for (language, tag) in [(Language::English, "en"), (Language::Arabic, "ar")] {
        let mut site = site();
        translate(&mut site, language).unwrap();
        let [page, manifest] = [0, 1].map(|at| String::from_utf8(site[at].1.clone()).unwrap());
        assert!(page.contains(&format!("<html lang=\"{tag}\"")), "{page}");
        assert!(
            manifest.contains(&format!("\"lang\": \"{tag}\"")),
            "{manifest}"
        );
        // What app.js fills in is there, and not a Persian word.
        for id in ["corpus", "posts", "size", "offline"] {
            assert_eq!(
                page.matches(&format!("id=\"{id}\"")).count(),
                1,
                "{id}: {page}"
            );
        }
        for text in [&page, &manifest] {
            assert!(!text.contains(['ی', 'ک', 'گ', 'پ']), "{text}");
        }
    }
    let mut persian = site();
    translate(&mut persian, Language::Persian).unwrap();
    assert_eq!(persian, site());
}
