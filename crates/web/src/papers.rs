//! Official records as PDF, made when they are asked for: each once, one at a time, the newest kept.
//!
//! Making one takes some tenths of a second and never reads anything of a bidder but the name on record. However many
//! ask, one is made at a time; the others wait and hold no thread.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use ximu_basics::Hash;
use ximu_procedure::wire::Record;
use ximu_report::{Fonts, Names, ReportError};

/// Papers kept: three kinds of some twenty tenders; the largest has a few megabytes.
const PAPERS_MAX: usize = 64;

/// What a paper depends on: the record, and the names and forms shown.
type Key = (Hash, Hash);

/// The papers of a site.
#[derive(Clone, Default)]
pub struct Papers {
    named: Arc<Vec<PathBuf>>,
    fonts: Arc<Mutex<Option<Fonts>>>,
    made: Arc<tokio::sync::Mutex<VecDeque<(Key, Bytes)>>>,
}

impl Papers {
    /// Papers in these fonts; in the best one of the system when none is named.
    #[must_use]
    pub fn with_fonts(named: Vec<PathBuf>) -> Papers {
        Papers { named: Arc::new(named), ..Papers::default() }
    }

    /// A record as PDF.
    ///
    /// # Errors
    /// [`ReportError`]. A font that is missing is looked for again the next time.
    pub async fn get(&self, record: Record, names: Names) -> Result<Bytes, ReportError> {
        let failed = |why: String| ReportError::Pdf { why };
        let hash = record.hash().map_err(|error| failed(error.to_string()))?;
        let key = (hash, Hash::of(&[names.to_json(), names.forms().to_json()].concat()));
        let papers = self.clone();
        // A task of its own: who hangs up meanwhile does not let the next one begin beside it.
        let work = tokio::spawn(async move {
            let mut made = papers.made.clone().lock_owned().await;
            if let Some((_, bytes)) = made.iter().find(|(known, _)| *known == key) {
                return Ok(bytes.clone());
            }
            let drawing = move || ximu_report::pdf(&record, &names, &papers.fonts()?);
            let drawn = tokio::task::spawn_blocking(drawing).await;
            let bytes: Bytes = drawn.map_err(|_| failed("the thread was lost".into()))??.into();
            if made.len() >= PAPERS_MAX {
                made.pop_front();
            }
            made.push_back((key, bytes.clone()));
            Ok(bytes)
        });
        work.await.map_err(|_| failed("the thread was lost".into()))?
    }

    fn fonts(&self) -> Result<Fonts, ReportError> {
        let mut fonts = self.fonts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fonts) = &*fonts {
            return Ok(fonts.clone());
        }
        let loaded = Fonts::load(&self.named, &Fonts::folders())?;
        *fonts = Some(loaded.clone());
        Ok(loaded)
    }
}
