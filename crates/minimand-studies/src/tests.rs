//! What holds of every study.

use std::collections::BTreeSet;

use minimand::{Objective, Paper};

use crate::outcome::{Judged, kept};
use crate::rule::Verdict;
use crate::run::{Plan, run};
use crate::study::Scale;
use crate::{STUDIES, areas, find};

#[test]
fn studies_are_sound_and_in_order() {
    let mut numbers = BTreeSet::new();
    let (mut last, mut area) = (0, "");
    for study in STUDIES {
        let paper = Paper::find(study.paper).unwrap();
        assert_eq!(paper.slug, study.slug);
        assert!(numbers.insert(study.paper), "{} twice", study.paper);
        assert!(
            study.source.contains(&format!("paper: {},", study.paper)),
            "{}",
            study.slug
        );
        assert!(
            !study.parts.is_empty() && study.seeds >= 3,
            "{}",
            study.slug
        );
        for text in [study.claim, study.reduced, study.setting, study.control] {
            assert!(text.ends_with('.'), "{}: {text}", study.slug);
        }
        assert!(
            study.mended.is_empty() || study.mended.ends_with('.'),
            "{}",
            study.slug
        );
        for objective in study.objectives {
            objective.parse::<Objective>().unwrap();
        }
        assert!(
            study.paper > last || paper.area != area,
            "{} out of order",
            study.slug
        );
        area = paper.area;
        last = study.paper;
    }
    let different: BTreeSet<&str> = areas().into_iter().collect();
    assert_eq!(
        different.len(),
        areas().len(),
        "an area's studies stand apart"
    );
}

#[test]
fn every_study_runs_and_its_page_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan {
        scale: Scale::Smoke,
        seed: 0,
        data: None,
        folder: folder.path().to_owned(),
        fresh: false,
        threads: None,
    };
    let outcomes = run(STUDIES, &plan, &()).unwrap();
    let outcomes: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| Some(outcome.unwrap()))
        .collect();
    let pages: Vec<_> = STUDIES.iter().copied().zip(outcomes).collect();
    let index = crate::report::write(&pages, folder.path()).unwrap();
    let index = std::fs::read_to_string(index).unwrap();
    for (study, outcome) in &pages {
        assert!(index.contains(&study.name()));
        let page = folder.path().join(format!("{}.html", study.name()));
        assert!(
            std::fs::read_to_string(page)
                .unwrap()
                .contains("The negative control")
        );
        assert_eq!(outcome.as_ref().unwrap().scale, Scale::Smoke);
    }
}

/// The kept numbers, judged by the rule as it stands, give the kept verdicts; and no rule is taken in
/// by its negative control.
#[test]
fn kept_outcomes_are_of_the_rules_as_they_stand() {
    for study in STUDIES {
        let kept = kept(study).unwrap();
        let kept = kept.unwrap_or_else(|| panic!("{} has no kept outcome", study.name()));
        assert_eq!(
            (kept.seed, kept.scale),
            (0, Scale::Normal),
            "{}",
            study.name()
        );
        assert!(
            kept.is_current(study),
            "{} is stale: run `study run --stale`",
            study.name()
        );
        for judged in [&kept.experiment, &kept.control] {
            let again = Judged::new(study, judged.results.clone()).unwrap();
            assert_eq!(again, *judged, "{}", study.name());
        }
        assert_ne!(kept.control.verdict, Verdict::Holds, "{}", study.name());
    }
}

#[test]
fn a_study_is_found_by_number_and_name() {
    for name in ["3", "003", "squentropy", "003-squentropy"] {
        assert_eq!(find(name).unwrap().paper, 3);
    }
    let error = find("squentropi").err().unwrap().to_string();
    assert!(error.contains("did you mean `squentropy`?"), "{error}");
    assert!(find("999").is_err());
}
