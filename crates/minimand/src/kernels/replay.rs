//! Checks of formulas that hold some values fixed.
//!
//! A formula such as complete IoU detaches one of its own intermediate values: its gradient is not
//! the slope of its value. Central differences are still the right reference if that value is kept
//! where it was: the first evaluation records every detached value, later ones replay them.

use super::scalar::Real;
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An `f64` whose detached values can be recorded and replayed.
#[derive(Debug, Clone, Copy)]
pub struct Replay(pub f64);

enum Tape {
    Off,
    Recording(Vec<f64>),
    Replaying { values: Vec<f64>, next: usize },
}

thread_local! {
    static TAPE: RefCell<Tape> = const { RefCell::new(Tape::Off) };
}

/// The values that one evaluation held fixed, in the order they were met.
#[derive(Debug, Clone, Default)]
pub struct Frozen(Vec<f64>);

impl Frozen {
    /// Runs `f` and keeps what it detached.
    pub fn record<R>(f: impl FnOnce() -> R) -> (R, Frozen) {
        TAPE.set(Tape::Recording(Vec::new()));
        let result = f();
        match TAPE.replace(Tape::Off) {
            Tape::Recording(values) => (result, Frozen(values)),
            _ => (result, Frozen::default()),
        }
    }

    /// Runs `f` with every detached value replaced by the recorded one.
    pub fn replay<R>(&self, f: impl FnOnce() -> R) -> R {
        TAPE.set(Tape::Replaying {
            values: self.0.clone(),
            next: 0,
        });
        let result = f();
        TAPE.set(Tape::Off);
        result
    }

    /// Did the formula hold anything fixed?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

macro_rules! operator {
    ($($operator:ident $method:ident)*) => {$(
        impl $operator for Replay {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Replay(self.0.$method(other.0))
            }
        }
    )*};
}
operator!(Add add Sub sub Mul mul Div div);

impl Neg for Replay {
    type Output = Self;
    fn neg(self) -> Self {
        Replay(-self.0)
    }
}

impl Real for Replay {
    fn lift(x: f64) -> Self {
        Replay(x)
    }
    fn exp(self) -> Self {
        Replay(self.0.exp())
    }
    fn exp_m1(self) -> Self {
        Replay(self.0.exp_m1())
    }
    fn ln(self) -> Self {
        Replay(self.0.ln())
    }
    fn ln_1p(self) -> Self {
        Replay(self.0.ln_1p())
    }
    fn sqrt(self) -> Self {
        Replay(self.0.sqrt())
    }
    fn atan(self) -> Self {
        Replay(self.0.atan())
    }
    fn sin(self) -> Self {
        Replay(self.0.sin())
    }
    fn cos(self) -> Self {
        Replay(self.0.cos())
    }
    fn abs(self) -> Self {
        Replay(self.0.abs())
    }
    fn powf(self, p: f64) -> Self {
        Replay(Real::powf(self.0, p))
    }
    fn select_lt(a: Self, b: Self, yes: Self, no: Self) -> Self {
        if a.0 < b.0 { yes } else { no }
    }
    fn detach(self) -> Self {
        TAPE.with_borrow_mut(|tape| match tape {
            Tape::Off => self,
            Tape::Recording(values) => {
                values.push(self.0);
                self
            }
            Tape::Replaying { values, next } => {
                let value = values.get(*next).copied().unwrap_or(self.0);
                *next += 1;
                Replay(value)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replayed_value_does_not_move() {
        let f = |x: f64| (Replay(x) * Replay(x).detach()).0;
        let (value, frozen) = Frozen::record(|| f(3.0));
        assert_eq!(value, 9.0);
        assert_eq!(frozen.replay(|| f(4.0)), 12.0);
        assert_eq!(f(4.0), 16.0);
        assert!(!frozen.is_empty());
    }
}
