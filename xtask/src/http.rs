//! Reads requests and writes answers, on a thread for each connection.
//!
//! tiny_http, which was here first, can leave a new connection waiting behind idle ones when two
//! arrive at the same instant (its pool counts a thread as free until it wakes); a browser opens
//! several, so one page load in some dozens hung.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Longest head of a request.
const MAX_HEAD: usize = 16 << 10;
/// How long a connection may be idle.
const IDLE: Duration = Duration::from_secs(30);

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Value of `Accept-Encoding`, empty without one.
    pub accept_encoding: String,
    /// Value of `If-None-Match`, empty without one.
    pub if_none_match: String,
    keep_alive: bool,
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Response {
    /// Status with its words, such as `200 OK`.
    pub status: &'static str,
    /// Headers besides the body's length.
    pub headers: Vec<(&'static str, String)>,
    /// The body; left out in answer to `HEAD`.
    pub body: Vec<u8>,
    /// How much of it is sent.
    pub end: End,
}

/// How an answer ends: only tests want another end than the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With the last byte.
    Whole,
    /// In the middle, where the connection is closed.
    Cut,
    /// In the middle, where nothing more comes for so long.
    Stalled(Duration),
}

/// Answers every connection with `respond` until `stop` is set and one more connection wakes it.
pub fn serve(
    listener: &TcpListener,
    stop: &AtomicBool,
    respond: Arc<dyn Fn(&Request) -> Response + Send + Sync>,
) {
    for stream in listener.incoming() {
        if stop.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let respond = respond.clone();
        // A browser may hang up at any time; that is no fault of the server.
        thread::spawn(move || converse(stream, &*respond).ok());
    }
}

/// Answers the requests of one connection, one after the other.
fn converse(mut stream: TcpStream, respond: &dyn Fn(&Request) -> Response) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE))?;
    let mut buffer = Vec::new();
    while let Some(request) = next_request(&mut stream, &mut buffer)? {
        let response = respond(&request);
        // A body that was announced is not read, so what follows it could not be told apart.
        let keep_alive = request.keep_alive && matches!(request.method.as_str(), "GET" | "HEAD");
        write(&mut stream, &request, &response, keep_alive)?;
        if !keep_alive {
            break;
        }
    }
    Ok(())
}

/// The next request, or `None` where the connection ends or what comes is no request.
fn next_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Request>> {
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Request::new(&mut headers);
        match parsed.parse(buffer) {
            Ok(httparse::Status::Complete(length)) => {
                let request = Request::from(&parsed);
                buffer.drain(..length);
                return Ok(Some(request));
            }
            Ok(httparse::Status::Partial) if buffer.len() < MAX_HEAD => {}
            _ => return Ok(None),
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk)? {
            0 => return Ok(None),
            n => buffer.extend_from_slice(&chunk[..n]),
        }
    }
}

impl From<&httparse::Request<'_, '_>> for Request {
    fn from(parsed: &httparse::Request) -> Self {
        let header = |name: &str| {
            let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            found.map_or(String::new(), |header| String::from_utf8_lossy(header.value).into_owned())
        };
        Self {
            method: parsed.method.unwrap_or_default().to_owned(),
            target: parsed.path.unwrap_or_default().to_owned(),
            accept_encoding: header("accept-encoding"),
            if_none_match: header("if-none-match"),
            keep_alive: parsed.version == Some(1) && !header("connection").eq_ignore_ascii_case("close"),
        }
    }
}

fn write(stream: &mut TcpStream, request: &Request, response: &Response, keep_alive: bool) -> io::Result<()> {
    let connection = if keep_alive { "keep-alive" } else { "close" };
    let mut bytes = format!(
        "HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: {connection}\r\n",
        response.status,
        response.body.len()
    );
    for (name, value) in &response.headers {
        bytes += &format!("{name}: {value}\r\n");
    }
    bytes += "\r\n";
    let mut bytes = bytes.into_bytes();
    if request.method == "HEAD" {
        return stream.write_all(&bytes);
    }
    let (sent, later) = response.body.split_at(match response.end {
        End::Whole => response.body.len(),
        End::Cut | End::Stalled(_) => response.body.len() / 2,
    });
    bytes.extend_from_slice(sent);
    stream.write_all(&bytes)?;
    match response.end {
        End::Whole => Ok(()),
        End::Cut => Err(io::ErrorKind::ConnectionAborted.into()),
        End::Stalled(time) => {
            thread::sleep(time);
            stream.write_all(later)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufRead;

    /// Many connections at once, none closed: every one is answered though all others stay open.
    #[test]
    fn no_connection_waits_for_another_to_close() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let empty = Response { status: "200 OK", headers: Vec::new(), body: Vec::new(), end: End::Whole };
            serve(&listener, &AtomicBool::new(false), Arc::new(move |_| empty.clone()));
        });
        let mut open: Vec<TcpStream> = (0..40).map(|_| TcpStream::connect(address).unwrap()).collect();
        for stream in &mut open {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        }
        for stream in &open {
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            let mut line = String::new();
            io::BufReader::new(stream).read_line(&mut line).unwrap();
            assert_eq!(line, "HTTP/1.1 200 OK\r\n");
        }
    }
}
