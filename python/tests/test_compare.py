"""`minimand.compare`: data of every library in, the same numbers out, and a run that can be stopped and goes on."""

from __future__ import annotations

import datetime
import html
import io
import os
import re
import signal
import sys
import threading

import numpy as np
import pytest

import minimand as mm
from minimand import _columns, _compare, _progress

SMALL = {
    "models": ["linear"],
    "folds": 3,
    "repeats": 1,
    "epochs": 4,
    "patience": 4,
    "learning_rates": [0.05],
    "progress": False,
}


def flats(rows: int = 90) -> dict[str, np.ndarray]:
    """Rents that depend on size and district, with everything that a table can hold."""
    random = np.random.default_rng(0)
    size = random.uniform(20, 120, rows)
    district = random.choice(np.array(["north", "south", "old town"]), rows)
    garden = random.random(rows) < 0.4
    rent = 8 * size + 200 * (district == "north") + 50 * garden + random.normal(0, 20, rows)
    built = np.datetime64("1950-01-01") + random.integers(0, 25_000, rows).astype("timedelta64[D]")
    return {
        "size": size,
        "district": district,
        "rooms": (size // 30).astype(np.int32),
        "built": built.astype("datetime64[us]"),
        "garden": garden,
        "rent": rent,
    }


def made(library: str, data: dict[str, np.ndarray]):
    """The table in a library; `pandas-arrow` and `pandas-nullable` have other types inside."""
    if library == "numpy":
        return data
    if library == "polars":
        return pytest.importorskip("polars").DataFrame(data)
    if library == "pyarrow":
        return pytest.importorskip("pyarrow").table(data)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(data)
    if library == "pandas-arrow":
        pytest.importorskip("pyarrow")
        return frame.convert_dtypes(dtype_backend="pyarrow")
    return frame.convert_dtypes() if library == "pandas-nullable" else frame


LIBRARIES = ["numpy", "pandas", "pandas-nullable", "pandas-arrow", "polars", "pyarrow"]


def plain(columns):
    """Columns that can be compared: values as a list, categories as texts."""
    shown = {}
    for name, kind, values, names in columns:
        assert values.dtype == (np.float64 if kind in ("number", "date") else np.int64)
        assert values.flags.c_contiguous
        texts = [None if code < 0 else names[code] for code in values.tolist()] if kind == "category" else None
        missing = [None if value != value else value for value in values.tolist()]
        shown[name] = (kind, texts or missing)
    return shown


@pytest.mark.parametrize("library", LIBRARIES)
def test_names_types_and_values_are_kept(library):
    data = flats(7)
    found = plain(_columns.read(made(library, data), "x"))
    assert list(found) == list(data)
    assert found["size"] == ("number", data["size"].tolist())
    assert found["rooms"] == ("number", data["rooms"].astype(float).tolist())
    assert found["district"] == ("category", data["district"].tolist())
    assert found["garden"] == ("boolean", data["garden"].astype(int).tolist())
    seconds = data["built"].astype("datetime64[s]").astype(np.int64).astype(float)
    assert found["built"] == ("date", seconds.tolist())


@pytest.mark.parametrize("library", ["pandas", "pandas-nullable", "pandas-arrow", "polars", "pyarrow", "objects"])
def test_missing_values_stay_missing(library):
    moment = datetime.datetime(2024, 5, 17, 10, 30, 0, 250_000)
    rows = {
        "number": [1.5, None, -2.0],
        "whole": [None, 3, 4],
        "text": ["b", None, "a"],
        "flag": [True, None, False],
        "moment": [moment, None, moment],
        "nothing": [None, None, None],
    }
    if library == "objects":
        table = {name: np.array(values, dtype=object) for name, values in rows.items()}
    elif library == "polars":
        table = pytest.importorskip("polars").DataFrame(rows)
    elif library == "pyarrow":
        table = pytest.importorskip("pyarrow").table(rows)
    else:
        pandas = pytest.importorskip("pandas")
        table = pandas.DataFrame(rows)
        if library == "pandas-nullable":
            table = table.convert_dtypes()
        elif library == "pandas-arrow":
            table = pandas.DataFrame(rows).convert_dtypes(dtype_backend="pyarrow")
    at = moment.replace(tzinfo=datetime.timezone.utc).timestamp()
    assert plain(_columns.read(table, "x")) == {
        "number": ("number", [1.5, None, -2.0]),
        "whole": ("number", [None, 3.0, 4.0]),
        "text": ("category", ["b", None, "a"]),
        "flag": ("boolean", [1, -1, 0]),
        "moment": ("date", [at, None, at]),
        "nothing": ("number", [None, None, None]),
    }


def test_moments_with_a_time_zone_are_those_of_utc():
    pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    there = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    moment = datetime.datetime(2024, 1, 1, 2, 0, tzinfo=there)
    at = datetime.datetime(2023, 12, 31, 20, 30, tzinfo=datetime.timezone.utc).timestamp()
    series = pandas.Series(pandas.to_datetime(["2024-01-01T02:00"])).dt.tz_localize(there)
    for values in (
        series,
        polars.Series([moment]).dt.convert_time_zone("Asia/Kolkata"),
        pyarrow.array([moment], pyarrow.timestamp("ms", "+05:30")),
        pyarrow.chunked_array([pyarrow.array([moment])]),
        [moment],
    ):
        [(_, kind, seconds, _)] = _columns.read(values, "t")
        assert (kind, seconds.tolist()) == ("date", [at])
    for day in (polars.Series([datetime.date(1969, 12, 31)]), pyarrow.array([datetime.date(1969, 12, 31)])):
        assert _columns.read(day, "t")[0][2].tolist() == [-86400.0]


def test_categories_of_pandas_are_categories_also_if_they_are_numbers():
    pandas = pytest.importorskip("pandas")
    values = pandas.Series(pandas.Categorical([30, 1, None, 30]), name="c")
    assert plain(_columns.read(values, "x")) == {"c": ("category", ["30", "1", None, "30"])}


def test_arrays_have_numbered_columns():
    for array in (np.arange(6.0).reshape(3, 2), np.arange(6, dtype=np.int16).reshape(3, 2), [[0, 1], [2, 3], [4, 5]]):
        assert plain(_columns.read(array, "x")) == {
            "x_0": ("number", [0.0, 2.0, 4.0]),
            "x_1": ("number", [1.0, 3.0, 5.0]),
        }
    strided = np.arange(12.0).reshape(6, 2)[::2]
    assert plain(_columns.read(strided, "x"))["x_1"] == ("number", [1.0, 5.0, 9.0])
    record = np.array([(1, "a"), (2, "b")], dtype=[("n", "i4"), ("t", "U1")])
    assert plain(_columns.read(record, "x")) == {"n": ("number", [1.0, 2.0]), "t": ("category", ["a", "b"])}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array([1, 2], dtype="timedelta64[s]"), "timedelta64"),
        (np.array([1j, 2j]), "complex"),
        (np.array([1, "a"], dtype=object), "int, str"),
        (np.array([b"a", b"b"], dtype=object), "bytes"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), "masked"),
    ],
)
def test_other_types_are_refused_by_name(values, words):
    with pytest.raises(mm.DTypeError, match=words):
        _columns.read({"odd": values}, "x")


