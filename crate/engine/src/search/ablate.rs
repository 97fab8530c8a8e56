//! Parts of the search switched off, to measure what each gives (`cargo xtask relevance --ablate`).
//! Without the feature `ablate` all parts are on, and asking costs nothing.

#[cfg(feature = "ablate")]
use std::sync::atomic::{AtomicU32, Ordering};

/// What can be switched off: the sources of the lattice but `exact` and `synonym`, the other
/// keyboard layout, nearness, coverage, and the small weight of question words.
#[cfg(feature = "ablate")]
pub const PARTS: [&str; 11] = [
    "form", "join", "spoken", "split", "prefix", "script", "spelling", "keyboard", "near",
    "coverage", "question",
];

#[cfg(feature = "ablate")]
static OFF: AtomicU32 = AtomicU32::new(0);

/// From now on every search of this process does without the parts; says which is none.
#[cfg(feature = "ablate")]
pub fn without(parts: &[String]) -> Result<(), String> {
    let mut off = 0;
    for part in parts {
        let known = PARTS.iter().position(|known| known == part);
        off |= 1
            << known.ok_or(format!(
                "{part:?} is no part; there are {}",
                PARTS.join(", ")
            ))?;
    }
    OFF.store(off, Ordering::Relaxed);
    Ok(())
}

/// Whether a search uses this part.
#[cfg(feature = "ablate")]
pub(super) fn is_on(part: &str) -> bool {
    let off = OFF.load(Ordering::Relaxed);
    !(0..)
        .zip(PARTS)
        .any(|(bit, known)| known == part && off >> bit & 1 == 1)
}

#[cfg(not(feature = "ablate"))]
pub(super) const fn is_on(_part: &str) -> bool {
    true
}
