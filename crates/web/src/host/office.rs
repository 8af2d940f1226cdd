//! An office as the host behind the web.

use std::{collections::BTreeMap, io::Read, sync::Arc};

use ximu_basics::{Hash, Instant, PartyId, ProcedureId, PublicKey};
use ximu_ocds::Setting;
use ximu_office::{
    Answer, Clock, Office, Trouble, View,
    answer::{DocumentHead, PublicEntry, ReceiptState, UploadHead, Uploaded},
    committee::Asking,
};
use ximu_procedure::wire::{
    Form, SignedCommand,
    evaluation::Sitting,
    waiting::{SeatAsk, SeatVouch, WaitingRoom, WaitingSeat},
};
use ximu_tlog::key::VerifierKey;

use super::{Centre, Host, PeerAddress, forms::Forms};

/// An office, its clock, and where the other centres are.
pub struct OfficeHost {
    office: Arc<Office>,
    clock: Arc<dyn Clock>,
    centre: Arc<Centre>,
    forms: Forms,
}

impl OfficeHost {
    /// Puts an office behind the web. `clock` is the office's own; `peers` are shown to readers as they are.
    #[must_use]
    pub fn new(office: Arc<Office>, clock: Arc<dyn Clock>, peers: Vec<PeerAddress>) -> OfficeHost {
        let origin = office.origin().to_string();
        let log_key = VerifierKey::log(&origin, office.centre_key());
        let centre = Arc::new(Centre {
            log_key: log_key.map(|key| key.to_string()).unwrap_or_default(),
            rehearsal: origin.starts_with("rehearsal."),
            ocds: Setting::of(&origin),
            origin,
            peers,
        });
        OfficeHost { office, clock, centre, forms: Forms::default() }
    }

    /// The same host, which publishes in the Open Contracting Data Standard like this.
    #[must_use]
    pub fn publishing(mut self, ocds: Setting) -> OfficeHost {
        let centre = Centre { ocds, ..(*self.centre).clone() };
        self.centre = Arc::new(centre);
        self
    }
}

impl Host for OfficeHost {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn centre(&self) -> Arc<Centre> {
        self.centre.clone()
    }

    fn view(&self) -> Arc<View> {
        self.office.view()
    }

    fn on_change(&self, listener: Box<dyn Fn() + Send + Sync>) {
        self.office.on_change(Box::new(move |_| listener()));
    }

    fn entries(&self, procedure: &ProcedureId, from: u32) -> Result<Vec<PublicEntry>, Trouble> {
        self.office.entries(procedure, from)
    }

    fn record(&self, commitment: &Hash) -> Result<Vec<u8>, Trouble> {
        self.office.record(commitment)
    }

    fn form(&self, procedure: &ProcedureId, bidder: &PartyId) -> Option<Form> {
        self.forms.of(&self.office.view().world, procedure, bidder, |commitment| {
            self.office.envelope(procedure, commitment).ok()
        })
    }

    fn give(&self, command: SignedCommand) -> Result<Answer, Trouble> {
        self.office.give(command)
    }

    fn receipt(&self, id: &Hash) -> Result<ReceiptState, Trouble> {
        self.office.receipt(id)
    }

    fn upload(&self, head: &UploadHead, body: &mut dyn Read) -> Result<Uploaded, Trouble> {
        self.office.upload(head, body)
    }

    fn put_document(&self, head: &DocumentHead, body: &mut dyn Read) -> Result<(), Trouble> {
        self.office.put_document(head, body)
    }

    fn put_record(&self, bytes: &[u8]) -> Result<Hash, Trouble> {
        self.office.put_record(bytes)
    }

    fn document(&self, hash: &Hash) -> Result<Box<dyn Read + Send>, Trouble> {
        Ok(Box::new(self.office.document(hash)?))
    }

    fn operations(&self, procedure: &ProcedureId) -> Result<String, Trouble> {
        self.office.operations(procedure)
    }

    fn sitting(&self, procedure: &ProcedureId, asking: Option<&Asking>) -> Result<Sitting, Trouble> {
        self.office.sitting(procedure, asking)
    }

    fn ask_seat(&self, procedure: &ProcedureId, ask: &SeatAsk) -> Result<WaitingSeat, Trouble> {
        self.office.ask_seat(procedure, ask)
    }

    fn waiting_parties(&self, asking: &Asking) -> Result<BTreeMap<PartyId, String>, Trouble> {
        self.office.waiting_parties(asking)
    }

    fn waiting_seats(&self, procedure: &ProcedureId, asking: &Asking) -> Result<WaitingRoom, Trouble> {
        self.office.waiting_seats(procedure, asking)
    }

    fn vouch_seat(
        &self,
        procedure: &ProcedureId,
        key: &PublicKey,
        vouch: &SeatVouch,
    ) -> Result<WaitingSeat, Trouble> {
        self.office.vouch_seat(procedure, key, vouch)
    }

    fn envelope(&self, procedure: &ProcedureId, commitment: &Hash) -> Result<Vec<u8>, Trouble> {
        self.office.envelope(procedure, commitment)
    }

    fn body(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<(Box<dyn Read + Send>, u64), Trouble> {
        let (file, bytes) = self.office.body(procedure, commitment, asking)?;
        Ok((Box::new(file), bytes))
    }

    fn body_header(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<Vec<u8>, Trouble> {
        self.office.body_header(procedure, commitment, asking)
    }

    fn bundle(&self) -> Result<Vec<u8>, Trouble> {
        self.office.bundle()
    }

    #[cfg(feature = "planted")]
    fn planted_operations(&self) -> u64 {
        self.office.planted_operations()
    }

    fn log_file(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        self.office.log_file(path)
    }
}
