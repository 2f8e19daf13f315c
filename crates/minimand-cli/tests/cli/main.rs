//! The binary as people run it: arguments in, exit code, output and files out.

#[cfg(feature = "compare")]
mod compare;
#[cfg(feature = "compare")]
mod compare_images;
mod eval;
mod eval_images;
mod eval_masks;
mod general;
mod losses;
mod refusals;
#[cfg(feature = "studies")]
mod study;
mod support;
