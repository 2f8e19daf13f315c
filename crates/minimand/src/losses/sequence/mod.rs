//! Losses of a sequence's labels.

mod ctc;

crate::catalog::list![ctc::Ctc,];
