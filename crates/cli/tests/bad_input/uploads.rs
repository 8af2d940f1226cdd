//! Uploads that are not what they say, or not whose they should be.

use super::{Firm, PLAN, an_honest_bid_is_receipted};
use crate::support::{
    bids::signing_key,
    crawl::{Reply, send, send_and_break_off},
    house::{House, ORIGIN, TENDER, tender_id},
};
use ed25519_dalek::Signer as _;
use ximu_basics::{Hash, PublicKey, Signature};
use ximu_client::statement;
use ximu_sealed::Commitment;

/// What an uploader sends; each case spoils one member.
#[derive(Clone)]
pub struct Upload<'a> {
    /// Whose key it names.
    pub label: &'a str,
    /// The size it announces.
    pub announced: Option<u64>,
    /// The commitment it announces.
    pub commitment: Hash,
    /// Another signature than the right one.
    pub signature: Option<Signature>,
    /// What it sends.
    pub body: &'a [u8],
}

impl<'a> Upload<'a> {
    /// An upload as it should be.
    pub fn honest(label: &'a str, body: &'a [u8]) -> Upload<'a> {
        let commitment = Commitment::of(body).root;
        Upload { label, announced: Some(body.len() as u64), commitment, signature: None, body }
    }

    fn head(&self, house: &House) -> String {
        let key = signing_key(house, self.label);
        let bytes = self.announced.unwrap_or_default();
        let statement = statement::upload(ORIGIN, &tender_id(), &self.commitment, bytes);
        let signature = self.signature.unwrap_or_else(|| Signature(key.sign(&statement).to_bytes()));
        let public = PublicKey(key.verifying_key().to_bytes());
        let length = match self.announced {
            Some(bytes) => format!("content-length: {bytes}"),
            None => "transfer-encoding: chunked".to_owned(),
        };
        format!(
            "PUT /api/v1/uploads/{TENDER}/{} HTTP/1.1\r\n\
             ximu-key: {public}\r\nximu-signature: {signature}\r\n{length}\r\n",
            self.commitment
        )
    }

    /// Sends it.
    pub fn send(&self, house: &House) -> Reply {
        send(house.host_relay.address, &self.head(house), self.body)
    }

    /// Sends the first half and breaks off.
    fn send_half(&self, house: &House) -> Reply {
        let half = &self.body[..self.body.len() / 2];
        send_and_break_off(house.host_relay.address, &self.head(house), half)
    }
}

#[test]
fn an_upload_that_is_not_what_it_says_is_refused_by_its_code_and_leaves_nothing() {
    let house = House::founded();
    let firm = Firm::admit(&house, "ash");
    house.publish(&PLAN);
    house.key("stranger");
    let body = vec![7; 70_000];
    let honest = Upload::honest("ash", &body);
    let with = |change: fn(&mut Upload<'_>)| {
        let mut upload = honest.clone();
        change(&mut upload);
        upload
    };
    let cases = [
        (
            "announced above 256 MiB",
            with(|upload| upload.announced = Some(256 * 1024 * 1024 + 1)),
            413,
            "body_too_large",
        ),
        ("no announced size", with(|upload| upload.announced = None), 411, "length_required"),
        (
            "other bytes than announced",
            with(|upload| upload.commitment = Commitment::of(b"other").root),
            400,
            "upload_differs",
        ),
        (
            "another's signature",
            with(|upload| upload.signature = Some(Signature([1; 64]))),
            401,
            "upload_signature",
        ),
        ("an unknown key", with(|upload| upload.label = "stranger"), 401, "upload_key"),
        ("the tenderer's key", with(|upload| upload.label = "tenderer"), 403, "upload_role"),
    ];
    for (what, upload, status, code) in cases {
        let reply = upload.send(&house);
        assert_eq!((reply.status, reply.json()["code"].as_str()), (status, Some(code)), "{what}");
    }
    // There may be an answer to what broke off or none, but never a promise.
    let broken = honest.send_half(&house);
    assert!(!broken.text().contains("custody"), "{}", broken.text());
    assert_eq!(stored(&house), 0);
    assert_eq!(honest.send(&house).status, 201);
    assert_eq!(honest.send(&house).status, 201, "an upload may be repeated");
    assert_eq!(stored(&house), 1);
    an_honest_bid_is_receipted(&house, &firm);
}

/// How many ciphertexts the host keeps.
fn stored(house: &House) -> usize {
    std::fs::read_dir(house.host_data.join("vault/bids")).unwrap().count()
}
