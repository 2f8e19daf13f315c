//! The binary as people run it: arguments in, exit code, output and files out.

#[cfg(feature = "compare")]
mod compare;
mod eval;
mod general;
mod losses;
mod refusals;
#[cfg(feature = "studies")]
mod study;
mod support;
