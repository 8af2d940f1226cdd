//! The form of a vector file: `key: value` lines, an empty line, the envelope.

use ximu_basics::{Hash, hex};
use ximu_sealed::{Commitment, ContextFields, EscrowPolicy, Identity};

/// What a reader is given, and what it must answer.
pub struct VectorFile {
    pub expect: String,
    pub defect: String,
    pub context: ContextFields,
    pub sealer: [u8; 32],
    pub policy: Option<EscrowPolicy>,
    pub commitment: Option<Commitment>,
    /// The seed from which the envelope was sealed by sealed-bid 10.1, and the plaintext commitment.
    pub sealed_from: Option<([u8; 32], Hash)>,
    pub key: Key,
    pub envelope: Vec<u8>,
}

/// With what the envelope is to be opened.
pub enum Key {
    Identity(Identity),
    Bare([u8; 16]),
    Shares(Vec<Vec<u8>>),
    /// One holder opens its part only.
    Holder(u8, Identity),
}

impl VectorFile {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lines = vec![
            format!("expect: {}", self.expect),
            format!("defect: {}", self.defect),
            format!("genesis: {}", self.context.genesis),
            format!("lot: {}", self.context.lot),
            format!("pseudonym: {}", self.context.pseudonym),
            format!("version: {}", self.context.version),
            format!("envelope: {}", self.context.envelope),
            format!("sealer: {}", hex::encode(&self.sealer)),
        ];
        if let Some(policy) = &self.policy {
            lines.push(format!("threshold: {}", policy.threshold));
            lines.extend(policy.holders.iter().map(|holder| format!("holder: {holder}")));
        }
        if let Some(commitment) = &self.commitment {
            lines.push(format!("root: {}", commitment.root));
            lines.push(format!("size_bytes: {}", commitment.size_bytes));
        }
        if let Some((seed, plain)) = &self.sealed_from {
            lines.push(format!("seed: {}", hex::encode(seed)));
            lines.push(format!("plain: {plain}"));
        }
        match &self.key {
            Key::Identity(identity) => lines.push(format!("identity: {}", identity.to_text().as_str())),
            Key::Bare(bytes) => lines.push(format!("file-key: {}", hex::encode(bytes))),
            Key::Shares(shares) => {
                lines.extend(shares.iter().map(|share| format!("share: {}", hex::encode(share))));
            }
            Key::Holder(holder, identity) => {
                lines.push(format!("holder-number: {holder}"));
                lines.push(format!("holder-identity: {}", identity.to_text().as_str()));
            }
        }
        let mut bytes = lines.join("\n").into_bytes();
        bytes.extend(b"\n\n");
        bytes.extend(&self.envelope);
        bytes
    }

    pub fn parse(bytes: &[u8]) -> VectorFile {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let all = |key: &str| {
            let lines = head.lines().map(|line| line.split_once(": ").unwrap());
            lines.filter(|(found, _)| *found == key).map(|(_, value)| value.to_string()).collect::<Vec<_>>()
        };
        let maybe = |key: &str| all(key).into_iter().next();
        let one = |key: &str| maybe(key).unwrap_or_else(|| panic!("expected a line {key}"));
        let sealer: Hash = one("sealer").parse().unwrap();
        let key = if let Some(identity) = maybe("identity") {
            Key::Identity(identity.parse().unwrap())
        } else if let Some(file_key) = maybe("file-key") {
            Key::Bare(hex::decode(&file_key).unwrap().try_into().unwrap())
        } else if let Some(identity) = maybe("holder-identity") {
            Key::Holder(one("holder-number").parse().unwrap(), identity.parse().unwrap())
        } else {
            Key::Shares(all("share").iter().map(|share| hex::decode(share).unwrap()).collect())
        };
        VectorFile {
            expect: one("expect"),
            defect: one("defect"),
            context: ContextFields {
                genesis: one("genesis").parse().unwrap(),
                lot: one("lot").parse().unwrap(),
                pseudonym: one("pseudonym").parse().unwrap(),
                version: one("version").parse().unwrap(),
                envelope: one("envelope").parse().unwrap(),
            },
            sealer: sealer.0,
            policy: maybe("threshold").map(|threshold| EscrowPolicy {
                threshold: threshold.parse().unwrap(),
                holders: all("holder").iter().map(|holder| holder.parse().unwrap()).collect(),
            }),
            commitment: maybe("root").map(|root| Commitment {
                root: root.parse().unwrap(),
                size_bytes: one("size_bytes").parse().unwrap(),
            }),
            sealed_from: maybe("seed")
                .map(|seed| (seed.parse::<Hash>().unwrap().0, one("plain").parse().unwrap())),
            key,
            envelope: bytes[end + 2..].to_vec(),
        }
    }
}
