//! Comparison of two fields by the values of their bars alone.
//!
//! Source: Hu, Li, Samaras and Chen 2019, "Topology-preserving deep image segmentation".

use super::super::Grid;
use super::assignment::assign;
use super::betti_matching::{check, clear};
use super::matching::{Feature, Matching};
use super::{Bar, Construction, Filtration, barcode};
use crate::error::Error;
use crate::kernels::parallel;
use crate::kernels::scalar::Float;

/// The cheapest matching of the bars of two fields, row-major on the grid: bars of a dimension are matched with one
/// another or left alone, whichever has the least [`cost`](Matching::cost) in all; the components that stay are
/// matched with one another.
///
/// The least cost is the squared 2-Wasserstein distance of the diagrams. Time grows as n²·(n + m) with the bars n ≤ m of
/// the two fields in a dimension.
///
/// # Errors
/// [`Error::Shape`] if a field has not one value for each pixel or the grid has more than 2²⁸ of them,
/// [`Error::Value`] at NaN and infinite values.
pub fn wasserstein_matching<T: Float>(
    prediction: &[T],
    target: &[T],
    grid: &Grid,
    filtration: Filtration,
    construction: Construction,
) -> Result<Matching, Error> {
    check("prediction", prediction, grid)?;
    check("target", target, grid)?;
    let bars = |values| barcode(values, grid, filtration, construction);
    let (ours, theirs) = parallel::join(|| bars(prediction), || bars(target));
    let (ours, theirs) = (ours?, theirs?);
    let mut found = Matching {
        filtration,
        matched: Vec::new(),
        prediction: Vec::new(),
        target: Vec::new(),
    };
    let sides = ours.dimensions().iter().zip(theirs.dimensions());
    for (dimension, (mut a, mut b)) in sides.map(|(a, b)| (&a[..], &b[..])).enumerate() {
        let feature = |bar: &Bar<T>| Feature {
            dimension,
            birth: bar.birth_pixel,
            death: bar.death_pixel,
        };
        if let (0, [first, rest @ ..], [other, others @ ..]) = (dimension, a, b) {
            found.matched.push([feature(first), feature(other)]);
            (a, b) = (rest, others);
        }
        let points = |bars: &[Bar<T>]| -> Vec<[f64; 2]> {
            let point = |bar: &Bar<T>| [bar.birth.to_f64(), bar.death.to_f64()];
            bars.iter().map(point).collect()
        };
        let partners = cheapest(&points(a), &points(b));
        let mut free = vec![true; b.len()];
        for (bar, partner) in a.iter().zip(partners) {
            match partner {
                Some(partner) => {
                    free[partner] = false;
                    found.matched.push([feature(bar), feature(&b[partner])]);
                }
                None => found.prediction.push(feature(bar)),
            }
        }
        let alone = b.iter().zip(free).filter(|(_, free)| *free);
        found.target.extend(alone.map(|(bar, _)| feature(bar)));
    }
    Ok(found)
}

/// For each point of `a` its partner in `b`.
fn cheapest(a: &[[f64; 2]], b: &[[f64; 2]]) -> Vec<Option<usize>> {
    if a.len() > b.len() {
        let mut partners = vec![None; a.len()];
        for (theirs, ours) in cheapest(b, a).into_iter().enumerate() {
            if let Some(ours) = ours {
                partners[ours] = Some(theirs);
            }
        }
        return partners;
    }
    let square = |x: f64| x * x;
    let alone = |[birth, death]: [f64; 2]| 0.5 * square(birth - death);
    assign(a.len(), b.len(), |i, j| {
        let (p, q) = (a[i], b[j]);
        square(p[0] - q[0]) + square(p[1] - q[1]) - alone(p) - alone(q)
    })
}

/// Loss of the [`wasserstein_matching`] of one field, and its derivatives by the prediction.
///
/// The [`cost`](Matching::cost) of the cheapest matching. In squared units of the values, ≥ 0; 0 for equal fields. A
/// hole in the wrong place costs nothing. `slopes` is overwritten.
///
/// # Errors
/// As [`wasserstein_matching`]; [`Error::Shape`] if `slopes` has not one entry for each pixel.
pub fn wasserstein_loss<T: Float>(
    prediction: &[T],
    target: &[T],
    grid: &Grid,
    filtration: Filtration,
    construction: Construction,
    slopes: &mut [T],
) -> Result<f64, Error> {
    clear(slopes, grid)?;
    let matching = wasserstein_matching(prediction, target, grid, filtration, construction)?;
    Ok(matching.add_slopes(1.0, prediction, target, slopes))
}
