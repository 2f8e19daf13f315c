//! What a study is, and what one trial of it is told.

use std::path::Path;

use minimand::Paper;
use minimand_burn::random::Key;
use minimand_report::html::Figure;
use serde::{Deserialize, Serialize};

use crate::data::{self, Labelled};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;

/// One paper as an experiment.
pub struct Study {
    /// The number of the paper.
    pub paper: u16,
    /// Its short name.
    pub slug: &'static str,
    /// What the paper claims, in one or two sentences.
    pub claim: &'static str,
    /// What is smaller or simpler here than in the paper.
    pub reduced: &'static str,
    /// Data, models and training, so that a reader could do it again.
    pub setting: &'static str,
    /// What the negative control is: why its rule must say no.
    pub control: &'static str,
    /// The objectives that are trained or looked at, as expressions of the catalogue.
    pub objectives: &'static [&'static str],
    /// What the library has of the paper beside the losses of its catalogue.
    pub provides: &'static [&'static str],
    /// The parts of the experiment; each is run with every seed.
    pub parts: &'static [Part],
    /// How often each part is repeated, with another seed each time, in a normal run.
    pub seeds: u64,
    /// Runs one part with one seed.
    pub run: fn(&Trial<'_>) -> Result<Findings, StudyError>,
    /// The rule: what must hold of the results of all parts and seeds.
    pub judge: fn(&Results) -> Result<Vec<Clause>, StudyError>,
    /// What of the rule or the setting was changed after a first run, and why; empty if nothing was.
    pub mended: &'static str,
    /// The figures of the study's page.
    pub exhibits: fn(&Results) -> Result<Vec<Exhibit>, StudyError>,
    /// The study's source file; its fingerprint tells whether kept results are stale.
    pub source: &'static str,
}

/// One part of an experiment, such as a data set.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// A short name.
    pub name: &'static str,
    /// A line for people.
    pub about: &'static str,
}

/// A figure with its caption.
pub struct Exhibit {
    /// What is to be seen, in a sentence.
    pub caption: String,
    /// The figure.
    pub figure: Box<dyn Figure>,
}

impl Exhibit {
    /// A figure with its caption.
    pub fn new(caption: impl Into<String>, figure: impl Figure + 'static) -> Self {
        Self {
            caption: caption.into(),
            figure: Box::new(figure),
        }
    }
}

impl Study {
    /// The paper.
    pub fn paper(&self) -> &'static Paper {
        // A test looks every number up.
        Paper::find(self.paper).unwrap_or(&minimand::papers::ALL[0])
    }

    /// Number and short name, as in file names: `003-squentropy`.
    pub fn name(&self) -> String {
        format!("{:03}-{}", self.paper, self.slug)
    }

    /// The fingerprint of the study's source file.
    pub fn fingerprint(&self) -> String {
        let hash = minimand_compare::fingerprint(self.source.as_bytes());
        format!("{hash:016x}")
    }

    /// How many seeds a run of this scale takes.
    pub fn seeds_at(&self, scale: Scale) -> u64 {
        match scale {
            Scale::Smoke => self.seeds.min(2),
            Scale::Normal => self.seeds,
            Scale::Full => self.seeds * 3,
        }
    }
}

/// How large an experiment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// As small as can be: does it run at all? Its numbers mean nothing.
    Smoke,
    /// The experiment as it is described.
    Normal,
    /// Three times as many seeds, and larger where the study says so.
    Full,
}

/// What one run of a part is told.
pub struct Trial<'a> {
    pub(crate) study: &'a Study,
    pub(crate) part: &'static str,
    pub(crate) seed: u64,
    pub(crate) key: Key,
    pub(crate) scale: Scale,
    pub(crate) is_control: bool,
    pub(crate) data: Option<&'a Path>,
    pub(crate) should_stop: &'a (dyn Fn() -> bool + Sync),
}

/// One method of a study: what it trains with, and from which start.
#[derive(Debug, Clone, Copy)]
pub struct Arm {
    /// What tables and rules call it.
    pub name: &'static str,
    /// Its objective.
    pub objective: &'static str,
    /// Decides initial weights and batches.
    pub key: Key,
}

impl<'a> Trial<'a> {
    /// The name of the part.
    pub fn part(&self) -> &'static str {
        self.part
    }

    /// The number of the seed, from 0.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// From which all random numbers of the trial come. It differs between seeds, and is the same
    /// for all parts: name purposes by `child`.
    pub fn key(&self) -> Key {
        self.key
    }

    /// Is this the negative control?
    pub fn is_control(&self) -> bool {
        self.is_control
    }

    /// A size (epochs, rows) in a normal run; a full run takes the same, a smoke run `smoke`.
    pub fn sized(&self, normal: usize, smoke: usize) -> usize {
        match self.scale {
            Scale::Smoke => smoke.min(normal),
            Scale::Normal | Scale::Full => normal,
        }
    }

    /// The methods of a study that compares objectives: name and expression, the baseline first.
    /// All start from the same initial weights and see the same batches.
    ///
    /// In the negative control every method trains with the objective of the baseline, from a start
    /// of its own: there is nothing to find but chance.
    pub fn arms(&self, methods: &[(&'static str, &'static str)]) -> Vec<Arm> {
        let key = self.key.child(u64::from_le_bytes(*b"training"));
        let baseline = methods.first().map_or("", |method| method.1);
        let arm = |(index, &(name, objective)): (usize, &(&'static str, &'static str))| {
            if self.is_control {
                let key = key.child(index as u64);
                Arm {
                    name,
                    objective: baseline,
                    key,
                }
            } else {
                Arm {
                    name,
                    objective,
                    key,
                }
            }
        };
        methods.iter().enumerate().map(arm).collect()
    }

    /// The handwritten digits that ship with the program (1,797 of 8×8 pixels, 10 classes), or the
    /// images that a person passed instead.
    ///
    /// # Errors
    ///
    /// The person's data cannot be read.
    pub fn digits(&self) -> Result<Labelled, StudyError> {
        self.data
            .map_or_else(|| Ok(data::digits()), data::read_labelled)
    }

    /// Has the run been interrupted?
    ///
    /// # Errors
    ///
    /// [`StudyError::Stopped`] if so. Long loops ask now and then.
    pub fn check_stop(&self) -> Result<(), StudyError> {
        match (self.should_stop)() {
            true => Err(StudyError::Stopped),
            false => Ok(()),
        }
    }

    /// The error of a trial that cannot be carried out.
    pub fn failed(&self, reason: impl Into<String>) -> StudyError {
        StudyError::Trial {
            study: self.study.name(),
            reason: reason.into(),
        }
    }
}
