//! The language of a page: the few words that it shows besides those of the element, which has its
//! own and goes by the page.

use anyhow::{Context, Result, anyhow};
use juya_engine::Post;
use lol_html::html_content::{ContentType, Element};
use lol_html::{HandlerResult, RewriteStrSettings, element, rewrite_str};
use serde_json::Value;

use crate::Files;

/// A language that the page can speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// As the page is built.
    Persian,
    /// And for all that are neither of the others.
    English,
    /// Right to left, too.
    Arabic,
}

/// What a page says.
struct Words {
    lang: &'static str,
    dir: &'static str,
    /// Also the name where it is installed.
    title: &'static str,
    short: &'static str,
    description: &'static str,
    /// HTML, of ours alone: where the name of the archive and the number of posts are put in.
    heading: &'static str,
    size: &'static str,
    offline: &'static str,
    no_script: &'static str,
}

const ENGLISH: Words = Words {
    lang: "en",
    dir: "ltr",
    title: "Search the archive",
    short: "Archive",
    description: "Search the archive in your browser, without a server",
    heading: "Archive <bdi id=\"corpus\"></bdi>",
    size: "posts: <bdi id=\"posts\"></bdi>",
    offline: " · works without the internet, too",
    no_script: "This page needs JavaScript to search.",
};

const ARABIC: Words = Words {
    lang: "ar",
    dir: "rtl",
    title: "البحث في الأرشيف",
    short: "الأرشيف",
    description: "البحث في الأرشيف داخل المتصفح ومن دون خادم",
    heading: "أرشيف <bdi id=\"corpus\"></bdi>",
    size: "المنشورات: <bdi id=\"posts\"></bdi>",
    offline: " · يعمل من دون إنترنت أيضًا",
    no_script: "تحتاج هذه الصفحة إلى جافاسكريبت للبحث.",
};

/// Makes the page speak another language; what a page of one's own does not have is let be.
///
/// # Errors
///
/// `index.html` is no HTML in UTF-8, or the manifest no JSON.
pub fn translate(site: &mut Files, language: Language) -> Result<()> {
    let words = match language {
        Language::Persian => return Ok(()),
        Language::English => ENGLISH,
        Language::Arabic => ARABIC,
    };
    for (name, bytes) in site {
        let translated = match name.to_str() {
            Some("index.html") => page(bytes, &words),
            Some("manifest.webmanifest") => manifest(bytes, &words),
            _ => continue,
        };
        *bytes = translated.with_context(|| format!("{} of the built page", name.display()))?;
    }
    Ok(())
}

fn page(bytes: &[u8], words: &Words) -> Result<Vec<u8>> {
    let html = |content: &'static str| {
        move |element: &mut Element<'_, '_>| -> HandlerResult {
            element.set_inner_content(content, ContentType::Html);
            Ok(())
        }
    };
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("html", |html| {
            html.set_attribute("lang", words.lang)?;
            html.set_attribute("dir", words.dir)?;
            Ok(())
        }))
        .append_element_content_handler(element!("meta[name=description]", |meta| {
            meta.set_attribute("content", words.description)?;
            Ok(())
        }))
        .append_element_content_handler(element!("title", html(words.title)))
        .append_element_content_handler(element!("h1", html(words.heading)))
        .append_element_content_handler(element!("#size", html(words.size)))
        .append_element_content_handler(element!("#offline", html(words.offline)))
        .append_element_content_handler(element!("juya-search > p", html(words.no_script)));
    let page = rewrite_str(str::from_utf8(bytes)?, settings);
    Ok(page.map_err(|error| anyhow!("{error}"))?.into_bytes())
}

fn manifest(bytes: &[u8], words: &Words) -> Result<Vec<u8>> {
    let mut manifest: Value = serde_json::from_slice(bytes)?;
    let fields = manifest.as_object_mut().context("it is no object")?;
    for (field, value) in [
        ("name", words.title),
        ("short_name", words.short),
        ("description", words.description),
        ("lang", words.lang),
        ("dir", words.dir),
    ] {
        fields.insert(field.into(), value.into());
    }
    Ok(serde_json::to_vec_pretty(&manifest)?)
}

/// The letters of texts, which tell their language well enough for a page about them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Letters {
    /// Of the Arabic script, and those in it that Persian has and Arabic has not, and the other way
    /// round.
    pub arabic: usize,
    /// As `arabic` says.
    pub only_persian: usize,
    /// As `arabic` says.
    pub only_arabic: usize,
    /// With and without marks.
    pub latin: usize,
    /// Of all other scripts.
    pub other: usize,
}

impl Letters {
    /// Counts those of a text, too.
    pub fn count(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => self.only_persian += 1,
                'ة' | 'ى' | 'ك' | 'ي' | 'إ' | 'أ' => self.only_arabic += 1,
                _ => {}
            }
            match c {
                '\u{600}'..='\u{6ff}' => self.arabic += 1,
                'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => self.latin += 1,
                c if c.is_alphabetic() => self.other += 1,
                _ => {}
            }
        }
    }

    /// Counts those of the title of a post and of the beginning of its text, which tell enough.
    pub fn see(&mut self, post: &Post) {
        const ENOUGH: usize = 300;
        let text = &post.text;
        let mut places = text.char_indices();
        let end = places.nth(ENOUGH).map_or(text.len(), |(end, _)| end);
        self.count(&post.title);
        self.count(text.get(..end).unwrap_or(text));
    }

    /// How many there are.
    pub fn all(&self) -> usize {
        self.arabic + self.latin + self.other
    }

    /// Whether those of the Arabic script are rather Persian.
    pub fn is_persian(&self) -> bool {
        self.only_persian >= self.only_arabic
    }

    /// The language of a page for readers of these texts. Persian and Arabic mixed with much English
    /// is Persian and Arabic still.
    pub fn language(&self) -> Language {
        match self.arabic * 3 >= self.all() {
            true if self.is_persian() => Language::Persian,
            true => Language::Arabic,
            false => Language::English,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_tell_the_language() {
        let of = |text: &str| {
            let mut letters = Letters::default();
            letters.count(text);
            letters.language()
        };
        assert_eq!(of("مدل زبانی BERT و GPT"), Language::Persian);
        assert_eq!(of("الشبكة العصبية في BERT"), Language::Arabic);
        assert_eq!(of("neural networks, شبکه"), Language::English);
        assert_eq!(of("нейронные сети"), Language::English);
        // As the page is built.
        assert_eq!(of(""), Language::Persian);
    }
}
