//! The documents of a bid at a committee's seat: ciphertext comes in, what stands in it goes out in frames.
//!
//! A frame is one byte, a length of four bytes, big-endian, and so many bytes: 1 a file begins (its name), 2 some of its
//! contents, 3 it is complete (nothing).

use serde::Deserialize;
use serde_json::json;
use ximu_basics::PartyId;
use ximu_bidder::{
    BidderError, Seen,
    committee::{
        identity,
        papers::{BodyReader, Whole, answered},
    },
};
use ximu_sealed::PayloadEvent;

use crate::{
    desk::Desk,
    request::{Refused, Reply, read, write},
};

/// The documents that are being read.
#[derive(Default)]
pub struct Papers {
    reader: Option<BodyReader>,
    whole: Option<Whole>,
}

impl Desk {
    /// Whose documents there are, by the commitments of their ciphertexts, and how many holders gave this seat their shares.
    pub fn papers(&mut self, _: &[u8]) -> Reply {
        let identity = identity(self.key()?);
        let seen = self.seen_before()?;
        write(&json!({ "given": seen.papers_given(&identity)?, "shelves": seen.shelves()? }))
    }

    /// Begins to read the documents of a bidder.
    pub fn paper_begin(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            bidder: PartyId,
        }
        let ask: Ask = read(input)?;
        let reader = BodyReader::new(&ask.bidder, identity(self.key()?));
        (self.papers.reader, self.papers.whole) = (Some(reader), None);
        Ok(Vec::new())
    }

    /// Takes some ciphertext; gives frames.
    pub fn paper_data(&mut self, input: &[u8]) -> Reply {
        let mut reader = self.papers.reader.take().ok_or_else(|| Refused::order("documents"))?;
        let mut frames = Vec::new();
        reader.push::<BidderError>(self.seen_before()?, input, &mut |event| {
            frame(&mut frames, event);
            Ok(())
        })?;
        self.papers.reader = Some(reader);
        Ok(frames)
    }

    /// The ciphertext is at its end; gives the last frames. Only now what was given may be believed.
    pub fn paper_last(&mut self, _: &[u8]) -> Reply {
        let reader = self.papers.reader.take().ok_or_else(|| Refused::order("documents"))?;
        let mut frames = Vec::new();
        let whole = reader.finish::<BidderError>(self.seen_before()?, &mut |event| {
            frame(&mut frames, event);
            Ok(())
        })?;
        self.papers.whole = Some(whole);
        Ok(frames)
    }

    /// What was read: the files, where criteria are answered, who of the holders was untrue.
    pub fn paper_end(&mut self, _: &[u8]) -> Reply {
        let whole = self.papers.whole.take().ok_or_else(|| Refused::order("documents"))?;
        let rules = self.seen_before()?.committee()?.rules().ok_or(BidderError::Tender)?;
        let criteria: Vec<String> = rules.criteria.iter().map(|one| one.id.to_string()).collect();
        let files: Vec<_> = whole.files.iter().map(|file| (&file.name, file.size_bytes)).collect();
        let answers = answered(&whole, &criteria);
        write(&json!({ "files": files, "answers": answers, "untrue": whole.untrue }))
    }

    fn seen_before(&self) -> Result<&Seen, Refused> {
        self.member.seen.as_ref().ok_or_else(|| Refused::order("the committee"))
    }
}

fn frame(frames: &mut Vec<u8>, event: &PayloadEvent<'_>) {
    let (kind, bytes): (u8, &[u8]) = match event {
        PayloadEvent::File(file) => (1, file.name.as_bytes()),
        PayloadEvent::Data(bytes) => (2, bytes),
        PayloadEvent::End => (3, &[]),
    };
    frames.push(kind);
    frames.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    frames.extend_from_slice(bytes);
}
