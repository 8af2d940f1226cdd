//! Work on pieces in parallel, results in order, memory bounded.
//!
//! The producer runs on a thread of its own, the workers on theirs, the consumer on the caller's. Each job travels
//! with a channel for its answer, and the consumer waits for the answers in the order of the jobs, so at most
//! [`AHEAD_PER_WORKER`] jobs per worker are in memory.

use crate::error::SealerError;
use std::{
    num::NonZeroUsize,
    sync::{
        Mutex,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

/// How many jobs may wait or be done per worker before the producer must wait.
const AHEAD_PER_WORKER: usize = 3;

type Answer<R> = Result<R, SealerError>;

/// Runs `produce` until it gives `None`, `work` on each job on `threads` threads, and `consume` on the results in
/// order. The first error stops everything; an error of the consumer counts before one of the producer.
pub(crate) fn run<J: Send, R: Send>(
    threads: NonZeroUsize,
    produce: impl FnMut() -> Answer<Option<J>> + Send,
    work: impl Fn(J) -> Answer<R> + Sync,
    mut consume: impl FnMut(R) -> Result<(), SealerError>,
) -> Result<(), SealerError> {
    let ahead = threads.get() * AHEAD_PER_WORKER;
    let (jobs, waiting_jobs) = sync_channel::<(J, SyncSender<Answer<R>>)>(ahead);
    let (answers, waiting_answers) = sync_channel::<Receiver<Answer<R>>>(ahead);
    let waiting_jobs = Mutex::new(waiting_jobs);
    thread::scope(|scope| {
        let producer = scope.spawn(move || feed(produce, &jobs, &answers));
        for _ in 0..threads.get() {
            scope.spawn(|| {
                while let Some((job, answer)) = next_job(&waiting_jobs) {
                    // The consumer may have given up; then nobody wants the answer.
                    let _ = answer.send(work(job));
                }
            });
        }
        let consumed = waiting_answers
            .iter()
            .try_for_each(|answer| consume(answer.recv().map_err(|_| SealerError::WorkerGone)??));
        // With its receiver gone the producer stops, with the producer gone the workers stop.
        drop(waiting_answers);
        let produced = producer.join().map_err(|_| SealerError::WorkerGone)?;
        consumed.and(produced)
    })
}

fn feed<J, R>(
    mut produce: impl FnMut() -> Answer<Option<J>>,
    jobs: &SyncSender<(J, SyncSender<Answer<R>>)>,
    answers: &SyncSender<Receiver<Answer<R>>>,
) -> Result<(), SealerError> {
    while let Some(job) = produce()? {
        let (sender, receiver) = sync_channel(1);
        if jobs.send((job, sender)).is_err() || answers.send(receiver).is_err() {
            break;
        }
    }
    Ok(())
}

fn next_job<T>(jobs: &Mutex<Receiver<T>>) -> Option<T> {
    jobs.lock().ok()?.recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for count in [1, 2, 7] {
            let (mut next, mut seen) = (0, Vec::new());
            let produce = || {
                next += 1;
                Ok((next <= 500).then_some(next))
            };
            run(
                threads(count),
                produce,
                |job: u32| Ok(job * 2),
                |result| {
                    seen.push(result);
                    Ok(())
                },
            )
            .unwrap();
            assert_eq!(seen, (1..=500).map(|job| job * 2).collect::<Vec<u32>>());
        }
    }

    #[test]
    fn an_error_anywhere_ends_everything() {
        let error = || SealerError::Exists { path: "here".into() };
        for place in 0..3 {
            let mut next = 0_u32;
            let produce = || {
                next += 1;
                if place == 0 && next == 50 { Err(error()) } else { Ok(Some(next)) }
            };
            let work = |job| if place == 1 && job == 50 { Err(error()) } else { Ok(job) };
            let consume = |job| if place == 2 && job == 50 { Err(error()) } else { Ok(()) };
            let refusal = run(threads(3), produce, work, consume).unwrap_err();
            assert_eq!(refusal.code(), "sealer-exists", "place {place}");
        }
    }
}
