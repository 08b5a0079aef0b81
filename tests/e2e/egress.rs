//! Who is reached: the map of flows, and logs of the network held against it.

mod log;
mod map;
