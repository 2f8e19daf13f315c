"""Tables of other libraries as columns that comparisons read, and back.

A column is ``(name, kind, values, names)``:

========== =========================================== ======= =====
kind       values                                      missing names
========== =========================================== ======= =====
"number"   float64                                     NaN     empty
"date"     float64, seconds since 1970-01-01T00:00:00Z NaN     empty
"boolean"  int64, 0 and 1                              -1      empty
"category" int64, positions in ``names``               -1      texts
========== =========================================== ======= =====

Nothing is imported but what made the table.
"""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._minimand import DTypeError, ShapeError

__all__ = ["Column", "frame", "kept", "read"]

Column = tuple[str, str, NDArray[Any], list[str]]

_ADVICE = {
    "m": "make it a number, say of seconds, or drop it",
    "c": "make a column of each part, or drop it",
}


def read(data: Any, name: str) -> list[Column]:
    """The columns of a table or an array; a column without a name is called ``name``, several are ``name_0`` and so on.

    ``data`` is a data frame or series of pandas or polars, a table or array of pyarrow or whatever else has
    ``__arrow_c_stream__`` (with pyarrow), a mapping of names to columns, a NumPy array ``[rows]`` or ``[rows, columns]``,
    or what becomes one.

    Errors: a column of another type than numbers, true and false, dates and text (:class:`minimand.DTypeError`),
    and arrays with other axes (:class:`minimand.ShapeError`).
    """
    library = type(data).__module__.partition(".")[0]
    if library == "pandas":
        return _read_pandas(data, name)
    if library == "polars":
        return _read_polars(data, name)
    if library == "pyarrow":
        return _read_arrow(data, name)
    if isinstance(data, Mapping):
        return [column for key, values in data.items() for column in _named(str(key), read(values, str(key)))]
    if hasattr(data, "__arrow_c_stream__"):
        import pyarrow

        return _read_arrow(pyarrow.table(data), name)
    return _read_array(data, name)


def _named(name: str, columns: list[Column]) -> list[Column]:
    """A single column by this name, several as they are."""
    return [(name, *columns[0][1:])] if len(columns) == 1 else columns


def kept(columns: Sequence[Column]) -> str:
    """What kind of values the columns hold, if it is one: ``number``, ``boolean``, ``category`` or ``date``."""
    kinds = {kind for _, kind, _, _ in columns}
    return kinds.pop() if len(kinds) == 1 else ""


def frame(columns: Sequence[Column], like: Any) -> Any:
    """Columns as a data frame of the library that ``like`` is of, else of pandas; without it, a dict of arrays.

    Numbers are float64, dates datetime64[us], text is text, and true and false are bool.
    """
    library = type(like).__module__.partition(".")[0]
    arrays = {name: _array(kind, values, names) for name, kind, values, names in columns}
    if library == "polars":
        import polars

        return polars.DataFrame(arrays)
    if library == "pyarrow":
        import pyarrow

        return pyarrow.table({name: pyarrow.array(values) for name, values in arrays.items()})
    try:
        import pandas
    except ImportError:
        return arrays
    index = like.index if library == "pandas" else None
    return pandas.DataFrame(arrays, index=index)


def _array(kind: str, values: NDArray[Any], names: list[str]) -> NDArray[Any]:
    if kind == "category":
        return np.array([None if code < 0 else names[code] for code in values.tolist()], dtype=object)
    if kind == "boolean":
        flags: NDArray[np.bool_] = values == 1
        return flags
    if kind == "date":
        return (values * 1e6).astype("datetime64[us]")
    return values


def _read_pandas(data: Any, name: str) -> list[Column]:
    if data.ndim == 1:
        return [_of_pandas(name if data.name is None else str(data.name), data)]
    return [_of_pandas(str(label), data.iloc[:, at]) for at, label in enumerate(data.columns)]


