//! Any query is answered, and its hits keep what they promise.
#![no_main]

use std::sync::LazyLock;

use juya_engine::Index;
use juya_fuzz::{ARCHIVE, search};
use libfuzzer_sys::fuzz_target;

static INDEX: LazyLock<Index> =
    LazyLock::new(|| Index::open(ARCHIVE.as_slice()).expect("a whole index"));

fuzz_target!(|query: &str| search(&INDEX, query));
