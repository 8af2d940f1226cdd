//! The folders and settings of the host and the other centres, and where they listen in this run.

use super::{
    cast::{self, ORIGIN, Place},
    children::Role,
    plan::{Folders, Plan},
};
use crate::{
    fault::Fault,
    files::{self, Access},
    keys::Key,
    serve::not_listening,
};
use std::{
    net::{TcpListener, UdpSocket},
    path::Path,
};
use ximu_client::Address;
use ximu_text::Text;

/// Where everybody listens.
#[derive(Debug)]
pub struct Places {
    /// The host.
    pub host: Address,
    /// The other centres, in the order of their shares.
    pub others: Vec<(Place, Address)>,
    /// What keeps the ports this play's own.
    _ports: Vec<UdpSocket>,
}

impl Places {
    /// Chooses addresses and writes every process's settings, the host's with `more` at their end; how each is started.
    ///
    /// # Errors
    /// When an address is taken or the disk says no.
    pub fn prepare(
        plan: &Plan,
        folders: &Folders,
        host: Port,
        more: &str,
    ) -> Result<(Places, Vec<Role>), Fault> {
        let mut ports = vec![host.kept];
        let mut others = Vec::new();
        for place in cast::places(plan) {
            let port = Port::free()?;
            ports.push(port.kept);
            others.push((place, port.address));
        }
        let places = Places { host: host.address, others, _ports: ports };
        let policy = cast::policy(plan).ok_or_else(|| Fault::new("policy", Text::found_demo_policy, ""))?;
        let mut roles = vec![places.host_files(plan, folders, more)?];
        for (number, (place, address)) in (1..).zip(&places.others) {
            roles.push(places.peer_files(plan, folders, number, *place, address, &policy)?);
        }
        Ok((places, roles))
    }

    fn host_files(&self, plan: &Plan, folders: &Folders, more: &str) -> Result<Role, Fault> {
        let folder = folders.host();
        files::folder(&folder)?;
        key_file(&plan.key("centre"), &folder.join("centre.key"))?;
        let mut text = format!(
            "[serve]\norigin = \"{ORIGIN}\"\nkey = \"centre.key\"\nlisten = \"{}\"\nocds_base = \"{}\"\n",
            listen(&self.host),
            self.host
        );
        for (place, address) in &self.others {
            text.push_str(&format!("\n[[serve.peers]]\nname = \"{}\"\nurl = \"{address}\"\n", place.name));
        }
        text.push_str(more);
        files::write(&folder.join("ximu.toml"), text.as_bytes(), Access::Secret)?;
        Ok(role("host", &["serve", "--sandbox"], &folder))
    }

    fn peer_files(
        &self,
        plan: &Plan,
        folders: &Folders,
        number: usize,
        place: Place,
        address: &Address,
        policy: &str,
    ) -> Result<Role, Fault> {
        let folder = folders.peer(number);
        files::folder(&folder)?;
        key_file(&plan.key(place.name), &folder.join("peer.key"))?;
        files::write(&folder.join("yichang.policy"), policy.as_bytes(), Access::Shared)?;
        let mut text = format!(
            "[peer]\nname = \"{}\"\nkey = \"peer.key\"\nlisten = \"{}\"\n\n[[peer.logs]]\norigin = \"{ORIGIN}\"\n\
             policy = \"yichang.policy\"\ncentre = \"{}\"\n",
            place.name,
            listen(address),
            self.host,
        );
        for (place, address) in &self.others {
            text.push_str(&format!("\n[[peer.peers]]\nname = \"{}\"\nurl = \"{address}\"\n", place.name));
        }
        files::write(&folder.join("ximu.toml"), text.as_bytes(), Access::Secret)?;
        let name = format!("peer-{number}-{}", place.name.trim_end_matches(".example"));
        Ok(role(&name, &["peer"], &folder))
    }
}

/// Where the host shall listen.
#[derive(Debug)]
pub enum Listen {
    /// At exactly this address.
    At(String),
    /// At this address, or any free one when it is taken.
    Preferably(String),
}

impl Listen {
    /// Takes the address.
    ///
    /// # Errors
    /// When it is none, or taken.
    pub fn take(&self) -> Result<Port, Fault> {
        match self {
            Listen::At(address) if address == "127.0.0.1:0" => Port::free(),
            Listen::At(address) => {
                Port::take(address).map_err(|error| not_listening(address, &error, Text::advice_other_listen))
            }
            Listen::Preferably(address) => Port::take(address).or_else(|_| Port::free()),
        }
    }
}

/// The first of the ports that are looked at, below those the system gives to outgoing connections: a process that is
/// started again must find its port free.
const PORTS_FIRST: u32 = 20_000;
/// How many are looked at.
const PORTS_COUNT: u32 = 10_000;

/// An address for one process of this play, which no other demonstration takes while this one runs.
///
/// The process itself listens there over TCP, now and after each start; in between, nobody does. So the driver keeps
/// the UDP port of the same number, which nobody else uses, as a sign to other demonstrations.
pub struct Port {
    address: Address,
    kept: UdpSocket,
}

impl Port {
    fn take(address: &str) -> std::io::Result<Port> {
        let kept = UdpSocket::bind(address)?;
        let local = TcpListener::bind(address)?.local_addr()?;
        let address = format!("http://{local}").parse().map_err(std::io::Error::other)?;
        Ok(Port { address, kept })
    }

    /// A free one, from a place of this process's own on.
    fn free() -> Result<Port, Fault> {
        let start = std::process::id().wrapping_mul(37);
        (0..PORTS_COUNT)
            .map(|step| PORTS_FIRST + start.wrapping_add(step) % PORTS_COUNT)
            .find_map(|port| Port::take(&format!("127.0.0.1:{port}")).ok())
            .ok_or_else(|| Fault::new("listen", Text::found_demo_no_port, ""))
    }
}

fn listen(address: &Address) -> &str {
    address.as_str().trim_start_matches("http://")
}

fn role(name: &str, command: &[&str], folder: &Path) -> Role {
    let mut arguments: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
    arguments.extend(["--data-dir".to_owned(), folder.display().to_string(), "--with-parent".to_owned()]);
    Role { name: name.to_owned(), arguments }
}

fn key_file(key: &Key, path: &Path) -> Result<(), Fault> {
    if path.is_file() { Ok(()) } else { key.write_new(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_one_demonstrations_own_as_long_as_it_runs() {
        let port = Port::free().unwrap();
        let address = listen(&port.address).to_owned();
        // The process that is to listen there has not begun, or was killed; nobody else gets the port.
        assert!(TcpListener::bind(&address).is_ok());
        assert!(Port::take(&address).is_err());
        let Err(refused) = Listen::At(address.clone()).take() else { panic!("taken twice") };
        assert!(refused.to_string().contains("which another program has"), "{refused}");
        assert!(!refused.told(ximu_text::Language::Chinese).contains("in use"), "{refused:?}");
        assert_ne!(listen(&Listen::Preferably(address.clone()).take().unwrap().address), address);
        drop(port);
        assert!(Port::take(&address).is_ok());
    }
}
