//! The one list of everything: name, parameters, facts and papers of every loss.

use crate::error::{Error, nearest};
use crate::loss::{Area, Facts, IntoKernel, Kernel, Known, Loss, Shape};
use crate::losses;
use crate::objective::Objective;
use crate::parameter::{self, Arguments, ParameterInfo, Value};

/// What the catalogue knows about one loss.
#[derive(Debug)]
pub struct Entry {
    /// Name in expressions.
    pub name: &'static str,
    /// What others call it; accepted wherever the name is.
    pub aliases: &'static [&'static str],
    /// Where it is listed.
    pub area: Area,
    /// The kernel shape that evaluates it.
    pub shape: Shape,
    /// Documentation: first a one-line summary, then formula, shapes and source.
    pub doc: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [ParameterInfo],
    /// Numbers of the papers it comes from.
    pub papers: &'static [u16],
    /// Values worked out elsewhere.
    pub known: &'static [Known],
    /// Settings beside the default that are worth testing, as expressions.
    pub variants: &'static [&'static str],
    build: fn(&Arguments) -> Result<Built, Error>,
}

/// A loss with its parameters set.
#[derive(Clone)]
pub struct Built {
    /// Its entry in the catalogue.
    pub entry: &'static Entry,
    /// Every parameter with its value.
    pub arguments: Vec<(String, Value)>,
    /// What it claims with these parameters.
    pub facts: Facts,
    /// The formula.
    pub kernel: Kernel,
}

impl Built {
    /// Checks the parameters of a loss made in Rust and puts its formula behind its door.
    pub(crate) fn new<L: Loss>(loss: &L) -> Result<Built, Error> {
        build::<L>(&parameter::get(L::PARAMETERS, loss.clone().fields()))
    }
}

fn build<L: Loss>(arguments: &Arguments) -> Result<Built, Error> {
    let mut loss = L::default();
    let arguments = parameter::set(L::NAME, L::PARAMETERS, loss.fields(), arguments)?;
    Ok(Built {
        entry: L::ENTRY,
        arguments,
        facts: loss.facts(),
        kernel: loss.into_kernel(),
    })
}

impl Entry {
    /// The entry of a loss.
    pub const fn of<L: Loss>() -> Entry {
        Entry {
            name: L::NAME,
            aliases: L::ALIASES,
            area: L::AREA,
            shape: <L as IntoKernel<L::Kind>>::SHAPE,
            doc: L::DOC,
            parameters: L::PARAMETERS,
            papers: L::PAPERS,
            known: L::KNOWN,
            variants: L::VARIANTS,
            build: build::<L>,
        }
    }

    /// The loss with the given parameters; the others have their defaults.
    ///
    /// # Errors
    /// Unknown parameters, and values of the wrong type or out of range.
    pub fn build(&self, arguments: &Arguments) -> Result<Objective, Error> {
        (self.build)(arguments).map(Objective::from_built)
    }

    /// What the loss claims with its default parameters.
    ///
    /// # Errors
    /// None, if its defaults are in their own ranges; the conformance suite checks that.
    pub fn facts(&self) -> Result<Facts, Error> {
        (self.build)(&[]).map(|built| built.facts)
    }

    /// The first line of the documentation.
    pub fn summary(&self) -> &'static str {
        self.doc.lines().next().unwrap_or_default().trim()
    }

    /// `name(parameter=default, …)`.
    pub fn signature(&self) -> String {
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|p| format!("{}={}", p.name, (p.default)()))
            .collect();
        format!("{}({})", self.name, parameters.join(", "))
    }
}

/// A set of losses by name.
#[derive(Debug, Clone)]
pub struct Catalog {
    entries: Vec<&'static Entry>,
}

impl Catalog {
    /// Every loss of this crate, area by area.
    pub fn builtin() -> Catalog {
        Catalog {
            entries: losses::LISTS
                .iter()
                .flat_map(|l| l.iter().copied())
                .collect(),
        }
    }

    /// A catalogue of one loss.
    pub fn of(entry: &'static Entry) -> Catalog {
        Catalog {
            entries: vec![entry],
        }
    }

    /// With one more loss, which may live in another crate.
    pub fn with<L: Loss>(mut self) -> Catalog {
        self.entries.push(L::ENTRY);
        self
    }

    /// The entries in order.
    pub fn entries(&self) -> &[&'static Entry] {
        &self.entries
    }

    /// The entry of that name or alias.
    ///
    /// # Errors
    /// [`Error::UnknownLoss`], with the nearest name.
    pub fn find(&self, name: &str) -> Result<&'static Entry, Error> {
        self.entries
            .iter()
            .find(|e| e.name == name || e.aliases.contains(&name))
            .copied()
            .ok_or_else(|| Error::UnknownLoss {
                name: name.to_string(),
                suggestion: nearest(
                    name,
                    self.entries
                        .iter()
                        .flat_map(|e| e.aliases.iter().copied().chain([e.name])),
                ),
            })
    }
}

/// Losses of one area: what the lists in `losses/<area>/mod.rs` are made of.
macro_rules! list {
    ($($module:ident::$loss:ident,)*) => {
        /// The losses of this area, in the order in which they are shown.
        pub(crate) const LIST: &[&crate::catalog::Entry] =
            &[$(<$module::$loss as crate::loss::Loss>::ENTRY),*];
        $(pub use $module::$loss;)*
    };
}
pub(crate) use list;
