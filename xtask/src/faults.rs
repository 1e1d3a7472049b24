//! What can go wrong between the server and the page, and what static hosts do in other ways than our own server, for
//! tests.

use crate::http::{End, Request, Response};
use crate::serve::{IMMUTABLE, reply};
use crate::site::is_end;
use std::time::Duration;

/// What goes wrong on the way: which files (their paths end in `path`), and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The end of the path, whole parts of it.
    pub path: String,
    /// What becomes of the answer.
    pub kind: FaultKind,
}

/// How an answer is spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// There is no such file.
    Missing,
    /// The server has an error of its own.
    Broken,
    /// The body ends in the middle.
    Cut,
    /// The body stops in the middle for so long, then goes on.
    Stalled(Duration),
    /// The whole body is another page's, as behind a sign-in page of a network.
    Foreign,
}

impl FaultKind {
    fn spoil(self, response: Response) -> Response {
        let other = |status, mime, text: &str| reply(status, mime, text.as_bytes().to_vec());
        match self {
            Self::Missing => other("404 Not Found", "text/plain; charset=utf-8", "404: for a test\n"),
            Self::Broken => {
                other("500 Internal Server Error", "text/plain; charset=utf-8", "500: for a test\n")
            }
            Self::Cut => Response { end: End::Cut, ..response },
            Self::Stalled(time) => Response { end: End::Stalled(time), ..response },
            Self::Foreign => {
                let mut page = other("200 OK", "text/html; charset=utf-8", "<!doctype html><p>Sign in\n");
                page.set("Cache-Control", IMMUTABLE);
                page
            }
        }
    }
}

/// The answer as it arrives.
pub(crate) fn disturbed(response: Response, request: &Request, fault: Option<&Fault>) -> Response {
    let path = request.target.split(['?', '#']).next().unwrap_or_default();
    match fault.filter(|fault| is_end(path, &fault.path)) {
        Some(fault) => fault.kind.spoil(response),
        None => response,
    }
}

/// What a static host does with the whole site in another way than our own server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Sends `.wasm` as `application/octet-stream`, since it does not know the ending.
    WasmAsBytes,
    /// Sends `.wasm` without any `Content-Type`.
    WasmWithoutType,
    /// Looks into files, as Apache's `mod_mime_magic` does, and says of those that begin as gzip that they are encoded so.
    GzipByContent,
    /// Answers paths that lead nowhere with the site's `index.html` and status 200, as for applications of a single page.
    IndexForUnknown,
    /// Answers a folder's address without its slash with the folder's `index.html`, and does not redirect.
    IndexWithoutSlash,
    /// Sends a second policy, which forbids texts where scripts can come in.
    TrustedTypes,
}

/// How every gzip file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

impl Behaviour {
    /// Answers a request to a site at `prefix` as such a host; `respond` is our own server.
    fn answer(self, request: &Request, prefix: &str, respond: &dyn Fn(&Request) -> Response) -> Response {
        let mut response = respond(request);
        let path = request.target.split(['?', '#']).next().unwrap_or_default();
        let at = |target: String| {
            let mut other = request.clone();
            other.target = target;
            respond(&other)
        };
        let wasm = path.ends_with(".wasm");
        match self {
            Self::WasmAsBytes if wasm => response.set("Content-Type", "application/octet-stream"),
            Self::WasmWithoutType if wasm => response.headers.retain(|(name, _)| *name != "Content-Type"),
            Self::GzipByContent => {
                let encoded = response.headers.iter().any(|(name, _)| *name == "Content-Encoding");
                if response.body.starts_with(&GZIP) && !encoded {
                    response.headers.push(("Content-Encoding", "x-gzip".to_owned()));
                }
            }
            Self::IndexForUnknown if response.status.starts_with("404") && path.starts_with(prefix) => {
                return at(prefix.to_owned());
            }
            Self::IndexWithoutSlash if response.status.starts_with("308") => return at(format!("{path}/")),
            Self::TrustedTypes => {
                let policy = "require-trusted-types-for 'script'".to_owned();
                response.headers.push(("Content-Security-Policy", policy));
            }
            Self::WasmAsBytes | Self::WasmWithoutType | Self::IndexForUnknown | Self::IndexWithoutSlash => {}
        }
        response
    }
}

