//! Folds of whole groups, alike in size and target as far as groups allow.

use minimand_burn::random::Random;

use crate::data::{Grouping, Target};

/// The part, in `0..parts`, of each of `rows`: rows of one group have the same.
///
/// Groups are dealt one by one, large ones first and those of about the same size (a
/// factor of two) in random order, each to the part where the target's shares stay most
/// alike over the parts (squares of the shares, summed over rows and classes, labels or
/// target sum).
pub(super) fn parts(
    target: &Target,
    groups: &Grouping,
    rows: &[usize],
    parts: usize,
    mut random: Random,
) -> Vec<usize> {
    let width = 1 + target.outputs();
    let mut totals = vec![0.0; groups.names.len() * width];
    for row in rows {
        let group = groups.codes[*row] as usize * width;
        add(target, *row, &mut totals[group..group + width]);
    }
    let of = |group: usize| &totals[group * width..][..width];
    let mut order: Vec<usize> = (0..groups.names.len())
        .filter(|group| of(*group)[0] > 0.0)
        .collect();
    random.shuffle(&mut order);
    let magnitude = |group: usize| of(group)[0].log2() as usize;
    order.sort_by_key(|group| std::cmp::Reverse(magnitude(*group)));
    let mut whole = vec![0.0; width];
    for group in &order {
        whole
            .iter_mut()
            .zip(of(*group))
            .for_each(|(sum, value)| *sum += value);
    }

    let mut filled = vec![0.0; parts * width];
    let mut part_of_group = vec![0; groups.names.len()];
    for group in order {
        let cost = |part: usize| {
            let held = &filled[part * width..][..width];
            let entries = held.iter().zip(of(group)).zip(&whole);
            let change = entries
                .filter(|(_, whole)| **whole != 0.0)
                .map(|((held, new), whole)| {
                    let (before, after) = (held / whole, (held + new) / whole);
                    after * after - before * before
                });
            change.sum::<f64>()
        };
        let best = (0..parts)
            .min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
            .unwrap_or(0);
        part_of_group[group] = best;
        let held = &mut filled[best * width..][..width];
        held.iter_mut()
            .zip(of(group))
            .for_each(|(sum, value)| *sum += value);
    }
    rows.iter()
        .map(|row| part_of_group[groups.codes[*row] as usize])
        .collect()
}

/// Keeps the groups of one part in `parts` of `rows` for validation.
pub(super) fn hold_out(
    target: &Target,
    groups: &Grouping,
    rows: &[usize],
    parts: usize,
    random: Random,
) -> (Vec<usize>, Vec<usize>) {
    let mut present: Vec<u32> = rows.iter().map(|row| groups.codes[*row]).collect();
    present.sort_unstable();
    present.dedup();
    let parts = parts.min(present.len()).max(2);
    let part_of = self::parts(target, groups, rows, parts, random);
    // The part that is nearest to its even share: the first may hold a huge group.
    let mut sizes = vec![0_usize; parts];
    part_of.iter().for_each(|part| sizes[*part] += 1);
    let even = rows.len() / parts;
    let held = (0..parts)
        .filter(|part| sizes[*part] > 0)
        .min_by_key(|part| sizes[*part].abs_diff(even));
    let mut split = (Vec::new(), Vec::new());
    for (row, part) in rows.iter().zip(part_of) {
        let side = if Some(part) == held {
            &mut split.1
        } else {
            &mut split.0
        };
        side.push(*row);
    }
    split
}

/// Adds a row to its group's sums: its count, then its class, labels or number.
fn add(target: &Target, row: usize, sums: &mut [f64]) {
    sums[0] += 1.0;
    match target {
        Target::Classes { labels, .. } => sums[1 + labels[row] as usize] += 1.0,
        Target::Labels { has, names } => {
            let labels = &has[row * names.len()..][..names.len()];
            sums[1..]
                .iter_mut()
                .zip(labels)
                .for_each(|(sum, has)| *sum += f64::from(u8::from(*has)));
        }
        Target::Values(values) => sums[1] += values[row],
    }
}
