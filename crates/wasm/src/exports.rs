//! The exported functions. Each runs one method of the desk on what stands in the input and leaves its answer in the
//! output; the only `unsafe` of the workspace is the attribute that gives an export its name.
#![allow(unsafe_code, reason = "`unsafe(no_mangle)` is how a function gets its name in the module")]

use core::cell::RefCell;

use crate::{
    desk::Desk,
    request::{Refused, Reply},
};

/// The largest argument, in bytes: one mebibyte of a file, or a followed bundle of the log (256 leaves of 64 KiB).
const INPUT_BYTES_MAX: usize = 17 * 1024 * 1024;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static DESK: RefCell<Desk> = RefCell::new(Desk::default());
}

/// Makes room for an argument of this many bytes and says where; an argument that is too long gets no room.
#[unsafe(no_mangle)]
pub extern "C" fn ximu_input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        // What stood there may have been a secret.
        input.fill(0);
        input.clear();
        if length > INPUT_BYTES_MAX {
            return core::ptr::null_mut();
        }
        input.resize(length, 0);
        input.as_mut_ptr()
    })
}

/// Where the answer stands.
#[unsafe(no_mangle)]
pub extern "C" fn ximu_output() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

/// How long it is, in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn ximu_output_length() -> usize {
    OUTPUT.with_borrow(Vec::len)
}

fn run(step: fn(&mut Desk, &[u8]) -> Reply) -> u32 {
    let reply = INPUT.with_borrow(|input| DESK.with_borrow_mut(|desk| step(desk, input)));
    ximu_input(0);
    let (status, bytes) = match reply {
        Ok(bytes) => (0, bytes),
        Err(refused) => (1, Refused::bytes(&refused)),
    };
    OUTPUT.with_borrow_mut(|output| *output = bytes);
    status
}

