//! Tables that `cargo xtask tables` makes.
pub(super) mod fold;
pub(crate) mod persian;
