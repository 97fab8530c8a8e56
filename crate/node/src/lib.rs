//! The builder for Node.js.