macro_rules! exports {
    ($($(#[$meaning:meta])* $name:ident = $step:ident;)*) => {
        $($(#[$meaning])*
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> u32 {
            run(Desk::$step)
        })*
    };
}

exports! {
    /// `{"secret","passphrase"?,"salt"?}` gives `{"public","person","text"}`: a key of these random bytes, and its file.
    ximu_key_new = key_new;
    /// `{"text","passphrase"?}` gives `{"public","person"}`; `key-passphrase` asks for a passphrase.
    ximu_key_open = key_open;
    /// `{"origin","procedure","policy","note"}` gives `{"size","bundles"}`: begins to follow the log.
    ximu_follow = follow;
    /// An entry bundle, in order.
    ximu_follow_bundle = follow_bundle;
    /// Gives what the log says of the tender.
    ximu_followed = followed;
    /// Gives `{"party","person","roles"}` of the key, `party` null when the register does not know it.
    ximu_standing = standing;
    /// `{"name","salt","nonce"}` gives `{"record","party","command","id"}`.
    ximu_register = register;
    /// `{"price","lines"}` as typed gives the totals, the sum and the words.
    ximu_amounts = amounts;
    /// Begins the SHA-256 of a file.
    ximu_hash_begin = hash_begin;
    /// Some of its bytes.
    ximu_hash_data = hash_data;
    /// Gives `{"sha256"}`.
    ximu_hash_end = hash_end;
    /// A draft gives nothing, or the refusal that sealing would give.
    ximu_draft = check_draft;
    /// `{"version","files","seed"}` gives `{"recovery","bytes"}`: begins the body's envelope.
    ximu_body_begin = body_begin;
    /// Gives ciphertext; begins the next file.
    ximu_body_file = body_file;
    /// Some bytes of the file give ciphertext.
    ximu_body_data = body_data;
    /// Gives ciphertext; again until it gives none.
    ximu_body_finish = body_finish;
    /// Gives the body's envelope as the submission names it.
    ximu_body_sealed = body_sealed;
    /// Some of the envelope as it was kept.
    ximu_check_data = check_data;
    /// The envelope opens to what went in, or a refusal.
    ximu_check_end = check_end;
    /// `{"draft","seed"}` gives `{"envelope","recovery","form","submission"}`: seals the form.
    ximu_form_seal = form_seal;
    /// `{"envelope","recovery"}` gives the form: what the opening will read out.
    ximu_rehearse = rehearse;
    /// The text of `submission.json` gives `{"form","body"}`: the signatures of the two uploads.
    ximu_uploads = uploads;
    /// `{"submission","custody"}` gives `{"command","id"}`, the same each time.
    ximu_submit = submit;
    /// `{"submission","nonce"}` gives `{"command","id"}`.
    ximu_withdraw = withdraw;
    /// `{"submission","nonce"}` gives `{"command","id"}`.
    ximu_rescue = rescue;
    /// `{"submission","recovery","seed","nonce"}` gives `{"command","id","envelope"}`.
    ximu_release = release;
    /// `{"origin","procedure","nonce","command"}` gives `{"command","id"}`: any command of the closed set.
    ximu_sign = sign;
    /// `{"acknowledgement","subject","log_key","id"}`: the centre's word holds, or a refusal.
    ximu_acknowledged = acknowledged;
    /// `{"receipt","policy","subject","id"}` gives `{"cosigned_s","counts","deadline"}`.
    ximu_receipt = receipt;
    /// `{"origin","procedure","policy","note"}` gives `{"size","bundles"}`: begins to follow the log through its course.
    ximu_act_follow = act_follow;
    /// An entry bundle, in order.
    ximu_act_bundle = act_bundle;
    /// `{"now"}` gives where the procedure stands; `stage` is null for the register.
    ximu_act_followed = act_followed;
    /// Gives `{"party","roles","seat","retired","commands"}` of the key.
    ximu_act_standing = act_standing;
    /// `{"command","now"}` gives `{"fields","basis","presets","offers","credentials"}`.
    ximu_act_form = act_form;
    /// `{"command","values","now","nonce"}` gives `{"faults"}`, or `{"bytes","foreseen","kept","id"}` and holds the command.
    ximu_act_check = act_check;
    /// Gives `{"command","id","kept","vault"}` of the command that is held.
    ximu_act_signed = act_signed;
    /// `{"acknowledgement","subject","log_key","accepted"}` gives `{"is","number","events"}`.
    ximu_act_answered = act_answered;
    /// `{"sha256","bytes"}` gives `{"key","signature"}`: for the upload of a document.
    ximu_act_document = act_document;
    /// `{"origin","procedure","seat","at"}` gives `{"text"}`: the ask for a seat, to be sent.
    ximu_seat_ask = seat_ask;
    /// `{"origin","procedure","at"}` gives `{"door","panel"}`: the headers of the two signed requests of a member.
    ximu_seat_headers = seat_headers;
    /// `{"origin","procedure","waiting","nonce"}` gives `{"command","id"}`: takes the seat.
    ximu_seat_take = seat_take;
    /// Begins another look at the committee.
    ximu_seen_begin = seen_begin;
    /// Some of the public bundle.
    ximu_seen_bundle = seen_bundle;
    /// Some of what the committee has done, as the centre gives it to the seat.
    ximu_seen_sitting = seen_sitting;
    /// `{"procedure","policy"}` gives what the member sees, decided again.
    ximu_seen = seen;
    /// Gives `{"given","shelves"}`: how many holders gave of how many it takes, and whose documents there are.
    ximu_papers = papers;
    /// `{"bidder"}` begins to read documents.
    ximu_paper_begin = paper_begin;
    /// Some of the ciphertext gives frames: a byte (1 a file, 2 contents, 3 its end), a length of 4 bytes, the bytes.
    ximu_paper_data = paper_data;
    /// Gives the last frames; only now what was given may be believed.
    ximu_paper_last = paper_last;
    /// Gives `{"files","answers","untrue"}` of what was read.
    ximu_paper_end = paper_end;
    /// What was typed, text by bidder and criterion, gives `{"places"}`: those that do not fit.
    ximu_sheet_check = sheet_check;
    /// `{"origin","procedure","typed","seed","nonce"}` gives `{"command","id"}`: the sealed sheet.
    ximu_sheet_seal = sheet_seal;
    /// `{"procedure","text","nonce"}` gives `{"locked"}`: an unfinished sheet for the browser's storage.
    ximu_draft_lock = draft_lock;
    /// `{"procedure","locked"}` gives `{"text"}`, null under another key.
    ximu_draft_unlock = draft_unlock;
    /// `{"bytes"}` begins a file that a reader gives to be verified: a bundle, or what is compared with it.
    ximu_verify_file = verify_file;
    /// Some of its bytes.
    ximu_verify_data = verify_data;
    /// `{"policy","language"}` gives `{"is":"checked","report","told"}`, or `{"is":"wants","what"}`; forgets the files.
    ximu_verify = verify;
    /// Forgets the key and everything else.
    ximu_forget = forget;
}
