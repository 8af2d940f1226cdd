//! The people of both worlds: the same ten firms, the same officers, the same keys. What somebody signs depends on
//! nothing that anybody else did.

use std::collections::BTreeMap;

use ximu_basics::{Blob, Hash, Nonce, PartyId, PersonId, Salt, json::to_canonical};
use ximu_procedure::{
    registry::{party_id, person_id},
    wire::{Command, CommandBody, SignedCommand},
};
use ximu_sim::{Bid, Bidder, Centre, Key, centre::ORIGIN, keys::seed};
use ximu_vault::Record;

/// How many firms are registered and admitted in every world.
pub const FIRMS: usize = 10;

/// The label of a firm's key, from 1.
pub fn firm(number: usize) -> String {
    assert!((1..=FIRMS).contains(&number));
    format!("firm-{number:02}")
}

/// Signs and seals for everybody.
pub struct People {
    /// What bids are sealed for.
    pub centre: Centre,
    /// Commands given so far, by key and procedure.
    given: BTreeMap<(String, String), u64>,
}

impl People {
    /// Nobody has done anything.
    pub fn new() -> People {
        People { centre: Centre::new(), given: BTreeMap::new() }
    }

    /// A command signed with the key of this label; its nonce follows from who, where and the how manieth.
    pub fn sign(&mut self, label: &str, procedure: &str, command: Command) -> SignedCommand {
        let given = self.given.entry((label.into(), procedure.into())).or_default();
        *given += 1;
        let hash = Hash::of_parts("nonce", &[label.as_bytes(), procedure.as_bytes(), &given.to_be_bytes()]);
        let body = CommandBody {
            v: 1,
            origin: ORIGIN.into(),
            procedure: procedure.parse().unwrap(),
            nonce: Nonce(hash.0[..16].try_into().unwrap()),
            command,
        };
        SignedCommand::sign(&body, &Key::of(label).secret).unwrap()
    }

    /// A bid of a firm at a price.
    pub fn seal(&self, label: &str, version: u32, price: &str) -> Bid {
        bidder(label).seal(&self.centre, version, price, |_| {})
    }

    /// The record behind a name.
    pub fn name(label: &str) -> Vec<u8> {
        let record =
            Record { salt: Salt(seed("salt", label)), text: format!("{label} 园林绿化有限公司") };
        to_canonical(&record).unwrap()
    }
}

/// The commitment to a name.
pub fn name_hash(label: &str) -> Hash {
    Hash::of(&People::name(label))
}

/// The id of a party.
pub fn party(label: &str) -> PartyId {
    party_id(&name_hash(label), &Key::of(label).public()).unwrap()
}

/// The id of a party's first person.
pub fn person(label: &str) -> PersonId {
    person_id(&Key::of(label).public()).unwrap()
}

/// A firm as `ximu-sim` seals for it.
pub fn bidder(label: &str) -> Bidder {
    Bidder { label: label.into(), party: party(label) }
}

/// Bytes that look like a ciphertext and are none.
pub fn noise(label: &str, bytes: usize) -> Vec<u8> {
    let mut noise = Vec::new();
    while noise.len() < bytes {
        noise.extend_from_slice(&Hash::of_parts("noise", &[label.as_bytes(), &noise.len().to_be_bytes()]).0);
    }
    noise.truncate(bytes);
    Blob(noise).0
}
