//! Requests for many items, several in flight at once. A rate limit is obeyed independently of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

/// The number of items in work at once.
pub(crate) const CONCURRENCY: usize = 8;

/// Calls `work` for each item, several at once, and returns the results in the order of the items. An error ends it.
pub(crate) fn in_parallel<T: Sync, U: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<U, Error> + Sync,
) -> Result<Vec<U>, Error> {
    let queue = Mutex::new((items.iter().enumerate(), Vec::with_capacity(items.len())));
    let lock = || queue.lock().unwrap_or_else(PoisonError::into_inner);
    let has_failed = AtomicBool::new(false);
    let run = || {
        while !has_failed.load(Ordering::Relaxed) {
            // The lock is released during the work.
            let next = lock().0.next();
            let Some((index, item)) = next else { return };
            let result = work(item);
            has_failed.fetch_or(result.is_err(), Ordering::Relaxed);
            lock().1.push((index, result));
        }
    };
    std::thread::scope(|scope| (0..CONCURRENCY.min(items.len())).for_each(|_| drop(scope.spawn(run))));
    let (_, mut results) = queue.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
