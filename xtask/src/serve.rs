//! A small server for a [`Site`], as strict as a careful host would be.

#[cfg(test)]
mod tests;

use crate::faults::{Behaviour, Fault, disturbed, hosted};
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
    behaviour: Arc<Mutex<Option<Behaviour>>>,
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
        let (fault, behaviour) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(None)));
        let server = Server {
            port,
            prefix: prefix.clone(),
            site: site.clone(),
            log: log.clone(),
            stop: stop.clone(),
            fault: fault.clone(),
            behaviour: behaviour.clone(),
        };
        let respond = move |request: &Request| {
            let site = site.read().expect("no thread panics with the site");
            let fault = fault.lock().expect("no thread panics with the fault");
            let behaviour = *behaviour.lock().expect("no thread panics with the behaviour");
            let own = |request: &Request| respond(request, &site, &prefix);
            let response = hosted(request, &prefix, behaviour, &own);
            logged(disturbed(response, request, fault.as_ref()), request, &log)
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

    /// Serves the site from now on as a host that behaves so, or as ourselves again.
    pub fn behave(&self, behaviour: Option<Behaviour>) {
        *self.behaviour.lock().expect("no thread panics with the behaviour") = behaviour;
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
                response.set("Cache-Control", IMMUTABLE);
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
    /// Changes a header that every reply has.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let header = self.headers.iter_mut().find(|(known, _)| *known == name);
        header.expect("every reply has it").1 = value.to_owned();
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
