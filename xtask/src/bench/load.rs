//! Load: many connections at once, each a thread of its own.

use super::rows::now;
use anyhow::anyhow;

/// Lets each of these have a thread, and gives what came of them and the seconds that all took.
pub(super) fn at_once<I: Send, T: Send>(
    connections: impl IntoIterator<Item = I>,
    each: impl Fn(I) -> anyhow::Result<T> + Sync,
) -> anyhow::Result<(Vec<T>, f64)> {
    let begin = now();
    let done: anyhow::Result<Vec<T>> = std::thread::scope(|threads| {
        let running: Vec<_> = connections
            .into_iter()
            .map(|one| {
                let each = &each;
                threads.spawn(move || each(one))
            })
            .collect();
        let results = running.into_iter().map(|thread| {
            let result = thread.join();
            result.map_err(|_| anyhow!("a load thread panicked"))?
        });
        results.collect()
    });
    Ok((done?, begin.elapsed().as_secs_f64()))
}
