//! Reads a table and says what it took: `cargo run --release --example read_table -- FILE`.

use std::time::Instant;
use std::{env, fs, process};

use minimand_report::table::{ColumnData, read};

fn main() {
    let Some(path) = env::args_os().nth(1) else {
        eprintln!("usage: read_table FILE");
        process::exit(2);
    };
    let start = Instant::now();
    let table = match read(path.as_ref()) {
        Ok(table) => table,
        Err(error) => {
            eprintln!("{error}");
            process::exit(1);
        }
    };
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = fs::metadata(&path).map_or(0.0, |file| file.len() as f64 / 1e6);
    println!(
        "{} rows, {} columns in {seconds:.2} s: {:.0} MB/s of {megabytes:.0} MB",
        table.rows(),
        table.columns().len(),
        megabytes / seconds,
    );
    if let Some(peak) = peak_memory() {
        println!("peak memory {peak}");
    }
    for column in table.columns().iter().take(20) {
        let kind = match &column.data {
            ColumnData::Number(_) => "numbers".to_owned(),
            ColumnData::Boolean(_) => "booleans".to_owned(),
            ColumnData::Date(_) => "dates".to_owned(),
            ColumnData::Category { names, .. } => format!("{} categories", names.len()),
        };
        println!("{}: {kind}, {} missing", column.name, column.data.missing());
    }
}

/// The most memory the process ever held, where the system tells.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(
        line.split_whitespace()
            .skip(1)
            .collect::<Vec<_>>()
            .join(" "),
    )
}
