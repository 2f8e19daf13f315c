//! Collaborative inner products: features along the direction of their class, off those of all others.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use minimand::Array;
use minimand::embedding::CollaborativeInnerProduct;
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};

use super::encoder::{encoded, fit, retrieval, with_gradient};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::accuracy;
use crate::net::{Mlp, batches, gather, label_loss, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const PLAIN: &str = "cross-entropy";
const CIP: &str = "+ products, 1";
/// What is added to cross-entropy.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Term {
    Nothing,
    /// Squared distances to centres.
    Centres,
    Triplets,
    /// The inner products, with this weight.
    Products(f64),
}

const METHODS: [(&str, Term); 5] = [
    (PLAIN, Term::Nothing),
    ("+ centres", Term::Centres),
    ("+ triplets", Term::Triplets),
    ("+ products, 0.3", Term::Products(0.3)),
    (CIP, Term::Products(1.0)),
];
const WIDTH: usize = 16;
const TRIPLETS: &str = "triplet(mining=\"hard\")";

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 43,
    slug: "collaborative-inner-product",
    claim: "Beside cross-entropy, inner products of features with learnt centres, which pull a feature along its class and \
            forbid positive products with all others, give better retrieval of shapes than cross-entropy alone, with \
            centres or with triplets.",
    reduced: "8×8 digits and an MLP instead of many views of shapes; classes are those of training, as in the paper. The \
              form of the first term is not in the paper's text and taken as the softplus.",
    setting: "500 training digits, 800 others for the test. MLP 64-64-16 and a linear layer, 40 epochs of Adam at 2e-3 in \
              batches of 64. Cross-entropy alone; with 0.1 times half the squared distance to the centre of the class; with \
              hard triplets (margin 0.2, squared distances of unit features, weight 1); with the inner products, λ = 1 \
              and weight 0.3 or 1. Centres begin as N(0, 1/16) and have a decay of 1e-3. MAP at R of a search among the test \
              features by cosine, and the share of products of test features with other centres that are above 0. The rule: \
              with weight 1 MAP at R is above that of cross-entropy alone (95% interval), and that share is below 10%.",
    control: "All methods train with cross-entropy alone, from starts of their own; centres stay random.",
    objectives: &["cross_entropy", TRIPLETS],
    provides: &["CollaborativeInnerProduct", "Retrieval"],
    parts: &[Part {
        name: "digits",
        about: "retrieval among test digits",
    }],
    seeds: 8,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("043_collaborative_inner_product.rs"),
};

/// Encoder, linear layer, and a centre for each class, `[classes, width]`.
#[derive(Module, Debug)]
struct Model {
    encoder: Mlp,
    head: Mlp,
    centres: Param<Tensor<2>>,
}

impl Model {
    fn new(columns: usize, classes: usize, key: Key) -> Self {
        let mut random = Random::new(key.child(2), 0);
        let scale = 1.0 / (WIDTH as f64).sqrt();
        let centres = (0..classes * WIDTH).map(|_| (scale * random.normal()) as f32);
        Self {
            encoder: Mlp::new(&[columns, 64, WIDTH], key.child(0)),
            head: Mlp::new(&[WIDTH, classes], key.child(1)),
            centres: Param::from_tensor(matrix(centres.collect(), WIDTH)),
        }
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, others) = trial.digits()?.split(trial.sized(500, 100), key.child(1));
    let test: Vec<usize> = (0..others.rows().min(800)).collect();
    let test = others.select(&test);
    let mut findings = Findings::new();
    for (index, (name, term)) in METHODS.into_iter().enumerate() {
        let (term, start) = match trial.is_control() {
            // The rule compares two methods.
            true if !matches!(name, PLAIN | CIP) => continue,
            true => (Term::Nothing, index as u64),
            false => (term, 0),
        };
        let model = train_model(trial, &train, term, key.child(2).child(start))?;
        let found = encoded(&model.encoder, &test);
        let [recall, map] = retrieval(&found)?;
        let scores = model.head.scores_of(&found.features);
        findings.put_all(
            name,
            [
                ("MAP at R", map),
                ("recall at 1", recall),
                ("accuracy", accuracy(&scores, &test.labels, test.classes)),
            ],
        );
        if name.contains("products") {
            let centres = numbers(model.centres.val().detach());
            let (share, length) = crossing(&found, &centres);
            findings.put(name, "share of positive products", share);
            findings.put(name, "mean length of a feature", length);
        }
    }
    Ok(findings)
}