def test_other_shapes_are_refused():
    with pytest.raises(mm.ShapeError, match=r"\[2, 2, 2\]"):
        _columns.read(np.zeros((2, 2, 2)), "x")
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(mm.DTypeError, match="dense"):
        _columns.read(sparse.eye(3).tocsr(), "X")


@pytest.fixture(scope="module")
def of_numpy(tmp_path_factory):
    """The comparison that all libraries must give."""
    folder = tmp_path_factory.mktemp("numpy")
    return mm.compare(flats(), "rent", losses=["mse", "mae"], folder=folder, **SMALL)


@pytest.mark.parametrize("library", [*LIBRARIES[1:], "parquet", "split"])
def test_every_library_gives_the_same_numbers(library, of_numpy, tmp_path):
    options = {"losses": ["mse", "mae"], "folder": tmp_path / "run", **SMALL}
    if library == "split":
        table = made("pandas", flats())
        found = mm.compare(table.drop(columns="rent"), table["rent"], **options)
    elif library == "parquet":
        path = tmp_path / "flats.parquet"
        made("polars", flats()).write_parquet(path)
        found = mm.compare(path, "rent", **options)
    else:
        found = mm.compare(made(library, flats()), "rent", **options)
    assert found.outcome["rankings"] == of_numpy.outcome["rankings"]
    assert found.outcome["data"]["features"] == 5


