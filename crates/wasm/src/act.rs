//! The desk (desk.md): the whole course followed, who the key is, what it can do, a command put together, run through the
//! rules, signed and held until it is answered.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ximu_basics::{Hash, Instant, Nonce, ProcedureId, PublicKey, json as canonical};
use ximu_bidder::{
    BidderError, Followed, Follower, Key, act,
    desk::{self, Foreseen, assemble::Values, nonce, offers},
    proof,
};
use ximu_procedure::{
    Tender,
    actor::REGISTRY,
    wire::{Acknowledgement, Command, Leaf, Operation, Outcome, PanelOperation, SignedCommand},
};

use crate::{
    desk::Desk,
    request::{Refused, Reply, read, write},
};

/// What the desk knows between calls.
#[derive(Default)]
pub struct Act {
    follower: Option<(Follower, ProcedureId)>,
    followed: Option<(Followed, ProcedureId)>,
    held: Option<Held>,
}

/// A signed command that waits for its answer.
struct Held {
    signed: SignedCommand,
    kept: Vec<(String, String)>,
    vault: Option<String>,
}

#[derive(Serialize)]
struct Listed<'a> {
    command: &'a str,
    basis: &'a [desk::Basis],
    place: Value,
    choosable: bool,
}

impl Act {
    fn log(&self) -> Result<(&Followed, &ProcedureId), Refused> {
        self.followed.as_ref().map(|(followed, id)| (followed, id)).ok_or_else(|| Refused::order("the log"))
    }

    fn tender(&self) -> Result<Option<&Tender>, Refused> {
        let (followed, id) = self.log()?;
        if id.as_str() == REGISTRY { Ok(None) } else { Ok(Some(followed.tender(id)?)) }
    }
}

