//! What every handler shares: the centre behind the web, the stories already read, and the news.

use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

use bytes::Bytes;
use tokio::sync::watch;
use ximu_basics::ProcedureId;
use ximu_office::Trouble;

use crate::{
    host::Host,
    live::{Halls, Streams},
    neighbours::Neighbours,
    papers::Papers,
    story::Story,
};

/// Shared by all handlers; cloning it is cheap.
#[derive(Clone)]
pub struct Site {
    /// The centre.
    pub host: Arc<dyn Host>,
    /// The rendered halls that watchers share.
    pub halls: Halls,
    /// The streams there are.
    pub streams: Streams,
    /// The newest bundle.
    pub bundles: Bundles,
    /// What strangers of one address may still add.
    pub neighbours: Neighbours,
    /// The official records on paper.
    pub papers: Papers,
    /// The match of faces that this centre offers; without one an officer alone checks who sits down.
    pub faces: Option<Faces>,
    stories: Arc<RwLock<BTreeMap<ProcedureId, Arc<Story>>>>,
    news: watch::Receiver<u64>,
}

/// A match of faces, as pages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faces {
    /// SHA-256 of the model.
    pub model: String,
    /// Similarity from which two faces count as the same.
    pub threshold: String,
}

impl Site {
    /// A site for a centre.
    #[must_use]
    pub fn new(host: Arc<dyn Host>) -> Site {
        let (sender, news) = watch::channel(0);
        host.on_change(Box::new(move || sender.send_modify(|number: &mut u64| *number += 1)));
        let (halls, bundles, neighbours) = (Halls::default(), Bundles::default(), Neighbours::default());
        let (streams, papers) = (Streams::default(), Papers::default());
        let faces = None;
        Site { host, halls, streams, bundles, neighbours, papers, faces, stories: Arc::default(), news }
    }

    /// The same site with papers in these fonts.
    #[must_use]
    pub fn printing(self, papers: Papers) -> Site {
        Site { papers, ..self }
    }

    /// The same site, which offers a match of faces.
    #[must_use]
    pub fn matching(self, faces: Option<Faces>) -> Site {
        Site { faces, ..self }
    }

    /// News: its number changes whenever something readers can see has changed.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.clone()
    }

    /// The story of a procedure, up to its newest entry; `None` for an unknown procedure. May block on the store.
    ///
    /// # Errors
    /// [`Trouble`] when the store cannot be read or holds something else.
    pub fn story(&self, procedure: &ProcedureId) -> Result<Option<Arc<Story>>, Trouble> {
        let world = self.host.view().world.clone();
        if !world.tenders.contains_key(procedure) {
            return Ok(None);
        }
        let expected = usize::try_from(world.chain(procedure).number).unwrap_or(usize::MAX);
        let known = self.stories.read().ok().and_then(|stories| stories.get(procedure).cloned());
        if known.as_ref().is_some_and(|story| story.facts.len() >= expected) {
            return Ok(known);
        }
        let mut story = known.map(|story| (*story).clone()).unwrap_or_default();
        while story.facts.len() < expected {
            let from = u32::try_from(story.facts.len()).unwrap_or(u32::MAX);
            let entries = self.host.entries(procedure, from)?;
            if entries.is_empty() {
                break;
            }
            story.extend(&entries).map_err(|broken| {
                tracing::error!(%broken, "a stored entry is not what the log says");
                Trouble::Unreadable { code: "entry-broken" }
            })?;
        }
        let story = Arc::new(story);
        if let Ok(mut stories) = self.stories.write() {
            stories.insert(procedure.clone(), story.clone());
        }
        Ok(Some(story))
    }

    /// Runs something that may block on a thread of its own.
    ///
    /// # Errors
    /// [`Trouble`] when the thread was lost.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Site) -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let site = self.clone();
        tokio::task::spawn_blocking(move || work(&site))
            .await
            .map_err(|_| Trouble::Unreadable { code: "thread-lost" })
    }
}

/// The newest bundle, made once for each cosigned size.
#[derive(Clone, Default)]
pub struct Bundles {
    newest: Arc<tokio::sync::Mutex<Option<(u64, Bytes)>>>,
}

impl Bundles {
    /// The bundle of this cosigned size or of a newer one; made now when there is none. Others wait meanwhile, and hold
    /// no thread: however many ask, the other pages are answered.
    ///
    /// # Errors
    /// Those of `make`.
    pub async fn get(
        &self,
        size: u64,
        make: impl Future<Output = Result<Bytes, Trouble>>,
    ) -> Result<Bytes, Trouble> {
        let mut newest = self.newest.lock().await;
        if let Some((of, bytes)) = &*newest
            && *of >= size
        {
            return Ok(bytes.clone());
        }
        let bytes = make.await?;
        *newest = Some((size, bytes.clone()));
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bundle_is_made_once_however_many_wait_and_holds_for_whoever_asked_before() {
        let bundles = Bundles::default();
        let made = std::sync::atomic::AtomicU64::new(0);
        let make = |bytes: &'static [u8]| {
            let made = &made;
            async move {
                made.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok(Bytes::from_static(bytes))
            }
        };
        let waiting = tokio::join!(bundles.get(7, make(b"seven")), bundles.get(7, make(b"again")));
        assert_eq!(waiting, (Ok("seven".into()), Ok("seven".into())));
        assert_eq!(bundles.get(8, make(b"eight")).await, Ok("eight".into()));
        assert_eq!(bundles.get(7, make(b"again")).await, Ok("eight".into()), "it asked before the newer one");
        assert_eq!(made.into_inner(), 2);
    }
}
