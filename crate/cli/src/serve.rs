//! `juya serve`: a folder on this machine, for its own browser only.

use std::fs::File;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, bail};
use percent_encoding::percent_decode_str;
use tiny_http::{Header, Method, Request, Response, Server};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A built site
    dir: PathBuf,
    /// The port to listen on, on 127.0.0.1; 0 for one that is free
    #[arg(long, value_name = "N", default_value_t = 8000)]
    port: u16,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let Arguments { dir, port } = arguments;
    let root = match dir.canonicalize() {
        Ok(root) if root.is_dir() => root,
        _ => bail!(
            "{}: no folder there; build the site with `make site` or `juya build`",
            dir.display()
        ),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).map_err(|error| {
        let remedy = match error.kind() {
            io::ErrorKind::AddrInUse => "another program has it; choose one with --port N",
            io::ErrorKind::PermissionDenied => "not allowed; choose one above 1023 with --port N",
            _ => "cannot be listened on",
        };
        anyhow::Error::new(error).context(format!("port {port}: {remedy}"))
    })?;
    let address = listener.local_addr().context("no address")?;
    let server = Server::from_listener(listener, None)
        .map_err(|error| anyhow::anyhow!("cannot serve on {address}: {error}"))?;
    writeln!(
        out,
        "{} is on http://{address}/ (Ctrl-C ends)",
        dir.display()
    )?;
    out.flush()?;

    let root = Arc::new(root);
    loop {
        let request = server.recv().context("no more connections")?;
        let root = Arc::clone(&root);
        // A thread each: a browser that is slow to read holds up no other request.
        thread::spawn(move || answer(&root, request));
    }
}

fn answer(root: &Path, request: Request) {
    let sent = match find(root, request.method(), request.url()) {
        Found::File {
            file,
            path,
            size,
            etag,
        } => {
            let known = request
                .headers()
                .iter()
                .any(|header| header.field.equiv("If-None-Match") && header.value.as_str() == etag);
            let headers = [
                header("Content-Type", &content_type(&path)),
                header("Cache-Control", "no-cache"),
                header("ETag", &etag),
            ];
            if known {
                let headers = headers.into_iter().flatten().collect();
                request.respond(Response::new(
                    304.into(),
                    headers,
                    io::empty(),
                    Some(0),
                    None,
                ))
            } else {
                let headers = headers.into_iter().flatten().collect();
                // Never in chunks: a page that shows progress needs to know the length.
                let response = Response::new(200.into(), headers, file, Some(size), None);
                request.respond(response.with_chunked_threshold(usize::MAX))
            }
        }
        Found::Folder(address) => respond(request, 301, "", &[("Location", &address)]),
        Found::Nothing => respond(request, 404, "Not found\n", &[]),
        Found::NotAllowed => respond(
            request,
            405,
            "Only GET and HEAD\n",
            &[("Allow", "GET, HEAD")],
        ),
    };
    // A browser that went away needs no answer.
    drop(sent);
}

fn respond(request: Request, status: u16, text: &str, headers: &[(&str, &str)]) -> io::Result<()> {
    let headers = headers
        .iter()
        .filter_map(|(name, value)| header(name, value));
    let mut response = Response::from_string(text).with_status_code(status);
    headers.for_each(|header| response.add_header(header));
    request.respond(response)
}

fn header(name: &str, value: &str) -> Option<Header> {
    Header::from_bytes(name, value).ok()
}

enum Found {
    File {
        file: File,
        path: PathBuf,
        size: usize,
        etag: String,
    },
    /// Asked for without the slash at the end, on which relative addresses depend.
    Folder(String),
    Nothing,
    NotAllowed,
}

fn find(root: &Path, method: &Method, url: &str) -> Found {
    if !matches!(method, Method::Get | Method::Head) {
        return Found::NotAllowed;
    }
    let address = url.split(['?', '#']).next().unwrap_or_default();
    let Some(mut path) = inside(root, address) else {
        return Found::Nothing;
    };
    if path.is_dir() {
        if !address.ends_with('/') {
            // One slash: two would name another host.
            return Found::Folder(format!("/{}/", address.trim_matches('/')));
        }
        path.push("index.html");
    } else if address.ends_with('/') {
        return Found::Nothing;
    }
    // Nor may a symbolic link lead out of the folder.
    let Ok(path) = path.canonicalize() else {
        return Found::Nothing;
    };
    if !path.starts_with(root) {
        return Found::Nothing;
    }
    let open = || -> io::Result<Found> {
        let file = File::open(&path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(Found::Nothing);
        }
        let size = usize::try_from(metadata.len()).map_err(io::Error::other)?;
        let modified = metadata
            .modified()?
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let etag = format!("\"{:x}-{size:x}\"", modified.as_nanos());
        Ok(Found::File {
            file,
            path: path.clone(),
            size,
            etag,
        })
    };
    open().unwrap_or(Found::Nothing)
}

/// The path that an address names below `root`; none where it would lead out.
fn inside(root: &Path, address: &str) -> Option<PathBuf> {
    let mut path = root.to_owned();
    for part in address.split('/').filter(|part| !part.is_empty()) {
        let part = percent_decode_str(part).decode_utf8().ok()?;
        // A plain name: not `..`, no separator that was written as %2F, no drive, no NUL.
        let mut components = Path::new(&*part).components();
        match (components.next(), components.next()) {
            (Some(Component::Normal(name)), None) if name == &*part && !part.contains('\0') => {
                path.push(name);
            }
            _ => return None,
        }
    }
    Some(path)
}

fn content_type(path: &Path) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = kind.type_() == mime_guess::mime::TEXT || kind.suffix().is_some();
    if is_text {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_inside() {
        let root = Path::new("/site");
        let inside = |address| super::inside(root, address);
        assert_eq!(inside("/"), Some("/site".into()));
        assert_eq!(inside("/pkg//juya.js"), Some("/site/pkg/juya.js".into()));
        assert_eq!(inside("/%D8%A7.html"), Some("/site/ا.html".into()));
        assert_eq!(inside("/..."), Some("/site/...".into()));
        for out in [
            "/..",
            "/a/../../b",
            "/%2e%2e/b",
            "/a%2f..%2fb",
            "/.",
            "/%00",
            "/%ff",
            "/a%2f",
        ] {
            assert_eq!(inside(out), None, "{out}");
        }
    }

    #[test]
    fn content_types() {
        for (name, kind) in [
            ("a.html", "text/html; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.css", "text/css; charset=utf-8"),
            ("a.svg", "image/svg+xml; charset=utf-8"),
            ("a.wasm", "application/wasm"),
            ("a.juya", "application/octet-stream"),
            ("a.woff2", "font/woff2"),
            ("a.webmanifest", "application/manifest+json; charset=utf-8"),
        ] {
            assert_eq!(content_type(Path::new(name)), kind);
        }
    }
}
