//! After a write that failed: the store is opened again, and everything known is read from it.

use super::Writer;
use crate::load;
use std::sync::PoisonError;

impl Writer {
    /// Opens the store again and reads everything from it. A reload that fails stops the writer for good.
    pub(super) fn reload(&mut self) {
        self.store = None;
        match self.read_again() {
            Ok(()) => tracing::warn!("the journal was opened and read again"),
            Err(why) => self.stop(why),
        }
    }

    fn read_again(&mut self) -> Result<(), &'static str> {
        let store = (self.open_store)().map_err(|error| error.code())?;
        self.shared.open_readers(&*store).map_err(|error| error.code())?;
        let loaded = self.shared.read_store(|reader| Ok(load::load(reader, self.shared.signer.origin())));
        let loaded = loaded.map_err(|error| error.code())?.map_err(|error| error.code())?;
        let known = self.board.lock().size;
        let fresh = loaded.leaves.get(usize::try_from(known).unwrap_or(usize::MAX)..);
        // Leaves that were known to be durable and are not there any more.
        let fresh = fresh.ok_or("log-shrank")?.to_vec();
        self.store = Some(store);
        self.state = loaded.state;
        *self.shared.index.write().unwrap_or_else(PoisonError::into_inner) = loaded.index;
        self.shared.change(|view| view.follow(&self.state));
        {
            let mut inner = self.board.lock();
            inner.written.extend(fresh);
            inner.size = self.state.world.size;
        }
        self.pin_policy();
        self.board.notify();
        Ok(())
    }
}
