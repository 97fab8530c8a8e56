//! Lists and texts put together in less code than the standard library takes: each `collect` puts three
//! functions into the web module, `join` a kilobyte.

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

/// What `join` does.
pub(crate) fn join(words: &[&str], separator: &str) -> String {
    let mut text = String::new();
    for (nth, word) in words.iter().enumerate() {
        if nth > 0 {
            text.push_str(separator);
        }
        text.push_str(word);
    }
    text
}