def _of_pandas(name: str, series: Any) -> Column:
    from pandas.api import types

    dtype = series.dtype
    missing = series.isna().to_numpy()
    if type(dtype).__name__ == "CategoricalDtype":
        codes = series.cat.codes.to_numpy(dtype=np.int64)
        return name, "category", codes, [str(label) for label in series.cat.categories]
    if types.is_bool_dtype(dtype):
        flags = np.where(missing, -1, series.fillna(False).to_numpy(dtype=np.int64))
        return name, "boolean", flags.astype(np.int64), []
    if types.is_datetime64_any_dtype(dtype):
        moments = series.dt.tz_convert("UTC").dt.tz_localize(None) if getattr(series.dt, "tz", None) else series
        return _dates(name, moments.to_numpy(dtype="datetime64[ns]"))
    if types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype):
        return name, "number", series.to_numpy(dtype=np.float64, na_value=np.nan), []
    if types.is_timedelta64_dtype(dtype) or types.is_complex_dtype(dtype):
        raise _refused(name, str(dtype), _ADVICE["m" if types.is_timedelta64_dtype(dtype) else "c"])
    if type(dtype).__name__ in ("PeriodDtype", "IntervalDtype", "SparseDtype"):
        raise _refused(name, str(dtype), "make it numbers, dates or text, or drop it")
    return _of_objects(name, series.astype(object).where(~missing, None).tolist())


def _read_polars(data: Any, name: str) -> list[Column]:
    if type(data).__name__ == "LazyFrame":
        data = data.collect()
    if hasattr(data, "get_columns"):
        return [_of_polars(series.name, series) for series in data.get_columns()]
    return [_of_polars(data.name or name, data)]


def _of_polars(name: str, series: Any) -> Column:
    import polars

    dtype = series.dtype
    if dtype.is_numeric() or dtype == polars.Null:
        return name, "number", series.cast(polars.Float64).fill_null(np.nan).to_numpy(), []
    if dtype == polars.Boolean:
        return name, "boolean", series.cast(polars.Int64).fill_null(-1).to_numpy(), []
    if dtype in (polars.Date, polars.Datetime):
        # The physical value of a moment with a time zone is that of UTC.
        unit = "D" if dtype == polars.Date else dtype.time_unit
        moments = series.to_physical().cast(polars.Int64)
        values = moments.fill_null(0).to_numpy().astype(f"datetime64[{unit}]")
        values[series.is_null().to_numpy()] = np.datetime64("NaT")
        return _dates(name, values)
    if dtype in (polars.String, polars.Categorical, polars.Enum):
        return _of_texts(name, series.cast(polars.String).to_list())
    if dtype == polars.Object:
        return _of_objects(name, series.to_list())
    raise _refused(name, str(dtype), "make it numbers, dates or text, or drop it")


def _read_arrow(data: Any, name: str) -> list[Column]:
    if hasattr(data, "column_names"):
        return [_of_arrow(column, data.column(at)) for at, column in enumerate(data.column_names)]
    return [_of_arrow(name, data)]


def _of_arrow(name: str, array: Any) -> Column:
    import pyarrow
    from pyarrow import compute, types

    kind = array.type
    if types.is_dictionary(kind):
        array, kind = array.cast(kind.value_type), kind.value_type
    if types.is_null(kind):
        return name, "number", np.full(len(array), np.nan), []
    if types.is_boolean(kind):
        return name, "boolean", _numbers(compute.fill_null(array.cast(pyarrow.int64()), -1)), []
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        values = compute.fill_null(array.cast(pyarrow.float64(), safe=False), np.nan)
        return name, "number", _numbers(values), []
    if types.is_date(kind) or types.is_timestamp(kind):
        unit = kind.unit if types.is_timestamp(kind) else "D" if types.is_date32(kind) else "ms"
        whole = array.cast(pyarrow.int32()) if unit == "D" else array
        values = _numbers(compute.fill_null(whole.cast(pyarrow.int64()), 0)).astype(f"datetime64[{unit}]")
        values[_numbers(compute.is_null(array))] = np.datetime64("NaT")
        return _dates(name, values)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return _of_texts(name, array.to_pylist())
    raise _refused(name, str(kind), "make it numbers, dates or text, or drop it")


