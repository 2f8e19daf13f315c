//! `minimand losses`.

use minimand::{Area, Catalog, Facts};
use serde_json::Value;

use crate::support::{Folder, minimand};

fn names(arguments: &[&str]) -> Vec<String> {
    let json = minimand(["losses", "--json"].iter().chain(arguments)).json();
    let name = |entry: &Value| entry["name"].as_str().unwrap().to_owned();
    json.as_array().unwrap().iter().map(name).collect()
}

#[test]
fn the_table_lists_every_entry_in_aligned_columns() {
    let table = minimand(["losses"]).good();
    let lines: Vec<&str> = table.lines().collect();
    let catalog = Catalog::builtin();
    assert_eq!(lines.len(), 1 + catalog.entries().len());
    let column = |title: &str| lines[0].find(title).unwrap();
    for (entry, line) in catalog.entries().iter().zip(&lines[1..]) {
        let cells: Vec<char> = line.chars().collect();
        let cell = |from: &str| cells[column(from)..].iter().collect::<String>();
        assert!(line.starts_with(&format!("{} ", entry.name)), "{line}");
        assert!(
            cell("AREA").starts_with(&format!("{} ", entry.area)),
            "{line}"
        );
        assert!(
            cell("SHAPE").starts_with(&format!("{} ", entry.shape)),
            "{line}"
        );
        assert!(
            cell("SUMMARY").starts_with(entry.summary().trim_end_matches('.')),
            "{line}"
        );
        for parameter in entry.parameters {
            assert!(line.contains(&format!("{}=", parameter.name)), "{line}");
        }
    }
}

#[test]
fn a_page_draws_its_curve_and_names_its_papers() {
    let page = minimand(["losses", "squentropy"]).good();
    assert!(
        page.contains("003 Cut your Losses with Squentropy (ICML 2023)"),
        "{page}"
    );
    assert!(page.contains("margin: score of the true class"), "{page}");
    let curve = &minimand(["losses", "squentropy", "--json"]).json()["curve"];
    assert_eq!(curve["x"].as_array().unwrap().len(), 121);
    let folder = Folder::new();
    folder.run("losses huber --svg huber.svg").good();
    let svg = std::fs::read_to_string(folder.path("huber.svg")).unwrap();
    assert!(
        svg.starts_with("<svg xmlns=") && svg.contains("derivative"),
        "{svg}"
    );
    let refusal = folder.run("losses dice --svg dice.svg").refusal();
    assert!(
        refusal.contains("`--svg` draws losses of one score"),
        "{refusal}"
    );
}

#[test]
fn areas_and_facts_filter() {
    let catalog = Catalog::builtin();
    for area in Area::ALL {
        let want: Vec<&str> = catalog
            .entries()
            .iter()
            .filter(|e| e.area == area)
            .map(|e| e.name)
            .collect();
        assert_eq!(names(&["--area", &area.to_string()]), want);
    }
    for fact in Facts::WORDS {
        let holds = |e: &&&minimand::Entry| e.facts().unwrap().words(e.shape).contains(&fact);
        let want: Vec<&str> = catalog
            .entries()
            .iter()
            .filter(holds)
            .map(|e| e.name)
            .collect();
        assert_eq!(names(&["--where", fact]), want);
    }
    let both = names(&["--where", "proper and convex"]);
    assert!(both.contains(&"cross_entropy".to_owned()) && !both.contains(&"focal".to_owned()));
    assert_eq!(names(&["--where", "proper", "--where", "convex"]), both);
    assert_eq!(names(&["--where", "convex,proper"]), both);
    let none = minimand(["losses", "--where", "proper and bounded and elicits_mean"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, ""));
    assert_eq!(none.stderr, "no loss has all of these properties\n");
    assert!(names(&["--where", "proper and elicits_mean"]).is_empty());
}

#[test]
fn unknown_areas_facts_and_names_say_what_there_is() {
    let area = minimand(["losses", "--area", "seg"]).usage();
    assert!(
        Area::ALL
            .iter()
            .all(|known| area.contains(&known.to_string())),
        "{area}"
    );
    let fact = minimand(["losses", "--where", "proper and smooth"]).usage();
    assert!(fact.contains("there is no fact `smooth`"), "{fact}");
    assert!(
        Facts::WORDS.iter().all(|known| fact.contains(known)),
        "{fact}"
    );
    let name = minimand(["losses", "fokal"]).refusal();
    assert_eq!(name, "unknown loss `fokal`; did you mean `focal`?");
    assert!(
        minimand(["losses", "focal", "--area", "binary"])
            .usage()
            .contains("cannot be used")
    );
}

#[test]
fn a_page_tells_everything_about_a_loss() {
    let page = minimand(["losses", "focal"]).good();
    for part in [
        "focal(gamma=2, alpha=none)\nclassification · rows\n",
        "  ℓ(z, y) = −α_y (1 − p_y)^γ ln p_y,  p = softmax(z)\n",
        "  gamma = 2 (a number ≥ 0)\n      Focusing exponent γ.\n",
        "  -(q^2*ln_p)\n",
        "  adding a number to all logits of a row changes nothing\n",
        "  focal of [2, -1, 0.5] for 0 = 0.0110927501 (paper 024, test vector)\n",
        "Also called\n  softmax_focal, focal_loss\n",
        "Papers\n  024 Focal Loss for Dense Object Detection (ICCV 2017)\n",
    ] {
        assert!(page.contains(part), "{page}\n has not\n{part}");
    }
    assert!(
        page.lines().all(|line| line.chars().count() <= 100),
        "{page}"
    );
    // An alias leads to the same page.
    assert_eq!(minimand(["losses", "focal_loss"]).good(), page);
}

#[test]
fn every_loss_has_a_page_and_its_json() {
    for entry in Catalog::builtin().entries() {
        let page = minimand(["losses", entry.name]).good();
        // A long summary is wrapped.
        let words: Vec<&str> = page.split_whitespace().collect();
        assert!(words.join(" ").contains(entry.summary()), "{page}");
        let json = minimand(["losses", entry.name, "--json"]).json();
        assert_eq!(json["signature"], entry.signature());
        assert_eq!(json["known"].as_array().unwrap().len(), entry.known.len());
        let parameters = json["parameters"].as_array().unwrap();
        assert_eq!(parameters.len(), entry.parameters.len());
        for (parameter, info) in parameters.iter().zip(entry.parameters) {
            assert_eq!(parameter["name"], info.name);
            assert_eq!(parameter["expected"], info.expected());
            assert!(!parameter["documentation"].as_str().unwrap().is_empty());
        }
    }
    let dice = minimand(["losses", "dice", "--json"]).json();
    assert_eq!(dice["parameters"][0]["default"], 1e-5);
    assert_eq!(dice["parameters"][1]["default"], false);
    assert_eq!(dice["parameters"][3]["default"], "softmax");
}
