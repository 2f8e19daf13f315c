//! Losses of the regions of an image.

mod dice;
mod lovasz;

crate::catalog::list![dice::Dice, lovasz::Lovasz,];
