/// Why a field or a group of scores cannot be judged.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// A target (by its place in the field or group) that is none; and what it may be.
    Target(usize, &'static str),
    /// Anything else, in words that follow the name of the loss.
    Whole(String),
}
