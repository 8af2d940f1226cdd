//! What the module knows between calls, and one method for each export.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use ximu_basics::{Blob, Decimal, Hash, Money, Nonce, PartyId, ProcedureId, PublicKey, Salt, Seed, words};
use ximu_bidder::{
    BidderError, BodyChecker, BodySealer, Draft, Followed, Follower, Key, KeyFile, SealedBody, Submission,
    act::{self, Custody, Record},
    draft, form,
    key::LOCK_SALT_BYTES,
    proof,
};
use ximu_procedure::{
    Tender,
    envelope::{BODY, FORM_FILE, body_escrow, context},
    wire::{Acknowledgement, Command, SignedCommand, form::BodyReference},
};
use ximu_sealed::{FileEntry, OpeningKey, Recovery, open};

use crate::{
    act::Act,
    papers::Papers,
    request::{Refused, Reply, read, text, write},
    seat::Member,
    verifying::Verifying,
};

/// The state of one bidder's Worker.
#[derive(Default)]
pub struct Desk {
    key: Option<Key>,
    follower: Option<(Follower, ProcedureId)>,
    followed: Option<(Followed, ProcedureId)>,
    digest: Option<Sha256>,
    version: u32,
    sealer: Option<BodySealer>,
    /// Ciphertext that was made and not yet taken.
    ready: Vec<u8>,
    ended: bool,
    checker: Option<BodyChecker>,
    body: Option<SealedBody>,
    pub(crate) act: Act,
    pub(crate) member: Member,
    pub(crate) papers: Papers,
    pub(crate) verifying: Verifying,
}

#[derive(Serialize)]
pub(crate) struct Signed {
    command: String,
    id: Hash,
}

impl Desk {
    pub(crate) fn key(&self) -> Result<&Key, Refused> {
        self.key.as_ref().ok_or_else(|| Refused::order("a key"))
    }

    fn log(&self) -> Result<(&Followed, &Tender), Refused> {
        let (followed, id) = self.followed.as_ref().ok_or_else(|| Refused::order("the log"))?;
        Ok((followed, followed.tender(id)?))
    }

