//! A dishonest centre: what it writes is not what it decided. Its own state stays honest, so that everything after
//! the change is as it would have been, and only the change itself can be found.

use ximu_procedure::wire::{BeatLeaf, Entry, Operation, PanelOperation, VeilLeaf};

type Change<T> = Box<dyn FnMut(&mut T)>;

/// Changes made to what is about to be written.
#[derive(Default)]
pub struct Tamper {
    entry: Option<Change<Entry>>,
    operation: Option<Change<Operation>>,
    beat: Option<Change<BeatLeaf>>,
    panel: Option<Change<PanelOperation>>,
    veil: Option<Change<VeilLeaf>>,
}

impl Tamper {
    /// Changes entries from now on.
    pub fn entries(&mut self, change: impl FnMut(&mut Entry) + 'static) {
        self.entry = Some(Box::new(change));
    }

    /// Changes operations from now on.
    pub fn operations(&mut self, change: impl FnMut(&mut Operation) + 'static) {
        self.operation = Some(Box::new(change));
    }

    /// Changes beats from now on.
    pub fn beats(&mut self, change: impl FnMut(&mut BeatLeaf) + 'static) {
        self.beat = Some(Box::new(change));
    }

    /// Changes operations of the committee from now on.
    pub fn panels(&mut self, change: impl FnMut(&mut PanelOperation) + 'static) {
        self.panel = Some(Box::new(change));
    }

    /// Changes veils from now on.
    pub fn veils(&mut self, change: impl FnMut(&mut VeilLeaf) + 'static) {
        self.veil = Some(Box::new(change));
    }

    /// Changes nothing from now on.
    pub fn stop(&mut self) {
        *self = Tamper::default();
    }

    pub(crate) fn entry(&mut self, entry: &mut Entry) {
        self.entry.iter_mut().for_each(|change| change(entry));
    }

    pub(crate) fn operation(&mut self, operation: &mut Operation) {
        self.operation.iter_mut().for_each(|change| change(operation));
    }

    pub(crate) fn beat(&mut self, beat: &mut BeatLeaf) {
        self.beat.iter_mut().for_each(|change| change(beat));
    }

    pub(crate) fn panel(&mut self, operation: &mut PanelOperation) {
        self.panel.iter_mut().for_each(|change| change(operation));
    }

    pub(crate) fn veil(&mut self, veil: &mut VeilLeaf) {
        self.veil.iter_mut().for_each(|change| change(veil));
    }
}
