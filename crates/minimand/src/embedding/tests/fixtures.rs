//! Agreement with scikit-learn, pytorch-metric-learning, numpy, torch and SciPy: `fixtures/embedding.json`, made by
//! `fixtures/make_embedding.py`.

use super::*;
use crate::embedding::*;
use serde_json::Value;

const FIXTURE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/embedding.json"
));

fn cases(of: &str) -> Vec<Value> {
    let mut fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let cases: Vec<Value> = serde_json::from_value(fixture[of].take()).unwrap();
    assert!(!cases.is_empty());
    cases
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}

fn labels(value: &Value) -> Vec<i64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_i64().unwrap())
        .collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn neighbours_and_retrieval_agree() {
    for case in cases("retrieval") {
        let by = match case["by"].as_str().unwrap() {
            "cosine" => Proximity::Cosine,
            "euclidean" => Proximity::Euclidean,
            _ => Proximity::InnerProduct,
        };
        let width = case["width"].as_u64().unwrap() as usize;
        let (points, of) = (numbers(&case["embeddings"]), labels(&case["labels"]));
        let single: Vec<f32> = points.iter().map(|&x| x as f32).collect();
        let shape = [of.len(), width];
        for points in [Array::new(&points, &shape), Array::new(&single, &shape)] {
            let (found, retrieval) = if case["references"].is_null() {
                let found = nearest_others(&points, 4, by).unwrap();
                (found, Retrieval::among(&points, &of, by).unwrap())
            } else {
                let (to, to_labels) = (
                    numbers(&case["references"]),
                    labels(&case["reference_labels"]),
                );
                rows(&to, width, |to| {
                    let found = nearest(&points, to, 4, by).unwrap();
                    let retrieval = Retrieval::between(&points, &of, to, &to_labels, by);
                    (found, retrieval.unwrap())
                })
            };
            assert_eq!(found.count(), 4);
            let places: Vec<i64> = found.places().iter().map(|&i| i as i64).collect();
            assert_eq!(places, labels(&case["neighbours"]), "{}", case["name"]);
            for (got, want) in found.values().iter().zip(numbers(&case["values"])) {
                close(*got, want, 1e-7);
            }
            let scores = &case["scores"];
            for k in [1, 2, 5] {
                close(
                    retrieval.recall_at(k).unwrap(),
                    number(&scores[format!("recall_at_{k}")]),
                    1e-12,
                );
            }
            close(
                retrieval.r_precision().unwrap(),
                number(&scores["r_precision"]),
                1e-12,
            );
            close(
                retrieval.map_at_r().unwrap(),
                number(&scores["map_at_r"]),
                1e-12,
            );
            close(
                retrieval.mean_reciprocal_rank().unwrap(),
                number(&scores["mrr"]),
                1e-12,
            );
        }
    }
}

#[test]
fn mutual_information_agrees() {
    for case in cases("agreement") {
        let (left, right) = (labels(&case["left"]), labels(&case["right"]));
        for (left, right) in [(&left, &right), (&right, &left)] {
            let agreement = Agreement::new(left, right).unwrap();
            close(
                agreement.mutual_information(),
                number(&case["mutual_information"]),
                1e-12,
            );
            close(agreement.nmi(), number(&case["nmi"]), 1e-12);
            // Sums of logarithms of factorials on both sides.
            close(agreement.ami(), number(&case["ami"]), 1e-9);
        }
    }
}

#[test]
fn clusters_agree() {
    for case in cases("clusters") {
        let width = case["width"].as_u64().unwrap() as usize;
        let means = KMeans {
            clusters: case["clusters"].as_u64().unwrap() as usize,
            restarts: 10,
            ..KMeans::default()
        };
        let points = numbers(&case["embeddings"]);
        let found = rows(&points, width, |points| {
            let found = means.fit(points).unwrap();
            assert_eq!(found.assign(points).unwrap(), found.labels());
            found
        });
        assert!(found.converged());
        close(found.inertia(), number(&case["inertia"]), 1e-12);
        let ours: Vec<i64> = found.labels().iter().map(|&k| k as i64).collect();
        let agreement = Agreement::new(&ours, &labels(&case["labels"])).unwrap();
        assert_eq!((agreement.nmi(), agreement.ami()), (1.0, 1.0));
    }
}

