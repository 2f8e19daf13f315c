//! Components of a mask, by runs of a row.

/// Number of connected parts of what is set, across faces or also at corners.
pub(super) fn components(
    mask: &[bool],
    [depth, height, width]: [usize; 3],
    corners: bool,
) -> usize {
    // Runs, first and behind the last, and where those of each row begin.
    let mut runs: Vec<[usize; 2]> = Vec::new();
    let mut starts = vec![0];
    for row in mask.chunks_exact(width) {
        let mut x = 0;
        while let Some(first) = row[x..].iter().position(|&set| set) {
            let first = x + first;
            let length = row[first..].iter().position(|&set| !set);
            x = length.map_or(width, |length| first + length);
            runs.push([first, x]);
        }
        starts.push(runs.len());
    }
    let mut parent: Vec<usize> = (0..runs.len()).collect();
    let mut parts = runs.len();
    let reach = usize::from(corners);
    for z in 0..depth {
        for y in 0..height {
            let row = z * height + y;
            let mut earlier = [None; 4];
            earlier[0] = (y > 0).then(|| row - 1);
            if z > 0 {
                earlier[1] = Some(row - height);
                earlier[2] = (corners && y > 0).then(|| row - height - 1);
                earlier[3] = (corners && y + 1 < height).then(|| row - height + 1);
            }
            for other in earlier.into_iter().flatten() {
                let (mut a, mut b) = (starts[row], starts[other]);
                while a < starts[row + 1] && b < starts[other + 1] {
                    let ([from, to], [other_from, other_to]) = (runs[a], runs[b]);
                    if from < other_to + reach && other_from < to + reach {
                        let roots = [find(&mut parent, a), find(&mut parent, b)];
                        if roots[0] != roots[1] {
                            parent[roots[0].max(roots[1])] = roots[0].min(roots[1]);
                            parts -= 1;
                        }
                    }
                    if to < other_to {
                        a += 1;
                    } else {
                        b += 1;
                    }
                }
            }
        }
    }
    parts
}

fn find(parent: &mut [usize], mut run: usize) -> usize {
    while parent[run] != run {
        parent[run] = parent[parent[run]];
        run = parent[run];
    }
    run
}
