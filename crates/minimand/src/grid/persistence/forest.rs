//! Components that merge, by the rule that the older one stays.

/// Disjoint sets of places; the root of each is its oldest place.
pub(super) struct Forest<'a> {
    /// A place of the same set; roots name themselves.
    pub(super) parent: Vec<u32>,
    /// Rank of each place.
    pub(super) rank: &'a [u32],
    /// Are high ranks older?
    pub(super) descending: bool,
}

impl Forest<'_> {
    /// The root of a place; every place on the way hangs on it from then on.
    pub(super) fn find(&mut self, place: u32) -> u32 {
        let mut root = place;
        while self.parent[root as usize] != root {
            root = self.parent[root as usize];
        }
        let mut at = place;
        while at != root {
            at = std::mem::replace(&mut self.parent[at as usize], root);
        }
        root
    }

    /// Merges the sets of two places; the younger root, or `None` if they are one set already.
    pub(super) fn merge(&mut self, a: u32, b: u32) -> Option<u32> {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return None;
        }
        let first_older = (self.rank[a as usize] < self.rank[b as usize]) != self.descending;
        let (older, younger) = if first_older { (a, b) } else { (b, a) };
        self.parent[younger as usize] = older;
        Some(younger)
    }
}
