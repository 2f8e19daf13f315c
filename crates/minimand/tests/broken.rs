//! Losses that are wrong in one way each, and the check that catches them. A suite that cannot fail
//! proves nothing.

use minimand::catalog::Catalog;
use minimand::conformance::{self, Failure};
use minimand::kernels::level::Level;
use minimand::kernels::points::{PointFormula, PointKernel};
use minimand::kernels::replay::Replay;
use minimand::kernels::scalar::Float;
use minimand::kernels::sym::Sym;
use minimand::loss::{IntoKernel, Kernel, Shape};
use minimand::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Names of the checks that a loss fails.
fn failed<L: Loss>() -> Vec<&'static str> {
    let failures = conformance::check(L::ENTRY);
    failures.iter().map(|f: &Failure| f.check).collect()
}

/// Three answers that the losses below, all variants of cross-entropy or squared error, give.
const ROWS: &[Known] = &[ROW, ROW, ROW];
const ROW: Known = Known {
    expression: "broken",
    prediction: &[0.0, 0.0],
    target: &[0.0],
    value: std::f64::consts::LN_2,
    source: "ln 2",
};
const POINTS: &[Known] = &[POINT, POINT, POINT];
const POINT: Known = Known {
    expression: "broken",
    prediction: &[1.0],
    target: &[3.0],
    value: 4.0,
    source: "by hand",
};

/// A loss of rows that differs from the others in formula and claims only.
macro_rules! broken_row {
    ($name:ident, $facts:expr, |$loss:ident, $k:ident| $formula:expr) => {
        loss! {
            /// Broken on purpose.
            pub struct $name = "broken" {}
        }
        impl Loss for $name {
            type Kind = Rows;
            const AREA: Area = Area::Classification;
            const KNOWN: &'static [Known] = ROWS;
            fn facts(&self) -> Facts {
                $facts
            }
        }
        impl RowLoss for $name {
            const READS: Reads = Reads::PROBABILITY_AND_LOGITS;
            #[inline(always)]
            fn row<S: Real>(&self, $k: &Row<S>) -> S {
                let $loss = self;
                let _ = $loss;
                $formula
            }
        }
    };
}

broken_row!(Sound, Facts::PLAIN, |_loss, k| -k.log_p);
// 0·(−∞) where p reaches 1.
broken_row!(NanAtOne, Facts::PLAIN, |_loss, k| {
    let vanishing = k.q * k.q.ln();
    -k.log_p + vanishing - vanishing.detach()
});
broken_row!(
    FalselyConvex,
    Facts {
        convex: true,
        ..Facts::PLAIN
    },
    |_loss, k| (S::lift(1.0) - k.p) * S::lift(2.0 * std::f64::consts::LN_2)
);
broken_row!(
    FalselyProper,
    Facts {
        elicits: Elicits::Probabilities,
        ..Facts::PLAIN
    },
    |_loss, k| -k.log_p + (k.q - S::lift(0.5)) * S::lift(0.5)
);
broken_row!(
    FalselyLipschitz,
    Facts {
        lipschitz: Some(0.5),
        ..Facts::PLAIN
    },
    |_loss, k| -k.log_p
);
broken_row!(
    FalselyBounded,
    Facts {
        bounded: Some(1.0),
        ..Facts::PLAIN
    },
    |_loss, k| -k.log_p
);
broken_row!(
    FalselyShiftInvariant,
    Facts {
        shift_invariant: true,
        ..Facts::PLAIN
    },
    |_loss, k| -k.log_p + k.other_sq
);
// Loses the gradient of confident rows: 1 − p instead of q. At p = ½ it is cross-entropy.
broken_row!(Cancelling, Facts::PLAIN, |_loss, k| {
    (S::lift(1.0) - k.p) * k.log_p * S::lift(-2.0)
});

static CALLS: AtomicU64 = AtomicU64::new(0);
broken_row!(NonDeterministic, Facts::PLAIN, |_loss, k| {
    let noise = CALLS.fetch_add(1, Ordering::Relaxed) % 1000;
    -k.log_p + S::lift(noise as f64 * 1e-9)
});

/// Squared error with a kernel of its own instead of the one that follows from a formula.
macro_rules! broken_point {
    ($name:ident, $kind:ident, |$x:ident, $t:ident, $value:ident, $slope:ident| $body:expr) => {
        loss! {
            /// Broken on purpose.
            pub struct $name = "broken" {}
        }
        /// Marks the loss above.
        pub enum $kind {}
        impl IntoKernel<$kind> for $name {
            const SHAPE: Shape = Shape::Points;
            fn into_kernel(self) -> Kernel {
                Kernel::Points(Arc::new(self))
            }
        }
        impl Loss for $name {
            type Kind = $kind;
            const AREA: Area = Area::Regression;
            const KNOWN: &'static [Known] = POINTS;
            fn facts(&self) -> Facts {
                Facts::PLAIN
            }
        }
        impl<T: Float> PointKernel<T> for $name {
            fn run(&self, _: Level, $x: &[T], $t: &[T], $value: &mut [T], $slope: &mut [T]) {
                $body
            }
        }
        impl PointFormula for $name {
            fn kink_positions(&self, _: f64) -> Vec<f64> {
                Vec::new()
            }
            fn second(&self, _: f64, _: f64) -> f64 {
                2.0
            }
            fn replay(&self, x: Replay, t: Replay) -> Replay {
                (x - t).square()
            }
            fn trace(&self, x: Sym, t: Sym) -> Sym {
                (x - t).square()
            }
        }
    };
}

