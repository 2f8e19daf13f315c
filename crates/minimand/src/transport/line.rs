//! Exact transport on the line: sorted mass meets sorted mass.

use super::cloud::checked_masses;
use crate::error::Error;
use crate::kernels::scalar::Real;

/// The cost of transport on the line and its slopes.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Σ mass · |x − y|^p over the optimal coupling: W_p^p.
    pub value: f64,
    /// ∂value/∂x.
    pub source: Vec<f64>,
    /// ∂value/∂y.
    pub target: Vec<f64>,
}

/// W_p^p between two samples of numbers, for p ≥ 1, with the masses of both (`None` for 1/n each); masses are divided
/// by their sum. Where points coincide the slope is one of the subgradients. O(n log n).
///
/// # Errors
/// Empty samples, numbers that are not finite, masses below 0, p below 1.
pub fn wasserstein_1d(
    source: &[f64],
    source_masses: Option<&[f64]>,
    target: &[f64],
    target_masses: Option<&[f64]>,
    p: f64,
) -> Result<Line, Error> {
    if !(p >= 1.0 && p.is_finite()) {
        return Err(Error::Parameter {
            loss: "wasserstein_1d".to_string(),
            parameter: "p".to_string(),
            expected: "a number ≥ 1".to_string(),
            got: p.to_string(),
        });
    }
    let checked = |argument: &'static str, x: &[f64], masses| {
        super::Cloud::new(x, 1).checked(argument)?;
        let masses = checked_masses(argument, x.len(), masses)?;
        let total: f64 = masses.iter().sum();
        Ok::<Vec<f64>, Error>(masses.iter().map(|m| m / total).collect())
    };
    let a = checked("source", source, source_masses)?;
    let b = checked("target", target, target_masses)?;
    let mut line = Line {
        value: 0.0,
        source: vec![0.0; source.len()],
        target: vec![0.0; target.len()],
    };
    each_pair(source, &a, target, &b, |i, j, mass| {
        let d = source[i] - target[j];
        let power = d.abs().powf(p - 1.0);
        line.value += mass * power * d.abs();
        // At d = 0 the slope of |d| is taken as 0.
        let slope = if d == 0.0 {
            0.0
        } else {
            mass * p * power * d.signum()
        };
        line.source[i] += slope;
        line.target[j] -= slope;
    });
    Ok(line)
}

/// The same on any number, for predictions `x` that are `numbers` as plain ones.
pub(crate) fn plain_wasserstein_1d<S: Real>(
    x: &[S],
    numbers: &[f64],
    a: &[f64],
    y: &[f64],
    p: f64,
) -> S {
    let b = vec![1.0 / y.len() as f64; y.len()];
    let mut total = S::lift(0.0);
    each_pair(numbers, a, y, &b, |i, j, mass| {
        let d = (x[i] - S::lift(y[j])).abs();
        total = total + S::lift(mass) * if p == 1.0 { d } else { d.powf(p) };
    });
    total
}

/// Calls `f(i, j, mass)` for the pieces of mass that move from i to j; the masses of both sides add up to the same.
fn each_pair(x: &[f64], a: &[f64], y: &[f64], b: &[f64], mut f: impl FnMut(usize, usize, f64)) {
    let order = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&i, &j| values[i].total_cmp(&values[j]).then(i.cmp(&j)));
        order
    };
    let (rows, columns) = (order(x), order(y));
    if a.len() == b.len() && a.iter().chain(b).all(|m| *m == a[0]) {
        // One to one, without slivers of mass that rounding leaves.
        for (&i, &j) in rows.iter().zip(&columns) {
            f(i, j, a[0]);
        }
        return;
    }
    let (mut i, mut j) = (0, 0);
    let (mut left, mut right) = (a[rows[0]], b[columns[0]]);
    loop {
        let mass = left.min(right);
        if mass > 0.0 {
            f(rows[i], columns[j], mass);
        }
        left -= mass;
        right -= mass;
        if left <= 0.0 {
            i += 1;
            let Some(&row) = rows.get(i) else { break };
            left = a[row];
        }
        if right <= 0.0 {
            j += 1;
            let Some(&column) = columns.get(j) else { break };
            right = b[column];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_mass() {
        // By hand: half of the mass at 0 goes to 1, the other half to 3.
        let line = wasserstein_1d(&[0.0], None, &[3.0, 1.0], None, 1.0).unwrap();
        assert_eq!((line.value, line.source[0]), (2.0, -1.0));
        assert_eq!(line.target, [0.5, 0.5]);
        let masses = [1.0, 3.0];
        let line = wasserstein_1d(&[0.0, 4.0], Some(&masses), &[1.0], None, 2.0).unwrap();
        assert_eq!(line.value, 0.25 + 0.75 * 9.0);
        assert_eq!(line.source, [-0.5, 4.5]);
        // A point without mass is nowhere.
        let masses = [0.0, 2.0];
        let line = wasserstein_1d(&[1e9, 4.0], Some(&masses), &[1.0, 1.0], None, 1.0).unwrap();
        assert_eq!((line.value, line.source), (3.0, vec![0.0, 1.0]));
    }

    #[test]
    fn refused() {
        let run = |x: &[f64], m: Option<&[f64]>, p| wasserstein_1d(x, m, &[1.0], None, p);
        assert!(matches!(
            run(&[], None, 1.0),
            Err(Error::Shape {
                argument: "source",
                ..
            })
        ));
        assert!(matches!(
            run(&[f64::NAN], None, 1.0),
            Err(Error::Value { .. })
        ));
        assert!(matches!(
            run(&[1.0], Some(&[0.0]), 1.0),
            Err(Error::Value { .. })
        ));
        assert!(matches!(
            run(&[1.0], Some(&[1.0, 1.0]), 1.0),
            Err(Error::Shape { .. })
        ));
        assert!(matches!(
            run(&[1.0], None, 0.5),
            Err(Error::Parameter { .. })
        ));
    }
}
