//! The page and an index in one HTML file, which works when it is opened from disk.
//!
//! A file opened from disk cannot import modules, fetch, or have a service worker. So its script is
//! one classic script (`single.js`, which `cargo xtask site` makes), and the engine and the index
//! stand in the page as text. Its policy names the hashes of its script and its style and allows no
//! connection at all: what is in the file cannot leave it.

use std::cell::RefCell;
use std::io::Write;

use anyhow::{Context, Result, anyhow};
use base64::prelude::{BASE64_STANDARD, Engine};
use flate2::{Compression, write::GzEncoder};
use lol_html::html_content::{ContentType, Element};
use lol_html::{HandlerResult, RewriteStrSettings, element, rewrite_str};
use sha2::{Digest, Sha256};

/// The script of the page in one file; a site of several files does not need it.
pub(crate) const SCRIPT: &str = "single.js";
const PAGE: &str = "index.html";
const ENGINE: &str = "pkg/juya_bg.wasm";
/// What `SCRIPT` takes the place of.
const REPLACED: &str = "app.js";

/// One file of the built page, whose files `content` gives, and of an index.
pub(crate) fn page<'a>(content: impl Fn(&str) -> Option<&'a [u8]>, index: &[u8]) -> Result<String> {
    let bytes = |name: &str| {
        content(name).with_context(|| {
            format!("{name} of the built page is missing; build it again with `make site`")
        })
    };
    let text = |name: &str| {
        str::from_utf8(bytes(name)?)
            .with_context(|| format!("{name} of the built page is not UTF-8"))
    };
    let script = text(SCRIPT)?;
    check(SCRIPT, script, "script")?;
    let scripts = format!(
        "{}{}<script>{script}</script>",
        data("juya-engine", bytes(ENGINE)?)?,
        data("juya-index", index)?,
    );

    let styles = RefCell::new(String::new());
    let link = |link: &mut Element<'_, '_>| -> HandlerResult {
        let attribute = |name| link.get_attribute(name).unwrap_or_default();
        let (rel, href) = (attribute("rel"), attribute("href"));
        match rel.as_str() {
            "stylesheet" => {
                let style = text(&href)?;
                check(&href, style, "style")?;
                styles.borrow_mut().push_str(&format!(" '{}'", hash(style)));
                link.replace(&format!("<style>{style}</style>"), ContentType::Html);
            }
            "icon" => {
                let icon = BASE64_STANDARD.encode(bytes(&href)?);
                link.set_attribute("href", &format!("data:image/svg+xml;base64,{icon}"))?;
            }
            // Files to come, and the manifest of what can be installed.
            _ => link.remove(),
        }
        Ok(())
    };
    let source = |script: &mut Element<'_, '_>| -> HandlerResult {
        let name = script.get_attribute("src").unwrap_or_default();
        if name != REPLACED {
            return Err(format!(
                "{PAGE} of the built page loads {name}, which one file cannot; take that script out"
            )
            .into());
        }
        script.remove();
        Ok(())
    };
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("link", link))
        .append_element_content_handler(element!("script[src]", source))
        .append_element_content_handler(element!("meta[charset], meta[http-equiv]", |meta| {
            meta.remove();
            Ok(())
        }))
        .append_element_content_handler(element!("body", |body| {
            body.append(&scripts, ContentType::Html);
            Ok(())
        }));
    let page = rewrite_str(text(PAGE)?, settings).map_err(fault)?;

    let policy = format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src{}; img-src data:; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
        hash(script),
        styles.borrow(),
    );
    // Before all that the policy is for, and the character set within the first 1024 bytes.
    let head = format!(
        "\n  <meta charset=\"utf-8\">\n  <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"
    );
    let settings =
        RewriteStrSettings::new().append_element_content_handler(element!("head", |element| {
            element.prepend(&head, ContentType::Html);
            Ok(())
        }));
    rewrite_str(&page, settings).map_err(fault)
}

fn fault(error: lol_html::errors::RewritingError) -> anyhow::Error {
    match error {
        lol_html::errors::RewritingError::ContentHandlerError(error) => anyhow!("{error:#}"),
        error => anyhow!("{PAGE} of the built page: {error}"),
    }
}

/// Refuses what would end its element early, or would not be read as it is written.
fn check(name: &str, text: &str, element: &str) -> Result<()> {
    let lower = text.to_ascii_lowercase();
    for end in [&format!("</{element}"), "<!--"] {
        if lower.contains(end) {
            return Err(anyhow!(
                "{name} of the built page has {end:?} in it, which cannot stand in one file"
            ));
        }
    }
    Ok(())
}

/// An element with bytes, compressed and as text. Browsers run no script of this type.
fn data(id: &str, bytes: &[u8]) -> Result<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    let text = BASE64_STANDARD.encode(encoder.finish()?);
    Ok(format!(
        "<script id=\"{id}\" type=\"application/gzip\">{text}</script>\n"
    ))
}

fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}
