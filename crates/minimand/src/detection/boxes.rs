//! Arrays of boxes: checks, and the two ways to write a box.

use crate::error::Error;
use crate::kernels::scalar::Float;

/// The boxes of an array `[n, 4]`.
///
/// # Errors
/// [`Error::Shape`] if the length is no multiple of 4, [`Error::Value`] for a coordinate that is not finite.
pub(super) fn checked<'a, T: Float>(
    argument: &'static str,
    array: &'a [T],
) -> Result<&'a [[T; 4]], Error> {
    let (boxes, rest) = array.as_chunks();
    if !rest.is_empty() {
        return Err(Error::Shape {
            argument,
            expected: "[n, 4] (x1, y1, x2, y2)".to_string(),
            got: format!("{} numbers", array.len()),
        });
    }
    finite(argument, array)?;
    Ok(boxes)
}

/// # Errors
/// [`Error::Value`] for a number that is not finite.
pub(super) fn finite<T: Float>(argument: &'static str, array: &[T]) -> Result<(), Error> {
    match array.iter().position(|x| !x.finite()) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument,
            position,
            value: array[position].to_f64(),
            expected: "a finite number".to_string(),
        }),
    }
}

/// # Errors
/// [`Error::Shape`] if there is not one entry per box (or what `of` names).
pub(super) fn one_each(
    argument: &'static str,
    got: usize,
    count: usize,
    of: &str,
) -> Result<(), Error> {
    if got == count {
        return Ok(());
    }
    Err(Error::Shape {
        argument,
        expected: format!("[{count}], one per {of}"),
        got: format!("[{got}]"),
    })
}

/// x1 y1 x2 y2 of a box of this centre, width and height.
///
/// ```
/// use minimand::detection::{centres, corners};
///
/// assert_eq!(corners([3.0, 2.0, 4.0, 2.0]), [1.0, 1.0, 5.0, 3.0]);
/// assert_eq!(centres([1.0, 1.0, 5.0, 3.0]), [3.0, 2.0, 4.0, 2.0]);
/// ```
pub fn corners<T: Float>([x, y, width, height]: [T; 4]) -> [T; 4] {
    let half = T::from_f64(0.5);
    let (w, h) = (half * width, half * height);
    [x - w, y - h, x + w, y + h]
}

/// Centre, width and height of a box x1 y1 x2 y2.
pub fn centres<T: Float>([x1, y1, x2, y2]: [T; 4]) -> [T; 4] {
    let half = T::from_f64(0.5);
    [half * (x1 + x2), half * (y1 + y2), x2 - x1, y2 - y1]
}
