//! The `juya` command.
fn main() {}
