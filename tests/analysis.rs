//! The terms of texts, natively and in the browser alike.

use juya::engine::analyze::{ANALYZER, tokens};
use wasm_bindgen_test::wasm_bindgen_test;

/// Texts and their terms under analysis 1. Where this fails, indexes in the field no longer agree
/// with this engine: raise [`ANALYZER`] and mend the expectation.
#[wasm_bindgen_test(unsupported = test)]
fn analysis_1_stays_what_it_is() {
    assert_eq!(ANALYZER, 1);
    for (text, expect) in [
        ("شبکه‌های عصبی می شوند", "شبکههای|عصبی|میشوند"),
        (
            "كتابخانهٔ wordfreq برای ۳۶ زبان",
            "کتابخانه|wordfreq|برای|36|زبان",
        ),
        (
            "#paper arxiv.org/abs/2104.10640",
            "paper|arxiv|org|abs|2104|10640",
        ),
        ("مدل‌های GANها و Café‌ای!", "مدلهای|gan|و|cafe"),
        (
            "Don't panic: it's Rust's C++ 🙂",
            "dont|panic|it|rust|c++|🙂",
        ),
        ("آب أحمد مؤمن ﻻ ½ №", "اب|احمد|مومن|لا|1|2|no"),
    ] {
        let mut terms = Vec::new();
        tokens(text, |token| terms.push(token.term.to_owned()));
        assert_eq!(terms.join("|"), expect, "{text}");
    }
}
