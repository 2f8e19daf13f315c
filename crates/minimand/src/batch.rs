//! One batch: named arrays with their roles, borrowed from the caller.

use crate::error::Error;
use crate::kernels::scalar::Float;

/// The numbers of an array, in either precision.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// Single precision.
    F32(&'a [f32]),
    /// Double precision.
    F64(&'a [f64]),
}

impl Values<'_> {
    /// Number of entries.
    pub fn len(&self) -> usize {
        match self {
            Values::F32(v) => v.len(),
            Values::F64(v) => v.len(),
        }
    }

    /// Has it no entry?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Entry `i` in double precision.
    #[inline]
    pub fn get(&self, i: usize) -> f64 {
        match self {
            Values::F32(v) => f64::from(v[i]),
            Values::F64(v) => v[i],
        }
    }

    /// The entries converted to `T`.
    pub(crate) fn converted<T: Float>(&self) -> Vec<T> {
        match self {
            Values::F32(v) => v.iter().map(|&x| T::from_f64(f64::from(x))).collect(),
            Values::F64(v) => v.iter().map(|&x| T::from_f64(x)).collect(),
        }
    }
}

impl<'a> From<&'a [f32]> for Values<'a> {
    fn from(v: &'a [f32]) -> Self {
        Values::F32(v)
    }
}
impl<'a> From<&'a [f64]> for Values<'a> {
    fn from(v: &'a [f64]) -> Self {
        Values::F64(v)
    }
}
impl<'a> From<&'a Vec<f32>> for Values<'a> {
    fn from(v: &'a Vec<f32>) -> Self {
        Values::F32(v)
    }
}
impl<'a> From<&'a Vec<f64>> for Values<'a> {
    fn from(v: &'a Vec<f64>) -> Self {
        Values::F64(v)
    }
}

/// Numbers with a shape, contiguous and row-major.
#[derive(Debug, Clone, Copy)]
pub struct Array<'a> {
    /// The numbers.
    pub values: Values<'a>,
    /// Size of each axis.
    pub shape: &'a [usize],
}

impl<'a> Array<'a> {
    /// Numbers with the shape they have.
    pub fn new(values: impl Into<Values<'a>>, shape: &'a [usize]) -> Self {
        Array {
            values: values.into(),
            shape,
        }
    }

    pub(crate) fn check(&self, argument: &'static str) -> Result<(), Error> {
        check_length(argument, self.values.len(), self.shape)
    }
}

fn check_length(argument: &'static str, len: usize, shape: &[usize]) -> Result<(), Error> {
    let entries = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
    if entries == Some(len) {
        return Ok(());
    }
    Err(Error::Shape {
        argument,
        expected: format!(
            "{shape:?}, which has {} entries",
            match entries {
                Some(n) => n.to_string(),
                None => "too many".to_string(),
            }
        ),
        got: format!("{len} entries"),
    })
}

macro_rules! labels {
    ($($variant:ident $t:ident)*) => {
        /// Class labels in any integer width.
        #[derive(Debug, Clone, Copy)]
        #[expect(missing_docs, reason = "the variants are named after their type")]
        pub enum Labels<'a> {
            $($variant(&'a [$t]),)*
        }

        impl Labels<'_> {
            /// Number of labels.
            pub fn len(&self) -> usize {
                match self {
                    $(Labels::$variant(v) => v.len(),)*
                }
            }

            /// Label `i`. A `u64` beyond `i64::MAX` becomes `i64::MAX`, which is no class either.
            #[inline(always)]
            pub fn get(&self, i: usize) -> i64 {
                match self {
                    $(Labels::$variant(v) => i64::try_from(v[i]).unwrap_or(i64::MAX),)*
                }
            }

            /// How many labels are this one.
            pub(crate) fn count(&self, label: i64) -> usize {
                match self {
                    $(Labels::$variant(v) => <$t>::try_from(label)
                        .map_or(0, |label| v.iter().filter(|&&x| x == label).count()),)*
                }
            }

            /// Labels from `start` on, as [`get`](Labels::get) gives them one by one.
            pub(crate) fn read(&self, start: usize, to: &mut [i64]) {
                let len = to.len();
                match self {
                    $(Labels::$variant(v) => {
                        for (to, &label) in to.iter_mut().zip(&v[start..][..len]) {
                            *to = i64::try_from(label).unwrap_or(i64::MAX);
                        }
                    })*
                }
            }
        }

        $(impl<'a> From<&'a [$t]> for Labels<'a> {
            fn from(v: &'a [$t]) -> Self {
                Labels::$variant(v)
            }
        }
        impl<'a> From<&'a Vec<$t>> for Labels<'a> {
            fn from(v: &'a Vec<$t>) -> Self {
                Labels::$variant(v)
            }
        })*
    };
}
labels!(I8 i8 I16 i16 I32 i32 I64 i64 U8 u8 U16 u16 U32 u32 U64 u64);

