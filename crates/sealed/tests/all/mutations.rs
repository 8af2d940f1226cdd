//! Nothing in an envelope can change unseen, and no input makes the crate fail in another way than by refusing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::common;
use crate::common::forge::{HONEST, opening_key};
use proptest::prelude::*;
use std::collections::BTreeMap;
use ximu_sealed::{
    EnvelopeHeader, HeaderReader, Identity, InMemory, MacKey, OpenMachine, OpeningKey, PayloadEvent,
    PayloadReader, Portable, Record, SealError, check_record, envelope::check_header_mac, open, seal,
};

fn accepted(envelope: &[u8], identity: &Identity) -> Result<(), SealError> {
    let opened = open(envelope, OpeningKey::Identity(identity))?;
    let (context, sealer, policy) = (common::context("form"), common::sealer(), common::policy());
    let record = Record { context: &context, sealer: &sealer, escrow: Some(&policy) };
    check_record(&opened.header, &opened.key, &opened.manifest, &record).map(|_| ())
}

#[test]
fn no_byte_of_an_envelope_can_change_or_be_cut_off_unseen() {
    let honest = HONEST.make();
    assert_eq!(accepted(&honest, &opening_key()), Ok(()));
    for at in 0..honest.len() {
        let mut changed = honest.clone();
        changed[at] ^= 0x04;
        assert!(accepted(&changed, &opening_key()).is_err(), "byte {at} changed");
        assert!(accepted(&honest[..at], &opening_key()).is_err(), "cut at byte {at}");
    }
}

#[test]
fn a_header_stands_alone_or_is_refused() {
    let honest = HONEST.make();
    let (header, rest) = EnvelopeHeader::parse(&honest).unwrap();
    let bytes = header.to_bytes();
    assert_eq!([&bytes, rest].concat(), honest);
    assert_eq!(EnvelopeHeader::parse_alone(&bytes), Ok(header));
    assert_eq!(EnvelopeHeader::parse_alone(&honest).unwrap_err().code(), "seal-header-rest");
}

#[test]
fn a_stranger_with_the_mac_key_checks_the_header_and_opens_nothing() {
    let honest = HONEST.make();
    let (header, _) = EnvelopeHeader::parse(&honest).unwrap();
    let published = common::forge::file_key().mac_key();
    assert_eq!(check_header_mac(&header.to_bytes(), &published).as_ref(), Ok(&header));
    let other = MacKey::from_bytes([1; 32]);
    assert_eq!(check_header_mac(&header.to_bytes(), &other).unwrap_err().code(), "seal-mac");
    let mut relabelled = header.to_bytes();
    common::forge::replace(&mut relabelled, "bidder-07", "bidder-08");
    assert_eq!(check_header_mac(&relabelled, &published).unwrap_err().code(), "seal-mac");
    assert_ne!(&published.as_bytes()[..16], common::forge::file_key().as_bytes());
}

/// Reads by the push machines, in pieces of any length.
fn streamed(envelope: &[u8], identity: &Identity, step: usize) -> Result<Vec<(String, Vec<u8>)>, SealError> {
    let mut pieces = envelope.chunks(step);
    let mut header = HeaderReader::default();
    let (header, rest) = loop {
        match pieces.next() {
            Some(piece) => {
                if let Some(found) = header.push(piece)? {
                    break found;
                }
            }
            None => return EnvelopeHeader::parse(envelope).map(|_| Vec::new()),
        }
    };
    let mut machine = OpenMachine::<Portable>::new(header.open_with(identity)?);
    let mut reader = PayloadReader::new(&header);
    let (mut files, mut plain) = (Vec::<(String, Vec<u8>)>::new(), Vec::new());
    let mut take = |plain: &mut Vec<u8>| -> Result<(), SealError> {
        let mut input = plain.as_slice();
        while let Some(event) = reader.next(&mut input)? {
            match event {
                PayloadEvent::File(file) => files.push((file.name, Vec::new())),
                PayloadEvent::Data(bytes) => files.last_mut().unwrap().1.extend(bytes),
                PayloadEvent::End => {}
            }
        }
        plain.clear();
        Ok(())
    };
    machine.push(&rest, &mut plain)?;
    for piece in pieces {
        machine.push(piece, &mut plain)?;
        take(&mut plain)?;
    }
    machine.finish(&mut plain)?;
    take(&mut plain)?;
    reader.finish()?;
    Ok(files)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_goes_in_comes_out_whole_or_streamed(
        files in proptest::collection::btree_map("[a-z标书]{1,40}(/[a-z]{1,8})?", proptest::collection::vec(any::<u8>(), 0..90_000), 0..4),
        seed in any::<[u8; 32]>(),
        step in 1_usize..100_000,
    ) {
        let files: Vec<_> = files.into_iter().filter(|(name, _)| name != "manifest.json").collect();
        let context = common::context("form");
        let policy = common::policy();
        let contents = InMemory {
            context: &context,
            escrow: Some(&policy),
            files: &files,
            extra: BTreeMap::new(),
            sealer: common::sealer(),
        };
        // Random names may be a file here and a folder there; that is refused, and not what is tested.
        if let Ok(sealed) = seal(contents, &seed, common::sign) {
            let key = &sealed.recovery.opening_key;
            prop_assert_eq!(accepted(&sealed.envelope, key), Ok(()));
            prop_assert_eq!(streamed(&sealed.envelope, key, step).unwrap(), files);
        }
    }

    #[test]
    fn cutting_and_pasting_within_an_envelope_is_refused(
        from in 0_usize..7000, length in 1_usize..600, to in 0_usize..7000, step in 1_usize..3000,
    ) {
        let honest = HONEST.make();
        let from = from.min(honest.len() - length);
        let to = to.min(honest.len() - length);
        let mut changed = honest.clone();
        changed.copy_within(from..from + length, to);
        prop_assume!(changed != honest);
        prop_assert!(accepted(&changed, &opening_key()).is_err());
        prop_assert!(streamed(&changed, &opening_key(), step).is_err());
        let mut inserted = honest.clone();
        inserted.splice(to..to, honest[from..from + length].iter().copied());
        prop_assert!(accepted(&inserted, &opening_key()).is_err());
    }

    #[test]
    fn no_input_is_worse_than_refused(bytes in proptest::collection::vec(any::<u8>(), 0..3000), cut in 0_usize..3000) {
        let honest = HONEST.make();
        let mut input = honest[..cut.min(honest.len())].to_vec();
        input.extend(&bytes);
        let _ = accepted(&input, &opening_key());
        let _ = accepted(&bytes, &opening_key());
        let mut reader = ximu_sealed::tar::TarReader::default();
        let mut rest = bytes.as_slice();
        while let Ok(Some(_)) = reader.next(&mut rest) {}
        let _ = ximu_sealed::manifest::read_file(&bytes);
        let _ = ximu_sealed::Share::from_bytes(&bytes);
        let _ = ximu_sealed::Recovery::from_text(&String::from_utf8_lossy(&bytes));
    }
}
