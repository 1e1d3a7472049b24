//! What can go wrong between the server and the page, for tests.

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
                page.cache(IMMUTABLE);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::{Port, Server};
    use crate::site::{Asset, Site};
    use std::io::{Read, Write};
    use std::net::TcpStream;

    fn answer(server: &Server, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
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
}
