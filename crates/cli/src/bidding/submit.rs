//! Submitting a bid: upload, signed command, acknowledgement at once, receipt when the beat is cosigned.

use super::folder::{BidFolder, Envelope, Step, Submission};
use crate::{
    fault::Fault,
    keys::Key,
    remote::{Answer, Remote},
};
use std::{fs::File, io::Read};
use ximu_basics::{Hash, ProcedureId, Signature};
use ximu_bidder::{
    act::{self, Custody},
    proof::{self, Receipted},
};
use ximu_client::centre::{ReceiptState, Uploader};
use ximu_office::receipts::EntryReceipt;
use ximu_procedure::wire::SignedCommand;
use ximu_text::Text;

/// The centre's code for an upload that nobody can use any more.
const UPLOAD_CLOSED: &str = "upload_closed";

/// Bytes gone so far, and the size of both envelopes together.
pub type Watch<'a> = &'a mut dyn FnMut(u64, u64);

/// Uploads both envelopes and signs the submission; what was signed before is used again.
///
/// When the centre takes no uploads any more, the submission is signed all the same, without the custody centre's word:
/// its refusal is then signed and recorded, which a refused upload is not (L28).
///
/// # Errors
/// When the folder holds no bid, the key is another than the one that sealed, or the centre does not take the bytes.
pub fn prepare(
    remote: &Remote,
    folder: &BidFolder,
    key: &Key,
    watch: Watch<'_>,
) -> Result<SignedCommand, Fault> {
    let submission = folder.submission()?;
    check_belongs(remote, &submission, key)?;
    if let Some(signed) = folder.command_to_send(Step::Submit)? {
        return Ok(signed);
    }
    let total = u64::from(submission.form.bytes) + u64::from(submission.body.bytes);
    let form = upload(remote, folder, "form.age", &submission, &submission.form, key, &mut |done| {
        watch(done, total)
    })?;
    let before = u64::from(submission.form.bytes);
    let body = upload(remote, folder, "body.age", &submission, &submission.body, key, &mut |done| {
        watch(before + done, total)
    })?;
    let command = act::submit(&submission, Custody { form, body });
    let signed = remote.sign(&submission.procedure, command, key)?;
    folder.keep_command(Step::Submit, &signed)?;
    Ok(signed)
}

/// Gives a command of a bid and keeps the centre's signed word, also when it is a refusal.
///
/// # Errors
/// When there is no answer, or it does not verify.
pub fn give(
    remote: &Remote,
    folder: &BidFolder,
    step: Step,
    signed: &SignedCommand,
) -> Result<Answer, Fault> {
    let answer = remote.give(signed)?;
    let given = match &answer {
        Answer::Accepted(given) => Some(given),
        Answer::Refused { given, .. } => given.as_ref(),
    };
    if let Some(given) = given {
        folder.keep_acknowledgement(step, given)?;
    }
    Ok(answer)
}

/// The command that withdraws a bid, signed once and kept. It consumes the next version.
///
/// # Errors
/// When the folder holds no bid or the key is another.
pub fn withdrawal(remote: &Remote, folder: &BidFolder, key: &Key) -> Result<SignedCommand, Fault> {
    let submission = folder.submission()?;
    check_belongs(remote, &submission, key)?;
    if let Some(signed) = folder.command_to_send(Step::Withdraw)? {
        return Ok(signed);
    }
    let command = act::withdraw(&submission);
    let signed = remote.sign(&submission.procedure, command, key)?;
    folder.keep_command(Step::Withdraw, &signed)?;
    Ok(signed)
}

/// Asks once for the receipt of the submission; keeps it when it is there and holds.
///
/// # Errors
/// When the folder has no acknowledged submission, or the receipt does not hold.
pub fn receipt(remote: &Remote, folder: &BidFolder) -> Result<ReceiptState, Fault> {
    let signed = folder.command(Step::Submit)?.ok_or_else(|| {
        let said = |t: Text| t.found_bid_unsubmitted(folder.path().display().to_string());
        Fault::new("bid-unsubmitted", said, Text::advice_submit_it)
    })?;
    let state = remote.centre.receipt(&signed.id())?;
    if let ReceiptState::Ready(text) = &state {
        check_receipt(folder, text, &remote.info.policy)?;
        folder.keep_receipt(text)?;
    }
    Ok(state)
}

/// Checks a receipt against the policy, the acknowledged bytes and the command that was signed.
///
/// # Errors
/// When it does not prove that this very command stands in the cosigned log, in a beat of its own tender.
pub fn check_receipt(folder: &BidFolder, text: &str, policy: &str) -> Result<Receipted, Fault> {
    let wrong = |said: fn(Text) -> String| Fault::new("receipt", said, Text::advice_both_evidence);
    let expected = folder.submission()?.policy;
    let found = Hash::of(policy.as_bytes());
    if expected != found {
        let said = |t: Text| t.found_receipt_policy(expected.to_string(), found.to_string());
        return Err(Fault::new("receipt", said, Text::advice_both_evidence));
    }
    let given =
        folder.acknowledgement(Step::Submit)?.ok_or_else(|| wrong(Text::found_receipt_no_acknowledgement))?;
    let signed = folder.command(Step::Submit)?.ok_or_else(|| wrong(Text::found_receipt_no_command))?;
    // A submission after CLOSE is refused in public: its proof is that of an entry.
    if let Ok(receipt) = ximu_basics::json::from_canonical::<EntryReceipt>(text.as_bytes()) {
        if receipt.entry != given.subject {
            return Err(wrong(Text::found_receipt_other_bytes));
        }
        let EntryReceipt { entry, index, proof, .. } = &receipt;
        return Ok(proof::check_entry(entry, *index, proof, policy, &signed.id())?);
    }
    Ok(proof::check_receipt(text, policy, &given.subject, &signed.id())?)
}

/// Whether a folder belongs to this centre's log and this key.
///
/// # Errors
/// When it does not.
pub fn check_belongs(remote: &Remote, submission: &Submission, key: &Key) -> Result<(), Fault> {
    if submission.origin != remote.info.origin {
        let said = |t: Text| t.found_origin_differs(&submission.origin, &remote.info.origin);
        return Err(Fault::new("origin_differs", said, Text::advice_sealed_for));
    }
    Ok(submission.check_key(key.public())?)
}

fn upload(
    remote: &Remote,
    folder: &BidFolder,
    name: &str,
    submission: &Submission,
    envelope: &Envelope,
    key: &Key,
    watch: &mut dyn FnMut(u64),
) -> Result<Signature, Fault> {
    let path = folder.file(name);
    let file = File::open(&path).map_err(|error| Fault::file("read", &path, &error))?;
    let bytes = u64::from(envelope.bytes);
    let procedure: &ProcedureId = &submission.procedure;
    let uploader =
        Uploader { key: &key.public(), signature: &act::upload(submission, envelope, key.inner()) };
    let mut source = Counted { file, done: 0, watch };
    match remote.centre.upload(procedure, &envelope.commitment, uploader, bytes, &mut source) {
        Ok(answer) => Ok(answer.custody),
        Err(error) if error.code() == UPLOAD_CLOSED => Ok(Signature([0; 64])),
        Err(error) => Err(error.into()),
    }
}

struct Counted<'a> {
    file: File,
    done: u64,
    watch: &'a mut dyn FnMut(u64),
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done += read as u64;
        (self.watch)(self.done);
        Ok(read)
    }
}
