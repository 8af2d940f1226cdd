//! Everything a stranger can ask a centre and its peers for: every page in both languages by following its links,
//! every operation of the interface as its own description lists them, the whole log, every stream of events.

use super::{
    disk::Source,
    house::{House, ORIGIN, size_of},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{ErrorKind, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};
use ximu_tlog::tile;

/// The most answers of one crawl; a page that makes ever new links is a fault.
const ANSWERS_MAX: usize = 4_000;

/// A stream of events is read until it is silent for so long.
const SILENCE: Duration = Duration::from_millis(400);

/// An answer as it came: head and body.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Everything, from the first byte to the last.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as text.
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// Asks for one path.
pub fn get(address: SocketAddr, path: &str, language: &str) -> Reply {
    let head = format!("GET {path} HTTP/1.1\r\naccept-language: {language}\r\n");
    send(address, &head, b"")
}

/// Sends a request whose head lacks only its end, and reads the answer to its end.
pub fn send(address: SocketAddr, head: &str, body: &[u8]) -> Reply {
    read(write(address, head, body))
}

/// The same, but the sender ends its side after these bytes, whatever the head announced.
pub fn send_and_break_off(address: SocketAddr, head: &str, body: &[u8]) -> Reply {
    let stream = write(address, head, body);
    stream.shutdown(Shutdown::Write).unwrap();
    read(stream)
}

fn write(address: SocketAddr, head: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(stream, "{head}host: {address}\r\nconnection: close\r\n\r\n").unwrap();
    // A server that refuses by the head alone may close before it has read the body.
    let _ = stream.write_all(body);
    stream
}

fn read(mut stream: TcpStream) -> Reply {
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
        if is_stream(&bytes) {
            stream.set_read_timeout(Some(SILENCE)).unwrap();
        }
    }
    let status = String::from_utf8_lossy(bytes.get(9..12).unwrap_or_default()).parse().unwrap_or(0);
    Reply { status, bytes }
}

fn is_stream(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    head.contains("content-type: text/event-stream")
}

/// Everything the host and the peers answer to a stranger who knows the ids, commitments and commands that `known`
/// lists by the names of the interface's parameters.
pub fn crawl(house: &House, known: &BTreeMap<&str, Vec<String>>) -> Vec<Source> {
    let address = house.host_relay.address;
    let mut crawler = Crawler { address, seen: BTreeSet::new(), sources: Vec::new() };
    let mut waiting: Vec<String> = ["/", "/?lang=en", "/?lang=zh-CN"].map(str::to_owned).into();
    waiting.extend(operations(&crawler.ask("/openapi.json", "en").json(), known));
    let size = house.centre().log().checkpoint().unwrap().map_or(0, |note| size_of(&note));
    waiting.extend(log_paths(size).into_iter().map(|path| format!("/log/{path}")));
    while let Some(path) = waiting.pop() {
        for language in ["en", "zh-CN"] {
            if crawler.seen.insert((path.clone(), language)) {
                let reply = crawler.ask(&path, language);
                waiting.extend(links(&reply));
            }
        }
    }
    let origin = ximu_basics::Hash::of(ORIGIN.as_bytes());
    for relay in &house.peer_relays {
        let mut peer = Crawler { address: relay.address, seen: BTreeSet::new(), sources: Vec::new() };
        peer.ask("/healthz", "en");
        peer.ask(&format!("/newest/{origin}"), "en");
        for path in log_paths(size) {
            peer.ask(&format!("/mirror/{origin}/{path}"), "en");
        }
        crawler.sources.append(&mut peer.sources);
    }
    crawler.sources
}

struct Crawler {
    address: SocketAddr,
    seen: BTreeSet<(String, &'static str)>,
    sources: Vec<Source>,
}

impl Crawler {
    fn ask(&mut self, path: &str, language: &str) -> Reply {
        assert!(self.sources.len() < ANSWERS_MAX, "no end of pages, the last is {path}");
        let reply = get(self.address, path, language);
        let place = format!("answer {} to {path} in {language}", reply.status);
        self.sources.push(Source { place, bytes: reply.bytes.clone() });
        reply
    }
}

/// Every GET operation of the description, with every combination of known parameters.
fn operations(description: &Value, known: &BTreeMap<&str, Vec<String>>) -> Vec<String> {
    let paths = description["paths"].as_object().unwrap();
    let readable = paths.iter().filter(|(_, operations)| operations.get("get").is_some());
    let mut filled = Vec::new();
    for (template, _) in readable {
        let mut open = vec![template.clone()];
        while let Some(path) = open.pop() {
            let Some((before, rest)) = path.split_once('{') else {
                filled.push(path);
                continue;
            };
            let (name, after) = rest.split_once('}').unwrap();
            // The paths of the log are asked for one by one.
            let values = known.get(name).map_or(&[][..], Vec::as_slice);
            assert!(!values.is_empty() || name == "path", "a parameter {name} that this test does not know");
            open.extend(values.iter().map(|value| format!("{before}{value}{after}")));
        }
    }
    filled.iter_mut().filter(|path| *path == "/log/wait").for_each(|path| path.push_str("?size=0"));
    filled
}

/// Every tile and bundle of a log of this size.
fn log_paths(size: u64) -> Vec<String> {
    let tiles = tile::tiles_touched(0, size).into_iter().map(|tile| tile.to_string());
    let bundles = tile::bundles_touched(0, size).into_iter().map(|bundle| bundle.to_string());
    tiles.chain(bundles).collect()
}

/// The links of a page, within this server.
fn links(reply: &Reply) -> Vec<String> {
    let text = reply.text();
    let mut links = Vec::new();
    for mark in ["href=\"/", "src=\"/", "data-source=\"/", "action=\"/"] {
        for rest in text.split(mark).skip(1) {
            let link = rest.split(['"', '#']).next().unwrap_or_default().replace("&amp;", "&");
            links.push(format!("/{link}"));
        }
    }
    links
}
