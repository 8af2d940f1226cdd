//! A centre with few descriptors: one address that holds every connection it gets locks nobody else out.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

const XIMU: &str = env!("CARGO_BIN_EXE_ximu");

struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

/// Asks from an address of the loopback network.
fn ask(from: &str, to: SocketAddr) -> String {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let connected = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    connected.set_nonblocking(false).unwrap();
    answer(connected)
}

/// What a connection answers to a page.
fn answer(mut stream: TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _sent = stream.write_all(b"GET /about HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let mut bytes = Vec::new();
    let _broken_off = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn three_hundred_idle_connections_of_one_address_lock_no_other_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let made = Command::new(XIMU).args(["key", "new", "--out", &path("centre.key")]).output().unwrap();
    assert!(made.status.success());
    let settings =
        "[serve]\norigin = \"rehearsal.few.example/log\"\nkey = \"centre.key\"\nlisten = \"127.0.0.1:0\"\n";
    std::fs::write(path("ximu.toml"), settings).unwrap();
    let script = "ulimit -n 256 && exec \"$0\" serve --sandbox --data-dir \"$1\"";
    let mut child = Command::new("sh")
        .args(["-c", script, XIMU, &folder.path().display().to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let _served = Served(child);
    let address: SocketAddr = said.trim().rsplit("http://").next().unwrap().parse().unwrap();

    let mut held: Vec<TcpStream> = (0..300).map(|_| TcpStream::connect(address).unwrap()).collect();
    // Places are given in the order of connections; the last of the crowd is hung up on.
    let (first, last) = (held.remove(0), held.pop().unwrap());
    assert!(answer(last).is_empty(), "one address has 48 places of 192");
    assert!(ask("127.0.0.2", address).starts_with("HTTP/1.1 200"), "another address is served");
    assert!(answer(first).starts_with("HTTP/1.1 200"), "and so is who has a place");
}
