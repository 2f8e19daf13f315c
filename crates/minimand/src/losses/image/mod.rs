//! Losses of images, volumes and fields of displacements.

mod total_variation;

crate::catalog::list![total_variation::TotalVariation,];
