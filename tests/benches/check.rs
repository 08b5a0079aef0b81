//! Cost of an audit beside a bare read of the same documents.

fn main() {}
