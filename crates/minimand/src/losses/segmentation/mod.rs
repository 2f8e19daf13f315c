//! Losses of the regions of an image.

mod dice;

crate::catalog::list![dice::Dice,];
