//! Streams and archives, bent.

use super::{AS_USUAL, Row, chunks_start, two_chunks};
use crate::common::forge::{Forge, HONEST, edit_head, head_of};
use ximu_sealed::age::stream::SEALED_CHUNK_BYTES;

pub const STREAM_ROWS: &[Row] = &[
    Row(
        "stream-no-nonce",
        "seal-nonce",
        "the file ends within the payload nonce",
        Forge {
            envelope: |envelope| {
                let start = chunks_start(envelope);
                envelope.truncate(start - 1)
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "stream-no-chunks",
        "seal-truncated",
        "the file ends after the payload nonce",
        Forge {
            envelope: |envelope| {
                let start = chunks_start(envelope);
                envelope.truncate(start)
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "stream-truncated",
        "seal-truncated",
        "the second of two chunks is missing",
        Forge {
            files: two_chunks,
            envelope: |envelope| {
                let start = chunks_start(envelope);
                envelope.truncate(start + SEALED_CHUNK_BYTES)
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "stream-cut-in-chunk",
        "seal-chunk",
        "the last byte is missing",
        Forge { envelope: |envelope| envelope.truncate(envelope.len() - 1), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "stream-byte-more",
        "seal-chunk",
        "one byte more at the end",
        Forge { envelope: |envelope| envelope.push(0), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "stream-flipped",
        "seal-chunk",
        "one bit of the ciphertext",
        Forge {
            envelope: |envelope| {
                let start = chunks_start(envelope);
                envelope[start + 700] ^= 1
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "stream-nonce-flipped",
        "seal-chunk",
        "one bit of the payload nonce",
        Forge {
            envelope: |envelope| {
                let start = chunks_start(envelope);
                envelope[start - 1] ^= 1
            },
            ..HONEST
        },
        AS_USUAL,
    ),
];

pub const TAR_ROWS: &[Row] = &[
    Row(
        "tar-absolute",
        "seal-tar-name",
        "an absolute name",
        Forge { archive: |archive| edit_head(archive, "form.json", 0, b"/orm.json"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-climbs",
        "seal-tar-name",
        "a name that climbs out of the folder",
        Forge { archive: |archive| edit_head(archive, "form.json", 0, b"../a.json"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-duplicate",
        "seal-tar-duplicate",
        "a second manifest.json",
        Forge { archive: |archive| edit_head(archive, "form.json", 0, b"manifest.json"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-file-as-folder",
        "seal-tar-duplicate",
        "one name is a file and a folder",
        Forge { archive: |archive| edit_head(archive, "form.json", 0, b"manifest.json/a"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-hard-link",
        "seal-tar-kind",
        "a hard link",
        Forge { archive: |archive| edit_head(archive, "form.json", 156, b"1manifest.json"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-symbolic-link",
        "seal-tar-kind",
        "a symbolic link",
        Forge { archive: |archive| edit_head(archive, "form.json", 156, b"2/etc/passwd"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-device",
        "seal-tar-kind",
        "a character device",
        Forge { archive: |archive| edit_head(archive, "form.json", 156, b"3"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-folder",
        "seal-tar-kind",
        "a folder entry",
        Forge { archive: |archive| edit_head(archive, "form.json", 156, b"5"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-global-header",
        "seal-tar-kind",
        "a pax global header",
        Forge { archive: |archive| edit_head(archive, "form.json", 156, b"g"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-gnu-long-name",
        "seal-tar-kind",
        "a GNU long name",
        Forge { archive: |archive| edit_head(archive, "form.json", 156, b"L"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-old-type",
        "seal-tar-kind",
        "a plain file with the type flag NUL",
        Forge { archive: |archive| edit_head(archive, "form.json", 156, b"\0"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-link-behind-pax",
        "seal-tar-kind",
        "a symbolic link behind a pax header",
        Forge { archive: |archive| edit_head(archive, "entry/2", 156, b"2"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-mode",
        "seal-tar-head",
        "another mode",
        Forge { archive: |archive| edit_head(archive, "form.json", 100, b"0000755"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-time",
        "seal-tar-head",
        "a time that tells when the bidder worked",
        Forge { archive: |archive| edit_head(archive, "form.json", 136, b"13767426432"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-owner",
        "seal-tar-head",
        "an owner's name",
        Forge { archive: |archive| edit_head(archive, "form.json", 265, b"wang"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-prefix",
        "seal-tar-head",
        "a folder in the prefix field",
        Forge { archive: |archive| edit_head(archive, "form.json", 345, b"etc"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-checksum",
        "seal-tar-head",
        "a wrong checksum",
        Forge {
            archive: |archive| {
                let at = head_of(archive, "form.json");
                archive[at + 153] ^= 1
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "tar-size-base-256",
        "seal-tar-head",
        "a size in base 256",
        Forge {
            archive: |archive| edit_head(archive, "form.json", 124, b"\x80\0\0\0\0\0\0\0\0\0\0\x28"),
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "tar-two-pax-records",
        "seal-tar-head",
        "a second record in a pax header",
        Forge { archive: second_record, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-hidden-after-name",
        "seal-tar-head",
        "bytes after the name's NUL",
        Forge { archive: |archive| edit_head(archive, "form.json", 50, b"hidden"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-hidden-after-file",
        "seal-tar-garbage",
        "bytes between a file and the next block",
        Forge {
            archive: |archive| {
                let at = head_of(archive, "form.json");
                archive[at + 1023] = 1
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "tar-hidden-at-end",
        "seal-tar-garbage",
        "bytes in the padding at the end",
        Forge { archive: |archive| *archive.last_mut().unwrap() = 1, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-padding-short",
        "seal-tar-padding",
        "one block less than the Padmé size",
        Forge { archive: |archive| archive.truncate(archive.len() - 512), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-padding-long",
        "seal-tar-padding",
        "one block more than the Padmé size",
        Forge { archive: |archive| archive.extend([0; 512]), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "tar-truncated",
        "seal-tar-truncated",
        "the archive ends within a file",
        Forge {
            archive: |archive| {
                let at = head_of(archive, "form.json");
                archive.truncate(at + 520)
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "tar-no-end",
        "seal-tar-truncated",
        "the archive ends after the last file",
        Forge {
            archive: |archive| {
                let at = head_of(archive, "entry/2");
                archive.truncate(at + 1024)
            },
            ..HONEST
        },
        AS_USUAL,
    ),
];

/// A comment record after the path in the pax header of the second file.
#[allow(clippy::ptr_arg, reason = "the shape of a forge stage")]
fn second_record(archive: &mut Vec<u8>) {
    let body = head_of(archive, "pax/2") + 512;
    let length = archive[body..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    archive[body + length..][..6].copy_from_slice(b"6 a=b\n");
    edit_head(archive, "pax/2", 124, format!("{:011o}", length + 6).as_bytes());
}