impl Labels<'_> {
    /// Is there no label?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What the prediction is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// Class labels with their shape.
    Labels(Labels<'a>, &'a [usize]),
    /// Numbers: regression targets, soft labels, boxes.
    Dense(Array<'a>),
    /// Nothing: for losses that judge the prediction alone, such as its smoothness.
    None,
}

impl<'a> Target<'a> {
    /// Class labels.
    pub fn labels(labels: impl Into<Labels<'a>>, shape: &'a [usize]) -> Self {
        Target::Labels(labels.into(), shape)
    }

    /// Numbers.
    pub fn dense(values: impl Into<Values<'a>>, shape: &'a [usize]) -> Self {
        Target::Dense(Array::new(values, shape))
    }

    fn check(&self) -> Result<(), Error> {
        match self {
            Target::Labels(labels, shape) => check_length("target", labels.len(), shape),
            Target::Dense(array) => array.check("target"),
            Target::None => Ok(()),
        }
    }
}

/// One batch of predictions and what is known about them.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// Raw scores (logits) wherever a loss has a link of its own.
    pub prediction: Array<'a>,
    /// What they are compared with.
    pub target: Target<'a>,
    /// Weight of each item, or of each entry of the labels; ≥ 0.
    pub weights: Option<Array<'a>>,
    /// Weight of each class; ≥ 0.
    pub class_weights: Option<&'a [f64]>,
    /// Which entries count, per item or per entry of the labels.
    pub mask: Option<&'a [bool]>,
    /// Distance between neighbours along each axis of pixels, for losses that measure distances; 1 where
    /// it is not given.
    pub spacing: Option<&'a [f64]>,
}

impl<'a> Batch<'a> {
    /// Predictions and targets; everything counts once.
    pub fn new(prediction: Array<'a>, target: Target<'a>) -> Self {
        Batch {
            prediction,
            target,
            weights: None,
            class_weights: None,
            mask: None,
            spacing: None,
        }
    }

    /// With a weight per item (or per entry of the labels).
    pub fn weights(mut self, weights: Array<'a>) -> Self {
        self.weights = Some(weights);
        self
    }

    /// With a weight per class.
    pub fn class_weights(mut self, class_weights: &'a [f64]) -> Self {
        self.class_weights = Some(class_weights);
        self
    }

    /// With a mask: `true` counts.
    pub fn mask(mut self, mask: &'a [bool]) -> Self {
        self.mask = Some(mask);
        self
    }

    /// With the distance between neighbours along each axis of pixels, such as millimetres.
    pub fn spacing(mut self, spacing: &'a [f64]) -> Self {
        self.spacing = Some(spacing);
        self
    }

    /// Do the arrays hold what their shapes say, and are the weights weights?
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.prediction.check("prediction")?;
        self.target.check()?;
        let not_a_weight = |argument, position, value| Error::Value {
            argument,
            position,
            value,
            expected: "a finite weight of at least 0".to_string(),
        };
        if let Some(weights) = &self.weights {
            weights.check("weights")?;
            for i in 0..weights.values.len() {
                let w = weights.values.get(i);
                if !(w.is_finite() && w >= 0.0) {
                    return Err(not_a_weight("weights", i, w));
                }
            }
        }
        for (i, &w) in self.class_weights.unwrap_or_default().iter().enumerate() {
            if !(w.is_finite() && w >= 0.0) {
                return Err(not_a_weight("class_weights", i, w));
            }
        }
        Ok(())
    }
}

/// How the losses of the items become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reduction {
    /// Weighted sum over the [`Denominator`].
    #[default]
    Mean,
    /// Weighted sum.
    Sum,
    /// One weighted loss per item; the gradient is that of their sum.
    None,
}

/// What a mean divides by.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Denominator {
    /// The sum of the weights that count.
    #[default]
    Weights,
    /// The number of items that count.
    Count,
    /// A number > 0, such as the global token count under gradient accumulation.
    Number(f64),
}

/// The value of a mean over nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Empty {
    /// 0, with a gradient of zeros.
    #[default]
    Zero,
    /// NaN, with a gradient of zeros.
    Nan,
}

/// How to evaluate an objective.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Mean, sum or none.
    pub reduction: Reduction,
    /// What the mean divides by.
    pub denominator: Denominator,
    /// The label that does not count.
    pub ignore_index: i64,
    /// The value if nothing counts.
    pub empty: Empty,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            reduction: Reduction::Mean,
            denominator: Denominator::Weights,
            ignore_index: -100,
            empty: Empty::Zero,
        }
    }
}

impl Options {
    /// The defaults with another reduction.
    pub fn reduction(reduction: Reduction) -> Self {
        Options {
            reduction,
            ..Options::default()
        }
    }
}
