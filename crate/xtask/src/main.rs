//! `cargo xtask …`: chores of this project.
fn main() {}
