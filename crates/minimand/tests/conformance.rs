//! Every registered loss passes the suite, or those that `MINIMAND_LOSSES` names (with commas between).

use minimand::catalog::{Catalog, Entry};
use minimand::conformance;
use std::collections::HashMap;
use std::env;
use std::sync::Mutex;
use std::thread;

#[test]
fn every_registered_loss_passes() {
    let catalog = Catalog::builtin();
    let only = env::var("MINIMAND_LOSSES").ok();
    let only: Option<Vec<&str>> = only.as_ref().map(|names| names.split(',').collect());
    let wanted = |name| only.as_ref().is_none_or(|only| only.contains(&name));
    let entries = catalog.entries().iter().filter(|entry| wanted(entry.name));
    let entries: Vec<&Entry> = entries.copied().collect();
    let named = only.as_ref().map_or(catalog.entries().len(), Vec::len);
    assert_eq!(entries.len(), named, "{only:?} are not all losses");
    let queue = Mutex::new(entries.into_iter());
    let next = || queue.lock().ok()?.next();
    let failures = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(entry) = next() {
                    let found = conformance::check(entry);
                    failures.lock().unwrap().extend(found);
                }
            });
        }
    });
    let mut failures: Vec<String> = failures
        .into_inner()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn a_name_means_one_loss() {
    let mut owners = HashMap::new();
    for entry in Catalog::builtin().entries() {
        for name in entry.aliases.iter().chain([&entry.name]) {
            if let Some(other) = owners.insert(*name, entry.name) {
                panic!("`{name}` is {other} and {}", entry.name);
            }
        }
    }
}