def _numbers(array: Any) -> NDArray[Any]:
    """A writable NumPy array of an array of pyarrow in which nothing is missing."""
    return np.array(array.to_numpy(zero_copy_only=False) if hasattr(array, "buffers") else array.to_numpy())


def _read_array(data: Any, name: str) -> list[Column]:
    if isinstance(data, np.ma.MaskedArray):
        raise DTypeError(f"`{name}` is a masked array; fill it with NaN, as in numpy.ma.filled(array, numpy.nan)")
    if hasattr(data, "tocsr"):
        raise DTypeError(f"`{name}` is a sparse matrix; make it dense with .toarray(), or keep the columns that matter")
    array = np.asarray(data)
    if array.dtype.names:
        return [_of_array(column, array[column]) for column in array.dtype.names]
    if array.ndim == 1:
        return [_of_array(name, array)]
    if array.ndim != 2:
        raise ShapeError(f"`{name}` must have shape [rows] or [rows, columns], got {list(array.shape)}")
    # One pass over the rows, rather than one for each column.
    columns = np.asfortranarray(array)
    return [_of_array(f"{name}_{at}", columns[:, at]) for at in range(columns.shape[1])]


def _of_array(name: str, array: NDArray[Any]) -> Column:
    kind = array.dtype.kind
    if kind in "fiu" or (kind == "V" and "float" in str(array.dtype)):
        return name, "number", np.ascontiguousarray(array, dtype=np.float64), []
    if kind == "b":
        return name, "boolean", np.ascontiguousarray(array, dtype=np.int64), []
    if kind == "M":
        return _dates(name, array)
    if kind in "UT":
        return _of_texts(name, array.tolist())
    if kind == "O":
        return _of_objects(name, array.tolist())
    raise _refused(name, str(array.dtype), _ADVICE.get(kind, "make it numbers, dates or text, or drop it"))


def _of_texts(name: str, values: Iterable[str | None]) -> Column:
    code_of: dict[str, int] = {}
    codes = [-1 if text is None else code_of.setdefault(text, len(code_of)) for text in values]
    return name, "category", np.array(codes, dtype=np.int64), list(code_of)


def _of_objects(name: str, values: Sequence[Any]) -> Column:
    """Python objects of one kind, None and NaN where missing."""
    values = [None if _is_missing(value) else value for value in values]
    types = {type(value) for value in values if value is not None}
    if all(issubclass(one, str) for one in types) and types:
        return _of_texts(name, values)
    if all(issubclass(one, (bool, np.bool_)) for one in types) and types:
        flags = [-1 if value is None else int(value) for value in values]
        return name, "boolean", np.array(flags, dtype=np.int64), []
    if all(issubclass(one, (numbers.Real, decimal.Decimal)) for one in types):
        # An empty column too, as in tables that are read from text.
        numeric = [np.nan if value is None else float(value) for value in values]
        return name, "number", np.array(numeric, dtype=np.float64), []
    if all(issubclass(one, datetime.date) for one in types):
        return name, "date", np.array([_seconds(value) for value in values], dtype=np.float64), []
    found = ", ".join(sorted(one.__name__ for one in types))
    raise _refused(name, found, "make all of it numbers, dates or text, or drop it")


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (float, np.floating)) and bool(value != value)


def _seconds(moment: datetime.date | None) -> float:
    """A moment without a time zone counts as UTC, a day as its midnight."""
    if moment is None:
        return float("nan")
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime(moment.year, moment.month, moment.day)
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
    return zoned.timestamp()


def _dates(name: str, moments: NDArray[Any]) -> Column:
    # Microseconds, as in files: every way of writing an instant gives the same number.
    micros = moments.astype("datetime64[us]")
    seconds = micros.astype(np.int64) / 1e6
    seconds[np.isnat(micros)] = np.nan
    return name, "date", seconds, []


def _refused(column: str, found: str, advice: str) -> DTypeError:
    return DTypeError(f"column {column!r} holds {found}: {advice}")
