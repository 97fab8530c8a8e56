//! `juya serve`: a folder as a static host would serve it, on this machine.
//!
//! What a name gives may be kept for ever where the name says the content: blocks of an index in
//! shards. All else is asked for each time, by a tag of its content, so that a site that was just
//! built again is seen, and what stayed the same is not sent again. The policy is the strictest that
//! the page needs: what works here, works under it.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::{self, Body};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

/// That of docs/hosting.md, and of the page itself.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; \
                      require-trusted-types-for 'script'";
const FRESH: &str = "no-cache";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The digits of the hash that names a block.
const HASH: usize = 16;
/// A larger file has no tag and is always sent.
const TAGGED: usize = 64 << 20;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A built site
    dir: PathBuf,
    /// The port to listen on; 0 for one that is free
    #[arg(long, value_name = "N", default_value_t = 8000)]
    port: u16,
    /// The address to listen on; the one given by default is reached from this machine alone,
    /// 0.0.0.0 from all that reach it
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    if !arguments.dir.is_dir() {
        bail!(
            "{}: no folder there; build the site with `juya build SOURCE --out DIR`",
            arguments.dir.display()
        );
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start threads")?;
    runtime.block_on(serve(arguments, out))
}

async fn serve(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let Arguments { dir, port, host } = arguments;
    let listener = TcpListener::bind((*host, *port)).await.map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::AddrInUse => "another program has it; choose one with --port N",
            io::ErrorKind::PermissionDenied => "not allowed; choose one above 1023 with --port N",
            io::ErrorKind::AddrNotAvailable => "this machine has no such address; see --host",
            _ => "cannot be listened on",
        };
        anyhow::Error::new(error).context(format!("port {port}: {what}"))
    })?;
    let address = listener.local_addr().context("no address")?;
    writeln!(
        out,
        "{} is on http://{address}/ (Ctrl-C ends)",
        dir.display()
    )?;
    out.flush()?;

    // It keeps to the folder, knows types, ranges, HEAD, and files that are compressed already.
    let folder = ServeDir::new(dir).precompressed_br().precompressed_gzip();
    let site = Router::new()
        .fallback_service(folder)
        .layer(middleware::from_fn(answer));
    axum::serve(listener, site)
        .await
        .context("no more connections")
}

/// What is said of every file besides its bytes.
async fn answer(mut request: Request, next: Next) -> Response {
    let caching = if is_named_by_content(request.uri().path()) {
        FOR_EVER
    } else {
        FRESH
    };
    let asked = request.headers_mut();
    let known = asked.remove(header::IF_NONE_MATCH);
    // Times of change count whole seconds, which tell nothing of two builds within one.
    asked.remove(header::IF_MODIFIED_SINCE);
    // A part of what may have changed meanwhile: all of it is the right answer, too.
    if asked.remove(header::IF_RANGE).is_some() {
        asked.remove(header::RANGE);
    }
    // A tag is made of the content. What is not to be sent, the server leaves out itself.
    if request.method() == Method::HEAD {
        *request.method_mut() = Method::GET;
    }
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        response = tag(response, known.as_ref()).await;
    }
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let text = match status {
            StatusCode::NOT_FOUND => "There is no such file here.\n",
            StatusCode::METHOD_NOT_ALLOWED => "Files can only be read here.\n",
            StatusCode::INTERNAL_SERVER_ERROR => {
                "The file cannot be read; it may just be written anew. Try again.\n"
            }
            _ => "",
        };
        *response.body_mut() = Body::from(text);
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        set(headers, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    }
    let headers = response.headers_mut();
    headers.remove(header::LAST_MODIFIED);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    let is_found = status.is_success() || status == StatusCode::NOT_MODIFIED;
    set(
        headers,
        header::CACHE_CONTROL,
        if is_found { caching } else { FRESH },
    );
    // Which characters text has, the server would leave to guesses.
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = match kind {
        Some("application/javascript") => Some("text/javascript; charset=utf-8".to_owned()),
        Some(kind) if kind.starts_with("text/") && !kind.contains(';') => {
            Some(format!("{kind}; charset=utf-8"))
        }
        _ => None,
    };
    if let Some(kind) = kind {
        set(headers, header::CONTENT_TYPE, &kind);
    }
    response
}

/// Tags a file by its content; says nothing more of one that is known.
async fn tag(response: Response, known: Option<&HeaderValue>) -> Response {
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_none_or(|length| length > TAGGED) {
        return response;
    }
    let (mut parts, content) = response.into_parts();
    let Ok(bytes) = body::to_bytes(content, TAGGED).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let hash = Sha256::digest(&bytes);
    let hash: String = hash
        .iter()
        .take(HASH)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{hash}\"");
    set(&mut parts.headers, header::ETAG, &tag);
    // That of what was read: the file may have changed since it was opened.
    set(
        &mut parts.headers,
        header::CONTENT_LENGTH,
        &bytes.len().to_string(),
    );
    let is_known = |known: &HeaderValue| {
        let known = known.to_str().unwrap_or_default();
        let mut tags = known
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|known| known == "*" || known == tag)
    };
    if known.is_some_and(is_known) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Whether it is a block of an index in shards (docs/shards.md): `HASH.juya`, or `CHUNK/NUMBER.juya`.
fn is_named_by_content(path: &str) -> bool {
    let Some(path) = path.strip_suffix(".juya") else {
        return false;
    };
    let is_hash = |name: &str| {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        name.len() == HASH && name.bytes().all(is_digit)
    };
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let chunk = folder.rsplit('/').next().unwrap_or_default();
    is_hash(name)
        || is_hash(chunk) && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}
