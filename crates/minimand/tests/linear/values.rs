//! Values and gradients: against logits that are written out, differences, the other precision.

use crate::case::{Case, HEADS, chained, close, entries, objective};
use minimand::linear::{Head, LinearRows};
use minimand::{Denominator, Options, Reduction};

#[test]
fn the_same_as_on_logits_that_are_written_out() {
    let mean = Options::default();
    let options = [
        mean,
        Options::reduction(Reduction::Sum),
        Options::reduction(Reduction::None),
        Options {
            denominator: Denominator::Count,
            ..mean
        },
        Options {
            denominator: Denominator::Number(7.0),
            ..mean
        },
        Options {
            ignore_index: 4,
            ..mean
        },
    ];
    // Several blocks, strips and parts; few classes; one row.
    for shape in [[300, 6, 1500], [40, 9, 5], [1, 3, 2], [70, 17, 33]] {
        let plain = Case::new(shape[0], shape[1], shape[2]);
        let every = plain.clone().with_bias().with_everything();
        for (mut case, name) in [(plain, "plain"), (every, "with everything")] {
            for (expression, options) in [
                "cross_entropy",
                "cross_entropy(label_smoothing=0.1) + 0.01*z_regularization",
                "focal(gamma=2)",
                "squentropy",
                "0.5*multi_margin - 0.1*cross_entropy",
                "z_normalized",
            ]
            .iter()
            .zip(options)
            .filter(|(e, _)| shape[2] > 2 || **e != "z_normalized")
            {
                let what = format!("{expression}, {shape:?}, {name}");
                for label in case.labels.iter_mut().filter(|y| **y < 0) {
                    *label = options.ignore_index;
                }
                let objective = objective(expression);
                let fused = case
                    .fused(&LinearRows::new(objective.clone()), &options)
                    .unwrap();
                let written = case.unfused(&objective, &case.logits(Head::Linear, None), &options);
                close(&what, &[fused.value], &[written.value], 1e-12);
                assert_eq!(fused.count, written.count, "{what}");
                close(
                    &what,
                    &fused.per_item.unwrap_or_default(),
                    &written.per_item.unwrap_or_default(),
                    1e-12,
                );
                let [states, weight, bias] = chained(&case, &entries(&written.gradient));
                close(&what, &entries(&fused.states), &states, 1e-12);
                close(&what, &entries(&fused.weight), &weight, 1e-12);
                if case.bias.is_some() {
                    close(&what, &entries(&fused.bias), &bias, 1e-12);
                }
            }
        }
    }
}

#[test]
fn soft_labels_are_taken_block_by_block() {
    // Rows that lie together, and rows between which others do not count.
    for shape in [[300, 6, 1500], [40, 9, 5], [1, 3, 2]] {
        let plain = Case::new(shape[0], shape[1], shape[2]).with_soft_labels();
        let every = plain.clone().with_bias().with_everything();
        for (case, name) in [(plain, "plain"), (every, "with everything")] {
            for expression in [
                "cross_entropy(label_smoothing=0.1)",
                "distillation + 0.01*z_regularization",
                "jensen_shannon",
                "normalized_focal",
            ] {
                let what = format!("{expression}, {shape:?}, {name}");
                let (options, objective) = (Options::default(), objective(expression));
                let of = LinearRows::new(objective.clone());
                let fused = case.fused(&of, &options).unwrap();
                let written = case.unfused(&objective, &case.logits(Head::Linear, None), &options);
                close(&what, &[fused.value], &[written.value], 1e-12);
                assert_eq!(fused.count, written.count, "{what}");
                let [states, weight, bias] = chained(&case, &entries(&written.gradient));
                close(&what, &entries(&fused.states), &states, 1e-12);
                close(&what, &entries(&fused.weight), &weight, 1e-12);
                if case.bias.is_some() {
                    close(&what, &entries(&fused.bias), &bias, 1e-12);
                }
            }
        }
    }
    // Double-precision shares for states in single precision.
    let case = Case::new(200, 32, 300).with_soft_labels();
    let of = LinearRows::new(objective("cross_entropy"));
    let double = case.fused(&of, &Options::default()).unwrap();
    let single = case.single(&of).unwrap();
    close("value", &[single.value], &[double.value], 1e-6);
    let (got, want) = (entries(&single.weight), entries(&double.weight));
    close("weight", &got, &want, 1e-5);
}

#[test]
fn every_head_gives_its_logits() {
    for head in HEADS {
        for soft_cap in [None, Some(2.0)] {
            let mut case = Case::new(23, 11, 40);
            if matches!(head, Head::Linear | Head::UnitStates { .. }) {
                case = case.with_bias();
            }
            let objective = objective("cross_entropy");
            let mut fused = LinearRows::new(objective.clone()).head(head);
            if let Some(cap) = soft_cap {
                fused = fused.soft_cap(cap);
            }
            let written = case.unfused(
                &objective,
                &case.logits(head, soft_cap),
                &Options::default(),
            );
            close(
                &format!("{head:?}"),
                &[case.value(&fused)],
                &[written.value],
                1e-12,
            );
        }
    }
}

#[test]
fn gradients_are_central_differences() {
    for head in HEADS {
        for (loss, soft_cap) in [("cross_entropy", Some(3.0)), ("focal(gamma=1.5)", None)] {
            let mut case = Case::new(5, 4, 7).with_everything();
            case.states[4..8].fill(1.5e-3);
            if matches!(head, Head::Linear | Head::UnitStates { .. }) {
                case = case.with_bias();
            }
            let mut of = LinearRows::new(objective(loss)).head(head);
            if let Some(cap) = soft_cap {
                of = of.soft_cap(cap);
            }
            let result = case.fused(&of, &Options::default()).unwrap();
            type Part = fn(&mut Case) -> Option<&mut Vec<f64>>;
            let parts: [(Part, Vec<f64>); 3] = [
                (|c| Some(&mut c.states), entries(&result.states)),
                (|c| Some(&mut c.weight), entries(&result.weight)),
                (|c| c.bias.as_mut(), entries(&result.bias)),
            ];
            for (part, got) in parts {
                let mut moved = case.clone();
                let mut want = Vec::new();
                for i in 0..got.len() {
                    let step = 1e-6;
                    let mut at = |by: f64| {
                        part(&mut moved).unwrap()[i] += by;
                        moved.value(&of)
                    };
                    let (up, down) = (at(step), at(-2.0 * step));
                    at(step);
                    want.push((up - down) / (2.0 * step));
                }
                close(&format!("{head:?}, {loss}"), &got, &want, 1e-5);
            }
        }
    }
}

#[test]
fn single_precision_follows_double() {
    for head in HEADS {
        let case = Case::new(200, 32, 1100);
        let of = LinearRows::new(objective("cross_entropy + 0.001*z_regularization"))
            .head(head)
            .soft_cap(20.0);
        let double = case.fused(&of, &Options::default()).unwrap();
        let single = case.single(&of).unwrap();
        close("value", &[single.value], &[double.value], 1e-6);
        close(
            "states",
            &entries(&single.states),
            &entries(&double.states),
            1e-5,
        );
        close(
            "weight",
            &entries(&single.weight),
            &entries(&double.weight),
            1e-5,
        );
    }
}
