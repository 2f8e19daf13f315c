//! Betti matching: features are the same if they are the same in space.
//!
//! Source: Stucki, Paetzold, Shit, Menze and Bauer 2023, "Topologically faithful image segmentation via induced
//! matching of persistence barcodes".

use super::super::Grid;
use super::matching::Matching;
use super::side::Side;
use super::{Filtration, image, order};
use crate::error::Error;
use crate::kernels::parallel;
use crate::kernels::scalar::Float;
use std::collections::HashMap;

/// The field through which two fields are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Comparison {
    /// Where either has entered: both are parts of it.
    #[default]
    Union,
    /// Where both have entered: it is a part of both.
    Intersection,
}
crate::parameter::choice!(Comparison, "\"union\" or \"intersection\"",
        "union" => Union, "intersection" => Intersection);

/// Which pairs of the image persistence may match bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ImagePairs {
    /// All, as the authors' program has it.
    #[default]
    All,
    /// Those whose birth comes before their death, as the theory has it.
    Positive,
}

/// Which filtrations count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Levels {
    /// High values first: the foreground's features.
    #[default]
    Superlevel,
    /// Low values first.
    Sublevel,
    /// Both, added.
    Both,
}
crate::parameter::choice!(Levels, "\"superlevel\", \"sublevel\" or \"both\"",
        "superlevel" => Superlevel, "sublevel" => Sublevel, "both" => Both);

/// How prediction and target are matched, on the vertex construction.
///
/// Pixels meet across their faces: 4 neighbours in an image, 6 in a volume. Cells that enter with the same value come
/// by dimension, then from the last pixel to the first (of the pixels of a cell with its value, the first one counts),
/// then by direction: edges right, down, left, up, squares down right, down left, up right, up left; along an axis of
/// slices behind those. The matching of equal values depends on that order, the bars do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BettiMatching {
    /// Which cells enter first.
    pub levels: Levels,
    /// The field in between.
    pub comparison: Comparison,
    /// Which image pairs match.
    pub image_pairs: ImagePairs,
    /// Is a frame put around both fields, of their own largest value (superlevel) or least value (sublevel)? Features
    /// that touch the border then count as loops, and the frame is the component that stays: without it the oldest
    /// components are matched wherever they are.
    pub relative: bool,
}

impl BettiMatching {
    /// The matchings of two fields, row-major on the grid, one for each filtration that counts.
    ///
    /// The components that stay are matched with one another; bars of equal birth and death do not appear.
    ///
    /// # Errors
    /// [`Error::Shape`] if a field has not one value for each pixel or the grid has more than 2²⁸ of them,
    /// [`Error::Value`] at NaN and infinite values.
    pub fn matchings<T: Float>(
        &self,
        prediction: &[T],
        target: &[T],
        grid: &Grid,
    ) -> Result<Vec<Matching>, Error> {
        check("prediction", prediction, grid)?;
        check("target", target, grid)?;
        let filtrations: &[Filtration] = match self.levels {
            Levels::Superlevel => &[Filtration::Superlevel],
            Levels::Sublevel => &[Filtration::Sublevel],
            Levels::Both => &[Filtration::Superlevel, Filtration::Sublevel],
        };
        let matching = |&filtration: &Filtration| {
            if !self.relative {
                return self.matching(prediction, target, grid, filtration);
            }
            let (prediction, origins) = framed(prediction, grid, filtration);
            let (target, target_origins) = framed(target, grid, filtration);
            let shape: Vec<usize> = grid.shape().iter().map(|size| size + 2).collect();
            let mut found = self.matching(&prediction, &target, &Grid::new(&shape)?, filtration)?;
            found.map_pixels(&origins, &target_origins);
            Ok(found)
        };
        filtrations.iter().map(matching).collect()
    }

