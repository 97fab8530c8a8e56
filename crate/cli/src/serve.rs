//! `juya serve`: a folder on this machine, for its own browser only.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::Response;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A built site
    dir: PathBuf,
    /// The port to listen on, on 127.0.0.1; 0 for one that is free
    #[arg(long, value_name = "N", default_value_t = 8000)]
    port: u16,
}

pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    if !arguments.dir.is_dir() {
        bail!(
            "{}: no folder there; build the site with `make site` or `juya build`",
            arguments.dir.display()
        );
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start threads")?;
    runtime.block_on(serve(arguments, out))
}

async fn serve(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let Arguments { dir, port } = arguments;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, *port))
        .await
        .map_err(|error| {
            let what = match error.kind() {
                io::ErrorKind::AddrInUse => "another program has it; choose one with --port N",
                io::ErrorKind::PermissionDenied => {
                    "not allowed; choose one above 1023 with --port N"
                }
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

    let files = Router::new().fallback_service(ServeDir::new(dir));
    let files = files.layer(middleware::map_response(always_fresh));
    axum::serve(listener, files)
        .await
        .context("no more connections")
}

/// Has the browser ask each time, and answers in full: times of change count whole seconds, so
/// that "not modified" could be said of a file that was built twice within one.
async fn always_fresh(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.remove(header::LAST_MODIFIED);
    response
}
