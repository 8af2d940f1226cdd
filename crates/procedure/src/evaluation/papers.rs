//! The documents of the bids, for the seats of a committee and for nobody else (evaluation 12): what a holder gives, when
//! sheets may begin, and how whoever has a seat's identity finds a body's key among what was given.
//!
//! Not here: the ciphertexts, which are fetched and opened outside, and when a holder may give (`ximu-peer`).

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use ximu_basics::{Hash, Instant, PartyId, PublicKey, Salt, ShareValue, json};
use ximu_sealed::{
    CheckedKey, Dealing, EnvelopeHeader, FileKey, Identity, Portable, Recipient, Share,
    age::{
        Header,
        file::{decrypt, encrypt_to_all},
        x25519,
    },
    combine,
};

use super::{Committee, PanelState};
use crate::{
    actor::Authenticated,
    envelope::{self, BODY},
    tender::Tender,
    wire::Command,
};

/// The largest file, in bytes, so that its command fits an operation: 48 KiB for the body of a command, of which base64
/// makes 43,692 of this. A line of the content takes 131 bytes and the bidder's id, of at most 64: 150 bids take at most
/// 29,250 and the braces 18; the header of a file to 15 seats takes 1,547, nonce and tag 32. That is 30,847.
pub const FILE_BYTES_MAX: usize = 32 * 1024;

/// Name of the file in a body that says where criteria are answered.
pub const INDEX_FILE: &str = "index.json";

/// What one holder gave once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Papers {
    /// Which holder, by its index from 1.
    pub holder: u8,
    /// When.
    pub at: Instant,
    /// Whose documents it has no share of.
    pub broken: Vec<PartyId>,
    /// The age file.
    pub file: Vec<u8>,
    /// The recipients of the seats it is for.
    pub seats: Vec<String>,
}

/// The content of such a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// One share for each bid that is evaluated and whose part is not broken, ascending by bidder.
    pub shares: Vec<PaperShare>,
    /// Version of this form: 1.
    pub v: u32,
}

/// One holder's share of one body's file key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperShare {
    /// Whose body.
    pub bidder: PartyId,
    /// The salt of its commitment.
    pub salt: Salt,
    /// The share.
    pub share: ShareValue,
}

/// Where a bidder says that criteria are answered: the content of [`INDEX_FILE`]. Nothing follows from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Places by criterion.
    pub criteria: BTreeMap<String, Vec<Place>>,
    /// Version of this form: 1.
    pub v: u32,
}

/// A place in a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The page, from 1; `null` when the file has none or all of it answers.
    pub page: Option<u32>,
}

impl Index {
    /// Reads an index; `None` when it is not of the form.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Index> {
        json::from_canonical(bytes).ok().filter(|index: &Index| index.v == 1)
    }
}

impl PanelState {
    pub(super) fn take_papers(&mut self, given: &Authenticated, at: Instant) {
        let Command::GivePapers { broken, file, seats } = &given.body.command else { return };
        let Some(holder) = given.actor.holder else { return };
        let (broken, file, seats) = (broken.clone(), file.0.clone(), seats.clone());
        self.papers.push(Papers { holder, at, broken, file, seats });
    }
}

impl Committee<'_> {
    /// Whether the rules let the committee read the documents.
    #[must_use]
    pub fn reads_papers(self) -> bool {
        self.rules().is_some_and(|rules| rules.papers)
    }

    /// The recipients of the seats at which somebody sits and to which a holder has not given yet, ascending: to exactly
    /// these it gives next. None before the committee is constituted.
    #[must_use]
    pub fn papers_lacking(self, holder: u8) -> Vec<String> {
        if !self.reads_papers() || !self.is_constituted() {
            return Vec::new();
        }
        let own = self.panel.papers.iter().filter(|papers| papers.holder == holder);
        let given: BTreeSet<&String> = own.flat_map(|papers| &papers.seats).collect();
        let seats = self.tender.evaluation.iter().flat_map(|evaluation| &evaluation.seats);
        let members = self.members();
        let sits = seats.filter(|(leaf, seat)| seat.key.is_some() && members.contains(leaf));
        let lacking: BTreeSet<&String> =
            sits.map(|(_, seat)| &seat.recipient).filter(|one| !given.contains(one)).collect();
        lacking.into_iter().cloned().collect()
    }

    /// Whether the key is that of the seat of a member that has declared that it has no conflict: to nobody else documents
    /// are shown (evaluation 12.7).
    #[must_use]
    pub fn is_reader(self, key: &PublicKey) -> bool {
        let seat = self.tender.seat_of_key(key).map(|(leaf, _)| leaf);
        seat.is_some_and(|leaf| self.members().contains(leaf) && self.panel.declared.get(leaf) == Some(&None))
    }

    /// From when on sheets may begin, for all that the documents need; `None` as long as a seat has not the files of t
    /// holders. Where a body has for one seat neither t shares nor so many broken parts that it can never have them, it is
    /// waited for as long as sheets take.
    #[must_use]
    pub fn papers_due(self) -> Option<Instant> {
        let opened = self.tender.opened_at?;
        if !self.reads_papers() {
            return Some(opened);
        }
        let evaluated = self.tender.evaluated();
        let mut due = opened;
        for member in self.members() {
            let recipient = &self.tender.evaluation.as_ref()?.seats.get(&member)?.recipient;
            due = due.max(self.papers_due_for(recipient, &evaluated)?);
        }
        Some(due)
    }

    fn papers_due_for(self, recipient: &String, evaluated: &[PartyId]) -> Option<Instant> {
        let threshold = usize::from(self.tender.rules.escrow.t);
        let given: Vec<&Papers> =
            self.panel.papers.iter().filter(|papers| papers.seats.contains(recipient)).collect();
        let enough = given.get(threshold.checked_sub(1)?)?.at;
        let settled = |bidder: &PartyId, until: usize| {
            let broken = given.iter().take(until).filter(|papers| papers.broken.contains(bidder)).count();
            until.saturating_sub(broken) >= threshold
                || broken > self.tender.holders.len().saturating_sub(threshold)
        };
        let all = |until: usize| evaluated.iter().all(|bidder| settled(bidder, until));
        if let Some(place) = (threshold..=given.len()).find(|until| all(*until)) {
            return given.get(place.checked_sub(1)?).map(|papers| papers.at);
        }
        let minutes = self.rules().map_or(0, |rules| rules.sheet_minutes);
        let until = enough.plus_ms(self.tender.rules.units().minutes_ms(minutes));
        Some(self.tender.evaluation_moved(enough, until))
    }
}

