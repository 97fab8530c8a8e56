//! The engine as a web module.
