//! How arrays lie beside the predictions: weights and masks that come in, losses of items that go out.

use crate::batch::Target;
use crate::error::Error;
use crate::kernels::regions::Per;
use crate::loss::Kernel;
use crate::objective::Objective;

/// Have weights or a mask the shape of the items, or of the labels? [`Batch`](crate::Batch) knows a mask as a flat
/// list, in which an array that lies across would go unnoticed. Axes of length 1 make no difference.
///
/// # Errors
/// [`Error::Shape`] with the shapes that would fit.
pub fn check(
    argument: &'static str,
    shape: &[usize],
    prediction: &[usize],
    target: &Target<'_>,
) -> Result<(), Error> {
    let mut fitting: Vec<Vec<usize>> = vec![prediction.iter().take(1).copied().collect()];
    let labelled = match target {
        Target::Labels(_, shape) => {
            fitting.push(shape.to_vec());
            true
        }
        Target::Dense(array) => {
            fitting.push(array.shape.to_vec());
            // Of several targets for each number; of members of ensembles and points of clouds.
            fitting.push(prediction.to_vec());
            if let [items, rows, _] = prediction {
                fitting.push(vec![*items, *rows]);
            }
            false
        }
        Target::None => false,
    };
    match prediction {
        // Soft labels have one label, of several numbers, at each position; so have predictions alone.
        [items, _, spatial @ ..] if !labelled => fitting.push([&[*items], spatial].concat()),
        // The steps of sequences and the members of sets.
        [items, steps, _] if labelled => fitting.push(vec![*items, *steps]),
        _ => {}
    }
    let squeezed = |shape: &[usize]| -> Vec<usize> {
        shape
            .iter()
            .copied()
            .filter(|&length| length != 1)
            .collect()
    };
    if fitting.iter().any(|fit| squeezed(fit) == squeezed(shape)) {
        return Ok(());
    }
    let mut expected = format!("{:?} (one per item)", fitting[0]);
    for (i, fit) in fitting.iter().enumerate() {
        if !fitting[..i].contains(fit) && i > 0 {
            expected.push_str(&format!(" or {fit:?}"));
        }
    }
    Err(Error::shape(argument, expected, shape))
}

/// The shape of the losses of the items that [`Reduction::None`](crate::Reduction::None) gives: that of the labels
/// where items lie as labels do.
pub fn of_items(objective: &Objective, prediction: &[usize], count: usize) -> Vec<usize> {
    let items = prediction.first().copied().unwrap_or(1);
    let kernel = objective.terms().next().map(|(_, loss)| &loss.kernel);
    let shape = match (kernel, prediction) {
        (Some(Kernel::Points(_)), _) => prediction.to_vec(),
        (Some(Kernel::Rows(_)), [items, _, spatial @ ..]) => [&[*items], spatial].concat(),
        (Some(Kernel::Regions(kernel)), _) if kernel.per() == Per::Item && items > 0 => {
            vec![items, count / items]
        }
        (Some(Kernel::Fields(_)), _) if items > 0 && count.is_multiple_of(items) => {
            vec![items, count / items]
        }
        _ => vec![count],
    };
    // Whatever they are, they are written.
    if shape.iter().product::<usize>() == count {
        shape
    } else {
        vec![count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_lie_as_their_labels_do() {
        let shape = |expression: &str, prediction: &[usize], count| {
            of_items(&expression.parse().unwrap(), prediction, count)
        };
        assert_eq!(shape("cross_entropy", &[4, 3], 4), [4]);
        assert_eq!(shape("focal", &[2, 3, 5, 6], 60), [2, 5, 6]);
        assert_eq!(shape("mse", &[2, 3], 6), [2, 3]);
        assert_eq!(shape("mse", &[], 1), [0; 0]);
        assert_eq!(shape("giou", &[7, 4], 7), [7]);
        assert_eq!(shape("dice", &[2, 3, 5], 6), [2, 3]);
        assert_eq!(
            shape("dice(include_background=false)", &[2, 3, 5], 4),
            [2, 2]
        );
        assert_eq!(shape("dice(per=\"batch\")", &[2, 3, 5], 3), [3]);
    }

    #[test]
    fn weights_lie_as_items_or_labels() {
        let labels = Target::labels(&[0u8; 24][..], &[2, 3, 4]);
        let prediction = [2, 5, 3, 4];
        for fitting in [&[2][..], &[2, 3, 4], &[2, 1, 3, 4], &[2, 1]] {
            check("weights", fitting, &prediction, &labels).unwrap();
        }
        let error = check("weights", &[2, 4, 3], &prediction, &labels).unwrap_err();
        let expected = "`weights` must have shape [2] (one per item) or [2, 3, 4], got [2, 4, 3]";
        assert_eq!(error.to_string(), expected);
        let soft = [0.0f32; 6];
        let soft = Target::dense(&soft[..], &[2, 3]);
        check("mask", &[2], &[2, 3], &soft).unwrap();
        check("mask", &[3], &[2, 3], &soft).unwrap_err();
        // Members of an ensemble; coordinates that are compared with two numbers each.
        let target = [0.0f32; 15];
        let members = Target::dense(&target[..], &[5, 3]);
        check("mask", &[5, 4], &[5, 4, 3], &members).unwrap();
        let target = [0.0f32; 24];
        let pairs = Target::dense(&target[..], &[4, 3, 2]);
        check("weights", &[4, 3], &[4, 3], &pairs).unwrap();
    }
}
