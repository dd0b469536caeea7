//! The store's suite: everything on both engines, in one binary.

#[cfg(test)]
mod engine;