    fn matching<T: Float>(
        &self,
        prediction: &[T],
        target: &[T],
        grid: &Grid,
        filtration: Filtration,
    ) -> Result<Matching, Error> {
        let side = |argument, values| Side::new(argument, values, grid, filtration);
        // The union holds what entered first in either field, the intersection what entered in both.
        let early = self.comparison == Comparison::Union;
        let high = early == (filtration == Filtration::Superlevel);
        let between = |(&a, &b): (&T, &T)| if (a > b) == high { a } else { b };
        let middle: Vec<T> = prediction.iter().zip(target).map(between).collect();
        let (ours, (theirs, middle)) = parallel::join(
            || side("prediction", prediction),
            || parallel::join(|| side("target", target), || side("target", &middle)),
        );
        let (ours, theirs, middle) = (ours?, theirs?, middle?);
        let partners = |side: &Side<T>| match self.comparison {
            Comparison::Union => self
                .induced(side, &middle)
                .into_iter()
                .map(flipped)
                .collect(),
            Comparison::Intersection => self.induced(&middle, side),
        };
        let (of_ours, of_theirs): (HashMap<_, _>, HashMap<_, _>) =
            parallel::join(|| partners(&ours), || partners(&theirs));
        let mut found = Matching {
            filtration,
            matched: vec![[ours.essential(), theirs.essential()]],
            prediction: Vec::new(),
            target: Vec::new(),
        };
        let mut free = [&ours, &theirs].map(|side| {
            let sizes = side.bars.iter().map(Vec::len);
            sizes.map(|size| vec![true; size]).collect::<Vec<_>>()
        });
        for dimension in 0..grid.axes() {
            for bar in 0..middle.bars[dimension].len() {
                let key = (dimension, bar);
                if let (Some(&(_, a)), Some(&(_, b))) = (of_ours.get(&key), of_theirs.get(&key)) {
                    free[0][dimension][a] = false;
                    free[1][dimension][b] = false;
                    found
                        .matched
                        .push([ours.feature(dimension, a), theirs.feature(dimension, b)]);
                }
            }
        }
        found.prediction = ours.features(&free[0]);
        found.target = theirs.features(&free[1]);
        Ok(found)
    }

    /// Bars of a field that are bars of a larger one: begun by the same cell, ended by the one that ends the image.
    fn induced<T: Float>(&self, small: &Side<T>, large: &Side<T>) -> HashMap<Key, Key> {
        let axes = small.bars.len();
        let mut all = HashMap::new();
        let images = image::pairs(axes, &small.cells, &large.cells);
        for (dimension, pairs) in images.into_iter().enumerate() {
            let lasts = |&[birth, death]: &[u32; 2]| {
                self.image_pairs == ImagePairs::All || small.enters_before(birth, large, death)
            };
            let pairs = pairs.into_iter().filter(lasts);
            let deaths: HashMap<u32, u32> = pairs.map(|[birth, death]| (birth, death)).collect();
            let bars = large.bars[dimension].iter().enumerate();
            let ended: HashMap<u32, usize> = bars.map(|(bar, &[_, death])| (death, bar)).collect();
            for (bar, [birth, _]) in small.bars[dimension].iter().enumerate() {
                let partner = deaths.get(birth).and_then(|death| ended.get(death));
                if let Some(&partner) = partner {
                    all.insert((dimension, bar), (dimension, partner));
                }
            }
        }
        all
    }
}

/// Dimension and number of a bar.
type Key = (usize, usize);

fn flipped((a, b): (Key, Key)) -> (Key, Key) {
    (b, a)
}

/// Refuses what is no field of finite numbers on the grid.
pub(super) fn check<T: Float>(
    argument: &'static str,
    values: &[T],
    grid: &Grid,
) -> Result<(), Error> {
    order::check(argument, values, grid)?;
    match values.iter().position(|x| !x.finite()) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument,
            position,
            value: values[position].to_f64(),
            expected: "a finite number".to_string(),
        }),
    }
}

