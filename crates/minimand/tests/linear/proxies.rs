//! Proxies: values of other libraries, gradients by differences, what they are with one proxy for each class.

use minimand::linear::{Head, Layer, LinearRows, Pool, Proxies, proxy_spread};
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

/// Value and gradients by embeddings `[5, 3]` (one set, where the loss is of sets) and proxies of three classes.
fn run(loss: &Proxies, x: &[f64], proxies: &[f64], set: bool) -> (f64, Vec<f64>, Vec<f64>) {
    let (shape, labels): (&[usize], &[usize]) = if set {
        (&[1, 5, 3], &[1, 5])
    } else {
        (&[5, 3], &[5])
    };
    let batch = Batch::new(Array::new(x, shape), Target::labels(&LABELS[..], labels));
    let rows = [proxies.len() / 3, 3];
    let result = loss
        .value_and_gradients(&batch, &Array::new(proxies, &rows), &Options::default())
        .unwrap();
    (
        result.value,
        entries(&result.states),
        entries(&result.weight),
    )
}

fn proxies(text: &str) -> Proxies {
    Proxies::new(text.parse().unwrap())
}

#[test]
fn gradients_are_differences() {
    for (loss, per_class, set) in [
        (proxies("proxy_anchor(alpha=4)"), 1, true),
        (proxies("cross_entropy").scale(3.0), 1, false),
        (
            proxies("arcface(scale=4)").several(2, Pool::Largest),
            2,
            false,
        ),
        (
            proxies("cosface(margin=0.01, scale=6)").several(4, Pool::Soft { temperature: 0.3 }),
            4,
            false,
        ),
    ] {
        let (x, w) = (numbers(15, 1), numbers(9 * per_class, 2));
        let (_, by_x, by_w) = run(&loss, &x, &w, set);
        for (side, gradient) in [by_x, by_w].iter().enumerate() {
            for (i, got) in gradient.iter().enumerate() {
                let at = |step: f64| {
                    let mut both = [x.clone(), w.clone()];
                    both[side][i] += step;
                    run(&loss, &both[0], &both[1], set).0
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

/// pytorch-metric-learning 2.9: the value, and the first three entries of the gradients by embeddings and by proxies.
#[test]
fn values_are_those_of_pytorch_metric_learning() {
    type Case = (Proxies, usize, bool, f64, [f64; 6]);
    #[rustfmt::skip]
    let table: [Case; 4] = [
        (proxies("proxy_anchor(alpha=4)"), 1, true, 5.370_372_643_438_023_5,
         [-0.000_163_862_856_559_591_35, -0.001_025_523_464_440_007_7, 0.001_962_671_565_319_134_4,
          0.354_180_498_672_012_57, -0.192_092_601_183_123_93, -0.575_102_614_417_609_6]),
        // A proxy NCA of squared distances times 1.5.
        (proxies("cross_entropy").scale(3.0), 1, false, 2.585_889_305_491_912,
         [0.002_072_085_566_907_623, -0.002_744_033_799_895_969, -0.000_128_130_243_536_957_7,
          0.021_283_510_505_045_282, -0.012_204_581_150_537_706, -0.033_368_881_242_149_914]),
        (proxies("arcface(scale=4)").several(2, Pool::Largest), 2, false, 1.183_059_818_357_386_8,
         [-0.075_551_908_594_595_93, 0.028_338_110_836_468_866, 0.117_365_629_959_684_13,
          0.002_914_748_371_907_194_3, -0.003_363_727_365_583_990_5, -0.001_523_636_508_918_180_3]),
        (proxies("cosface(margin=0.01, scale=6)").several(4, Pool::Soft { temperature: 0.3 }), 4, false,
         1.952_932_337_673_691_6,
         [0.007_802_242_729_780_068, -0.010_844_865_166_497_976, 0.000_322_839_412_109_559_53,
          -0.014_655_852_001_542_846, 0.020_627_994_727_400_345, 0.000_974_824_694_690_151_8]),
    ];
    for (loss, per_class, set, want, slopes) in table {
        let (x, w) = (numbers(15, 1), numbers(9 * per_class, 2));
        let (value, by_x, by_w) = run(&loss, &x, &w, set);
        assert!((value - want).abs() < 1e-9, "{loss:?}: {value}, {want}");
        for (got, want) in by_x[..3].iter().chain(&by_w[..3]).zip(slopes) {
            assert!((got - want).abs() < 1e-9, "{loss:?}: {got}, {want}");
        }
    }
}

#[test]
fn one_proxy_for_each_class_is_the_cosine_head() {
    let (x, w) = (numbers(15, 3), numbers(9, 4));
    let (value, by_x, by_w) = run(&proxies("arcface(scale=8)"), &x, &w, false);
    let (shape, rows) = ([5, 3], [3, 3]);
    let batch = Batch::new(Array::new(&x, &shape), Target::labels(&LABELS[..], &[5]));
    let layer = Layer::new(Array::new(&w, &rows));
    let linear =
        LinearRows::new("arcface(scale=8)".parse().unwrap()).head(Head::Cosine { scale: 1.0 });
    let want = linear
        .value_and_gradients(&batch, &layer, &Options::default())
        .unwrap();
    assert!((value - want.value).abs() < 1e-12);
    for (got, want) in [(by_x, &want.states), (by_w, &want.weight)] {
        for (got, want) in got.iter().zip(entries(want)) {
            assert!((got - want).abs() < 1e-12);
        }
    }
}

#[test]
fn masked_and_zero_rows_have_no_gradient() {
    let (mut x, mut w) = (numbers(15, 5), numbers(18, 6));
    x[3..6].fill(f64::NAN);
    x[6..9].fill(0.0);
    w[0..3].fill(0.0);
    let mask = [true, false, true, true, true];
    let batch = Batch::new(Array::new(&x, &[5, 3]), Target::labels(&LABELS[..], &[5])).mask(&mask);
    let loss = proxies("arcface").several(2, Pool::Largest);
    let options = Options::reduction(Reduction::None);
    let result = loss
        .value_and_gradients(&batch, &Array::new(&w, &[6, 3]), &options)
        .unwrap();
    assert_eq!(
        (result.count, result.per_item.map(|items| items.len())),
        (4, Some(5))
    );
    let (by_x, by_w) = (entries(&result.states), entries(&result.weight));
    assert!(by_x.iter().chain(&by_w).all(|g| g.is_finite()));
    assert!(by_x[3..9].iter().chain(&by_w[..3]).all(|&g| g == 0.0));
}

#[test]
fn proxies_that_are_not_needed_merge() {
    let w = [1.0, 0.0, 0.0, 2.0, 3.0, 0.0, 5.0, 0.0];
    let (value, gradient) = proxy_spread(&Array::new(&w[..], &[4, 2]), 2).unwrap();
    assert!((value - 0.5 * 2f64.sqrt()).abs() < 1e-12);
    assert!(gradient[4..].iter().all(|&g| g == 0.0));
    for (i, got) in gradient[..4].iter().enumerate() {
        let at = |step: f64| {
            let mut moved = w;
            moved[i] += step;
            proxy_spread(&Array::new(&moved[..], &[4, 2]), 2).unwrap().0
        };
        let want = (at(1e-6) - at(-1e-6)) / 2e-6;
        assert!((got - want).abs() < 1e-8, "{i}: {got}, {want}");
    }
    assert_eq!(
        proxy_spread(&Array::new(&w[..], &[4, 2]), 1).unwrap().0,
        0.0
    );
}

#[test]
fn wrong_input_is_named() {
    let (x, w) = (numbers(15, 5), numbers(18, 6));
    let batch = Batch::new(Array::new(&x, &[5, 3]), Target::labels(&LABELS[..], &[5]));
    let run = |loss: Proxies, shape: [usize; 2]| {
        let proxies = Array::new(&w, &shape);
        loss.value_and_gradients(&batch, &proxies, &Options::default())
            .unwrap_err()
    };
    let error = run(proxies("arcface").several(4, Pool::Largest), [6, 3]);
    assert!(error.to_string().contains("c · 4"), "{error}");
    let error = run(
        proxies("arcface").several(2, Pool::Soft { temperature: 0.0 }),
        [6, 3],
    );
    assert!(matches!(error, Error::Parameter { .. }), "{error}");
    let error = run(proxies("arcface"), [9, 2]);
    assert!(error.to_string().contains("proxies"), "{error}");
    // A label that none of the two classes of three proxies has.
    let error = run(proxies("arcface").several(3, Pool::Largest), [6, 3]);
    assert!(matches!(error, Error::Label { label: 2, .. }), "{error}");
}
