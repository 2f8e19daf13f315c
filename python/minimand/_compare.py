"""Which objective should I train with on my data?"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from . import _columns
from ._comparison import Comparison
from ._loss import Loss
from ._minimand import Objective, ParameterError, ShapeError
from ._minimand import compare as _run
from ._progress import Progress

__all__ = ["compare"]

_INTERRUPTED = "what is finished is kept: the same call goes on from here"
_PATHS = (str, os.PathLike)
_NOT_OF_THE_RESULT = ("folder", "fresh", "threads", "progress")


def compare(
    X: Any = None,
    y: Any = None,
    *,
    losses: Iterable[str | Loss | Objective] | None = None,
    baseline: str | Loss | Objective | None = None,
    models: Iterable[str] | None = None,
    metric: str | None = None,
    tune: bool = False,
    task: Literal["classification", "multilabel", "regression", "segmentation"] | None = None,
    weights: Any = None,
    groups: Any = None,
    time: Any = None,
    ignore: Iterable[str] = (),
    rows: int | None = None,
    by: Iterable[str] = (),
    images: str | os.PathLike[str] | None = None,
    masks: str | os.PathLike[str] | None = None,
    crop: Sequence[int] | None = None,
    spacing: Sequence[float] | None = None,
    class_names: Iterable[str] | None = None,
    flips: bool = True,
    folds: int = 5,
    repeats: int | None = None,
    validation_share: float = 0.2,
    learning_rates: Iterable[float] | None = None,
    weight_decay: float = 1e-4,
    batch_size: int | None = None,
    epochs: int | None = None,
    patience: int | None = None,
    label_noise: float = 0.0,
    imbalance: float = 1.0,
    outliers: float = 0.0,
    seed: int = 0,
    name: str = "data",
    folder: str | os.PathLike[str] | None = None,
    fresh: bool = False,
    threads: int | None = None,
    progress: bool = True,
) -> Comparison:
    """Finds out which objective to train with on some data.

        result = mm.compare(frame, "price", losses=["mse", "mae", "huber(delta=1)"])
        print(result.verdict)

    Trains every candidate on the same folds, with the same initial weights, batches and budget; each chooses its
    learning rate on validation rows. Candidates are ranked with 95% intervals and tested against a baseline. Equal
    data, options and seed give equal results on any number of threads, and the same as ``minimand compare``.

    Finished work is on disk at once: after Ctrl-C, a kill or a restart the same call goes on where it was.

    Data
        X
            A data frame of pandas or polars, a table of pyarrow, a mapping of names to columns, an array
            ``[rows, columns]``, or a path: CSV in any dialect, Parquet or Arrow, ``.npy``, or one of the data sets
            "digits", "breast_cancer", "diabetes" and "iris", which need no y. Numbers are standardised, dates and
            text become numbers, missing values are filled in and marked: all learnt from the training rows of each
            fold.
        y
            The column of X to predict, by name, or its values, one for each row. Several columns (a list of names,
            an array ``[rows, labels]``) are labels, each of which a row has or has not. For an ``.npy`` file of
            features: that of targets.
        task
            What kind of target it is; told from its values if left out: text, truth values and few distinct whole
            numbers are classes.
        weights, groups, time
            A column of X by name, or values, one for each row: how much the row counts; what must not be split
            between training and test; when it was (rows are then tested only by models that have seen nothing later).
        ignore
            Columns to leave out.
        rows
            Compare on so many rows, drawn at random.
        by
            Measure also by "class", or by the values of these columns.
        images, masks
            In place of X and y: two folders with an image and a mask of the same name for each case (NIfTI, PNG, TIFF
            or ``.npy``). ``groups`` is then a table with the columns ``case`` and ``group``, or a pattern of names
            such as ``"{group}_*"``.
        crop, spacing, class_names, flips
            Of images: the sides of what networks see, the distance of neighbours along each axis in place of what
            headers say, the names of the classes, and whether crops are mirrored at random.

    Candidates
        losses
            Expressions such as ``"focal(gamma=2) + 0.5*squentropy"``, or losses; those usual for the task if left out.
        baseline
            What all others are tested against: cross_entropy, binary_cross_entropy, mse, or dice + cross_entropy.
        models
            What every candidate trains: "linear", "mlp", "mlp(64,32)"; for images "unet", "unet(16,3)".
        metric
            What stops training, chooses settings and ranks, such as "accuracy", "auroc" or "mae"; log-loss after
            temperature scaling, RMSE, or Dice if left out.
        tune
            Let each candidate also choose the first number that its expression sets.

    Training and folds
        folds, repeats
            Test folds of every repeat, and repeats with new folds (3; 1 with ``time`` and for images).
        validation_share
            The share of each training fold that decides when to stop, at most 0.5.
        learning_rates, weight_decay, batch_size, epochs, patience
            The budget of a training. Left out: rates 0.001, 0.005 and 0.025, 32 rows a step, 60 epochs at most, and
            10 without a better score.
        label_noise, imbalance, outliers
            What is done to training rows to see how losses bear it: the share of labels that are replaced, the ratio
            of the most frequent class to the rarest, the share of numbers that are moved far away.
        seed
            Decides folds, initial weights, batch order and corruption.

    The run
        name
            What reports call data in memory.
        folder
            For the files of the run: ``report.html``, ``run.json``, ``results.parquet``, the best model, and what is
            finished. By default one of its own for every data and options, below ``minimand-compare``.
        fresh
            Drop what an earlier run finished in the folder.
        threads
            Trainings side by side; as many as there are processors if left out.
        progress
            Show how far it is.

    Errors: :class:`minimand.ParameterError` for data or options that cannot be used, the errors of expressions, and
    :class:`minimand.UnsupportedError` for a loss that does not fit the task.
    """
    options = dict(locals())
    for listed in ("losses", "models", "ignore", "by", "crop", "spacing", "class_names", "learning_rates"):
        options[listed] = _listed(listed, options[listed])
    options["losses"] = options["losses"] and [_expression(loss) for loss in options["losses"]]
    options["baseline"] = None if baseline is None else _expression(baseline)
    options["call"] = _call(options)
    for own in ("X", "y", "masks", "progress"):
        del options[own]
    kind = _data(options, X, y, images, masks)
    with Progress("jobs", shown=progress) as show:
        try:
            outcome = _run(options, show)
        except KeyboardInterrupt as error:
            error.add_note(_INTERRUPTED)
            raise
    return Comparison(outcome, kind)


def _data(options: dict[str, Any], X: Any, y: Any, images: Any, masks: Any) -> str:
    """Says in ``options`` where the data is, and gives the kind of values that the target has in memory."""
    if (images is None) != (masks is None):
        raise ParameterError("images and their masks belong together: give both `images` and `masks`")
    if images is not None:
        if X is not None or y is not None:
            raise ParameterError("give X and y, or images and masks, not both")
        options["images"] = (images, masks)
        return ""
    if X is None:
        raise ParameterError("give X and y: a table and what to predict, or images= and masks=")
    if isinstance(X, _PATHS):
        _data_of_path(options, os.fspath(X), y)
        return ""
    columns, options["target"], kind = _table(options, X, y)
    options["columns"] = columns
    return kind


def _data_of_path(options: dict[str, Any], path: str, y: Any) -> None:
    for role in ("weights", "groups", "time"):
        if not isinstance(options[role], (str, type(None))):
            raise ParameterError(f"`{role}` must be the name of a column where X is a path")
    if path.endswith(".npy"):
        if not isinstance(y, _PATHS):
            raise ParameterError("`y` must be the path of an .npy file of targets where X is one of features")
        options["arrays"] = (path, os.fspath(y))
        return
    names = [y] if isinstance(y, str) else [] if y is None else y
    if not _are_texts(names):
        raise ParameterError("`y` must be the name of a column, or a list of names, where X is a path")
    options["path"], options["target"] = path, list(names)


def _table(options: dict[str, Any], X: Any, y: Any) -> tuple[list[_columns.Column], list[str], str]:
    """The columns of data in memory, the names of the targets, and their kind."""
    columns = _columns.read(X, "x")
    rows = {len(values) for _, _, values, _ in columns}
    if len(rows) > 1:
        raise ShapeError(f"the columns of `X` differ in length: {sorted(rows)}")
    names = {column[0] for column in columns}
    targets: list[str] = []
    if isinstance(y, str):
        targets = [y]
    elif _are_texts(y) and (len(y) != max(rows, default=0) or set(y) <= names):
        targets = list(y)
    elif y is not None:
        added = _columns.read(y, "y")
        _add(columns, added, "y")
        targets = [column[0] for column in added]
    for role in ("weights", "groups", "time"):
        if options[role] is not None and not isinstance(options[role], str):
            added = [(role, *column[1:]) for column in _columns.read(options[role], role)]
            if len(added) != 1:
                raise ShapeError(f"`{role}` must be one column, got {len(added)}")
            _add(columns, added, role)
            options[role] = role
    return columns, targets, _columns.kept([column for column in columns if column[0] in targets])


def _add(columns: list[_columns.Column], added: list[_columns.Column], argument: str) -> None:
    rows = len(columns[0][2]) if columns else 0
    taken = {column[0] for column in columns}
    for column in added:
        if len(column[2]) != rows:
            raise ShapeError(f"`{argument}` must have a value for each of the {rows} rows of X, got {len(column[2])}")
        if column[0] in taken:
            raise ParameterError(
                f"X has a column {column[0]!r} too, by the name of `{argument}`: drop it from X, or give "
                f"{argument}={column[0]!r} if it is the same"
            )
        columns.append(column)


def _are_texts(values: Any) -> bool:
    return isinstance(values, (list, tuple)) and all(isinstance(value, str) for value in values)


def _listed(option: str, values: Any) -> list[Any] | None:
    """The values as a list; None without any, which leaves what is usual."""
    if isinstance(values, str) or not isinstance(values, Iterable | None):
        raise ParameterError(f"`{option}` must be a list, got {values!r}")
    return list(() if values is None else values) or None


def _expression(loss: Any) -> str:
    return str(getattr(loss, "expression", loss))


def _call(options: dict[str, Any]) -> str:
    """The call that gives the same result again: what is not as usual."""
    words = []
    for parameter in inspect.signature(compare).parameters.values():
        given = options[parameter.name]
        if given is None or given is parameter.default or parameter.name in _NOT_OF_THE_RESULT:
            continue
        shown = _shown(parameter.name, given)
        is_positional = parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        words.append(shown if is_positional else f"{parameter.name}={shown}")
    return f"minimand.compare({', '.join(words)})"


def _shown(name: str, given: Any) -> str:
    """A short value as it is, an array or a table by the name of its argument."""
    if isinstance(given, os.PathLike):
        return repr(os.fspath(given))
    is_short = isinstance(given, (list, tuple)) and len(given) <= 20
    return repr(given) if is_short or isinstance(given, (bool, int, float, str)) else name