def test_the_table_is_that_of_the_folds(of_numpy):
    pandas = pytest.importorskip("pandas")
    stats = pytest.importorskip("scipy.stats")
    table = of_numpy.table
    assert isinstance(table, pandas.DataFrame)
    assert list(table.columns[:6]) == ["model", "objective", "is_baseline", "rmse", "rmse_low", "rmse_high"]
    folds = {
        one["expression"]: np.array([fold["test"]["rmse"] for fold in one["folds"]])
        for one in of_numpy.outcome["results"][0]["candidates"]
    }
    assert set(table["objective"]) == set(folds) == {"mse", "mae"}
    assert table["rmse"].is_monotonic_increasing
    for row in table.itertuples():
        assert row.rmse == pytest.approx(folds[row.objective].mean(), rel=1e-12)
        assert row.rmse_low < row.rmse < row.rmse_high
    # Nadeau and Bengio's test, which is against the baseline.
    differences = folds["mae"] - folds["mse"]
    share = of_numpy.outcome["test_to_train"]
    t = differences.mean() / (differences.std(ddof=1) * np.sqrt(1 / len(differences) + share))
    [other] = [one for one in of_numpy.standings if not one.is_baseline]
    assert other.difference == pytest.approx(differences.mean(), rel=1e-9)
    assert other.p == pytest.approx(2 * stats.t.sf(abs(t), len(differences) - 1), rel=1e-6)
    assert of_numpy.best.mean == table["rmse"].min() and of_numpy.metric == "rmse"


def test_the_report_is_one_page(of_numpy, tmp_path):
    path = of_numpy.save_report(tmp_path / "report.html")
    page = path.read_text(encoding="utf-8")
    assert of_numpy.verdict.headline in html.unescape(page)
    assert "<svg" in page and not re.search(r'(src|href)="(?!#|data:)', page)
    assert "minimand.compare(X, &#39;rent&#39;" in page or "minimand.compare(X, 'rent'" in page
    shown = of_numpy._repr_html_()
    [inner] = re.findall(r'srcdoc="([^"]*)"', shown)
    assert html.unescape(inner) == page
    assert shown.count("<tr>") == 3 and "RMSE" in shown
    assert (of_numpy.folder / "report.html").read_text(encoding="utf-8") == page
    assert str(of_numpy).splitlines()[0].startswith("data · 90 rows")
    assert str(of_numpy.verdict).splitlines()[0] == of_numpy.verdict.headline


def test_the_call_of_the_report_gives_the_same_again(of_numpy):
    call = of_numpy.outcome["command"]
    assert call == (
        "minimand.compare(X, 'rent', losses=['mse', 'mae'], models=['linear'], folds=3, repeats=1, "
        "learning_rates=[0.05], epochs=4, patience=4)"
    )


