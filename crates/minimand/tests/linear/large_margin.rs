//! The large-margin softmax: values of other libraries, gradients by differences, what it is with margin 1.

use minimand::linear::{Head, LargeMargin, Layer, LinearRows};
use minimand::{Array, Batch, Error, Gradient, Options, Reduction, Target};

/// Numbers in −1..1 with four binary digits, always the same.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let number = |i: usize| ((i as u64 * 37 + seed * 101) * 7919 % 33) as f64 / 16.0 - 1.0;
    (0..n).map(number).collect()
}

const LABELS: [i64; 5] = [0, 2, 1, 0, 2];

fn entries(gradient: &Option<Gradient>) -> Vec<f64> {
    gradient.as_ref().unwrap().to_f64()
}

fn loss(margin: u32) -> LargeMargin {
    LargeMargin::new("cross_entropy".parse().unwrap(), margin)
}

/// Value and gradients by features `[5, 3]` and the weight of three classes.
fn run(loss: &LargeMargin, x: &[f64], weight: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
    let batch = Batch::new(Array::new(x, &[5, 3]), Target::labels(&LABELS[..], &[5]));
    let weight = Array::new(weight, &[3, 3]);
    let result = loss
        .value_and_gradients(&batch, &weight, &Options::default())
        .unwrap();
    (
        result.value,
        entries(&result.states),
        entries(&result.weight),
    )
}

#[test]
fn gradients_are_differences() {
    for loss in [
        loss(4),
        loss(3).unit_weight().scale(2.0),
        LargeMargin::new("focal(gamma=1.5) + 0.5*squentropy".parse().unwrap(), 2),
    ] {
        let (x, w) = (numbers(15, 1), numbers(9, 2));
        let (_, by_x, by_w) = run(&loss, &x, &w);
        for (side, gradient) in [by_x, by_w].iter().enumerate() {
            for (i, got) in gradient.iter().enumerate() {
                let at = |step: f64| {
                    let mut both = [x.clone(), w.clone()];
                    both[side][i] += step;
                    run(&loss, &both[0], &both[1]).0
                };
                let want = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!(
                    (got - want).abs() < 1e-7,
                    "{loss:?}, {side}, {i}: {got}, {want}"
                );
            }
        }
    }
}

/// pytorch-metric-learning 2.9: the value, and the first three entries of the gradients by features and by weight.
#[test]
fn values_are_those_of_pytorch_metric_learning() {
    #[rustfmt::skip]
    let table: [(LargeMargin, f64, [f64; 6]); 2] = [
        (loss(4), 2.560_629_790_700_426_5,
         [-0.073_306_419_584_340_03, -0.042_370_352_317_985_64, 0.024_268_435_978_409_053,
          -0.077_935_762_317_105_58, -0.104_649_710_246_640_27, -0.103_676_271_587_644_64]),
        (loss(3).unit_weight().scale(2.0), 3.827_932_105_050_197,
         [-0.023_902_017_510_735_063, -0.019_810_122_330_835_51, -0.002_293_208_040_881_358_4,
          0.034_043_302_611_728_72, -0.018_321_985_878_374_136, -0.055_533_012_209_421_695]),
    ];
    for (loss, want, slopes) in table {
        let (value, by_x, by_w) = run(&loss, &numbers(15, 1), &numbers(9, 2));
        assert!((value - want).abs() < 1e-9, "{loss:?}: {value}, {want}");
        for (got, want) in by_x[..3].iter().chain(&by_w[..3]).zip(slopes) {
            assert!((got - want).abs() < 1e-9, "{loss:?}: {got}, {want}");
        }
    }
}

#[test]
fn without_a_margin_it_is_a_linear_layer() {
    let (x, w) = (numbers(15, 3), numbers(9, 4));
    for (loss, head) in [
        (loss(1), Head::Linear),
        (
            loss(1).unit_weight().scale(0.5),
            Head::UnitWeight { scale: 0.5 },
        ),
    ] {
        let (value, by_x, by_w) = run(&loss, &x, &w);
        let (shape, rows) = ([5, 3], [3, 3]);
        let batch = Batch::new(Array::new(&x, &shape), Target::labels(&LABELS[..], &[5]));
        let layer = Layer::new(Array::new(&w, &rows));
        let want = LinearRows::new("cross_entropy".parse().unwrap())
            .head(head)
            .value_and_gradients(&batch, &layer, &Options::default())
            .unwrap();
        assert!((value - want.value).abs() < 1e-12);
        for (got, want) in [(by_x, &want.states), (by_w, &want.weight)] {
            for (got, want) in got.iter().zip(entries(want)) {
                assert!((got - want).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn masked_and_zero_rows_have_no_gradient() {
    let (mut x, mut w) = (numbers(15, 5), numbers(9, 6));
    x[3..6].fill(f64::NAN);
    x[6..9].fill(0.0);
    w[0..3].fill(0.0);
    let mask = [true, false, true, true, true];
    let batch = Batch::new(Array::new(&x, &[5, 3]), Target::labels(&LABELS[..], &[5])).mask(&mask);
    let options = Options::reduction(Reduction::None);
    let weight = Array::new(&w, &[3, 3]);
    let result = loss(4)
        .value_and_gradients(&batch, &weight, &options)
        .unwrap();
    assert_eq!(
        (result.count, result.per_item.map(|items| items[1])),
        (4, Some(0.0))
    );
    let (by_x, by_w) = (entries(&result.states), entries(&result.weight));
    assert!(by_x.iter().chain(&by_w).all(|g| g.is_finite()));
    assert!(by_x[3..9].iter().chain(&by_w[..3]).all(|&g| g == 0.0));
    // Sizes of 1e6 and of 1e−6.
    for size in [1e6, 1e-6] {
        let x: Vec<f64> = numbers(15, 5).iter().map(|x| size * x).collect();
        let (value, by_x, by_w) = run(&loss(4), &x, &numbers(9, 6));
        assert!(value.is_finite() && by_x.iter().chain(&by_w).all(|g| g.is_finite()));
    }
}

#[test]
fn what_does_not_fit_is_an_error() {
    let (x, w) = (numbers(15, 1), numbers(9, 2));
    let labels = Target::labels(&LABELS[..], &[5]);
    let soft = [1.0 / 3.0; 15];
    let (features, three) = ([5, 3], [3, 3]);
    let batch = |target| Batch::new(Array::new(&x, &features), target);
    let run = |loss: LargeMargin, target, shape: &[usize]| {
        loss.value_and_gradients(&batch(target), &Array::new(&w, shape), &Options::default())
    };
    assert!(matches!(
        run(loss(0), labels, &three),
        Err(Error::Parameter { .. })
    ));
    assert!(matches!(
        run(loss(4).scale(0.0), labels, &three),
        Err(Error::Parameter { .. })
    ));
    assert!(matches!(
        run(loss(4), Target::dense(&soft[..], &features), &three),
        Err(Error::Unsupported { .. })
    ));
    assert!(matches!(
        run(loss(4), labels, &[9, 1]),
        Err(Error::Shape { .. })
    ));
    let beyond = [0i64, 3, 0, 0, 0];
    assert!(matches!(
        run(loss(4), Target::labels(&beyond[..], &[5]), &three),
        Err(Error::Label { .. })
    ));
}
