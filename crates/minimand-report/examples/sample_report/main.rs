//! Writes a page of made-up results with every kind of figure, to look at:
//! `sample_report PATH`. `scripts/check_report PATH` takes its pictures.

mod classification;
mod ranking;
mod regression;

use std::path::Path;
use std::{env, process};

use minimand_report::html::{Page, Section};

/// Name, mean and half width of the interval of the error, and seconds per fold.
const RESULTS: [(&str, f64, f64, f64); 6] = [
    ("pseudo_huber(delta=1.35)", 0.4127, 0.0093, 12.4),
    ("log_cosh", 0.4151, 0.0101, 12.9),
    ("mae", 0.4230, 0.0088, 11.7),
    (
        "0.5*quantile(tau=0.5) + 0.5*smoothed_pinball(tau=0.5,bandwidth=0.05)",
        0.4262,
        0.0120,
        14.2,
    ),
    ("mse", 0.4419, 0.0165, 11.5),
    ("cauchy", 0.4683, 0.0242, 12.6),
];

fn main() {
    let Some(path) = env::args().nth(1) else {
        eprintln!("usage: sample_report PATH");
        process::exit(2);
    };
    if let Err(error) = page().write(Path::new(&path)) {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn page() -> Page {
    Page::new("Loss comparison: housing.csv")
        .subtitle("6 losses, 5 folds × 4 repeats, 20,640 rows, target median_house_value")
        .headline(
            "Pseudo-Huber has the lowest error, but log-cosh cannot be told apart from it. \
             Both beat squared error.",
        )
        .section(ranking::intervals())
        .section(ranking::ranks())
        .section(ranking::results())
        .group(regression::group().open())
        .group(classification::group())
        .section(settings())
        .footer("Made-up numbers. Written by minimand 0.1.0 on 2026-11-24.")
}

/// Numbers that look random and are the same on every run, from 0 to 1.
fn noise(seed: u64) -> impl Iterator<Item = f64> {
    (seed..).map(|index| {
        let mut bits = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    })
}

fn settings() -> Section {
    let all = Section::new("All settings").key_values([
        (
            "Optimiser",
            "Adam, learning rate 0.001, β₁ = 0.9, β₂ = 0.999",
        ),
        ("Network", "2 hidden layers of 64 units, ReLU"),
        ("Batch size", "256"),
        ("Early stopping", "after 10 epochs without improvement"),
        ("Seed", "20261124"),
        (
            "Data SHA-256",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
    ]);
    Section::new("How to reproduce")
        .paragraph("The same command on the same file gives the same numbers, bit for bit.")
        .code(
            "minimand compare housing.csv --target median_house_value \\\n  \
             --losses pseudo-huber,log-cosh,mae,quantile,mse,cauchy \\\n  \
             --folds 5 --repeats 4 --seed 20261124",
        )
        .fold(&all)
}
