"""The GUDHI sides of persistence.py, each a process that answers the lines of src/bin/persistence.rs."""

import gudhi
import numpy as np
from gudhi.sklearn import CubicalPersistence

from . import inputs
from .side import serve


def complex_(field, construction):
    """The usual way: the complex, its persistence over Z/2 and the bars of each dimension."""
    cubical = gudhi.CubicalComplex(**{construction: field})
    cubical.compute_persistence(homology_coeff_field=2)
    return [cubical.persistence_intervals_in_dimension(d) for d in range(field.ndim)]


def estimator(field, construction):
    """The one that has a faster algorithm for images of top-dimensional cells."""
    dimensions = list(range(field.ndim))
    found = CubicalPersistence(dimensions, input_type=construction, homology_coeff_field=2).fit_transform([field])
    return found[0]


WAYS = {"complex": complex_, "estimator": estimator}


def make(construction, *sizes):
    shape = tuple(map(int, sizes))
    return inputs.hashed(0, int(np.prod(shape))).astype(np.float64).reshape(shape), construction


def numbers(_, bars):
    lengths = [np.asarray(b).reshape(-1, 2) @ [-1.0, 1.0] for b in bars]
    finite = [x[np.isfinite(x)] for x in lengths]
    return [number for x in finite for number in (len(x), x.sum())]


def main(way):
    serve(make, WAYS[way], numbers)