#[test]
fn measures_agree() {
    for case in cases("measures") {
        let width = case["width"].as_u64().unwrap() as usize;
        let (points, of) = (numbers(&case["embeddings"]), labels(&case["labels"]));
        let reversed: Vec<f64> = points.chunks(width).rev().flatten().copied().collect();
        let check = |got: f64, name: &str| close(got, number(&case[name]), 1e-12);
        rows(&points, width, |x| {
            check(uniformity(x, 2.0).unwrap(), "uniformity");
            check(uniformity(x, 9.0).unwrap(), "uniformity_sharp");
            check(class_alignment(x, &of).unwrap().unwrap(), "class_alignment");
            let other = rows(&reversed, width, |y| alignment(x, y, 1.5).unwrap());
            check(other, "alignment_with_reversed");
            for (centred, name) in [(false, "spectrum"), (true, "centred_spectrum")] {
                let (spectrum, want) = (Spectrum::new(x, centred).unwrap(), &case[name]);
                for (got, want) in spectrum
                    .singular_values()
                    .iter()
                    .zip(numbers(&want["singular_values"]))
                {
                    close(*got, want, 1e-10);
                }
                close(
                    spectrum.effective_rank(),
                    number(&want["effective_rank"]),
                    1e-10,
                );
                close(
                    spectrum.participation_ratio(),
                    number(&want["participation_ratio"]),
                    1e-10,
                );
            }
            let (collapse, want) = (NeuralCollapse::new(x, &of).unwrap(), &case["collapse"]);
            let weight = numbers(&case["weight"]);
            let check = |got: f64, name: &str| close(got, number(&want[name]), 1e-10);
            check(collapse.within_variability().unwrap(), "within_variability");
            check(collapse.equinorm().unwrap(), "equinorm");
            check(collapse.equiangular(), "equiangular");
            check(collapse.maximal_angle_gap(), "maximal_angle_gap");
            check(collapse.simplex_distance().unwrap(), "simplex_distance");
            check(
                collapse.orthogonal_frame_distance().unwrap(),
                "orthogonal_frame_distance",
            );
            rows(&weight, width, |weight| {
                check(
                    collapse.self_duality(weight).unwrap().unwrap(),
                    "self_duality",
                );
                check(
                    collapse.product_distance(weight).unwrap().unwrap(),
                    "product_distance",
                );
            });
            let predictions = labels(&want["predictions"]);
            let agreement = collapse.nearest_mean_agreement(x, &predictions).unwrap();
            check(agreement, "nearest_mean_agreement");
        });
    }
}

#[test]
fn the_bound_of_uniformity_agrees() {
    for case in cases("uniformity_bounds") {
        let dimensions = case["dimensions"].as_u64().unwrap() as usize;
        let got = uniformity_lower_bound(dimensions, number(&case["t"])).unwrap();
        close(got, number(&case["value"]), 1e-12);
    }
}

#[test]
fn miners_agree() {
    for case in cases("miners") {
        let width = case["width"].as_u64().unwrap() as usize;
        let (points, of) = (numbers(&case["embeddings"]), labels(&case["labels"]));
        let sorted = |parts: [&Vec<usize>; 3]| {
            let [a, p, n] = parts;
            let mut found: Vec<[usize; 3]> = (0..a.len()).map(|i| [a[i], p[i], n[i]]).collect();
            found.sort_unstable();
            found
        };
        rows(&points, width, |x| {
            let plain = Mining::among(x, &of, false).unwrap();
            let unit = Mining::among(x, &of, true).unwrap();
            let among = |gap| plain.triplets(gap, 0.3).unwrap();
            let found = [
                ("batch_hard", plain.batch_hard()),
                ("easy_hard", plain.per_anchor(Pick::Easy, Pick::Hard, 0)),
                ("angular", plain.angular(35.0).unwrap()),
                ("all", among(Gap::Violating)),
                ("hard", among(Gap::Hard)),
                ("semihard", among(Gap::SemiHard)),
                ("easy", among(Gap::Easy)),
            ];
            for (name, found) in found {
                let got = sorted([&found.anchors, &found.positives, &found.negatives]);
                let want: Vec<[usize; 3]> =
                    serde_json::from_value(case["triplets"][name].clone()).unwrap();
                assert_eq!(got, want, "{name}");
            }
            let (positives, negatives) = unit.multi_similarity(0.05).unwrap();
            for (pairs, name) in [(positives, "positives"), (negatives, "negatives")] {
                let pairs = pairs.anchors.into_iter().zip(pairs.others);
                let want: Vec<(usize, usize)> = serde_json::from_value(case[name].clone()).unwrap();
                assert_eq!(pairs.collect::<Vec<_>>(), want, "{name}");
            }
        });
    }
}
