//! Folding of single characters.
