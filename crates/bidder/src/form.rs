//! The form's envelope and `submission.json`: what is read out, sealed to its bidder and, if the rules say so, in
//! shares to the holders (sealed-bid 1, 10).

use alloc::{collections::BTreeMap, string::ToString, vec, vec::Vec};
use ximu_basics::{Hash, PartyId, json};
use ximu_procedure::{
    Tender,
    envelope::{FORM, FORM_FILE, commitments, context, form_escrow},
    wire::Form,
};
use ximu_sealed::{InMemory, Recovery, seal};

use crate::{
    body::SealedBody,
    draft::Draft,
    error::BidderError,
    key::Key,
    submission::{Envelope, Parts, Submission},
};

/// What a bid is sealed for.
#[derive(Debug, Clone, Copy)]
pub struct Bid<'a> {
    /// The tender, as the log shows it.
    pub tender: &'a Tender,
    /// Fingerprint of the policy under which the log was read.
    pub policy: Hash,
    /// The bidder.
    pub bidder: &'a PartyId,
    /// The bidder's counter.
    pub version: u32,
    /// The bidder's key.
    pub key: &'a Key,
}

/// A sealed form, with everything its bidder keeps.
#[derive(Debug, Clone)]
pub struct SealedForm {
    /// `form.age`.
    pub envelope: Vec<u8>,
    /// `form.key`.
    pub recovery: Recovery,
    /// The form as it was sealed.
    pub form: Form,
    /// `form.json`, the bytes inside.
    pub form_json: Vec<u8>,
    /// `submission.json`.
    pub submission: Submission,
}

