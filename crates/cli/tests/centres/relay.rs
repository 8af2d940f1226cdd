//! A relay in front of a server: it writes down every byte that passes, can be cut and joined again, and can change
//! what the server answers. It has an address before the server runs, so that two servers can know each other.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

/// Changes a piece of an answer in place.
pub type Change = fn(&mut [u8]);

/// A relay. Its threads end with it.
pub struct Relay {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    target: Mutex<Option<SocketAddr>>,
    ended: AtomicBool,
    change: Mutex<Option<Change>>,
    open: Mutex<Vec<TcpStream>>,
    /// Everything that passed, one byte string for each direction of each connection.
    passed: Mutex<Vec<Arc<Mutex<Vec<u8>>>>>,
}

impl Relay {
    /// A relay that refuses every connection until it has a target.
    pub fn new() -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let accepting = Arc::clone(&state);
        thread::spawn(move || accept(&listener, &accepting));
        Relay { address, state }
    }

    /// The address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Leads to this server from now on.
    pub fn join(&self, target: SocketAddr) {
        *self.state.target.lock().unwrap() = Some(target);
    }

    /// Leads nowhere from now on, and breaks what is open.
    pub fn cut(&self) {
        *self.state.target.lock().unwrap() = None;
        for stream in self.state.open.lock().unwrap().drain(..) {
            // A connection may have ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Changes answers from now on, or no longer.
    pub fn change(&self, change: Option<Change>) {
        *self.state.change.lock().unwrap() = change;
    }

    /// Everything that passed, one byte string for each direction of each connection, as it was before a change.
    pub fn passed(&self) -> Vec<Vec<u8>> {
        self.state.passed.lock().unwrap().iter().map(|bytes| bytes.lock().unwrap().clone()).collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.state.ended.store(true, SeqCst);
        self.cut();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(listener: &TcpListener, state: &Arc<State>) {
    for client in listener.incoming() {
        if state.ended.load(SeqCst) {
            return;
        }
        let target = *state.target.lock().unwrap();
        let (Ok(client), Some(target)) = (client, target) else { continue };
        let Ok(server) = TcpStream::connect(target) else { continue };
        let both = (client.try_clone(), server.try_clone());
        let (Ok(to_client), Ok(to_server)) = both else { continue };
        state.open.lock().unwrap().extend([&client, &server].map(|stream| stream.try_clone().unwrap()));
        let (asked, answered) = (record(state), record(state));
        thread::spawn(move || {
            pass(client, to_server, |piece| asked.lock().unwrap().extend_from_slice(piece))
        });
        let state = Arc::clone(state);
        thread::spawn(move || {
            pass(server, to_client, |piece| {
                answered.lock().unwrap().extend_from_slice(piece);
                let change = *state.change.lock().unwrap();
                if let Some(change) = change {
                    change(piece);
                }
            });
        });
    }
}

fn record(state: &State) -> Arc<Mutex<Vec<u8>>> {
    let bytes = Arc::default();
    state.passed.lock().unwrap().push(Arc::clone(&bytes));
    bytes
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut see: impl FnMut(&mut [u8])) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        see(&mut buffer[..read]);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}