def test_numbers_are_predicted_with_an_interval(of_numpy):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    data = flats(40)
    data.pop("rent")
    frame = pandas.DataFrame(data, index=range(100, 140))
    found = of_numpy.predict(frame)
    assert list(found.columns) == ["rent", "rent_lower", "rent_upper"]
    assert found.index.equals(frame.index)
    assert (found["rent_lower"] < found["rent_upper"]).all()
    other = of_numpy.predict(polars.DataFrame(data))
    assert isinstance(other, polars.DataFrame)
    assert other["rent"].to_list() == found["rent"].to_list()
    with pytest.raises(mm.ParameterError, match="column `size` of numbers, which is missing here"):
        of_numpy.predict(frame.drop(columns="size"))


def blobs(rows: int = 120) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    labels = random.integers(0, 3, rows)
    centres = np.array([[0.0, 3.0], [3.0, 0.0], [-3.0, -3.0]])
    return centres[labels] + random.normal(0, 0.5, (rows, 2)), labels


@pytest.mark.parametrize(
    "labels",
    [lambda y: y, lambda y: np.array([10, 20, 35])[y], lambda y: y == 1, lambda y: np.array(["a", "b", "c"])[y]],
)
def test_classes_are_predicted_as_they_came(labels, tmp_path):
    pandas = pytest.importorskip("pandas")
    X, y = blobs()
    y = labels(y)
    options = SMALL | {"epochs": 12, "patience": 12}
    result = mm.compare(X, y, losses=["focal", mm.loss("brier")], folder=tmp_path, **options)
    assert result.outcome["baseline"] == "cross_entropy" and len(result.standings) == 3
    found = result.predict(X)
    assert isinstance(found, pandas.DataFrame) and list(found.columns)[0] == "y"
    predicted = found["y"].to_numpy()
    assert type(predicted.tolist()[0]) is type(y.tolist()[0])
    assert np.mean(predicted == y) > 0.9
    shares = found.drop(columns="y").to_numpy()
    assert shares.shape == (len(y), len(np.unique(y)))
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)


def test_several_targets_are_labels(tmp_path):
    X, y = blobs()
    Y = np.stack([y == 0, X[:, 0] > 0], axis=1)
    result = mm.compare(X, Y, folder=tmp_path, losses=["binary_cross_entropy"], **SMALL)
    assert result.outcome["data"]["task"] == "multilabel"
    found = result.predict(X)
    assert list(found.columns) == ["y_0", "y_1", "p_y_0", "p_y_1"]
    assert found["y_0"].dtype == bool
    by_name = mm.compare(
        {"a": X[:, 0], "b": X[:, 1], "one": Y[:, 0], "two": Y[:, 1]},
        ["one", "two"],
        folder=tmp_path / "names",
        losses=["binary_cross_entropy"],
        **SMALL,
    )
    assert by_name.outcome["data"]["target"] == "one, two"


def test_weights_groups_and_time_are_names_or_values(tmp_path):
    data = flats()
    random = np.random.default_rng(2)
    weights, groups = random.random(90), random.integers(0, 12, 90)
    values = mm.compare(
        data, "rent", weights=weights, groups=groups, losses=["mse"], folder=tmp_path / "values", **SMALL
    )
    names = mm.compare(
        data | {"w": weights, "g": groups},
        "rent",
        weights="w",
        groups="g",
        losses=["mse"],
        folder=tmp_path / "names",
        **SMALL,
    )
    assert values.outcome["rankings"] == names.outcome["rankings"]
    plain = mm.compare(data, "rent", losses=["mse"], folder=tmp_path / "plain", **SMALL)
    assert plain.outcome["rankings"] != names.outcome["rankings"]
    options = {key: value for key, value in SMALL.items() if key != "repeats"}
    forward = mm.compare(data, "rent", time="built", losses=["mse"], folder=tmp_path / "time", **options)
    assert forward.outcome["request"]["repeats"] == 1
    assert "forward in time" in str(forward)


