"""Writes the files that tests/table_files.rs reads: the same table as other libraries save it.

    python make.py        (needs pyarrow, polars and pandas)
"""

from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

HERE = Path(__file__).parent

# 2024-02-29T12:30:00.5 UTC, missing, 1969-12-31T23:59:59 UTC, in microseconds.
INSTANTS = [1709209800500000, None, -1000000]
TEXTS = ["b", None, "a"]


def timestamps(unit, zone=None):
    divisor = {"s": 1000000, "ms": 1000, "us": 1, "ns": 1}[unit]
    factor = 1000 if unit == "ns" else 1
    values = [None if v is None else v // divisor * factor for v in INSTANTS]
    return pa.array(values, pa.timestamp(unit, zone))


NUMBERS = {
    **{
        str(kind): pa.array([1, None, 100], kind)
        for kind in [
            pa.int8(), pa.int16(), pa.int32(), pa.int64(),
            pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
            pa.float32(), pa.float64(),
        ]
    },
    "float16": pa.array([1.0, None, 100.0], pa.float16()),
    "decimal128": pa.array([1, None, 100], pa.int64()).cast(pa.decimal128(22, 2)),
    "decimal256": pa.array([1, None, 100], pa.int64()).cast(pa.decimal256(40, 3)),
    "dictionary_number": pa.array([1, None, 100], pa.int64()).dictionary_encode(),
}

EVERYTHING = pa.table(
    {
        **NUMBERS,
        "bool": pa.array([True, None, False]),
        "string": pa.array(TEXTS, pa.string()),
        "large_string": pa.array(TEXTS, pa.large_string()),
        "string_view": pa.array(TEXTS, pa.string_view()),
        # The first text is in no row.
        "dictionary": pa.DictionaryArray.from_arrays(
            pa.array([2, None, 1], pa.int8()), pa.array(["unused", "a", "b"])
        ),
        "date32": pa.array([19782, None, -1], pa.date32()),
        "date64": pa.array([19782 * 86400000, None, -86400000], pa.date64()),
        "time_s": timestamps("s"),
        "time_ms": timestamps("ms", "UTC"),
        "time_us": timestamps("us", "America/New_York"),
        "time_ns": timestamps("ns", "+02:00"),
        "null": pa.nulls(3),
    }
)

# Defaults of pyarrow (Snappy), and other codecs.
pq.write_table(EVERYTHING, HERE / "pyarrow_snappy.parquet")
few = EVERYTHING.select(["int64", "string", "time_us"])
for codec in ["zstd", "lz4", "gzip", "none"]:
    pq.write_table(few, HERE / f"pyarrow_{codec}.parquet", compression=codec)
pq.write_table(few, HERE / "pyarrow_v2_pages.parquet", data_page_version="2.0", row_group_size=2)
pq.write_table(few, HERE / "pyarrow_brotli.parquet", compression="brotli")
feather.write_feather(EVERYTHING, HERE / "pyarrow_lz4.feather")
feather.write_feather(few, HERE / "pyarrow_zstd.feather", compression="zstd")
with pa.ipc.new_stream(HERE / "pyarrow_stream.arrows", few.schema) as writer:
    writer.write_table(few, max_chunksize=2)
nested = pa.table({"x": [1], "list": [[1, 2]], "struct": [{"a": 1}], "binary": [b"x"], "time": pa.array([1], pa.time32("s"))})
for name in ["list", "struct", "binary", "time"]:
    pq.write_table(nested.select(["x", name]), HERE / f"pyarrow_{name}.parquet")

frame = pd.DataFrame(
    {
        "int64": pd.array([1, None, 100], "Int64"),
        "float64": [1.0, None, 100.0],
        "bool": pd.array([True, None, False], "boolean"),
        "dictionary": pd.Categorical(TEXTS),
        "string": pd.array(TEXTS, "string"),
        "time_us": pd.to_datetime(pd.Series(INSTANTS, dtype="Int64"), unit="us", utc=True),
    }
)
frame.to_parquet(HERE / "pandas.parquet")
frame.to_csv(HERE / "pandas.csv", index=False)
frame.to_csv(HERE / "pandas.csv.gz", index=False, compression={"method": "gzip", "mtime": 1})

lazy = pl.from_arrow(few).with_columns(
    pl.Series("dictionary", TEXTS, pl.Categorical),
    pl.Series("enum", TEXTS, pl.Enum(["unused", "b", "a"])),
)
lazy.write_parquet(HERE / "polars.parquet")
lazy.write_ipc(HERE / "polars.arrow")
lazy.write_csv(HERE / "polars.csv")