/// Whether these bytes begin like an age file to so many X25519 recipients and nobody else.
#[must_use]
pub fn is_to(file: &[u8], recipients: usize) -> bool {
    let Ok((header, _)) = Header::parse(file) else { return false };
    header.stanzas.len() == recipients && header.stanzas.iter().all(|stanza| x25519::check(stanza).is_ok())
}

/// Seals a holder's shares to seats. The same seed, shares and seats give the same bytes; other shares or seats share no
/// secret with them.
///
/// `None` when a recipient is none.
#[must_use]
pub fn seal(shares: &Shares, seats: &[String], seed: &[u8; 32]) -> Option<Vec<u8>> {
    let plain = json::to_canonical(shares).ok()?;
    let recipients = seats.iter().map(|seat| seat.parse().ok()).collect::<Option<Vec<Recipient>>>()?;
    let to = Hash::of(seats.join("\n").as_bytes());
    let what = Hash::of(&plain);
    let secret = |label: &str, number: usize| {
        let number = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
        let parts: [&[u8]; 5] = [seed, label.as_bytes(), &to.0, &what.0, &number];
        Hash::of_parts("ximu-papers/1", &parts).0
    };
    let ephemeral: Vec<Identity> =
        (0..recipients.len()).map(|place| Identity::from_bytes(secret("ephemeral", place))).collect();
    let pairs: Vec<(&Recipient, &Identity)> = recipients.iter().zip(&ephemeral).collect();
    let (key, nonce) = (secret("file-key", 0), secret("nonce", 0));
    let key = FileKey::from_bytes(*key.first_chunk()?);
    encrypt_to_all::<Portable>(&plain, &pairs, &key, nonce.first_chunk()?).ok()
}

/// Whether something can be sealed to this recipient at all.
#[must_use]
pub fn is_recipient(recipient: &str) -> bool {
    let nothing = Shares { shares: Vec::new(), v: 1 };
    seal(&nothing, &[recipient.into()], &[0; 32]).is_some()
}

/// Reads what a holder gave, with a seat's identity; `None` when it is not a file of this form to this seat.
#[must_use]
pub fn open(file: &[u8], identity: &Identity) -> Option<Shares> {
    let plain = decrypt::<Portable>(file, identity).ok()?;
    json::from_canonical(&plain).ok().filter(|shares: &Shares| shares.v == 1)
}

/// A holder's share of a body whose header is that of the submission; `None` when its part is no share of exactly this
/// body, which its bidder dealt badly.
#[must_use]
pub fn share(
    tender: &Tender,
    bidder: &PartyId,
    header: &EnvelopeHeader,
    index: u8,
    identity: &Identity,
) -> Option<PaperShare> {
    check_header(tender, bidder, header)?;
    let share = Share::open(header.escrow()?, header.context_hash(), index, identity).ok()?;
    Some(PaperShare { bidder: bidder.clone(), salt: Salt(share.salt), share: ShareValue(*share.value) })
}

/// Whether a header is that of a body as the rules want it: submitted, of this procedure, lot, bidder and version, with an
/// escrow to exactly these holders.
fn check_header(tender: &Tender, bidder: &PartyId, header: &EnvelopeHeader) -> Option<()> {
    let bid = tender.bids.get(bidder)?;
    (header.hash() == bid.body.header).then_some(())?;
    header.context().expect(&envelope::context(tender, bidder, bid.version, BODY)?).ok()?;
    header.expect_escrow(Some(&envelope::body_escrow(tender)?)).ok()
}

