//! Tables in, HTML and SVG out.
//!
//! [`table`] reads CSV and NumPy `.npy` files into typed columns and arrays;
//! [`html`] and [`svg`] turn results into one self-contained page; [`journal`] keeps
//! finished work through a kill. Nothing here
//! knows about losses or training, so each half can be tested on plain files.

pub mod atomic;
pub mod html;
pub mod journal;
pub mod number;
mod style;
pub mod svg;
pub mod table;
