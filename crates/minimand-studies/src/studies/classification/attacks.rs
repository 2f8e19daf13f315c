//! Networks that are trained against attacks on their input.

use burn::tensor::Tensor;
use minimand::Target;
use minimand::attack::Attack;
use minimand_burn::random::{Key, Random};
use minimand_burn::{LossError, LossModule};

use crate::data::Labelled;
use crate::error::StudyError;
use crate::net::{self, Mlp, batches, gather, label_loss, matrix, numbers, step};
use crate::study::Trial;

/// What a network is trained against.
#[derive(Clone, Copy)]
pub(super) enum Defence {
    /// Nothing: cross-entropy.
    None,
    /// Every row moved so that its cross-entropy rises.
    Attacked,
    /// A clean row, and by how much an attack can move its margins: a loss of the catalogue.
    Margins(&'static str),
}

/// A network with one hidden layer of 64, trained for 20 epochs.
pub(super) fn defended(
    trial: &Trial<'_>,
    train: &Labelled,
    defence: Defence,
    attack: Attack,
    key: Key,
) -> Result<Mlp, StudyError> {
    let entropy = LossModule::new("cross_entropy".parse()?);
    let columns = train.columns;
    let mut random = Random::new(key.child(3), 0);
    let mut net = Mlp::new(&[columns, 64, train.classes], key.child(0));
    let mut optimizer = net::adam();
    for batch in batches(train.rows(), 64, trial.sized(20, 1), key.child(1)) {
        trial.check_stop()?;
        let rows = gather(&train.features, columns, &batch.rows);
        let labels = gather(&train.labels, 1, &batch.rows);
        let attack = attack.seed(random.bits());
        let forward = |rows: Vec<f32>| net.forward(matrix(rows, columns));
        let value = match defence {
            Defence::None => label_loss(&entropy, forward(rows), &labels)?,
            Defence::Attacked => {
                let moved = attack.run(&rows, columns, |rows| by_entropy(&net, rows, &labels))?;
                label_loss(&entropy, forward(moved), &labels)?
            }
            Defence::Margins(loss) => {
                let adversarial = LossModule::new(loss.parse()?);
                let clean = matrix(net.scores_of(&rows), train.classes);
                let moved = attack.run(&rows, columns, |rows| {
                    slopes(rows, columns, |rows| {
                        pair_loss(&adversarial, clean.clone(), net.forward(rows), &labels)
                    })
                })?;
                pair_loss(&adversarial, forward(rows), forward(moved), &labels)?
            }
        };
        net = step(&mut optimizer, 1e-3, net, value);
    }
    Ok(net)
}

/// The slopes of cross-entropy by the rows of a network.
pub(super) fn by_entropy(net: &Mlp, rows: &[f32], labels: &[u32]) -> Result<Vec<f32>, StudyError> {
    let loss = LossModule::new("cross_entropy".parse()?);
    slopes(rows, rows.len() / labels.len(), |rows| {
        label_loss(&loss, net.forward(rows), labels)
    })
}

/// The slopes of a loss by the rows that it is given.
fn slopes(
    rows: &[f32],
    columns: usize,
    loss: impl FnOnce(Tensor<2>) -> Result<Tensor<1>, LossError>,
) -> Result<Vec<f32>, StudyError> {
    let rows = matrix(rows.to_vec(), columns).require_grad();
    let value = loss(rows.clone())?;
    let slopes = rows.grad(&value.backward());
    Ok(slopes.map(numbers).unwrap_or_default())
}

/// The adversarial loss of clean scores and those of the attacked rows.
fn pair_loss(
    loss: &LossModule,
    clean: Tensor<2>,
    attacked: Tensor<2>,
    labels: &[u32],
) -> Result<Tensor<1>, LossError> {
    let [rows, classes] = clean.dims();
    let sets: Tensor<3> = Tensor::stack(vec![clean, attacked], 1);
    debug_assert_eq!(sets.dims(), [rows, 2, classes]);
    let both: Vec<u32> = labels.iter().flat_map(|&label| [label, label]).collect();
    loss.forward_host(sets, Target::labels(&both, &[rows, 2]), None)
}
