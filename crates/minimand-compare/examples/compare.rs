//! Compares objectives on a built-in data set and writes the report:
//! `cargo run --release -p minimand-compare --example compare -- digits OUTPUT_FOLDER`.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use minimand_compare::progress::Bar;
use minimand_compare::{Request, Source, prepare, run};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let source = arguments.next().unwrap_or_else(|| "digits".to_owned());
    let folder = arguments
        .next()
        .map_or_else(|| std::env::temp_dir().join("compare"), PathBuf::from);
    prepare(&folder)?;
    let request = Request {
        source: Source::parse(&source),
        target: arguments.next(),
        ..Request::default()
    };
    let outcome = run(&request, &Bar::new())?;
    let written = outcome.write(&folder)?;
    // Not `print!`, which panics when the reader has gone away.
    write!(
        std::io::stdout(),
        "{}\nreport: {}\n",
        outcome.table(),
        written.report.display()
    )?;
    Ok(())
}