/// Seals the form that names this body; opened again and compared before it is given out.
///
/// # Errors
/// A draft that does not agree with itself, a tender without a lot, [`BidderError::Seal`].
pub fn seal_form(
    bid: Bid<'_>,
    draft: &Draft,
    body: &SealedBody,
    seed: &[u8; 32],
) -> Result<SealedForm, BidderError> {
    let form = draft.form(body.reference.clone())?;
    let form_json = json::to_canonical(&form)?;
    let fields = context(bid.tender, bid.bidder, bid.version, FORM).ok_or(BidderError::Tender)?;
    let escrow = form_escrow(bid.tender);
    let files = vec![(FORM_FILE.to_string(), form_json.clone())];
    let contents = InMemory {
        context: &fields,
        escrow: escrow.as_ref(),
        files: &files,
        extra: BTreeMap::new(),
        sealer: bid.key.public().0,
    };
    let sealed = seal(contents, seed, |message| bid.key.sign(message).0)?;
    let (header, _) = ximu_sealed::EnvelopeHeader::parse(&sealed.envelope)?;
    let submission = Submission::of(Parts {
        tender: bid.tender,
        policy: bid.policy,
        bidder: bid.bidder,
        version: bid.version,
        sealer: bid.key.public(),
        form: Envelope::new(&sealed.commitment, sealed.header_hash, sealed.recovery.context.hash())?,
        body: body.envelope,
        escrow: commitments(&header).unwrap_or_default(),
        plain: sealed.plain_commitment,
    })?;
    Ok(SealedForm { envelope: sealed.envelope, recovery: sealed.recovery, form, form_json, submission })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{body::BodySealer, draft::DraftLine};
    use ximu_procedure::envelope::BODY;
    use ximu_sealed::{FileEntry, OpeningKey, open};
    use ximu_sim::Centre;

    fn draft() -> Draft {
        Draft {
            bidder_name: "清江园林".into(),
            price: None,
            price_words: None,
            bond: "1000.00".into(),
            quality: "合格".into(),
            duration_days: 90,
            manager: "某甲".into(),
            lines: vec![DraftLine {
                item: "乔木".into(),
                unit: "株".into(),
                quantity: "3".parse().unwrap(),
                unit_price: "12.50".parse().unwrap(),
                total: None,
            }],
        }
    }

    #[test]
    fn a_bid_sealed_in_pieces_opens_with_its_recovery_files_and_is_accepted() {
        let mut centre = Centre::new();
        centre.publish(|_| {});
        let sim = ximu_sim::Bidder::register(&mut centre, "firm-1");
        let key = Key::from_secret(ximu_sim::keys::seed("key", "firm-1"));
        let tender = centre.tender();
        let text = vec![7_u8; 200_000];
        let entry = FileEntry { name: "投标函.md".into(), size_bytes: 200_000, sha256: Hash::of(&text) };
        let fields = context(tender, &sim.party, 1, BODY).unwrap();
        let mut out = Vec::new();
        let mut sealer = BodySealer::begin(fields, None, vec![entry], &key, &[1; 32], &mut out).unwrap();
        sealer.next_file(&mut out).unwrap();
        text.chunks(999).for_each(|piece| sealer.data(piece, &mut out).unwrap());
        while !sealer.finish(&mut out).unwrap() {}
        assert_eq!(out.len() as u64, sealer.length());
        let (body, mut checker) = sealer.sealed().unwrap();
        out.chunks(1_001).for_each(|piece| checker.push(piece).unwrap());
        checker.finish().unwrap();
        let opened = open(&out, OpeningKey::Identity(&body.recovery.opening_key)).unwrap();
        assert_eq!(opened.file("投标函.md"), Some(text.as_slice()));

        let bid = Bid { tender, policy: Hash::of(b"p"), bidder: &sim.party, version: 1, key: &key };
        let sealed = seal_form(bid, &draft(), &body, &[2; 32]).unwrap();
        let opened = open(&sealed.envelope, OpeningKey::Identity(&sealed.recovery.opening_key)).unwrap();
        assert_eq!(opened.file(FORM_FILE), Some(sealed.form_json.as_slice()));
        let text = sealed.submission.to_text().unwrap();
        assert_eq!(Submission::from_text(&text).unwrap(), sealed.submission);
    }

    #[test]
    fn a_body_that_was_damaged_where_it_was_kept_is_not_sent() {
        let mut centre = Centre::new();
        centre.publish(|_| {});
        let sim = ximu_sim::Bidder::register(&mut centre, "firm-1");
        let key = Key::from_secret(ximu_sim::keys::seed("key", "firm-1"));
        let fields = context(centre.tender(), &sim.party, 1, BODY).unwrap();
        for place in 0..4 {
            let mut out = Vec::new();
            let entry = FileEntry { name: "a".into(), size_bytes: 3, sha256: Hash::of(b"abc") };
            let mut sealer =
                BodySealer::begin(fields.clone(), None, vec![entry], &key, &[1; 32], &mut out).unwrap();
            sealer.next_file(&mut out).unwrap();
            sealer.data(b"abc", &mut out).unwrap();
            while !sealer.finish(&mut out).unwrap() {}
            let (_, mut checker) = sealer.sealed().unwrap();
            let at = place * (out.len() - 1) / 3;
            out[at] ^= 1;
            let pushed = out.chunks(100).try_for_each(|piece| checker.push(piece));
            assert!(pushed.is_err() || checker.finish().is_err(), "byte {at}");
        }
    }

    #[test]
    fn another_content_than_announced_is_not_sent() {
        let mut centre = Centre::new();
        centre.publish(|_| {});
        let sim = ximu_sim::Bidder::register(&mut centre, "firm-1");
        let key = Key::from_secret(ximu_sim::keys::seed("key", "firm-1"));
        let fields = context(centre.tender(), &sim.party, 1, BODY).unwrap();
        let mut out = Vec::new();
        let entry = FileEntry { name: "a".into(), size_bytes: 3, sha256: Hash::of(b"abc") };
        let mut sealer = BodySealer::begin(fields, None, vec![entry], &key, &[1; 32], &mut out).unwrap();
        sealer.next_file(&mut out).unwrap();
        sealer.data(b"abd", &mut out).unwrap();
        while !sealer.finish(&mut out).unwrap() {}
        let (_, mut checker) = sealer.sealed().unwrap();
        let refusal = checker.push(&out).and_then(|()| checker.finish()).unwrap_err();
        assert_eq!(refusal.code(), "seal-file-hash");
    }
}
