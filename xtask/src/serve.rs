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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    /// A small site below `/user/repo/`, served on a free port.
    fn server(name: &str) -> Server {
        let folder = std::env::temp_dir().join(format!("auxilearn-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("www")).unwrap();
        fs::write(folder.join("index.html"), "<p>charts</p>".repeat(100)).unwrap();
        fs::write(folder.join("www/index.html"), "x").unwrap();
        fs::write(folder.join("a.wasm"), b"\0asm").unwrap();
        fs::write(folder.join(".secret"), "x").unwrap();
        let site = Site::read(&folder).unwrap();
        fs::remove_dir_all(folder).unwrap();
        Server::bind(Port::Exactly(0)).unwrap().start(site, "/user/repo/")
    }

    /// The head of an answer, in lower case, and its body.
    fn ask(server: &Server, request_line: &str, headers: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        write!(stream, "{request_line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer[end + 4..].to_vec())
    }

    #[test]
    fn every_answer_carries_the_policy() {
        let server = server("policy");
        for path in ["/user/repo/", "/user/repo/nothing", "/elsewhere", "/user/repo"] {
            let (head, _) = ask(&server, &format!("GET {path}"), "");
            assert!(head.contains(&format!("content-security-policy: {POLICY}")), "{path}: {head}");
            assert!(head.contains("x-content-type-options: nosniff"), "{path}: {head}");
            assert!(head.contains("cache-control: no-cache"), "{path}: {head}");
        }
    }

    #[test]
    fn text_is_compressed_for_those_who_accept_it() {
        let server = server("gzip");
        let (head, plain) = ask(&server, "GET /user/repo/", "");
        assert!(head.contains("200 ok") && !head.contains("content-encoding"), "{head}");
        assert_eq!(plain.len(), 1300);
        let (head, packed) = ask(&server, "GET /user/repo/?seed=7", "Accept-Encoding: br, gzip;q=0.5\r\n");
        assert!(head.contains("content-encoding: gzip") && head.contains("vary: accept-encoding"), "{head}");
        assert!(packed.len() < 100);
        let (head, _) = ask(&server, "GET /user/repo/", "Accept-Encoding: gzip;q=0\r\n");
        assert!(!head.contains("content-encoding"), "{head}");
        let (head, _) = ask(&server, "GET /user/repo/a.wasm", "Accept-Encoding: gzip\r\n");
        assert!(head.contains("application/wasm") && !head.contains("content-encoding"), "{head}");
    }

    #[test]
    fn only_the_site_is_served_and_only_read() {
        let server = server("refuse");
        for path in
            ["/", "/user/repo/.secret", "/user/repo/../../etc/passwd", "/user/repo/%2e%2e/%2e%2e/etc/passwd"]
        {
            assert!(ask(&server, &format!("GET {path}"), "").0.contains("404 not found"), "{path}");
        }
        assert!(
            ask(&server, "POST /user/repo/", "Content-Length: 0\r\n").0.contains("405 method not allowed")
        );
        let (head, body) = ask(&server, "HEAD /user/repo/", "");
        assert!(
            head.contains("200 ok") && head.contains("content-length: 1300") && body.is_empty(),
            "{head}"
        );
    }

    #[test]
    fn folders_get_their_slash() {
        let server = server("folders");
        for (path, to) in [("/user/repo", "/user/repo/"), ("/user/repo/www", "/user/repo/www/")] {
            let (head, _) = ask(&server, &format!("GET {path}"), "");
            assert!(head.contains("308 ") && head.contains(&format!("location: {to}")), "{head}");
        }
    }

    #[test]
    fn a_taken_port_is_refused_by_name() {
        let held = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = held.local_addr().unwrap().port();
        let error = Server::bind(Port::Exactly(port)).err().unwrap().to_string();
        assert!(error.contains(&port.to_string()), "{error}");
    }
}
