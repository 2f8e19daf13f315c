use super::*;

fn loss(objective: &str) -> LossModule {
    LossModule::new(objective.parse().unwrap())
}

#[test]
fn scores_are_the_head_of_the_features() {
    let net = Mlp::new(&[3, 5, 2], Key::new(1)).with_output_bias(vec![-3.0, -3.0]);
    let rows = [1.0, -2.0, 0.5, 0.0, 0.0, 0.0];
    let features = net.features_of(&rows);
    assert!(features.iter().all(|x| *x >= 0.0) && features.len() == 10);
    let head = net.clone().into_head();
    assert_eq!(head.scores_of(&features), net.scores_of(&rows));
    let zero = head.scores_of(&[0.0; 5]);
    assert_eq!(zero, [-3.0, -3.0]);
    let other = Mlp::new(&[3, 5, 2], Key::new(2));
    assert_ne!(other.features_of(&rows), features);
}

#[test]
fn a_step_is_that_of_pytorch() {
    // One weight w and one bias, at a row x = 2: the gradients of their sum are 2 and 1.
    let mut net = Mlp::new(&[1, 1], Key::new(1)).map_head(|w| w.zeros_like() + 3.0);
    let mut optimizer = sgd(0.5);
    let (mut weight, mut velocity) = (3.0_f64, 0.0);
    for _ in 0..3 {
        let loss = net.forward(matrix(vec![2.0], 1)).sum();
        net = step(&mut optimizer, 0.1, net, loss);
        velocity = 0.9 * velocity + 2.0 + 0.5 * weight;
        weight -= 0.1 * velocity;
        assert!(
            (net.head_norms()[0] - weight.abs()).abs() < 1e-6,
            "{weight}"
        );
    }
}

#[test]
fn a_fixed_head_stays_and_the_rest_learns() {
    let head = vec![1.0, -1.0, 0.0, 1.0];
    let mut net = Mlp::new(&[2, 2, 2], Key::new(4)).with_fixed_head(head);
    let before = net.clone();
    let (rows, labels) = ([1.0, 1.0, -1.0, 0.5], [0, 1]);
    let loss = loss("cross_entropy");
    let value = |net: &Mlp| {
        let scores = net.forward(matrix(rows.to_vec(), 2));
        numbers(label_loss(&loss, scores, &labels).unwrap())[0]
    };
    let start = value(&net);
    let mut optimizer = adam();
    for _ in 0..50 {
        let scores = net.forward(matrix(rows.to_vec(), 2));
        let loss = label_loss(&loss, scores, &labels).unwrap();
        net = step(&mut optimizer, 0.05, net, loss);
    }
    assert!(value(&net) < 0.8 * start, "{start} to {}", value(&net));
    assert_eq!(net.head_norms(), before.head_norms());
    assert_ne!(net.features_of(&rows), before.features_of(&rows));
}

#[test]
fn each_epoch_takes_every_row_once() {
    let steps: Vec<_> = batches(7, 3, 2, Key::new(1)).collect();
    assert_eq!(steps.len(), 6);
    for epoch in 0..2 {
        let of_epoch = steps.iter().filter(|step| step.epoch == epoch);
        let mut rows: Vec<usize> = of_epoch.flat_map(|step| step.rows.clone()).collect();
        rows.sort();
        assert_eq!(rows, [0, 1, 2, 3, 4, 5, 6]);
    }
    assert!(steps.is_sorted_by(|a, b| a.progress < b.progress));
    assert_eq!((steps[0].progress, steps[3].progress), (0.0, 0.5));
    assert_eq!((cosine(0.0), cosine(0.5)), (1.0, 0.5));
}

#[test]
fn several_labels() {
    let scores = matrix(vec![0.0, 2.0], 2);
    let value = dense_loss(&loss("binary_cross_entropy"), scores, &[1.0, 0.0]).unwrap();
    let expected = f64::midpoint(2.0_f64.ln(), 1.0_f64.exp().powi(2).ln_1p());
    assert!((f64::from(numbers(value)[0]) - expected).abs() < 1e-6);
    assert_eq!(gather(&[1, 2, 3, 4, 5, 6], 2, &[2, 0]), [5, 6, 1, 2]);
}

#[test]
fn a_network_is_its_first_and_its_other_layers() {
    let net = Mlp::new(&[3, 5, 4, 2], Key::new(1));
    let rows = vec![1.0, -2.0, 0.5, 0.3, 0.8, -0.1];
    let whole = net.scores_of(&rows);
    for count in 0..=3 {
        let found = net.first(count, matrix(rows.clone(), 3));
        assert_eq!(numbers(net.rest(count, found)), whole);
    }
    // What comes after two layers does not depend on them.
    let loss = net.rest(2, matrix(vec![1.0; 4], 4)).sum();
    let slopes = net.slopes(&loss.backward());
    assert!(slopes[0].is_empty() && slopes[1].is_empty());
    assert_eq!(slopes[2], [1.0; 8]);
}

#[test]
fn a_network_goes_towards_another() {
    let [a, b] = [1, 2].map(|seed| Mlp::new(&[3, 2], Key::new(seed)));
    let middle = a.towards(&b, 0.75);
    let rows = [0.5, -1.0, 2.0];
    let [a, b, middle] = [a, b, middle].map(|net| net.scores_of(&rows));
    for ((a, b), middle) in a.iter().zip(b).zip(middle) {
        assert!((0.75 * a + 0.25 * b - middle).abs() < 1e-6);
    }
}
