//! Every registered loss passes the suite, and broken losses do not.

use minimand::catalog::Catalog;
use minimand::conformance;

#[test]
fn every_registered_loss_passes() {
    let failures: Vec<String> = Catalog::builtin()
        .entries()
        .iter()
        .flat_map(|entry| conformance::check(entry))
        .map(|failure| failure.to_string())
        .collect();
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