broken_point!(SoundKernel, SoundKind, |x, t, value, slope| {
    for i in 0..x.len() {
        value[i] = (x[i] - t[i]) * (x[i] - t[i]);
        slope[i] = T::from_f64(2.0) * (x[i] - t[i]);
    }
});
// The factor 2 forgotten.
broken_point!(WrongDerivative, WrongKind, |x, t, value, slope| {
    for i in 0..x.len() {
        value[i] = (x[i] - t[i]) * (x[i] - t[i]);
        slope[i] = x[i] - t[i];
    }
});
// Looks at its neighbour, which may be masked.
broken_point!(IgnoresTheMask, MaskKind, |x, t, value, slope| {
    for i in 0..x.len() {
        value[i] = (x[i] - t[i]) * (x[i] - t[i]) + T::from_f64(1e-6) * x[(i + 1) % x.len()];
        slope[i] = T::from_f64(2.0) * (x[i] - t[i]);
    }
});
// Wrong for the last few points only: their run is filled up to eight with repeats of the first of them.
broken_point!(WrongTail, TailKind, |x, t, value, slope| {
    let filled = x.len() == 8 && x[7] == x[0] && t[7] == t[0];
    for i in 0..x.len() {
        value[i] = (x[i] - t[i]) * (x[i] - t[i]);
        slope[i] = if filled {
            T::default()
        } else {
            T::from_f64(2.0) * (x[i] - t[i])
        };
    }
});

#[test]
fn sound_losses_pass() {
    assert_eq!(failed::<Sound>(), [""; 0]);
    assert_eq!(failed::<SoundKernel>(), [""; 0]);
}

#[test]
fn every_way_to_be_wrong_is_caught() {
    assert!(failed::<WrongDerivative>().contains(&"gradient"));
    assert!(failed::<WrongTail>().contains(&"gradient"));
    assert!(failed::<NanAtOne>().contains(&"singular_points"));
    assert!(failed::<NonDeterministic>().contains(&"repeatable"));
    assert!(failed::<IgnoresTheMask>().contains(&"mask"));
    assert!(failed::<Cancelling>().contains(&"confident_rows"));
    assert!(failed::<FalselyConvex>().contains(&"convex"));
    assert!(failed::<FalselyProper>().contains(&"elicits"));
    assert!(failed::<FalselyLipschitz>().contains(&"bounds"));
    assert!(failed::<FalselyBounded>().contains(&"bounds"));
    assert!(failed::<FalselyShiftInvariant>().contains(&"shift"));
}

loss! {
    /// Rescaled square loss (paper 003's baseline): it reads the logits themselves.
    ///
    /// ℓ(z, y) = 1/c (k (z_y − M)² + Σ_{j≠y} z_j²)
    pub struct ThirdPartySquare = "third_party_square" {
        /// Weight k of the true class.
        k: f64 = 1.0, above(0.0);
        /// Target M of the true class's logit.
        m: f64 = 1.0, finite();
    }
}

impl Loss for ThirdPartySquare {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const VARIANTS: &'static [&'static str] = &["third_party_square(k=5, m=15)"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "third_party_square",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.75,
            source: "paper 003",
        },
        Known {
            expression: "third_party_square(k=5, m=15)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 282.083_333_333,
            source: "paper 003",
        },
        Known {
            expression: "third_party_square",
            prediction: &[1.0, 0.0],
            target: &[0.0],
            value: 0.0,
            source: "perfect",
        },
    ];
    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for ThirdPartySquare {
    const READS: Reads = Reads::PROBABILITY_AND_LOGITS;
    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let own = (k.z - S::lift(self.m)).square();
        (S::lift(self.k) * own + k.other_sq) / S::lift(k.classes)
    }
}

#[test]
fn a_loss_of_another_crate_passes_and_has_a_name() {
    let failures = conformance::check(ThirdPartySquare::ENTRY);
    assert!(failures.is_empty(), "{failures:?}");
    let catalog = Catalog::builtin().with::<ThirdPartySquare>();
    let objective =
        minimand::Objective::parse_with("third_party_square(k=2) + mae", &catalog).unwrap();
    assert_eq!(objective.to_string(), "third_party_square(k=2) + mae");
}
