//! Losses of fields: what a field is, what is weighed, what is refused.

use minimand::{Array, Batch, Error, Evaluation, Objective, Options, Reduction, Target};

fn objective(expression: &str) -> Objective {
    expression.parse().unwrap()
}

fn sample(entries: usize) -> Vec<f64> {
    (0..entries).map(|i| (i as f64 * 0.71).sin()).collect()
}

fn evaluate(expression: &str, batch: &Batch<'_>) -> Result<Evaluation, Error> {
    objective(expression).value_and_gradient(batch, &Options::default())
}

#[test]
fn a_loss_of_the_prediction_alone_needs_no_target_and_reads_none() {
    let x = sample(2 * 3 * 4);
    let shape = [2, 1, 3, 4];
    let without = Batch::new(Array::new(&x, &shape), Target::None);
    let labels = vec![7i64; 5];
    let with = Batch::new(Array::new(&x, &shape), Target::labels(&labels, &[5]));
    let alone = evaluate("total_variation", &without).unwrap();
    assert!(alone.value > 0.0);
    assert_eq!(alone, evaluate("total_variation", &with).unwrap());
    // Every other loss says what it misses.
    for expression in [
        "lovasz",
        "dice",
        "cross_entropy",
        "mse",
        "total_variation + mse",
    ] {
        let shape = [2, 3, 4];
        let error = evaluate(
            expression,
            &Batch::new(Array::new(&x, &shape), Target::None),
        );
        let text = error.unwrap_err().to_string();
        assert!(
            text.contains("target") && text.contains("no target"),
            "{text}"
        );
    }
}

#[test]
fn a_smooth_image_beside_a_likeness() {
    let (x, t) = (sample(24), vec![0.25; 24]);
    let shape = [2, 1, 3, 4];
    let batch = Batch::new(Array::new(&x, &shape), Target::dense(&t, &shape));
    let value = |e: &str| evaluate(e, &batch).unwrap().value;
    let both = value("mse + 0.5*total_variation");
    assert!((both - value("mse") - 0.5 * value("total_variation")).abs() < 1e-14);
}

#[test]
fn axes_of_pixels_may_be_one_to_three() {
    let x = sample(16);
    for shape in [&[2, 1, 8][..], &[2, 1, 2, 4], &[2, 1, 2, 2, 2]] {
        let batch = Batch::new(Array::new(&x, shape), Target::None);
        assert_eq!(evaluate("total_variation", &batch).unwrap().count, 2);
    }
    for shape in [&[16][..], &[4, 4], &[1, 2, 2, 2, 2, 1], &[2, 1, 0]] {
        let entries = shape.iter().product();
        let batch = Batch::new(Array::new(&x[..entries], shape), Target::None);
        let error = evaluate("total_variation", &batch).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Shape {
                    argument: "prediction",
                    ..
                }
            ),
            "{shape:?}: {error}"
        );
    }
}

#[test]
fn whole_fields_refuse_weights_of_single_pixels() {
    let x = sample(24);
    let shape = [2, 1, 3, 4];
    let batch = Batch::new(Array::new(&x, &shape), Target::None);
    let (items, pixels) = (vec![2.0, 0.5], vec![1.0; 24]);
    assert!(evaluate("total_variation", &batch.weights(Array::new(&items, &[2]))).is_ok());
    let error = evaluate(
        "total_variation",
        &batch.weights(Array::new(&pixels, &[2, 12])),
    );
    let text = error.unwrap_err().to_string();
    assert!(
        text.contains("as a whole") && text.contains("weights"),
        "{text}"
    );
    let mask = vec![true; 24];
    assert!(evaluate("total_variation", &batch.mask(&mask)).is_err());
    assert!(evaluate("total_variation", &batch.mask(&mask[..3])).is_err());
}

#[test]
fn a_pixel_without_weight_is_absent_from_the_sorted_errors() {
    let shape = [1, 2, 6];
    let x = sample(12);
    let labels = vec![0i64, 1, 1, 0, 1, 0];
    let plain = |x: &[f64], labels: &[i64]| {
        let shape = [1, 2, labels.len()];
        let label_shape = [1, labels.len()];
        let batch = Batch::new(Array::new(x, &shape), Target::labels(labels, &label_shape));
        evaluate("lovasz", &batch).unwrap().value
    };
    // The pixels 1 and 4 are left out: by mask, by label, by weight.
    let keep = [0, 2, 3, 5];
    let kept: Vec<f64> = [0, 6]
        .iter()
        .flat_map(|&from| keep.iter().map(move |&i| from + i))
        .map(|i| x[i])
        .collect();
    let want = plain(&kept, &keep.map(|i| labels[i]));
    let mut spoilt = x.clone();
    for at in [1, 4, 7, 10] {
        spoilt[at] = f64::NAN;
    }
    let mask: Vec<bool> = (0..6).map(|i| keep.contains(&i)).collect();
    let weights: Vec<f64> = mask.iter().map(|&m| f64::from(u8::from(m))).collect();
    let mut ignored = labels.clone();
    (ignored[1], ignored[4]) = (-100, -100);
    let array = Array::new(&spoilt, &shape);
    let masked = Batch::new(array, Target::labels(&labels, &[1, 6])).mask(&mask);
    let by_label = Batch::new(array, Target::labels(&ignored, &[1, 6]));
    for batch in [masked, by_label] {
        let result = evaluate("lovasz", &batch).unwrap();
        assert!(
            (result.value - want).abs() < 1e-15,
            "{} {want}",
            result.value
        );
        let gradient = result.gradient.unwrap().to_f64();
        assert!([1, 4, 7, 10].iter().all(|&at| gradient[at] == 0.0));
        assert!(gradient[0] != 0.0);
    }
    let weighted = Batch::new(Array::new(&x, &shape), Target::labels(&labels, &[1, 6]))
        .weights(Array::new(&weights, &[1, 6]));
    assert!((evaluate("lovasz", &weighted).unwrap().value - want).abs() < 1e-15);
}

#[test]
fn a_class_without_a_true_pixel_counts_only_if_asked() {
    let shape = [1, 3, 4];
    let x = sample(12);
    let labels = vec![0i64, 1, 1, 0];
    let batch = Batch::new(Array::new(&x, &shape), Target::labels(&labels, &[1, 4]));
    assert_eq!(evaluate("lovasz", &batch).unwrap().count, 2);
    let every = evaluate("lovasz(present=false)", &batch).unwrap();
    assert_eq!(every.count, 3);
    let items = objective("lovasz")
        .evaluate(&batch, &Options::reduction(Reduction::None))
        .unwrap()
        .per_item
        .unwrap();
    assert_eq!((items.len(), items[2]), (3, 0.0));
}

#[test]
fn spacing_has_one_number_for_each_axis() {
    let x = sample(12);
    let shape = [1, 1, 3, 4];
    let batch = Batch::new(Array::new(&x, &shape), Target::None);
    assert!(evaluate("total_variation", &batch.spacing(&[0.5, 2.0])).is_ok());
    for spacing in [&[1.0][..], &[1.0, -1.0], &[1.0, f64::INFINITY]] {
        let error = evaluate("total_variation", &batch.spacing(spacing)).unwrap_err();
        assert!(error.to_string().contains("spacing"), "{error}");
    }
}
