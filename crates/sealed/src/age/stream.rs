//! The payload of an age file: STREAM over ChaCha20-Poly1305 in chunks of 64 KiB (sealed-bid 2.4).
//!
//! Each chunk's nonce is its number and whether it is the last, so chunks can be sealed and opened in any order
//! and on any thread; [`ChunkCipher`] does one chunk. [`SealStream`] and [`OpenStream`] are push machines on top
//! for callers that go in order: bytes in, bytes out, never more than one chunk held.

use super::{AgeError, FileKey};
use crate::backend::{Aead, TAG_BYTES};
use alloc::vec::Vec;

/// Plaintext bytes in every chunk but the last.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// Ciphertext bytes in every chunk but the last.
pub const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

/// Bytes of the payload nonce that stands between header and chunks.
pub const NONCE_BYTES: usize = 16;

/// Whether a chunk is the payload's last one; it is part of the chunk's nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// More chunks follow.
    Inner,
    /// The payload ends here.
    Last,
}

/// Seals and opens single chunks of one payload.
pub struct ChunkCipher<A>(A);

impl<A: Aead> ChunkCipher<A> {
    /// The cipher of the payload with this file key and nonce.
    #[must_use]
    pub fn new(file_key: &FileKey, nonce: &[u8; NONCE_BYTES]) -> ChunkCipher<A> {
        ChunkCipher(A::new(&file_key.payload_key(nonce)))
    }

    /// Seals a chunk in place; the buffer's last [`TAG_BYTES`] bytes are room for the tag.
    ///
    /// # Errors
    /// [`AgeError::Chunk`] when the buffer has an impossible length.
    pub fn seal(&self, index: u64, place: Place, buffer: &mut [u8]) -> Result<(), AgeError> {
        if buffer.len() > SEALED_CHUNK_BYTES {
            return Err(AgeError::Chunk { index });
        }
        self.0.seal(&nonce(index, place), buffer).map_err(|_| AgeError::Chunk { index })
    }

    /// Opens a chunk in place and returns its plaintext.
    ///
    /// # Errors
    /// [`AgeError::Chunk`].
    pub fn open<'a>(&self, index: u64, place: Place, buffer: &'a mut [u8]) -> Result<&'a [u8], AgeError> {
        if buffer.len() > SEALED_CHUNK_BYTES {
            return Err(AgeError::Chunk { index });
        }
        self.0.open(&nonce(index, place), buffer).map_err(|_| AgeError::Chunk { index })?;
        let text_length = buffer.len().saturating_sub(TAG_BYTES);
        buffer.get(..text_length).ok_or(AgeError::Chunk { index })
    }
}

/// Number of chunks of a payload of this many plaintext bytes; an empty payload has one, empty chunk.
#[must_use]
pub const fn chunk_count(plain_bytes: u64) -> u64 {
    if plain_bytes == 0 { 1 } else { plain_bytes.div_ceil(CHUNK_BYTES as u64) }
}

/// Length of all chunks of a payload of this many plaintext bytes; the payload nonce is not counted.
#[must_use]
pub const fn sealed_length(plain_bytes: u64) -> u64 {
    plain_bytes.saturating_add(chunk_count(plain_bytes).saturating_mul(TAG_BYTES as u64))
}

/// Eleven bytes of chunk number, big-endian, and one byte that is 1 for the last chunk.
fn nonce(index: u64, place: Place) -> [u8; 12] {
    let last = match place {
        Place::Inner => 0,
        Place::Last => 1,
    };
    let mut nonce = [0; 12];
    let number = index.to_be_bytes();
    nonce.iter_mut().skip(3).zip(number.into_iter().chain([last])).for_each(|(to, from)| *to = from);
    nonce
}

/// Seals a payload pushed in order.
pub struct SealStream<A> {
    cipher: ChunkCipher<A>,
    pending: Vec<u8>,
    index: u64,
}

