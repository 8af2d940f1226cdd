//! Bidders: sealing, submitting, releasing, all from a label.

use std::collections::BTreeMap;

use ximu_basics::{Decimal, Hash, Money, PartyId, words};
use ximu_procedure::{
    envelope::{
        BODY, FORM, FORM_FILE, RELEASE, body_escrow, commitments, context, escrow_policy, form_escrow,
    },
    role::Role,
    wire::{
        Command, Form,
        command::{SealedRecord, custody_statement},
        form::{BodyReference, Line},
    },
};
use ximu_sealed::{
    EnvelopeHeader, InMemory, OpeningKey, Sealed,
    release::{ReleaseRequest, seal_release},
    seal,
};

use crate::{
    centre::{Centre, ORIGIN, TENDER},
    keys::{Key, seed},
    rules::PEERS,
};

/// A firm that bids.
#[derive(Debug, Clone)]
pub struct Bidder {
    /// The label of its key.
    pub label: String,
    /// Its id in the register.
    pub party: PartyId,
}

/// A sealed bid, as its bidder keeps it.
#[derive(Debug, Clone)]
pub struct Bid {
    /// Its version.
    pub version: u32,
    /// The form's envelope.
    pub form: Sealed,
    /// The body's envelope.
    pub body: Sealed,
}

impl Bidder {
    /// Registers a firm and has it admitted as a bidder.
    pub fn register(centre: &mut Centre, label: &str) -> Bidder {
        let party = centre.register(label, &[Role::Bidder]);
        Bidder { label: label.into(), party }
    }

    /// Seals a bid at a price; `change` may spoil the form first.
    #[must_use]
    pub fn seal(&self, centre: &Centre, version: u32, price: &str, change: impl FnOnce(&mut Form)) -> Bid {
        let tender = centre.tender();
        let body_files =
            [("投标函.txt".to_string(), format!("{} 投标 {price} 元\n", self.label).into_bytes())];
        let envelope_seed = |name: &str| seed(name, &format!("{} {version} {price}", self.label));
        let body = self.envelope(
            &context(tender, &self.party, version, BODY).unwrap(),
            body_escrow(tender).as_ref(),
            &body_files,
            &envelope_seed(BODY),
        );
        let mac_key = {
            let (header, _) = EnvelopeHeader::parse(&body.envelope).unwrap();
            let key = OpeningKey::Identity(&body.recovery.opening_key).check(&header).unwrap();
            Hash(*key.file_key().mac_key().as_bytes())
        };
        let mut form = form(&self.label, price, body.commitment.root, mac_key);
        change(&mut form);
        let form_files = [(FORM_FILE.to_string(), ximu_basics::json::to_canonical(&form).unwrap())];
        let form = self.envelope(
            &context(tender, &self.party, version, FORM).unwrap(),
            form_escrow(tender).as_ref(),
            &form_files,
            &envelope_seed(FORM),
        );
        Bid { version, form, body }
    }

    fn envelope(
        &self,
        context: &ximu_sealed::ContextFields,
        escrow: Option<&ximu_sealed::EscrowPolicy>,
        files: &[(String, Vec<u8>)],
        seed: &[u8; 32],
    ) -> Sealed {
        let key = Key::of(&self.label);
        let sealer = key.public().0;
        let contents = InMemory { context, escrow, files, extra: BTreeMap::new(), sealer };
        seal(contents, seed, |message| key.sign(message).0).unwrap()
    }

    /// Puts the ciphertexts into the vault and gives the command that submits them.
    pub fn submission(&self, centre: &mut Centre, bid: &Bid) -> Command {
        let mut record = |sealed: &Sealed| {
            centre.vault.insert(sealed.commitment.root, sealed.envelope.clone());
            let bytes = u32::try_from(sealed.envelope.len()).unwrap();
            let statement = custody_statement(ORIGIN, TENDER, &sealed.commitment.root, bytes);
            let (header, _) = EnvelopeHeader::parse(&sealed.envelope).unwrap();
            SealedRecord {
                commitment: sealed.commitment.root,
                bytes,
                header: sealed.header_hash,
                context: *header.context_hash(),
                custody: Key::of(PEERS[0]).sign(&statement),
            }
        };
        let (form, body) = (record(&bid.form), record(&bid.body));
        let (header, _) = EnvelopeHeader::parse(&bid.form.envelope).unwrap();
        Command::Submit {
            lot: "lot-1".parse().unwrap(),
            version: bid.version,
            form,
            body,
            escrow: commitments(&header).unwrap_or_default(),
            plain: bid.form.plain_commitment,
        }
    }

    /// Seals and submits an honest bid.
    pub fn submit(&self, centre: &mut Centre, version: u32, price: &str) -> Bid {
        let bid = self.seal(centre, version, price, |_| {});
        let command = self.submission(centre, &bid);
        centre.expect_events(&self.label, TENDER, command);
        bid
    }

    /// The command that releases the form's opening key to the holders.
    #[must_use]
    pub fn release(&self, centre: &Centre, bid: &Bid) -> Command {
        let tender = centre.tender();
        let key = Key::of(&self.label);
        let request = ReleaseRequest {
            context: &context(tender, &self.party, bid.version, RELEASE).unwrap(),
            escrow: &escrow_policy(tender).unwrap(),
            of: &FORM.parse().unwrap(),
            opening_key: &bid.form.recovery.opening_key,
            sealer: key.public().0,
        };
        let seed = seed(RELEASE, &format!("{} {}", self.label, bid.version));
        let sealed = seal_release(request, &seed, |message| key.sign(message).0).unwrap();
        crate::centre::release("lot-1", sealed.envelope)
    }
}

/// A readable form whose bill of quantities adds up to the price.
fn form(label: &str, price: &str, body: Hash, header_mac_key: Hash) -> Form {
    let price = Money::yuan(price).unwrap();
    let line = Line {
        item: "乔木栽植".into(),
        unit: "项".into(),
        quantity: Decimal::whole(1),
        unit_price: price.amount(),
        total: price.amount(),
    };
    Form {
        v: 1,
        bidder_name: format!("{label}园林绿化有限公司"),
        price,
        price_words: words::spell(price),
        bond: Money::yuan("100000.00").unwrap(),
        quality: "合格".into(),
        duration_days: 120,
        manager: "项目经理".into(),
        lines: vec![line],
        body: BodyReference { commitment: body, header_mac_key },
    }
}