    /// A fresh key.
    pub fn key_new(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            secret: Seed,
            passphrase: Option<String>,
            salt: Option<Nonce>,
        }
        let ask: Ask = read(input)?;
        let key = Key::from_secret(ask.secret.0);
        let file = match (ask.passphrase, ask.salt) {
            (Some(passphrase), Some(salt)) => {
                let salt: [u8; LOCK_SALT_BYTES] = salt.0;
                key.to_locked_text(&passphrase, &salt)?
            }
            (None, _) => key.to_text().to_string(),
            (Some(_), None) => return Err(Refused::order("a salt")),
        };
        let answer = json!({ "public": key.public(), "person": key.person(), "text": file });
        self.key = Some(key);
        write(&answer)
    }

    /// A key from its file.
    pub fn key_open(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            text: String,
            passphrase: Option<String>,
        }
        let ask: Ask = read(input)?;
        let key = KeyFile::parse(&ask.text)?.open(ask.passphrase.as_deref())?;
        let answer = json!({ "public": key.public(), "person": key.person() });
        self.key = Some(key);
        write(&answer)
    }

    /// Begins to follow the log.
    pub fn follow(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            origin: String,
            procedure: ProcedureId,
            policy: String,
            note: String,
        }
        let ask: Ask = read(input)?;
        let follower = Follower::begin(&ask.origin, &ask.procedure, &ask.policy, &ask.note)?;
        let bundles: Vec<String> = follower.bundles().collect();
        let answer = json!({ "size": follower.size(), "bundles": bundles });
        self.follower = Some((follower, ask.procedure));
        write(&answer)
    }

    /// Takes an entry bundle.
    pub fn follow_bundle(&mut self, input: &[u8]) -> Reply {
        let (follower, _) = self.follower.as_mut().ok_or_else(|| Refused::order("the log"))?;
        follower.push(input)?;
        Ok(Vec::new())
    }

    /// What the log says of the tender.
    pub fn followed(&mut self, _: &[u8]) -> Reply {
        let (follower, id) = self.follower.take().ok_or_else(|| Refused::order("the log"))?;
        let followed = follower.finish()?;
        let tender = followed.tender(&id)?;
        let seal = tender.rules.seal().ok_or(BidderError::Tender)?;
        let lot = tender.rules.lot().ok_or(BidderError::Tender)?;
        let holders: Vec<&str> = tender.holders.iter().map(|holder| holder.name.as_str()).collect();
        let answer = json!({
            "origin": tender.origin, "genesis": tender.genesis, "policy": followed.policy, "lot": lot.id,
            "ceiling": lot.ceiling.amount(), "holders": holders, "threshold": tender.rules.escrow.t,
            "opens": tender.rules.escrow.opens, "form_bytes_max": seal.form_bytes_max,
            "body_bytes_max": seal.body_bytes_max, "versions_max": seal.versions_max,
        });
        self.followed = Some((followed, id));
        write(&answer)
    }

    /// What the register knows of the key.
    pub fn standing(&mut self, _: &[u8]) -> Reply {
        let public = self.key()?.public();
        let (followed, _) = self.log()?;
        let registry = &followed.world.registry;
        let Ok((person, party)) = followed.party_of(&public) else {
            let retired = registry.retired.contains_key(&public);
            return write(&json!({ "party": null, "person": null, "roles": [], "retired": retired }));
        };
        let roles = registry.persons.get(&person).map(|person| &person.roles);
        write(&json!({ "party": party, "person": person, "roles": roles, "retired": false }))
    }

    /// The command that registers the key's owner.
    pub fn register(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            name: String,
            salt: Salt,
            nonce: Nonce,
        }
        let ask: Ask = read(input)?;
        let record = Record { salt: ask.salt, text: ask.name };
        let (command, party) = record.register(self.key()?)?;
        let registry = ximu_procedure::actor::REGISTRY.parse();
        let registry = registry.map_err(|_| Refused::order("the register"))?;
        let origin = self.log()?.0.world.origin.clone();
        let signed = self.signed(&origin, &registry, ask.nonce, command)?;
        let record = String::from_utf8_lossy(&record.bytes()?).into_owned();
        write(&json!({ "record": record, "party": party, "command": signed.command, "id": signed.id }))
    }

    /// Totals, sum and words of what was typed; what is not an amount is named.
    pub fn amounts(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            price: Option<String>,
            bond: Option<String>,
            lines: Vec<AskLine>,
        }
        #[derive(Deserialize)]
        struct AskLine {
            quantity: String,
            unit_price: String,
        }
        let ask: Ask = read(input)?;
        let mut totals: Vec<Option<Decimal>> = Vec::new();
        let lines: Vec<Value> = ask
            .lines
            .iter()
            .map(|line| {
                let (quantity, unit_price) = (number(&line.quantity), number(&line.unit_price));
                let total = quantity.zip(unit_price);
                let total = total.and_then(|(one, other)| draft::line_total("", one, other).ok());
                totals.push(total);
                json!({
                    "quantity": quantity.is_some(), "unit_price": unit_price.is_some(), "total": total,
                })
            })
            .collect();
        let whole: Option<Vec<Decimal>> = totals.into_iter().collect();
        let sum = whole.and_then(|totals| draft::sum_of(totals.into_iter()).ok()).flatten();
        let money = |amount: &str| Money::yuan(amount).ok();
        let price = if ask.lines.is_empty() { ask.price.as_deref().and_then(money) } else { sum };
        write(&json!({
            "lines": lines, "price": price.map(|price| price.amount()), "words": price.map(words::spell),
            "bond": ask.bond.as_deref().map(|bond| money(bond).is_some()),
        }))
    }

    /// Begins a file's hash.
    pub fn hash_begin(&mut self, _: &[u8]) -> Reply {
        self.digest = Some(Sha256::new());
        Ok(Vec::new())
    }

    /// Takes some of the file.
    pub fn hash_data(&mut self, input: &[u8]) -> Reply {
        self.digest.as_mut().ok_or_else(|| Refused::order("a file"))?.update(input);
        Ok(Vec::new())
    }

    /// The file's hash.
    pub fn hash_end(&mut self, _: &[u8]) -> Reply {
        let digest = self.digest.take().ok_or_else(|| Refused::order("a file"))?;
        write(&json!({ "sha256": Hash(digest.finalize().into()) }))
    }

    /// Checks a draft as sealing would.
    pub fn check_draft(&mut self, input: &[u8]) -> Reply {
        let draft: Draft = read(input)?;
        let nothing = Hash([0; 32]);
        let form = draft.form(BodyReference { commitment: nothing, header_mac_key: nothing })?;
        write(&json!({ "price": form.price.amount(), "words": form.price_words }))
    }

    /// Begins the body's envelope.
    pub fn body_begin(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            version: u32,
            files: Vec<AskFile>,
            seed: Seed,
        }
        #[derive(Deserialize)]
        struct AskFile {
            name: String,
            size_bytes: u64,
            sha256: Hash,
        }
        let ask: Ask = read(input)?;
        let party = self.party()?;
        let (_, tender) = self.log()?;
        let fields = context(tender, &party, ask.version, BODY).ok_or(BidderError::Tender)?;
        let entry =
            |file: AskFile| FileEntry { name: file.name, size_bytes: file.size_bytes, sha256: file.sha256 };
        let files = ask.files.into_iter().map(entry).collect();
        let mut ready = Vec::new();
        let escrow = body_escrow(tender);
        let sealer = BodySealer::begin(fields, escrow, files, self.key()?, &ask.seed.0, &mut ready)?;
        let answer = json!({ "recovery": sealer.recovery().to_text().as_str(), "bytes": sealer.length() });
        (self.version, self.ready, self.ended) = (ask.version, ready, false);
        (self.sealer, self.checker, self.body) = (Some(sealer), None, None);
        write(&answer)
    }

    /// Begins the next file.
    pub fn body_file(&mut self, _: &[u8]) -> Reply {
        let mut out = core::mem::take(&mut self.ready);
        self.sealer()?.next_file(&mut out)?;
        Ok(out)
    }

    /// Takes some of the file.
    pub fn body_data(&mut self, input: &[u8]) -> Reply {
        let mut out = core::mem::take(&mut self.ready);
        self.sealer()?.data(input, &mut out)?;
        Ok(out)
    }

    /// Ends the envelope, piece by piece; an empty answer says that it is complete.
    pub fn body_finish(&mut self, _: &[u8]) -> Reply {
        let mut out = core::mem::take(&mut self.ready);
        while out.is_empty() && !self.ended {
            self.ended = self.sealer()?.finish(&mut out)?;
        }
        Ok(out)
    }

    /// The complete envelope.
    pub fn body_sealed(&mut self, _: &[u8]) -> Reply {
        if !self.ended {
            return Err(Refused::order("the end of the envelope"));
        }
        let sealer = self.sealer.take().ok_or_else(|| Refused::order("an envelope"))?;
        let (body, checker) = sealer.sealed()?;
        let answer = write(&body.envelope)?;
        (self.body, self.checker) = (Some(body), Some(checker));
        Ok(answer)
    }

    /// Takes ciphertext as it was kept.
    pub fn check_data(&mut self, input: &[u8]) -> Reply {
        self.checker.as_mut().ok_or_else(|| Refused::order("an envelope"))?.push(input)?;
        Ok(Vec::new())
    }

    /// The envelope opens to what went in.
    pub fn check_end(&mut self, _: &[u8]) -> Reply {
        self.checker.take().ok_or_else(|| Refused::order("an envelope"))?.finish()?;
        Ok(Vec::new())
    }

    /// Seals the form. The body must have been opened again before.
    pub fn form_seal(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            draft: Draft,
            seed: Seed,
        }
        let ask: Ask = read(input)?;
        if self.checker.is_some() {
            return Err(Refused::order("the check of the body"));
        }
        let body = self.body.as_ref().ok_or_else(|| Refused::order("the body"))?;
        let party = self.party()?;
        let (followed, tender) = self.log()?;
        let policy = followed.policy;
        let bid = form::Bid { tender, policy, bidder: &party, version: self.version, key: self.key()? };
        let sealed = form::seal_form(bid, &ask.draft, body, &ask.seed.0)?;
        write(&json!({
            "envelope": Blob(sealed.envelope),
            "recovery": sealed.recovery.to_text().as_str(),
            "form": String::from_utf8_lossy(&sealed.form_json),
            "submission": sealed.submission.to_text()?,
        }))
    }

    /// Opens a form's envelope with its recovery file.
    pub fn rehearse(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            envelope: Blob,
            recovery: String,
        }
        let ask: Ask = read(input)?;
        let recovery = recovered(&ask.recovery)?;
        let opened = open(&ask.envelope.0, OpeningKey::Identity(&recovery.opening_key))?;
        let form = opened.file(FORM_FILE).ok_or_else(|| Refused::new("argument", "expected a form"))?;
        Ok(form.to_vec())
    }

    /// The signatures of the two uploads.
    pub fn uploads(&mut self, input: &[u8]) -> Reply {
        let (submission, key) = (Submission::from_text(text(input)?)?, self.key()?);
        submission.check_key(key.public())?;
        let sign = |envelope| act::upload(&submission, envelope, key);
        write(&json!({ "form": sign(&submission.form), "body": sign(&submission.body) }))
    }

    /// The submission.
    pub fn submit(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            submission: String,
            custody: Custody,
        }
        let ask: Ask = read(input)?;
        let nonce = act::steady_nonce(&Submission::from_text(&ask.submission)?, self.key()?)?;
        self.step(&ask.submission, nonce, |submission| Ok(act::submit(submission, ask.custody)))
    }

    /// The withdrawal.
    pub fn withdraw(&mut self, input: &[u8]) -> Reply {
        let ask: Step = read(input)?;
        self.step(&ask.submission, ask.nonce, |submission| Ok(act::withdraw(submission)))
    }

    /// The request for rescue.
    pub fn rescue(&mut self, input: &[u8]) -> Reply {
        let ask: Step = read(input)?;
        self.step(&ask.submission, ask.nonce, |submission| Ok(act::rescue(submission)))
    }

    /// The release of the form's key.
    pub fn release(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            submission: String,
            recovery: String,
            seed: Seed,
            nonce: Nonce,
        }
        let ask: Ask = read(input)?;
        let recovery = recovered(&ask.recovery)?;
        let key = self.key()?;
        self.step(&ask.submission, ask.nonce, |submission| {
            act::release(submission, &recovery, key, &ask.seed)
        })
    }

    /// Any command.
    pub fn sign(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            origin: String,
            procedure: ProcedureId,
            nonce: Nonce,
            command: Command,
        }
        let ask: Ask = read(input)?;
        write(&self.signed(&ask.origin, &ask.procedure, ask.nonce, ask.command)?)
    }

    /// Checks the centre's word that a command happened.
    pub fn acknowledged(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            acknowledgement: Acknowledgement,
            subject: String,
            log_key: String,
            id: Hash,
            /// The command in the file that was signed before, when the page was opened anew.
            signed: Option<String>,
        }
        let ask: Ask = read(input)?;
        if let Some(text) = &ask.signed {
            let signed: SignedCommand =
                ximu_basics::json::from_canonical(text.as_bytes()).map_err(BidderError::Json)?;
            if signed.id() != ask.id {
                return Err(BidderError::Acknowledgement("it speaks of another command").into());
            }
        }
        let centre: PublicKey = *ask
            .log_key
            .parse::<ximu_tlog::VerifierKey>()
            .map_err(|error| Refused::new("centre-key", error.to_string()))?
            .public();
        proof::check_acknowledgement(&ask.acknowledgement, &ask.subject, &centre, &ask.id, true)?;
        Ok(Vec::new())
    }

    /// Checks a receipt, and whether it came in time to count.
    pub fn receipt(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            receipt: String,
            policy: String,
            subject: String,
            id: Hash,
        }
        let ask: Ask = read(input)?;
        let held = proof::check_receipt(&ask.receipt, &ask.policy, &ask.subject, &ask.id)?;
        // The deadline is the one of the log as it was followed last: whoever hears `false` follows it again and asks.
        let (_, tender) = self.log()?;
        let counts = held.counts(&tender.rules, tender.deadline);
        write(&json!({ "cosigned_s": held.time_s, "counts": counts, "deadline": tender.deadline }))
    }

    fn sealer(&mut self) -> Result<&mut BodySealer, Refused> {
        self.sealer.as_mut().ok_or_else(|| Refused::order("an envelope"))
    }

    fn party(&self) -> Result<PartyId, Refused> {
        Ok(self.log()?.0.party_of(&self.key()?.public())?.1)
    }

    /// A command in the name of a sealed bid.
    fn step(
        &self,
        submission: &str,
        nonce: Nonce,
        command: impl FnOnce(&Submission) -> Result<Command, BidderError>,
    ) -> Reply {
        let submission = Submission::from_text(submission)?;
        submission.check_key(self.key()?.public())?;
        let command = command(&submission)?;
        write(&self.signed(&submission.origin, &submission.procedure, nonce, command)?)
    }

    pub(crate) fn signed(
        &self,
        origin: &str,
        procedure: &ProcedureId,
        nonce: Nonce,
        command: Command,
    ) -> Result<Signed, Refused> {
        let signed: SignedCommand = act::sign(origin, procedure, nonce, command, self.key()?)?;
        let bytes = ximu_basics::json::to_canonical(&signed).map_err(BidderError::Json)?;
        Ok(Signed { command: String::from_utf8_lossy(&bytes).into_owned(), id: signed.id() })
    }
}

/// What stands in a request about a sealed bid.
#[derive(Deserialize)]
struct Step {
    submission: String,
    nonce: Nonce,
}

fn recovered(text: &str) -> Result<Recovery, Refused> {
    Recovery::from_text(text).map_err(|error| Refused::new(error.code(), error.to_string()))
}

/// A number as people type it, without a sign.
fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if text.starts_with('-') { None } else { text.parse().ok() }
}