/// The field with a frame of its extreme value, and where each pixel's value comes from.
fn framed<T: Float>(values: &[T], grid: &Grid, filtration: Filtration) -> (Vec<T>, Vec<usize>) {
    let better = |a: T, b: T| match filtration {
        Filtration::Sublevel => a <= b,
        Filtration::Superlevel => a >= b,
    };
    let extreme = (1..values.len()).fold(0, |best, i| {
        if better(values[i], values[best]) {
            i
        } else {
            best
        }
    });
    let shape = grid.volume();
    let frame = [0, 1, 2].map(|axis| usize::from(axis + grid.axes() >= 3));
    let mut origins = Vec::new();
    for z in 0..shape[0] + 2 * frame[0] {
        for y in 0..shape[1] + 2 * frame[1] {
            for x in 0..shape[2] + 2 * frame[2] {
                let at = [z, y, x];
                // Below the frame the subtraction wraps, and nothing is inside.
                let [z, y, x] = [0, 1, 2].map(|axis| at[axis].wrapping_sub(frame[axis]));
                let inside = z < shape[0] && y < shape[1] && x < shape[2];
                origins.push(if inside {
                    (z * shape[1] + y) * shape[2] + x
                } else {
                    extreme
                });
            }
        }
    }
    (
        origins.iter().map(|&pixel| values[pixel]).collect(),
        origins,
    )
}

/// Betti matching loss of one field, and its derivatives by the prediction.
///
/// L = Σ over matched bars 2[(b − b′)² + (d − d′)²] + Σ over all others (b − d)²: twice the
/// [`cost`](Matching::cost) of the matching, added over the filtrations. The components that stay are matched, and only
/// their births count. In squared units of the values, ≥ 0; 0 for equal fields. `slopes` is overwritten; it is a
/// subgradient where values tie, and a derivative elsewhere.
///
/// # Errors
/// As [`BettiMatching::matchings`]; [`Error::Shape`] if `slopes` has not one entry for each pixel.
pub fn betti_matching_loss<T: Float>(
    prediction: &[T],
    target: &[T],
    grid: &Grid,
    options: &BettiMatching,
    slopes: &mut [T],
) -> Result<f64, Error> {
    clear(slopes, grid)?;
    let matchings = options.matchings(prediction, target, grid)?;
    let costs = matchings
        .iter()
        .map(|m| m.add_slopes(2.0, prediction, target, slopes));
    Ok(costs.sum())
}

/// Sets all slopes to 0.
pub(super) fn clear<T: Float>(slopes: &mut [T], grid: &Grid) -> Result<(), Error> {
    if slopes.len() != grid.len() {
        let expected = format!("{:?}, as the grid has it", grid.shape());
        return Err(Error::shape("slopes", expected, &[slopes.len()]));
    }
    slopes.fill(T::lift(0.0));
    Ok(())
}

/// Betti matching error: the loss of the two fields after a cut, at `threshold` and above 1, below it 0.
///
/// The number of features without partner, if both have foreground; 2 more if only one has (the components that stay
/// then differ). Where features lie decides: a hole in another place is two errors, and none for the Betti numbers.
///
/// # Errors
/// As [`BettiMatching::matchings`].
pub fn betti_matching_error<T: Float>(
    prediction: &[T],
    target: &[T],
    grid: &Grid,
    options: &BettiMatching,
    threshold: f64,
) -> Result<f64, Error> {
    check("prediction", prediction, grid)?;
    check("target", target, grid)?;
    let cut = |values: &[T]| -> Vec<f32> {
        let foreground = |x: &T| if x.to_f64() >= threshold { 1.0 } else { 0.0 };
        values.iter().map(foreground).collect()
    };
    let (prediction, target) = (cut(prediction), cut(target));
    let matchings = options.matchings(&prediction, &target, grid)?;
    let costs = matchings
        .iter()
        .map(|m| 2.0 * f64::from(m.cost(&prediction, &target)));
    Ok(costs.sum())
}