def test_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    X, y = blobs(300)
    told: list[tuple[int, int, int]] = []
    sent: list[int] = []

    class Interrupt(_progress.Progress):
        def __call__(self, done, count, before, note):
            told.append((done, count, before))
            if done >= 2 and not sent:
                # From another thread, so that it meets the caller where it waits.
                sent.append(done)
                threading.Timer(0.0, os.kill, (os.getpid(), signal.SIGINT)).start()

    options = SMALL | {"epochs": 40, "patience": 40, "repeats": 6, "models": ["mlp(32)"], "threads": 1}
    del options["progress"]
    arguments = {"losses": ["focal"], "folder": tmp_path / "run", **options}
    monkeypatch.setattr(_compare, "Progress", Interrupt)
    with pytest.raises(KeyboardInterrupt) as caught:
        mm.compare(X, y, **arguments)
    assert "goes on" in caught.value.__notes__[0]
    finished = told[-1][0]
    assert sent[0] <= finished < 36 == told[-1][1]

    told.clear()
    result = mm.compare(X, y, **arguments)
    # It ended where the interrupt met it, with work left, and kept what was done.
    assert finished <= told[0][2] < 36 and told[-1][:2] == (36, 36)
    again = mm.compare(X, y, **(arguments | {"folder": tmp_path / "other", "threads": None}))
    assert result.outcome["rankings"] == again.outcome["rankings"]


def test_a_callback_that_fails_ends_the_run(tmp_path, monkeypatch):
    class Broken(_progress.Progress):
        def __call__(self, done, count, before, note):
            raise RuntimeError("no screen")

    monkeypatch.setattr(_compare, "Progress", Broken)
    with pytest.raises(RuntimeError, match="no screen"):
        mm.compare(flats(), "rent", losses=["mse"], folder=tmp_path, **SMALL)


def test_folders_are_chosen_by_data_and_options(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one = mm.compare(flats(), "rent", losses=["mse"], name="my flats", **SMALL)
    assert re.fullmatch(r"my_flats-[0-9a-f]{8}", one.folder.name) and one.folder.parent.name == "minimand-compare"
    two = mm.compare(flats(80), "rent", losses=["mse"], name="my flats", **SMALL)
    assert two.folder != one.folder
    for other, words in (
        ({"name": "my flats"}, r"\(its data was another\); use another folder=, or fresh=True"),
        ({"name": "others"}, r"`minimand compare 'my flats' --target rent .*`\); use another folder=, or fresh=True"),
    ):
        with pytest.raises(mm.Error, match=words):
            mm.compare(flats(80), "rent", losses=["mse"], folder=one.folder, **other, **SMALL)
    replaced = mm.compare(flats(80), "rent", losses=["mse"], name="my flats", folder=one.folder, fresh=True, **SMALL)
    assert replaced.outcome["rankings"] == two.outcome["rankings"]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"losses": ["focl"]}, mm.UnknownLossError, "focal"),
        ({"losses": ["focal(gamma=-1)"]}, mm.ParameterError, "gamma"),
        ({"losses": ["focal"]}, mm.UnsupportedError, "regression"),
        ({"losses": "mse"}, mm.ParameterError, "`losses` must be a list"),
        ({"folds": 1}, mm.ParameterError, "`folds` must be from 2 to 1000, got 1"),
        ({"folds": "five"}, mm.ParameterError, "`folds` must be a whole number, got 'five'"),
        ({"learning_rates": ["fast"]}, mm.ParameterError, "`learning_rates` must be a list of numbers"),
        ({"metric": "speed"}, mm.ParameterError, "log_loss, accuracy"),
        ({"models": ["forest"]}, mm.ParameterError, "linear, mlp"),
        ({"task": "ranking"}, mm.ParameterError, "classification, multilabel"),
        ({"weights": "wieght"}, mm.ParameterError, "no column `wieght` for weights="),
        ({"groups": np.zeros(3)}, mm.ShapeError, "`groups` must have a value for each of the 90 rows"),
        ({"time": np.zeros((90, 2))}, mm.ShapeError, "`time` must be one column"),
        ({"threads": 0}, mm.ParameterError, "`threads`"),
        ({"y": None}, mm.ParameterError, "name the target column"),
        ({"y": np.zeros(4)}, mm.ShapeError, "`y` must have a value"),
        ({"y": ["rent", "size"], "task": "regression"}, mm.ParameterError, "one target"),
        ({"X": None}, mm.ParameterError, "give X and y"),
        ({"X": "nowhere.csv"}, mm.ParameterError, "nowhere.csv"),
        ({"images": "scans"}, mm.ParameterError, "both `images` and `masks`"),
        ({"images": "scans", "masks": "masks"}, mm.ParameterError, "not both"),
        ({"label_noise": 0.3}, mm.ParameterError, "label noise"),
    ],
)
def test_what_cannot_be_used_is_named(change, error, words, tmp_path):
    arguments = {"X": flats(), "y": "rent", "losses": ["mse"], "folder": tmp_path, **SMALL, **change}
    with pytest.raises(error, match=re.escape(words)):
        mm.compare(**arguments)


