//! A small server for a [`Site`], as strict as a careful host would be.

use crate::site::{Found, Site};
use anyhow::{Result, anyhow, bail};
use std::io::Cursor;
use std::sync::{Arc, Mutex};
use std::thread;
use tiny_http::{Header, Method, Request, Response};

/// The policy the page lives under; its own meta tag says the same.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

/// Where to begin looking for a port when none is asked for.
const FIRST_PORT: u16 = 8080;
/// How many ports to try before giving up.
const PORTS: u16 = 50;
/// Requests answered at once: browsers open six connections, and a thread waits on each.
const THREADS: usize = 8;

/// Which port to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// 8080, or the next free one.
    Default,
    /// This one or none; 0 lets the system choose.
    Exactly(u16),
}

/// What was sent in answer to one request.
#[derive(Debug, Clone)]
pub struct Served {
    /// Path and query as asked for.
    pub path: String,
    /// HTTP status.
    pub status: u16,
    /// Bytes of the body as sent.
    pub bytes: usize,
}

/// A running server; it ends with the process or when dropped.
pub struct Server {
    http: Arc<tiny_http::Server>,
    prefix: String,
    log: Arc<Mutex<Vec<Served>>>,
}

/// A port that is taken, with nothing to serve yet.
pub struct Bound(tiny_http::Server);

impl Bound {
    /// Serves a site below `prefix`, which begins and ends with a slash.
    pub fn start(self, site: Site, prefix: &str) -> Server {
        let http = Arc::new(self.0);
        let (site, log) = (Arc::new(site), Arc::new(Mutex::new(Vec::new())));
        for _ in 0..THREADS {
            let (http, site, log, prefix) = (http.clone(), site.clone(), log.clone(), prefix.to_owned());
            thread::spawn(move || {
                while let Ok(request) = http.recv() {
                    answer(request, &site, &prefix, &log);
                }
            });
        }
        Server { http, prefix: prefix.to_owned(), log }
    }
}

impl Server {
    /// Takes a port of the loopback interface.
    ///
    /// # Errors
    /// If the port, or every port tried, is taken.
    pub fn bind(port: Port) -> Result<Bound> {
        listen(port).map(Bound)
    }

    /// The port listened on.
    pub fn port(&self) -> u16 {
        self.http.server_addr().to_ip().map_or(0, |address| address.port())
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// Address of the site.
    pub fn url(&self) -> String {
        self.origin() + &self.prefix
    }

    /// Everything answered since the last call.
    pub fn take_log(&self) -> Vec<Served> {
        std::mem::take(&mut self.log.lock().expect("no thread panics with the log"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in 0..THREADS {
            self.http.unblock();
        }
    }
}

fn listen(port: Port) -> Result<tiny_http::Server> {
    let bind = |port| tiny_http::Server::http(("127.0.0.1", port));
    if let Port::Exactly(port) = port {
        return bind(port).map_err(|error| anyhow!("cannot listen on port {port} of 127.0.0.1: {error}"));
    }
    for port in FIRST_PORT..FIRST_PORT + PORTS {
        if let Ok(server) = bind(port) {
            if port != FIRST_PORT {
                eprintln!("Port {FIRST_PORT} is taken, so this is port {port}");
            }
            return Ok(server);
        }
    }
    bail!("no free port between {FIRST_PORT} and {}; choose one with --port", FIRST_PORT + PORTS - 1)
}

fn answer(request: Request, site: &Site, prefix: &str, log: &Mutex<Vec<Served>>) {
    let response = respond(&request, site, prefix);
    let served = Served {
        path: request.url().to_owned(),
        status: response.status_code().0,
        bytes: response.data_length().unwrap_or(0),
    };
    log.lock().expect("no thread panics with the log").push(served);
    // A browser may hang up at any time; that is no fault of the server.
    let _ = request.respond(response.with_chunked_threshold(usize::MAX));
}

type Reply = Response<Cursor<Vec<u8>>>;

fn respond(request: &Request, site: &Site, prefix: &str) -> Reply {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return reply(405, "text/plain; charset=utf-8", b"only GET and HEAD are answered\n".to_vec())
            .with_header(header("Allow", "GET, HEAD"));
    }
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    if format!("{path}/") == prefix {
        return redirect(prefix);
    }
    match path.strip_prefix(prefix).map_or(Found::Nothing, |path| site.find(path)) {
        Found::Asset(asset) => {
            let compressed = accepts_gzip(request) && asset.gzip.len() < asset.raw.len();
            let body = if compressed { &asset.gzip } else { &asset.raw };
            let mut response =
                reply(200, asset.mime, body.clone()).with_header(header("Vary", "Accept-Encoding"));
            if compressed {
                response.add_header(header("Content-Encoding", "gzip"));
            }
            response
        }
        Found::Folder => redirect(&format!("{path}/")),
        Found::Nothing => {
            let text = format!("404: {path} is not here\n");
            reply(404, "text/plain; charset=utf-8", text.into_bytes())
        }
    }
}

fn redirect(to: &str) -> Reply {
    reply(308, "text/plain; charset=utf-8", Vec::new()).with_header(header("Location", to))
}

fn reply(status: u16, mime: &str, body: Vec<u8>) -> Reply {
    Response::from_data(body)
        .with_status_code(status)
        .with_header(header("Content-Type", mime))
        .with_header(header("Content-Security-Policy", POLICY))
        .with_header(header("X-Content-Type-Options", "nosniff"))
        .with_header(header("Cache-Control", "no-cache"))
}

fn header(name: &str, value: &str) -> Header {
    // Only ASCII gets here: request targets that are not are refused while they are parsed.
    Header::from_bytes(name, value).expect("an ASCII header")
}

fn accepts_gzip(request: &Request) -> bool {
    request.headers().iter().filter(|header| header.field.equiv("Accept-Encoding")).any(|header| {
        header.value.as_str().split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("gzip") && !parts.any(|part| part.replace(' ', "") == "q=0")
        })
    })
}
