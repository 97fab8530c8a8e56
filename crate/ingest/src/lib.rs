//! Reads sources into posts.