/// What one holder said of one body, to one seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A share that opens its commitment.
    Share(Share),
    /// That its part is no share.
    Broken,
    /// Something that is neither: a file that does not open, no share, or one that does not open its commitment. An honest
    /// holder never says it.
    False,
}

/// What a seat knows of one body.
#[derive(Debug)]
pub struct Found {
    /// What every holder said that gave to this seat, by its index.
    pub said: BTreeMap<u8, Said>,
    /// The key of the body, or why there is none.
    pub key: Result<CheckedKey, Closed>,
}

/// Why documents stay closed for a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// The header is not one of a body under the rules: its bidder sealed it otherwise.
    #[error("the header is not one of documents sealed to the holders of this tender")]
    Header,
    /// So many holders say that their part is broken that there can never be t shares: its bidder dealt it badly.
    #[error(
        "so many holders found no share in their part that there can never be enough: the bidder dealt it badly"
    )]
    Broken,
    /// Fewer than t shares were given, and more may come.
    #[error("fewer shares than needed were given")]
    TooFew,
    /// The shares do not combine to a key that fits the header: its bidder dealt it badly.
    #[error("the shares give no key that fits: the bidder dealt them badly")]
    Key,
}

/// Every file that was given to a seat, opened once: by the index of its holder.
pub struct Opened<'a> {
    tender: &'a Tender,
    files: BTreeMap<u8, (&'a Papers, Option<Shares>)>,
}

impl<'a> Opened<'a> {
    /// Opens what the holders gave to the seat with this identity.
    #[must_use]
    pub fn read(committee: Committee<'a>, identity: &Identity) -> Opened<'a> {
        let recipient = identity.recipient().to_string();
        let own = committee.panel.papers.iter().filter(|papers| papers.seats.contains(&recipient));
        let files = own.map(|papers| (papers.holder, (papers, open(&papers.file, identity)))).collect();
        Opened { tender: committee.tender, files }
    }

    /// How many holders gave.
    #[must_use]
    pub fn holders(&self) -> usize {
        self.files.len()
    }

    /// Finds the key of a body by its header.
    #[must_use]
    pub fn find(&self, bidder: &PartyId, header: &EnvelopeHeader) -> Found {
        let escrow = check_header(self.tender, bidder, header).and_then(|()| header.escrow());
        let said = |index: u8, papers: &Papers, shares: &Option<Shares>| {
            if papers.broken.contains(bidder) {
                return Said::Broken;
            }
            let given = shares.iter().flat_map(|shares| &shares.shares).find(|one| one.bidder == *bidder);
            let share = given.map(|one| Share::new(index, one.share.0, one.salt.0, *header.context_hash()));
            let good = share.filter(|share| {
                escrow.is_some_and(|escrow| share.check(escrow, header.context_hash()).is_ok())
            });
            good.map_or(Said::False, Said::Share)
        };
        let said: BTreeMap<u8, Said> = self
            .files
            .iter()
            .map(|(index, (papers, shares))| (*index, said(*index, papers, shares)))
            .collect();
        let key = match escrow {
            None => Err(Closed::Header),
            Some(_) => self.combine(&said, header),
        };
        Found { said, key }
    }

    fn combine(&self, said: &BTreeMap<u8, Said>, header: &EnvelopeHeader) -> Result<CheckedKey, Closed> {
        let threshold = self.tender.rules.escrow.t;
        let shares: Vec<Share> = shares(said).take(usize::from(threshold)).cloned().collect();
        if shares.len() < usize::from(threshold) {
            let broken = said.values().filter(|said| **said == Said::Broken).count();
            let missing = self.tender.holders.len().saturating_sub(usize::from(threshold));
            return Err(if broken > missing { Closed::Broken } else { Closed::TooFew });
        }
        let key = combine(&shares, threshold).map_err(|_| Closed::Key)?;
        header.check_key(key).map_err(|_| Closed::Key)
    }
}

fn shares(said: &BTreeMap<u8, Said>) -> impl Iterator<Item = &Share> {
    said.values().filter_map(|said| match said {
        Said::Share(share) => Some(share),
        Said::Broken | Said::False => None,
    })
}

impl Found {
    /// The holders who said something false, by their indexes, as far as it can be seen: with the dealing made again from
    /// the manifest of documents that were read whole also those who called a good part broken.
    #[must_use]
    pub fn liars(&self, dealing: Option<&Dealing>) -> Vec<u8> {
        let lied = |said: &Said| match said {
            Said::Share(share) => dealing.is_some_and(|dealing| dealing.check_release(share).is_err()),
            Said::Broken => dealing.is_some(),
            // Of a header without an escrow nobody can say a share.
            Said::False => !matches!(self.key, Err(Closed::Header)),
        };
        self.said.iter().filter(|(_, said)| lied(said)).map(|(index, _)| *index).collect()
    }
}
