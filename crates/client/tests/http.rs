//! The client against a server that says exactly what each test wrote down, on a real socket.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use ximu_basics::{Hash, ProcedureId, PublicKey, Signature, json::to_canonical};
use ximu_client::{
    Address, Centre, ClientError, Peer, Timeouts, Trust,
    centre::{ReceiptState, Uploader},
    peer::{CustodyCopy, Witnessed},
};
use ximu_procedure::wire::SignedCommand;

/// A request as the server saw it.
struct Seen {
    head: String,
    body: Vec<u8>,
}

/// Serves one canned answer per connection, in order, and reports what it was asked.
fn serve(answers: Vec<String>) -> (Address, Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (send, seen) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = send.send(read_request(&stream));
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, seen)
}

fn read_request(stream: &TcpStream) -> Seen {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "the request ended in its head");
    }
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).unwrap_or_default();
    Seen { head, body }
}

fn answer(status: &str, media_type: &str, extra: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n{extra}\r\n{body}"
    )
}

fn centre(address: &Address) -> Centre {
    Centre::new(address.clone(), &Trust::Public, Timeouts::default()).unwrap()
}

fn peer(address: &Address) -> Peer {
    Peer::new(address.clone(), &Trust::Public, Timeouts::default()).unwrap()
}

#[test]
fn a_refusal_arrives_with_its_code_its_acknowledgement_and_its_retry_time() {
    let body = r#"{"code":"deadline_passed","detail":"too late","acknowledgement":{"v":1},"subject":"{}"}"#;
    let (address, seen) = serve(vec![answer(
        "422 Unprocessable Content",
        "application/problem+json; charset=utf-8",
        "retry-after: 9\r\n",
        body,
    )]);
    let signed = SignedCommand { body: "{}".into(), key: PublicKey([1; 32]), signature: Signature([2; 64]) };
    let error = centre(&address).give(&signed).unwrap_err();
    assert_eq!(error.code(), "deadline_passed");
    assert!(!error.is_passing());
    let problem = error.problem().unwrap();
    assert_eq!(
        (problem.status, problem.retry_after_s, problem.subject.as_deref()),
        (422, Some(9), Some("{}"))
    );
    assert_eq!(seen.recv().unwrap().body, to_canonical(&signed).unwrap(), "the exact bytes are sent");
}

#[test]
fn an_upload_is_streamed_with_its_exact_length_key_and_signature() {
    let hash = Hash::of(b"c");
    let body = format!(r#"{{"commitment":"{hash}","bytes":300000,"custody":"{}"}}"#, Signature([7; 64]));
    let (address, seen) = serve(vec![answer("201 Created", "application/json", "", &body)]);
    let procedure: ProcedureId = "p-1".parse().unwrap();
    let uploader = Uploader { key: &PublicKey([1; 32]), signature: &Signature([2; 64]) };
    let bytes = vec![5; 300_000];
    let given = centre(&address).upload(&procedure, &hash, uploader, 300_000, &mut bytes.as_slice()).unwrap();
    assert_eq!(given.custody, Signature([7; 64]));
    let seen = seen.recv().unwrap();
    assert!(seen.head.starts_with(&format!("put /api/v1/uploads/p-1/{hash} ")), "{}", seen.head);
    assert!(seen.head.contains(&format!("ximu-key: {}", PublicKey([1; 32]))));
    assert!(seen.head.contains(&format!("ximu-signature: {}", Signature([2; 64]))));
    assert!(seen.head.contains("content-length: 300000") && !seen.head.contains("chunked"));
    assert_eq!(seen.body, bytes);
}

#[test]
fn an_answer_that_comes_drop_by_drop_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: Address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let dripping = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_request(&stream);
        stream.set_nodelay(true).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100000\r\n\r\n")
            .unwrap();
        // Each drop comes long before the longest pause is over. Whoever hangs up ends it.
        let (pace, pause) = (std::sync::Mutex::new(()), std::sync::Condvar::new());
        for _ in 0..1_000 {
            if stream.write_all(b".").is_err() {
                return true;
            }
            let _waited = pause.wait_timeout(pace.lock().unwrap(), Duration::from_millis(20)).unwrap();
        }
        false
    });
    let timeouts = Timeouts { idle: Duration::from_millis(300), ..Timeouts::default() };
    let http = Centre::new(address, &Trust::Public, timeouts).unwrap();
    let error = http.http().get("/newest", 512 * 1024).unwrap_err();
    assert!(matches!(&error, ClientError::Timeout { waited_for: "the rest of the answer", .. }), "{error:?}");
    drop(http);
    assert!(dripping.join().unwrap(), "the server was hung up on");
}

#[test]
fn a_source_that_ends_early_is_named_and_not_sent_as_whole() {
    let (address, _seen) = serve(vec![answer("201 Created", "application/json", "", "{}")]);
    let (hash, procedure) = (Hash::of(b"c"), "p-1".parse().unwrap());
    let copy = CustodyCopy {
        origin: "o",
        procedure: &procedure,
        commitment: &hash,
        bytes: 10,
        signature: &Signature([0; 64]),
    };
    let error = peer(&address).keep_copy(copy, &mut [1u8; 9].as_slice()).unwrap_err();
    assert!(
        matches!(&error, ClientError::Source { found } if found.contains("1 bytes are missing")),
        "{error}"
    );
}

