//! Losses of a predicted and a true box.

mod bounded_iou;
mod ciou;
mod diou;
mod eiou;
mod extended_iou;
mod giou;
mod gwd;
mod iou;
mod log_iou;
mod nwd;
mod siou;

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
];
