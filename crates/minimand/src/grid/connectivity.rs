//! Which pixels are neighbours.

/// Which pixels count as neighbours of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connectivity {
    /// Those that share a face: 4 in an image, 6 in a volume.
    Face,
    /// Those that share an edge: 8 in an image, 18 in a volume.
    Edge,
    /// Those that share a corner: 8 in an image, 26 in a volume.
    Vertex,
}

impl Connectivity {
    /// Along how many axes neighbours may differ.
    pub(super) fn axes(self) -> usize {
        match self {
            Connectivity::Face => 1,
            Connectivity::Edge => 2,
            Connectivity::Vertex => 3,
        }
    }
}