impl<A: Aead> SealStream<A> {
    /// A machine at the start of the payload.
    #[must_use]
    pub fn new(cipher: ChunkCipher<A>) -> SealStream<A> {
        SealStream { cipher, pending: Vec::with_capacity(SEALED_CHUNK_BYTES), index: 0 }
    }

    /// Takes plaintext and appends the chunks it completes to `out`.
    ///
    /// # Errors
    /// Those of [`ChunkCipher::seal`].
    pub fn push(&mut self, mut plain: &[u8], out: &mut Vec<u8>) -> Result<(), AgeError> {
        while !plain.is_empty() {
            // A full chunk goes out only when more follows, because the last one is sealed differently.
            if self.pending.len() == CHUNK_BYTES {
                self.chunk(Place::Inner, out)?;
            }
            let room = CHUNK_BYTES - self.pending.len();
            let (now, later) = plain.split_at_checked(room).unwrap_or((plain, &[]));
            self.pending.extend_from_slice(now);
            plain = later;
        }
        Ok(())
    }

    /// Ends the payload and appends its last chunk to `out`.
    ///
    /// # Errors
    /// Those of [`ChunkCipher::seal`].
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), AgeError> {
        self.chunk(Place::Last, out)
    }

    fn chunk(&mut self, place: Place, out: &mut Vec<u8>) -> Result<(), AgeError> {
        self.pending.extend_from_slice(&[0; TAG_BYTES]);
        self.cipher.seal(self.index, place, &mut self.pending)?;
        out.extend_from_slice(&self.pending);
        self.pending.clear();
        self.index += 1;
        Ok(())
    }
}

/// Opens a payload pushed in order. What it appends to `out` is authentic, but the payload as a whole is so only
/// once [`OpenStream::finish`] has returned.
pub struct OpenStream<A> {
    cipher: ChunkCipher<A>,
    pending: Vec<u8>,
    index: u64,
}

impl<A: Aead> OpenStream<A> {
    /// A machine at the start of the chunks, after the payload nonce.
    #[must_use]
    pub fn new(cipher: ChunkCipher<A>) -> OpenStream<A> {
        OpenStream { cipher, pending: Vec::with_capacity(SEALED_CHUNK_BYTES), index: 0 }
    }

    /// Takes ciphertext and appends the plaintext of the chunks it completes to `out`.
    ///
    /// # Errors
    /// [`AgeError::Chunk`], [`AgeError::Trailing`].
    pub fn push(&mut self, mut sealed: &[u8], out: &mut Vec<u8>) -> Result<(), AgeError> {
        while !sealed.is_empty() {
            if self.pending.len() == SEALED_CHUNK_BYTES {
                self.inner_chunk(out)?;
            }
            let room = SEALED_CHUNK_BYTES - self.pending.len();
            let (now, later) = sealed.split_at_checked(room).unwrap_or((sealed, &[]));
            self.pending.extend_from_slice(now);
            sealed = later;
        }
        Ok(())
    }

