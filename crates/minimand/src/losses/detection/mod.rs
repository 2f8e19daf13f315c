//! Losses of a predicted and a true box, turned box or quadrilateral.

mod bounded_iou;
mod ciou;
mod diou;
mod eiou;
mod extended_iou;
mod giou;
mod gwd;
mod iou;
mod kfiou;
mod log_iou;
mod nwd;
mod polygons;
mod probiou;
mod quad_giou;
mod quad_iou;
mod rotated_giou;
mod rotated_gwd;
mod rotated_iou;
mod rotated_kld;
mod siou;
mod turned;

pub use kfiou::Measure;
pub use turned::Mapping;

crate::catalog::list![
    iou::Iou,
    log_iou::LogIou,
    giou::Giou,
    diou::Diou,
    ciou::Ciou,
    eiou::Eiou,
    extended_iou::ExtendedIou,
    siou::Siou,
    bounded_iou::BoundedIou,
    nwd::Nwd,
    gwd::Gwd,
    rotated_iou::RotatedIou,
    rotated_giou::RotatedGiou,
    rotated_gwd::RotatedGwd,
    rotated_kld::RotatedKld,
    probiou::ProbIou,
    kfiou::KfIou,
    quad_iou::QuadIou,
    quad_giou::QuadGiou,
];
