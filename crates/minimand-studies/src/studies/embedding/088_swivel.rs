//! Swivel: word embeddings that notice what is missing.

use minimand::Array;
use minimand::embedding::{Proximity, cooccurrences, nearest_others};

use super::words::{Language, Table, WIDTH, WORDS};
use crate::charts;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const SWIVEL: &str = "Swivel";
const SEEN: &str = "seen cells only";
const SVD: &str = "SVD of positive PMI";

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 88,
    slug: "swivel",
    claim: "Embeddings of words whose products approach the pointwise mutual information, with a soft one-sided loss where \
            two words never met, are better at similarity and analogies than word2vec and GloVe, most of all for rare \
            words.",
    reduced: "A made-up language of 200 words instead of three billion words of English; purity of topics instead of \
              similarity and analogies; the loss of seen cells alone stands for GloVe.",
    setting: "200 words with frequencies 1/rank in ten topics of 20; 30,000 words in passages of 20, each word of the passage's topic with \
              chance 0.7, else of all, so that most pairs of rare words never meet. Counts of a window of five with \
              weight 1/distance. 16 dimensions, Adagrad at 0.3, 60 passes over 16 shards of 50×50 cells, constants of the \
              paper (0.1, 0.25, ½); word vectors are sums of row and column. Against the same with the seen cells alone, and the \
              first 16 eigenvectors of the positive part of the mutual information, times the roots of their values. \
              Purity: share of the five nearest words, by cosine, that are of the word's topic. The rule: the purity of \
              the rarest third of the words is higher by Swivel than by seen cells alone (95% interval).",
    control: "Both factorisations learn from the seen cells alone, from starts of their own.",
    objectives: &[],
    provides: &["Swivel", "cooccurrences", "shard_indices", "nearest_others"],
    parts: &[Part {
        name: "words",
        about: "200 words in ten topics",
    }],
    seeds: 8,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("088_swivel.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let language = Language::speak(trial.sized(30_000, 4000), key.child(1));
    let counts = cooccurrences(&language.text, WORDS, 5)?;
    let table = Table::new(counts);
    let mut findings = Findings::new();
    let zeros = table.counts.iter().filter(|count| **count == 0.0).count();
    findings.put(
        "text",
        "share of empty cells",
        zeros as f64 / (WORDS * WORDS) as f64,
    );
    for (index, (name, with_unseen)) in [(SEEN, false), (SWIVEL, true)].into_iter().enumerate() {
        let (with_unseen, start) = match trial.is_control() {
            true => (false, index as u64),
            false => (with_unseen, 0),
        };
        let vectors = table.factorised(trial, with_unseen, key.child(2).child(start))?;
        put(&mut findings, name, &vectors, &language.topics)?;
    }
    let vectors = table.eigenvectors(key.child(3))?;
    put(&mut findings, SVD, &vectors, &language.topics)?;
    Ok(findings)
}

/// Purity of all words, and of the frequent, middle and rare third.
fn put(
    findings: &mut Findings,
    name: &str,
    vectors: &[f64],
    topics: &[usize],
) -> Result<(), StudyError> {
    let shape = [WORDS, WIDTH];
    let found = nearest_others(&Array::new(vectors, &shape), 5, Proximity::Cosine)?;
    let purity = |(word, near): (usize, &[usize])| {
        near.iter()
            .filter(|&&other| topics[other] == topics[word])
            .count() as f64
            / 5.0
    };
    let purities: Vec<f64> = found
        .places()
        .chunks_exact(5)
        .enumerate()
        .map(purity)
        .collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let third = WORDS / 3;
    findings.put_all(
        name,
        [
            ("purity", mean(&purities)),
            ("purity, frequent", mean(&purities[..third])),
            ("purity, rare", mean(&purities[WORDS - third..])),
        ],
    );
    // Purity by frequency rank, ten words at a time.
    let points = purities.chunks(20).enumerate();
    let points = points.map(|(index, values)| (20.0 * index as f64 + 10.5, mean(values)));
    findings.curve("purity", name, points);
    Ok(())
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = results.difference("words", "purity, rare", SWIVEL, SEEN)?;
    let what = "purity of rare words by Swivel over seen cells alone";
    Ok(vec![Clause::above(what, &gain, 0.0)])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let axes = ["rank of the word by frequency", "purity"];
    Ok(vec![Exhibit::new(
        "Share of the five nearest words that are of the word's topic, from frequent words on the left to rare ones.",
        charts::lines(results, "words", "purity", axes),
    )])
}
