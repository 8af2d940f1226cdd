//! Published keys (verify 7.1): each opens its form, the way anybody with `age` does, to what was read out.

use alloc::{
    format,
    string::{String, ToString},
};
use ximu_basics::{Hash, hex};
use ximu_procedure::{envelope::FORM_FILE, wire::event::OpenedBid};
use ximu_sealed::{FileKey, Identity, Opened, OpeningKey};

use super::{Replayed, Run, at_file, envelopes::Envelopes};
use crate::{Code, bundle::path};

impl Run<'_> {
    pub(super) fn keys(&mut self, replayed: &Replayed, envelopes: &Envelopes<'_>) {
        for (procedure, tender) in &replayed.replay.world().tenders {
            for (bidder, opened) in &tender.opened {
                let path = path::key(procedure, bidder);
                let Some(bytes) = self.file(&path) else { continue };
                let form = tender.bids.get(bidder).and_then(|bid| envelopes.0.get(&bid.form.commitment));
                match check(bytes, opened, form.copied().unwrap_or_default()) {
                    Ok(()) => self.count("keys", 1),
                    Err(detail) => self.fail(Code::KeyWrong, at_file(&path), detail),
                }
            }
        }
    }
}

fn check(bytes: &[u8], opened: &OpenedBid, form: &[u8]) -> Result<(), String> {
    let text = core::str::from_utf8(bytes).ok().and_then(|text| text.strip_suffix('\n'));
    let key = text.ok_or("expected one line with a newline")?;
    if key != opened.key {
        return Err("expected the key of the opening entry, found another".to_string());
    }
    let found = open(key, form)?;
    let found = found.file(FORM_FILE).map(Hash::of).ok_or_else(|| format!("expected {FORM_FILE} inside"))?;
    if found != opened.form {
        return Err(format!("expected {FORM_FILE} with digest {}, found {found}", opened.form));
    }
    Ok(())
}

/// Opens a form with a published key: an age identity, or the 32 hexadecimal digits of a file key.
pub(super) fn open(key: &str, form: &[u8]) -> Result<Opened, String> {
    let opened = match hex::decode(key).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok()) {
        Some(file_key) => ximu_sealed::open(form, OpeningKey::FileKey(&FileKey::from_bytes(file_key))),
        None => {
            let identity: Identity = key.parse().map_err(|_| "expected an age identity or 32 digits")?;
            ximu_sealed::open(form, OpeningKey::Identity(&identity))
        }
    };
    opened.map_err(|error| error.to_string())
}
