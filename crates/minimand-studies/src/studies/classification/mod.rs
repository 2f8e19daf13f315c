//! Studies of losses over classes.

#[path = "003_squentropy.rs"]
mod squentropy;

pub(super) use squentropy::STUDY as SQUENTROPY;
