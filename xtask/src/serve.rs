//! A small server for a [`Site`], as strict as a careful host would be.

use crate::faults::{Fault, disturbed};
use crate::http::{self, End, Request, Response};
use crate::release::VERSIONS;
use crate::site::{Asset, Found, Site};
use anyhow::{Result, anyhow, bail};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

/// The policy the page lives under; its own meta tag says the same.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// What every answer says about who may do what. A page may frame the site: it is made to be embedded.
pub const SECURITY: [(&str, &str); 5] = [
    ("Content-Security-Policy", POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
];
/// Caching of what keeps its address when it changes.
pub const REVALIDATED: &str = "no-cache";
/// Caching of what stands in a folder named by its content.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Where to begin looking for a port when none is asked for.
const FIRST_PORT: u16 = 8080;
/// How many ports to try before giving up.
const PORTS: u16 = 50;

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
    port: u16,
    prefix: String,
    site: Arc<RwLock<Site>>,
    log: Arc<Mutex<Vec<Served>>>,
    stop: Arc<AtomicBool>,
    fault: Arc<Mutex<Option<Fault>>>,
}

/// A port that is taken, with nothing to serve yet.
pub struct Bound(TcpListener);

impl Bound {
    /// Serves a site below `prefix`, which begins and ends with a slash.
    ///
    /// # Errors
    /// If the system does not tell the port.
    pub fn start(self, site: Site, prefix: &str) -> Result<Server> {
        let port = self.0.local_addr()?.port();
        let (log, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (site, prefix) = (Arc::new(RwLock::new(site)), prefix.to_owned());
        let fault = Arc::new(Mutex::new(None));
        let server = Server {
            port,
            prefix: prefix.clone(),
            site: site.clone(),
            log: log.clone(),
            stop: stop.clone(),
            fault: fault.clone(),
        };
        let respond = move |request: &Request| {
            let site = site.read().expect("no thread panics with the site");
            let fault = fault.lock().expect("no thread panics with the fault");
            logged(disturbed(respond(request, &site, &prefix), request, fault.as_ref()), request, &log)
        };
        thread::spawn(move || http::serve(&self.0, &stop, Arc::new(respond)));
        Ok(server)
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
        self.port
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// Address of the site.
    pub fn url(&self) -> String {
        self.origin() + &self.prefix
    }

    /// Serves another site from now on, as after a deployment.
    pub fn replace(&self, site: Site) {
        *self.site.write().expect("no thread panics with the site") = site;
    }

    /// From now on answers are spoilt so, or no longer.
    pub fn disturb(&self, fault: Option<Fault>) {
        *self.fault.lock().expect("no thread panics with the fault") = fault;
    }

    /// Everything answered since the last call.
    pub fn take_log(&self) -> Vec<Served> {
        std::mem::take(&mut self.log.lock().expect("no thread panics with the log"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // The listener looks at the flag when the next connection comes: this one.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn listen(port: Port) -> Result<TcpListener> {
    let bind = |port| TcpListener::bind(("127.0.0.1", port));
    if let Port::Exactly(port) = port {
        return bind(port).map_err(|error| anyhow!("cannot listen on port {port} of 127.0.0.1: {error}"));
    }
    for port in FIRST_PORT..FIRST_PORT + PORTS {
        if let Ok(listener) = bind(port) {
            if port != FIRST_PORT {
                eprintln!("Port {FIRST_PORT} is taken, so this is port {port}");
            }
            return Ok(listener);
        }
    }
    bail!("no free port between {FIRST_PORT} and {}; choose one with --port", FIRST_PORT + PORTS - 1)
}

fn logged(response: Response, request: &Request, log: &Mutex<Vec<Served>>) -> Response {
    let status = response.status.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(0);
    let served = Served { path: request.target.clone(), status, bytes: response.body.len() };
    log.lock().expect("no thread panics with the log").push(served);
    response
}

fn respond(request: &Request, site: &Site, prefix: &str) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        let text = b"only GET and HEAD are answered\n".to_vec();
        let mut refusal = reply("405 Method Not Allowed", "text/plain; charset=utf-8", text);
        refusal.headers.push(("Allow", "GET, HEAD".to_owned()));
        return refusal;
    }
    let path = request.target.split(['?', '#']).next().unwrap_or_default();
    if format!("{path}/") == prefix {
        return redirect(prefix);
    }
    match path.strip_prefix(prefix).map_or(Found::Nothing, |path| site.find(path)) {
        Found::Asset(asset) => {
            let (coding, body) = encoded(asset, &request.accept_encoding);
            // The page and its worker share a script: what was fetched once need not be sent again.
            let tag = entity_tag(body);
            let known = request.if_none_match == tag;
            let mut response = match known {
                true => reply("304 Not Modified", asset.mime, Vec::new()),
                false => reply("200 OK", asset.mime, body.clone()),
            };
            if path[prefix.len()..].starts_with(VERSIONS) {
                response.cache(IMMUTABLE);
            }
            response.headers.push(("ETag", tag));
            response.headers.push(("Vary", "Accept-Encoding".to_owned()));
            if let Some(coding) = coding.filter(|_| !known) {
                response.headers.push(("Content-Encoding", coding.to_owned()));
            }
            response
        }
        Found::Folder => redirect(&format!("{path}/")),
        Found::Nothing => {
            let text = format!("404: {path} is not here\n");
            reply("404 Not Found", "text/plain; charset=utf-8", text.into_bytes())
        }
    }
}

fn redirect(to: &str) -> Response {
    let mut response = reply("308 Permanent Redirect", "text/plain; charset=utf-8", Vec::new());
    response.headers.push(("Location", to.to_owned()));
    response
}

pub(crate) fn reply(status: &'static str, mime: &str, body: Vec<u8>) -> Response {
    let own = [("Content-Type", mime), ("Cache-Control", REVALIDATED)];
    let headers = own.into_iter().chain(SECURITY).map(|(name, value)| (name, value.to_owned())).collect();
    Response { status, headers, body, end: End::Whole }
}

impl Response {
    /// How long the answer may be kept.
    pub(crate) fn cache(&mut self, how: &str) {
        let header = self.headers.iter_mut().find(|(name, _)| *name == "Cache-Control");
        header.expect("every reply says so").1 = how.to_owned();
    }
}

/// The smallest form of a file that is accepted, and its name.
fn encoded<'a>(asset: &'a Asset, accept_encoding: &str) -> (Option<&'static str>, &'a Vec<u8>) {
    let packed = [(Some("br"), asset.brotli.as_ref()), (Some("gzip"), Some(&asset.gzip))];
    packed
        .into_iter()
        .filter_map(|(coding, body)| Some((coding, body?)))
        .filter(|(coding, _)| coding.is_some_and(|coding| accepts(accept_encoding, coding)))
        .chain([(None, &asset.raw)])
        .min_by_key(|(coding, body)| (body.len(), coding.is_some()))
        .expect("the file itself")
}

/// A tag that changes with the content.
fn entity_tag(body: &[u8]) -> String {
    let mut sum = flate2::Crc::new();
    sum.update(body);
    format!("\"{:08x}-{:x}\"", sum.sum(), body.len())
}

fn accepts(accept_encoding: &str, wanted: &str) -> bool {
    accept_encoding.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some(wanted) && !parts.any(|part| part.replace(' ', "") == "q=0")
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
        fs::create_dir_all(folder.join("v/0f")).unwrap();
        fs::write(folder.join("v/0f/a.js"), "f();").unwrap();
        fs::write(folder.join("v/0f/a.js.br"), "br").unwrap();
        fs::write(folder.join(".secret"), "x").unwrap();
        let site = Site::read(&folder).unwrap();
        fs::remove_dir_all(folder).unwrap();
        Server::bind(Port::Exactly(0)).unwrap().start(site, "/user/repo/").unwrap()
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
    fn a_copy_is_sent_where_it_is_accepted_and_a_version_is_kept() {
        let server = server("copies");
        let (head, body) = ask(&server, "GET /user/repo/v/0f/a.js", "Accept-Encoding: gzip, br\r\n");
        assert!(head.contains("content-encoding: br") && body == b"br", "{head}");
        assert!(head.contains(&format!("cache-control: {IMMUTABLE}")), "{head}");
        let (head, body) = ask(&server, "GET /user/repo/v/0f/a.js", "Accept-Encoding: gzip, br;q=0\r\n");
        assert!(!head.contains("content-encoding") && body == b"f();", "gzip would be larger: {head}");
        assert!(ask(&server, "GET /user/repo/v/0f/a.js.br", "").0.contains("404 not found"));
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
    fn what_is_known_is_not_sent_again() {
        let server = server("tags");
        let (head, _) = ask(&server, "GET /user/repo/", "");
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
        let (head, body) = ask(&server, "GET /user/repo/", &format!("If-None-Match: {tag}\r\n"));
        assert!(head.contains("304 not modified") && body.is_empty(), "{head}");
        let (head, body) = ask(&server, "GET /user/repo/", "If-None-Match: \"other\"\r\n");
        assert!(head.contains("200 ok") && body.len() == 1300, "{head}");
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