def test_a_target_that_is_a_feature_too_is_refused(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(flats())
    with pytest.raises(mm.ParameterError, match="drop it from X"):
        mm.compare(frame, frame["rent"], folder=tmp_path, **SMALL)


def test_a_loss_that_diverges_everywhere_leaves_no_model(tmp_path):
    options = SMALL | {"learning_rates": [1e300]}
    result = mm.compare(flats(), "rent", losses=["mse"], folder=tmp_path, **options)
    assert result.best is None and "diverged" in result.verdict.headline
    assert result.standings[0].mean is None and "diverged 3/3" in result._repr_html_()
    with pytest.raises(mm.Error, match="no model"):
        result.predict(flats())


def test_built_in_sets_have_names(tmp_path):
    result = mm.compare("iris", losses=["focal"], folder=tmp_path, **SMALL)
    assert result.outcome["data"]["rows"] == 150
    assert result.outcome["command"].startswith("minimand.compare('iris', losses=['focal']")


def test_images_are_compared_on(tmp_path):
    random = np.random.default_rng(3)
    for kind in ("images", "masks"):
        (tmp_path / kind).mkdir()
    for case in range(6):
        mask = np.zeros((16, 16), dtype=np.uint8)
        row, column = random.integers(2, 8, 2)
        mask[row : row + 6, column : column + 6] = 1
        np.save(tmp_path / "masks" / f"c{case}.npy", mask)
        image = (mask + random.normal(0, 0.2, mask.shape)).astype(np.float32)
        np.save(tmp_path / "images" / f"c{case}.npy", image)
    result = mm.compare(
        images=tmp_path / "images",
        masks=tmp_path / "masks",
        losses=["dice"],
        models=["unet(2,1)"],
        folds=2,
        epochs=1,
        learning_rates=[0.01],
        folder=tmp_path / "run",
        progress=False,
    )
    assert result.metric == "dice" and result.standings[0].model == "unet(2,1)"
    labels = result.predict(tmp_path / "images" / "c0.npy")
    assert labels.shape == (16, 16) and set(np.unique(labels)) <= {0, 1}
    with pytest.raises(mm.ParameterError, match="path of an image"):
        result.predict(np.zeros((16, 16)))


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_tqdm_there_is_a_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with _progress.Progress("jobs") as show:
        show(2, 9, 2, "")
        show(4, 9, 2, "best so far focal (log-loss 0.1235)")
    written = screen.getvalue()
    assert written.startswith("\r2/9 jobs\r4/9 jobs  0:00 left  best so far focal (log-loss 0.1235)\r ")
    assert written.endswith("\r")
    monkeypatch.setattr(sys, "stderr", quiet := io.StringIO())
    with _progress.Progress("jobs") as show:
        show(1, 9, 0, "")
    assert quiet.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    with _progress.Progress("jobs", shown=False) as show:
        show(1, 9, 0, "")
    assert screen.getvalue() == ""