/// The share of products of features with centres of other classes that are above 0, and the features' mean length.
fn crossing(found: &Labelled, centres: &[f32]) -> (f64, f64) {
    let (mut positive, mut count, mut length) = (0, 0, 0.0);
    for (row, &label) in found.features.chunks_exact(WIDTH).zip(&found.labels) {
        for (class, centre) in centres.chunks_exact(WIDTH).enumerate() {
            if class != label as usize {
                let product: f32 = row.iter().zip(centre).map(|(x, c)| x * c).sum();
                positive += usize::from(product > 0.0);
                count += 1;
            }
        }
        let square: f32 = row.iter().map(|x| x * x).sum();
        length += f64::from(square).sqrt() / found.rows() as f64;
    }
    (positive as f64 / f64::from(count), length)
}

fn train_model(
    trial: &Trial<'_>,
    train: &Labelled,
    term: Term,
    key: Key,
) -> Result<Model, StudyError> {
    let [cross_entropy, triplets] = ["cross_entropy", TRIPLETS].map(str::parse);
    let (cross_entropy, triplets) = (LossModule::new(cross_entropy?), LossModule::new(triplets?));
    let products = CollaborativeInnerProduct { lambda: 1.0 };
    let steps: Vec<Vec<usize>> = batches(train.rows(), 64, trial.sized(40, 1), key.child(1))
        .map(|step| step.rows)
        .collect();
    let model = Model::new(train.columns, train.classes, key.child(0));
    let of_centres = [train.classes, WIDTH];
    fit(trial, model, 2e-3, steps.len(), |model, step| {
        let rows = &steps[step];
        let labels = gather(&train.labels, 1, rows);
        let batch = gather(&train.features, train.columns, rows);
        let found = model.encoder.forward(matrix(batch, train.columns));
        let plain = label_loss(&cross_entropy, model.head.forward(found.clone()), &labels)?;
        let centres = model.centres.val();
        let decay = (centres.clone() * centres.clone()).sum().mul_scalar(0.5e-3);
        Ok(match term {
            Term::Nothing => plain,
            Term::Triplets => plain + label_loss(&triplets, found, &labels)?,
            Term::Centres => {
                let labels: Vec<usize> = labels.iter().map(|&label| label as usize).collect();
                let apart = found - super::encoder::select(&centres, &labels);
                let square = (apart.clone() * apart).sum_dim(1).mean();
                plain + square.mul_scalar(0.05) + decay
            }
            Term::Products(weight) => {
                let [features, places] =
                    [&found, &centres].map(|values| numbers(values.clone().detach()));
                let (_, by_features, by_centres) = products.value_and_gradients(
                    &Array::new(&features, &[rows.len(), WIDTH]),
                    &labels,
                    &Array::new(&places, &of_centres),
                )?;
                let terms = with_gradient(found, by_features) + with_gradient(centres, by_centres);
                plain + terms.mul_scalar(weight) + decay
            }
        })
    })
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = results.difference("digits", "MAP at R", CIP, PLAIN)?;
    let share = results.mean("digits", CIP, "share of positive products")?;
    Ok(vec![
        Clause::above("gain in MAP at R by inner products of weight 1", &gain, 0.0),
        Clause::below("share of positive products with other centres", &share, 0.1),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let gains = charts::gains(results, "digits", "MAP at R", PLAIN, "gain in MAP at R")?;
    Ok(vec![
        Exhibit::new("MAP at R over cross-entropy alone, seed by seed.", gains),
        Exhibit::new(
            "Accuracy of the linear layer.",
            charts::means(results, "digits", "accuracy", "accuracy")?,
        ),
    ])
}