    /// Ends the payload: what is pending must be its last chunk.
    ///
    /// # Errors
    /// [`AgeError::Truncated`], [`AgeError::Chunk`], [`AgeError::EmptyLastChunk`].
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), AgeError> {
        let index = self.index;
        if self.pending.is_empty() {
            return Err(AgeError::Truncated { chunks: index });
        }
        let mut sealed = self.pending.clone();
        match self.cipher.open(index, Place::Last, &mut self.pending) {
            Ok([]) if index > 0 => return Err(AgeError::EmptyLastChunk { index }),
            Ok(plain) => out.extend_from_slice(plain),
            // An authentic inner chunk at the end, which must be a full one, tells a cut file from a changed one.
            Err(refusal) if sealed.len() < SEALED_CHUNK_BYTES => return Err(refusal),
            Err(refusal) => {
                let plain = self.cipher.open(index, Place::Inner, &mut sealed).map_err(|_| refusal)?;
                out.extend_from_slice(plain);
                return Err(AgeError::Truncated { chunks: index + 1 });
            }
        }
        Ok(())
    }

    fn inner_chunk(&mut self, out: &mut Vec<u8>) -> Result<(), AgeError> {
        let mut sealed = self.pending.clone();
        match self.cipher.open(self.index, Place::Inner, &mut self.pending) {
            Ok(plain) => out.extend_from_slice(plain),
            Err(refusal) => {
                let plain = self.cipher.open(self.index, Place::Last, &mut sealed).map_err(|_| refusal)?;
                out.extend_from_slice(plain);
                return Err(AgeError::Trailing { index: self.index });
            }
        }
        self.pending.clear();
        self.index += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Portable;
    use alloc::vec;
    use proptest::prelude::*;

    fn cipher() -> ChunkCipher<Portable> {
        ChunkCipher::new(&FileKey::from_bytes([9; 16]), &[4; 16])
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut machine = SealStream::new(cipher());
        machine.push(plain, &mut out).unwrap();
        machine.finish(&mut out).unwrap();
        out
    }

    fn opened(sealed: &[u8], step: usize) -> Result<Vec<u8>, AgeError> {
        let mut out = Vec::new();
        let mut machine = OpenStream::new(cipher());
        for piece in sealed.chunks(step) {
            machine.push(piece, &mut out)?;
        }
        machine.finish(&mut out)?;
        Ok(out)
    }

    #[test]
    fn every_length_around_a_chunk_survives() {
        for length in
            [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]
        {
            let plain = vec![0x5a; length];
            let sealed = sealed(&plain);
            assert_eq!(sealed.len() as u64, sealed_length(length as u64), "{length}");
            assert_eq!(opened(&sealed, 10_007).unwrap(), plain, "{length}");
        }
    }

    #[test]
    fn chunks_open_in_any_order_and_nowhere_else() {
        let plain: Vec<u8> = (0..3 * CHUNK_BYTES).map(|at| (at % 251) as u8).collect();
        let sealed = sealed(&plain);
        let cipher = cipher();
        for (index, place) in [(2, Place::Last), (0, Place::Inner), (1, Place::Inner)] {
            let at = index as usize;
            let mut chunk = sealed[at * SEALED_CHUNK_BYTES..][..SEALED_CHUNK_BYTES].to_vec();
            assert_eq!(
                cipher.open(index, place, &mut chunk.clone()).unwrap(),
                &plain[at * CHUNK_BYTES..][..CHUNK_BYTES]
            );
            assert_eq!(cipher.open(index + 1, place, &mut chunk), Err(AgeError::Chunk { index: index + 1 }));
        }
    }

    #[test]
    fn each_way_of_cutting_and_extending_has_its_own_name() {
        let two = sealed(&vec![1; CHUNK_BYTES + 1]);
        assert_eq!(opened(&two[..SEALED_CHUNK_BYTES], 4096), Err(AgeError::Truncated { chunks: 1 }));
        assert_eq!(opened(&[], 4096), Err(AgeError::Truncated { chunks: 0 }));
        let mut full = sealed(&vec![1; CHUNK_BYTES]);
        full.push(0);
        assert_eq!(opened(&full, 4096), Err(AgeError::Trailing { index: 0 }));
        let mut swapped = sealed(&vec![1; 3 * CHUNK_BYTES]);
        swapped[..2 * SEALED_CHUNK_BYTES].rotate_left(SEALED_CHUNK_BYTES);
        assert_eq!(opened(&swapped, 4096), Err(AgeError::Chunk { index: 0 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn how_the_bytes_are_cut_into_pushes_does_not_matter(
            length in 0..3 * CHUNK_BYTES,
            step in 1..2 * SEALED_CHUNK_BYTES,
        ) {
            let plain = vec![7; length];
            let whole = sealed(&plain);
            let mut pieces = Vec::new();
            let mut machine = SealStream::new(cipher());
            for piece in plain.chunks(step) { machine.push(piece, &mut pieces).unwrap(); }
            machine.finish(&mut pieces).unwrap();
            prop_assert_eq!(&pieces, &whole);
            prop_assert_eq!(opened(&whole, step).unwrap(), plain);
        }
    }
}
