//! What the server answers, and what it refuses.

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
    fs::create_dir_all(folder.join("zh")).unwrap();
    fs::write(folder.join("zh/index.html"), "图").unwrap();
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
    assert!(ask(&server, "POST /user/repo/", "Content-Length: 0\r\n").0.contains("405 method not allowed"));
    let (head, body) = ask(&server, "HEAD /user/repo/", "");
    assert!(head.contains("200 ok") && head.contains("content-length: 1300") && body.is_empty(), "{head}");
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
    for (path, to) in [
        ("/user/repo", "/user/repo/"),
        ("/user/repo/www", "/user/repo/www/"),
        ("/user/repo/zh", "/user/repo/zh/"),
    ] {
        let (head, _) = ask(&server, &format!("GET {path}"), "");
        assert!(head.contains("308 ") && head.contains(&format!("location: {to}")), "{head}");
    }
    for path in ["zh/", "zh/index.html", "zh/?seed=7"] {
        let (head, body) = ask(&server, &format!("GET /user/repo/{path}"), "");
        assert!(head.contains("200 ok") && body == "图".as_bytes(), "{path}: {head}");
    }
}

#[test]
fn a_taken_port_is_refused_by_name() {
    let held = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = held.local_addr().unwrap().port();
    let error = Server::bind(Port::Exactly(port)).err().unwrap().to_string();
    assert!(error.contains(&port.to_string()), "{error}");
}
