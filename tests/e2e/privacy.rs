//! No secret, no text of anybody, no name and no address in anything that the program writes.