impl Desk {
    /// Begins to follow the log through the whole course.
    pub fn act_follow(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            origin: String,
            procedure: ProcedureId,
            policy: String,
            note: String,
        }
        let ask: Ask = read(input)?;
        let follower = Follower::begin(&ask.origin, &ask.procedure, &ask.policy, &ask.note)?;
        let follower = follower.through_the_course();
        let bundles: Vec<String> = follower.bundles().collect();
        let answer = json!({ "size": follower.size(), "bundles": bundles });
        self.act.follower = Some((follower, ask.procedure));
        write(&answer)
    }

    /// Takes an entry bundle.
    pub fn act_bundle(&mut self, input: &[u8]) -> Reply {
        let (follower, _) = self.act.follower.as_mut().ok_or_else(|| Refused::order("the log"))?;
        follower.push(input)?;
        Ok(Vec::new())
    }

    /// Where the procedure stands.
    pub fn act_followed(&mut self, input: &[u8]) -> Reply {
        let Now { now } = read(input)?;
        if let Some((follower, id)) = self.act.follower.take() {
            self.act.followed = Some((follower.finish()?, id));
        }
        let (followed, id) = self.act.log()?;
        let entries = followed.world.chain(id).number;
        let Some(tender) = self.act.tender()? else {
            return write(&json!({ "stage": null, "entries": entries }));
        };
        write(&json!({
            "entries": entries, "stage": tender.stage.name(), "closed": tender.closed_at.is_some(),
            "suspended": tender.suspended_until(now), "deadline": tender.deadline,
            "window_until": tender.window_until, "candidates_until": tender.candidates_until,
        }))
    }

    /// Who the key is, and what it can do.
    pub fn act_standing(&mut self, _: &[u8]) -> Reply {
        let public = self.key()?.public();
        let (followed, _) = self.act.log()?;
        let tender = self.act.tender()?;
        let registry = &followed.world.registry;
        let giver = offers::giver(registry, tender, &public);
        let commands = desk::commands_of(&followed.world, tender, &public);
        let commands: Vec<Listed<'_>> = commands
            .into_iter()
            .map(|deed| Listed {
                command: deed.command,
                basis: deed.basis,
                place: match deed.place {
                    desk::Place::Desk(_) => json!("desk"),
                    desk::Place::Elsewhere(place) => json!(place.name()),
                },
                choosable: desk::offers::can_choose(
                    deed,
                    &offers::offers(&followed.world, tender, deed, giver.party.as_ref()),
                ),
            })
            .collect();
        let retired = registry.retired.contains_key(&public);
        write(&json!({
            "party": giver.party, "roles": giver.roles, "seat": giver.is_seat, "retired": retired,
            "commands": commands,
        }))
    }

    /// The form of a command.
    pub fn act_form(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            command: String,
            now: Instant,
        }
        let ask: Ask = read(input)?;
        let deed = known(&ask.command)?;
        let public = self.key()?.public();
        let (followed, _) = self.act.log()?;
        let tender = self.act.tender()?;
        let party = offers::giver(&followed.world.registry, tender, &public).party;
        let presets = tender.map(|tender| offers::presets(tender, deed, ask.now)).unwrap_or_default();
        let enter = tender.and_then(|tender| tender.rules.enter());
        write(&json!({
            "fields": offers::fields(deed), "basis": deed.basis, "presets": presets,
            "offers": offers::offers(&followed.world, tender, deed, party.as_ref()),
            "credentials": enter.map(|enter| &enter.credentials),
        }))
    }

    /// Puts a command together, runs the rules, signs it and holds it; or names what cannot be taken.
    pub fn act_check(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            command: String,
            values: Values,
            now: Instant,
            nonce: Nonce,
        }
        let ask: Ask = read(input)?;
        self.act.held = None;
        let made = match desk::assemble(known(&ask.command)?, &ask.values) {
            Ok(made) => made,
            Err(faults) => return write(&json!({ "faults": faults })),
        };
        let key = self.key()?;
        let (followed, procedure) = self.act.log()?;
        let origin = &followed.world.origin;
        let nonce = nonce::nonce(origin, procedure, &made.command, key, ask.nonce)?;
        let signed = if matches!(made.command, Command::Ask { .. }) {
            let asker = Key::from_secret(nonce::asking_key(origin, procedure, &made.command, key)?.0);
            act::sign(origin, procedure, nonce, made.command, &asker)?
        } else {
            act::sign(origin, procedure, nonce, made.command, key)?
        };
        let foreseen = match desk::foresee(&followed.world, &signed, ask.now) {
            Foreseen::Accepted(events) => json!({ "is": "accepted", "events": events }),
            Foreseen::Refused(refusal) => {
                json!({ "is": "refused", "code": refusal.code(), "refusal": refusal, "detail": refusal.to_string() })
            }
            Foreseen::Rejected(rejection) => {
                json!({ "is": "refused", "code": rejection.code(), "detail": rejection.to_string() })
            }
            Foreseen::Hidden => json!({ "is": "hidden" }),
        };
        let answer =
            json!({ "bytes": signed.body, "foreseen": foreseen, "kept": made.kept, "id": signed.id() });
        self.act.held = Some(Held { signed, kept: made.kept, vault: made.vault });
        write(&answer)
    }

    /// The signed command that is held.
    pub fn act_signed(&mut self, _: &[u8]) -> Reply {
        let held = self.act.held.as_ref().ok_or_else(|| Refused::order("a command"))?;
        let bytes = canonical::to_canonical(&held.signed).map_err(BidderError::Json)?;
        write(&json!({
            "command": String::from_utf8_lossy(&bytes), "id": held.signed.id(), "kept": held.kept,
            "vault": held.vault,
        }))
    }

    /// Checks the centre's word about the command that is held, and says what became of it.
    pub fn act_answered(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            acknowledgement: Acknowledgement,
            subject: String,
            log_key: String,
            accepted: bool,
        }
        let ask: Ask = read(input)?;
        let held = self.act.held.as_ref().ok_or_else(|| Refused::order("a command"))?;
        let centre: PublicKey = *ask
            .log_key
            .parse::<ximu_tlog::VerifierKey>()
            .map_err(|error| Refused::new("centre-key", error.to_string()))?
            .public();
        let id: Hash = held.signed.id();
        proof::check_acknowledgement(&ask.acknowledgement, &ask.subject, &centre, &id, ask.accepted)?;
        let (kind, number, outcome) = read_subject(&ask.subject)?;
        let events = match outcome {
            Outcome::Events(events) => json!(events),
            Outcome::Refusal(_) => json!([]),
        };
        write(&json!({ "is": kind, "number": number, "events": events }))
    }

    /// The signature that goes with the upload of a document for everybody.
    pub fn act_document(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            sha256: Hash,
            bytes: u32,
        }
        let ask: Ask = read(input)?;
        let key = self.key()?;
        let origin = &self.act.log()?.0.world.origin;
        write(
            &json!({ "key": key.public(), "signature": act::document(origin, &ask.sha256, ask.bytes, key) }),
        )
    }
}

/// The centre's time, as the page reckons it.
#[derive(Deserialize)]
struct Now {
    now: Instant,
}

fn known(command: &str) -> Result<&'static desk::Deed, Refused> {
    desk::deed(command)
        .ok_or_else(|| Refused::new("argument", format!("expected a command, found {command}")))
}

/// What an answer's bytes are: a public entry, an operation of the sealed class, or one behind a veil.
fn read_subject(subject: &str) -> Result<(&'static str, u32, Outcome), Refused> {
    let bytes = subject.as_bytes();
    if let Ok(Leaf::Entry(entry)) = Leaf::from_bytes(bytes) {
        return Ok(("entry", entry.number, entry.outcome));
    }
    if let Ok(operation) = canonical::from_canonical::<Operation>(bytes) {
        return Ok(("operation", operation.beat, operation.outcome));
    }
    let veiled: PanelOperation = canonical::from_canonical(bytes).map_err(BidderError::Json)?;
    Ok(("veiled", veiled.number, veiled.outcome))
}
