//! Iterators to lists in less code than `collect`, which puts three functions into the web module each
//! time.

/// What `collect` does for a [`Vec`].
pub(crate) trait List: Iterator + Sized {
    /// All items.
    fn list(self) -> Vec<Self::Item> {
        let mut all = Vec::new();
        for item in self {
            all.push(item);
        }
        all
    }
}

impl<I: Iterator> List for I {}

/// What `collect` does for an [`Option`] of a [`Vec`].
pub(crate) trait AllSome<T>: Iterator<Item = Option<T>> + Sized {
    /// All items, if none is `None`.
    fn all_some(self) -> Option<Vec<T>> {
        let mut all = Vec::new();
        for item in self {
            all.push(item?);
        }
        Some(all)
    }
}

impl<T, I: Iterator<Item = Option<T>>> AllSome<T> for I {}
