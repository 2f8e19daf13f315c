//! Compares the usual objectives on a built-in set or a table.
//!
//! `cargo run --release -p minimand-compare --example compare [DATA [TARGET]]`

use std::error::Error;
use std::path::Path;

use minimand_compare::progress::Bar;
use minimand_compare::{Comparison, Request, Source, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut request = Request::default();
    if let Some(data) = arguments.next() {
        request.source = Source::parse(&data);
    }
    request.targets = arguments.collect();
    let comparison = Comparison::new(request)?;
    let folder = comparison.default_folder();
    let store = Store::open(&folder, comparison.plan(), false)?;
    comparison.train(&store, None, None, &Bar::new())?;
    let outcome = comparison.outcome(&store)?;
    print!("{}", outcome.table());
    let written = outcome.write(Path::new(&folder))?;
    println!("\n{}", written.report.display());
    Ok(())
}