#[test]
fn a_server_that_says_nothing_is_named_with_what_was_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: Address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let short = Timeouts { answer: Duration::from_millis(50), ..Timeouts::default() };
    let error = Centre::new(address, &Trust::Public, short).unwrap().info().unwrap_err();
    assert!(matches!(error, ClientError::Timeout { waited_for: "an answer", .. }), "{error:?}");
    assert!(error.is_passing());
}

#[test]
fn nobody_at_the_address_is_a_connection_error_that_says_what_to_check() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: Address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    let error = centre(&address).info().unwrap_err();
    assert!(matches!(error, ClientError::Connection { .. }), "{error:?}");
    assert!(error.to_string().contains("check that the server runs"));
}

#[test]
fn an_answer_of_another_kind_is_shown_and_not_believed() {
    let (address, _) = serve(vec![
        answer("200 OK", "text/html", "", "<html>a proxy's page</html>"),
        answer("302 Found", "text/plain", "location: http://elsewhere.example/\r\n", ""),
    ]);
    let centre = centre(&address);
    let error = centre.info().unwrap_err();
    assert!(matches!(&error, ClientError::Unexpected { found, .. } if found.contains("proxy")), "{error:?}");
    let error = centre.info().unwrap_err();
    assert!(
        matches!(error, ClientError::Unexpected { status: 302, .. }),
        "a redirect is not followed: {error:?}"
    );
}

#[test]
fn an_answer_above_the_limit_is_cut_off() {
    let (address, _) = serve(vec![answer("200 OK", "text/plain", "", &"x".repeat(600 * 1024))]);
    let error = centre(&address).log().checkpoint().unwrap_err();
    assert!(matches!(error, ClientError::TooLong { max: 524_288, .. }), "{error:?}");
}

#[test]
fn a_receipt_is_ready_waiting_or_unknown() {
    let waits = r#"{"waits_for":"beat","scheduled":1591149600000}"#;
    let missing = r#"{"code":"not_found","detail":"no such command"}"#;
    let (address, _) = serve(vec![
        answer("200 OK", "application/json", "", "{\"path\":[]}"),
        answer("202 Accepted", "application/json", "", waits),
        answer("404 Not Found", "application/problem+json", "", missing),
    ]);
    let (centre, id) = (centre(&address), Hash::of(b"id"));
    assert_eq!(centre.receipt(&id), Ok(ReceiptState::Ready("{\"path\":[]}".into())));
    let Ok(ReceiptState::Waits(waits)) = centre.receipt(&id) else { panic!("expected to wait") };
    assert_eq!((waits.waits_for.as_str(), waits.scheduled.unwrap().unix_ms()), ("beat", 1_591_149_600_000));
    assert_eq!(centre.receipt(&id), Ok(ReceiptState::Unknown));
}

#[test]
fn a_witness_cosigns_or_says_where_it_stands() {
    let line = "\u{2014} w AAAA\n";
    let (address, _) = serve(vec![
        answer("200 OK", "text/plain", "", line),
        answer("409 Conflict", "text/x.tlog.size", "", "41\n"),
        answer("409 Conflict", "text/plain", "", "no number"),
    ]);
    let peer = peer(&address);
    let patience = Duration::from_secs(5);
    assert_eq!(peer.add_checkpoint(b"old 0\n", patience), Ok(Witnessed::Cosigned(line.into())));
    assert_eq!(peer.add_checkpoint(b"old 0\n", patience), Ok(Witnessed::Conflict { size: 41 }));
    assert!(peer.add_checkpoint(b"old 0\n", patience).is_err());
}

#[test]
fn a_broken_event_stream_resumes_after_the_last_event_that_was_returned() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let (address, seen) = serve(vec![
        format!("{head}id: 1\nevent: entry\ndata: one\n\nid: 2\ndata: cut o"),
        format!("{head}id: 2\nevent: entry\ndata: two\n\n"),
    ]);
    let mut events = centre(&address).events(&"p-1".parse().unwrap(), "");
    let one = events.next_event().unwrap().unwrap();
    assert_eq!((one.id.as_str(), one.kind.as_str(), one.data.as_str()), ("1", "entry", "one"));
    assert_eq!(events.next_event().unwrap(), None, "the server ended the stream inside an event");
    let two = events.next_event().unwrap().unwrap();
    assert_eq!((two.id.as_str(), two.data.as_str()), ("2", "two"));
    assert!(!seen.recv().unwrap().head.contains("last-event-id"));
    assert!(seen.recv().unwrap().head.contains("last-event-id: 1\r\n"));
}

#[test]
fn a_file_of_roots_without_a_certificate_is_refused() {
    let address: Address = "https://centre.example".parse().unwrap();
    let trust = Trust::Only(b"nothing here".to_vec());
    let error = Centre::new(address, &trust, Timeouts::default()).unwrap_err();
    assert!(matches!(error, ClientError::Roots { .. }));
}