/// Returns the answer of a host that behaves so, or of our own server.
pub(crate) fn hosted(
    request: &Request,
    prefix: &str,
    behaviour: Option<Behaviour>,
    respond: &dyn Fn(&Request) -> Response,
) -> Response {
    match behaviour {
        Some(behaviour) => behaviour.answer(request, prefix, respond),
        None => respond(request),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::{POLICY, Port, Server};
    use crate::site::{Asset, Site};
    use std::io::{Read, Write};
    use std::net::TcpStream;

    fn bytes(server: &Server, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn answer(server: &Server, path: &str) -> String {
        String::from_utf8(bytes(server, path)).unwrap()
    }

    #[test]
    fn only_the_named_file_is_spoilt_and_only_for_as_long_as_asked_for() {
        let asset = || Asset::new("text/plain", b"first half, other half".to_vec(), vec![0; 100]);
        let site: Site = ["a/b.js", "a/bb.js"].map(|path| (path.to_owned(), asset())).into_iter().collect();
        let server = Server::bind(Port::Exactly(0)).unwrap().start(site, "/").unwrap();
        let with = |kind| {
            server.disturb(Some(Fault { path: "b.js".to_owned(), kind }));
            assert!(answer(&server, "/a/bb.js").ends_with("first half, other half"));
            answer(&server, "/a/b.js?1")
        };
        assert!(with(FaultKind::Missing).starts_with("HTTP/1.1 404 "));
        assert!(with(FaultKind::Broken).starts_with("HTTP/1.1 500 "));
        let cut = with(FaultKind::Cut);
        assert!(cut.contains("Content-Length: 22\r\n") && cut.ends_with("first half,"), "{cut}");
        let stalled = with(FaultKind::Stalled(Duration::from_millis(1)));
        assert!(stalled.ends_with("first half, other half"), "{stalled}");
        assert!(with(FaultKind::Foreign).ends_with("Sign in\n"));
        server.disturb(None);
        assert!(answer(&server, "/a/b.js").ends_with("first half, other half"));
    }

    /// A site below `/user/repo/` on a host that behaves so.
    fn host(behaviour: Behaviour) -> Server {
        let asset = |mime, body: &[u8]| Asset::new(mime, body.to_vec(), vec![0; 100]);
        let files = [
            ("index.html", asset("text/html", b"the first page")),
            ("zh/index.html", asset("text/html", b"another page")),
            ("a.wasm", asset("application/wasm", b"\0asm")),
            ("a.packed", asset("application/octet-stream", b"\x1f\x8bpacked")),
        ];
        let site: Site = files.map(|(path, asset)| (path.to_owned(), asset)).into_iter().collect();
        let server = Server::bind(Port::Exactly(0)).unwrap().start(site, "/user/repo/").unwrap();
        server.behave(Some(behaviour));
        server
    }

    /// Asserts that all but the paths named are answered as by our own server.
    fn others_are_unchanged(server: &Server, behaviour: Behaviour, but: &[&str]) {
        let all = ["", "zh/", "index.html", "zh", "a.wasm", "a.packed", "nothing"];
        let paths = || all.iter().filter(|path| !but.contains(path));
        let ask = || paths().map(|path| bytes(server, &format!("/user/repo/{path}"))).collect::<Vec<_>>();
        let so = ask();
        server.behave(None);
        assert_eq!(so, ask());
        server.behave(Some(behaviour));
    }

    #[test]
    fn wasm_is_of_no_known_type_or_of_none() {
        let server = host(Behaviour::WasmAsBytes);
        let found = answer(&server, "/user/repo/a.wasm?1");
        assert!(found.contains("Content-Type: application/octet-stream\r\n"), "{found}");
        assert!(!found.contains("application/wasm") && found.ends_with("\0asm"), "{found}");
        others_are_unchanged(&server, Behaviour::WasmAsBytes, &["a.wasm"]);
        let server = host(Behaviour::WasmWithoutType);
        let found = answer(&server, "/user/repo/a.wasm");
        assert!(!found.contains("Content-Type:") && found.ends_with("\0asm"), "{found}");
        others_are_unchanged(&server, Behaviour::WasmWithoutType, &["a.wasm"]);
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes() {
        let server = host(Behaviour::GzipByContent);
        let found = bytes(&server, "/user/repo/a.packed");
        let text = String::from_utf8_lossy(&found);
        assert!(text.contains("Content-Encoding: x-gzip\r\n"), "{text}");
        assert!(found.ends_with(b"\x1f\x8bpacked"), "the bytes are as they were: {text}");
        others_are_unchanged(&server, Behaviour::GzipByContent, &["a.packed"]);
    }

    #[test]
    fn unknown_paths_of_the_site_are_its_first_page() {
        let server = host(Behaviour::IndexForUnknown);
        for path in ["nothing", "a/b.js", "a.js?1"] {
            let found = answer(&server, &format!("/user/repo/{path}"));
            assert!(
                found.starts_with("HTTP/1.1 200 ") && found.ends_with("the first page"),
                "{path}: {found}"
            );
        }
        assert!(answer(&server, "/elsewhere").starts_with("HTTP/1.1 404 "));
        others_are_unchanged(&server, Behaviour::IndexForUnknown, &["nothing"]);
    }

    #[test]
    fn a_folder_without_its_slash_is_its_page() {
        let server = host(Behaviour::IndexWithoutSlash);
        for (path, page) in [("/user/repo", "the first page"), ("/user/repo/zh?1", "another page")] {
            let found = answer(&server, path);
            assert!(found.starts_with("HTTP/1.1 200 ") && found.ends_with(page), "{path}: {found}");
        }
        others_are_unchanged(&server, Behaviour::IndexWithoutSlash, &["zh"]);
    }

    #[test]
    fn trusted_types_are_asked_for_beside_the_policy() {
        let server = host(Behaviour::TrustedTypes);
        for path in ["", "nothing"] {
            let found = answer(&server, &format!("/user/repo/{path}"));
            assert_eq!(found.matches("Content-Security-Policy: ").count(), 2, "{found}");
            assert!(found.contains(&format!("Content-Security-Policy: {POLICY}\r\n")), "{found}");
            let second = "Content-Security-Policy: require-trusted-types-for 'script'\r\n";
            assert!(found.contains(second), "{found}");
        }
    }

    #[test]
    fn a_fault_is_one_of_the_host_too() {
        let server = host(Behaviour::IndexForUnknown);
        server.disturb(Some(Fault { path: "a.wasm".to_owned(), kind: FaultKind::Missing }));
        assert!(answer(&server, "/user/repo/a.wasm").starts_with("HTTP/1.1 404 "));
        assert!(answer(&server, "/user/repo/nothing").starts_with("HTTP/1.1 200 "));
    }
}
