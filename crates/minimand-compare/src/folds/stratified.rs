//! Stratified folds. For classes, every class is spread over the parts as evenly as it
//! can be. For labels, so is every combination of them. For numbers, the rows are
//! sorted by target and every group of neighbours is spread over all parts, so that
//! each part has the same share of low, middle and high targets.

use minimand_burn::random::Random;

use crate::data::Target;

/// Keeps one row in `parts` of `rows` for validation. The only row of a class
/// always trains.
pub(super) fn hold_out(
    target: &Target,
    rows: &[usize],
    parts: usize,
    random: Random,
) -> (Vec<usize>, Vec<usize>) {
    let mut rows_of = vec![0_usize; target.names().len()];
    if let Target::Classes { labels, .. } = target {
        rows.iter()
            .for_each(|row| rows_of[labels[*row] as usize] += 1);
    }
    let single = |row: usize| match target {
        Target::Values(_) | Target::Labels { .. } => false,
        Target::Classes { labels, .. } => rows_of[labels[row] as usize] == 1,
    };
    // At most half as many parts as rows: then each part has a row.
    let parts = parts.min(rows.len() / 2).max(2);
    let part_of = self::parts(target, rows, parts, random);
    let (mut train, mut validation) = (Vec::new(), Vec::new());
    for (row, part) in rows.iter().zip(part_of) {
        if part == 0 && !single(*row) {
            validation.push(*row);
        } else {
            train.push(*row);
        }
    }
    (train, validation)
}

/// The part, in `0..parts`, of each of `rows`. Sizes differ by at most one, and so
/// do the counts of every class in the parts.
pub(super) fn parts(
    target: &Target,
    rows: &[usize],
    parts: usize,
    mut random: Random,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // Ties (a class, or equal targets) are broken at random: the sort is stable.
    random.shuffle(&mut order);
    match target {
        Target::Classes { labels, .. } => order.sort_by_key(|position| labels[rows[*position]]),
        // Rows with the same labels are neighbours, and so are those that share most.
        Target::Labels { has, names } => {
            let labels = |position: usize| &has[rows[position] * names.len()..][..names.len()];
            order.sort_by(|a, b| labels(*a).cmp(labels(*b)));
        }
        Target::Values(values) => {
            order.sort_by(|a, b| values[rows[*a]].total_cmp(&values[rows[*b]]));
        }
    }
    let mut part_of = vec![0; rows.len()];
    let mut deal: Vec<usize> = (0..parts).collect();
    for group in order.chunks(parts) {
        // Within a class, dealing in a fixed order keeps the counts within one also
        // where a class ends in the middle of a round. Sorted targets need a new
        // order in each round, or part 0 would always get the smallest of them.
        if matches!(target, Target::Values(_)) {
            random.shuffle(&mut deal);
        }
        for (position, part) in group.iter().zip(&deal) {
            part_of[*position] = *part;
        }
    }
    part_of
}
