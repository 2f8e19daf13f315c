//! Losses of a predicted and a true box.

mod ciou;
mod giou;

crate::catalog::list![giou::Giou, ciou::Ciou,];
