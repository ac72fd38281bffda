"""Surface distances of small random masks by scipy, for SurfaceDistancesTest.

The definitions are those of google-deepmind's surface-distance: surface elements lie at the corners of voxels where the
2x2x2 neighbourhood is neither empty nor full; their areas come from surface_elements.py; distances are Euclidean
between such corners; the 95th percentile is weighted by area; surface Dice counts the area within the tolerance.

Usage: surface_distances.py SURFACE_ELEMENTS OUTPUT.npz
"""
import sys

import numpy as np
from scipy import ndimage

LINES = open(sys.argv[1]).read().split("\n")[:256]
KERNEL = np.array([128, 64, 32, 16, 8, 4, 2, 1]).reshape(2, 2, 2)


def areas(spacing):
    z, y, x = spacing
    scale = np.array([y * x, z * x, z * y])
    return np.array([sum(np.linalg.norm(np.array(t.split(","), float) * scale) for t in line.split()) for line in LINES])


def surface(mask):
    codes = ndimage.correlate(np.pad(mask, 1).astype(np.uint8), KERNEL, mode="constant")
    return codes, (codes != 0) & (codes != 255)


def percentile(distances, weights):
    order = np.lexsort((weights, distances))
    cumulated = np.cumsum(weights[order]) / weights.sum()
    return distances[order][min(np.searchsorted(cumulated, 0.95), len(distances) - 1)]


def compare(prediction, reference, spacing, tolerance):
    table = areas(spacing)
    (code_p, border_p), (code_r, border_r) = surface(prediction), surface(reference)
    to_p = ndimage.distance_transform_edt(~border_p, sampling=spacing)[border_r]
    to_r = ndimage.distance_transform_edt(~border_r, sampling=spacing)[border_p]
    area_p, area_r = table[code_p[border_p]], table[code_r[border_r]]
    near = area_p[to_r <= tolerance].sum() + area_r[to_p <= tolerance].sum()
    return max(percentile(to_p, area_r), percentile(to_r, area_p)), near / (area_p.sum() + area_r.sum())


def blob(rng, shape, threshold):
    return ndimage.gaussian_filter(rng.standard_normal(shape), 1.5) > threshold


rng = np.random.default_rng(22)
result = {}
for number, (shape, spacing, tolerance) in enumerate([((12, 14, 11), (1, 1, 1), 1), ((9, 16, 13), (2.5, 0.7, 0.9), 1), ((1, 20, 17), (5, 1.1, 1.1), 2),
                                                      ((10, 10, 10), (0.5, 0.5, 0.5), 1), ((20, 6, 8), (0.8, 3, 1.25), 3)]):
    prediction, reference = blob(rng, shape, 0.02), blob(rng, shape, 0.05)
    if number == 3:
        prediction, reference = rng.random(shape) < 0.3, rng.random(shape) < 0.02
    name = "case%d" % number
    result[name + "__prediction"] = prediction.astype(np.uint8)
    result[name + "__reference"] = reference.astype(np.uint8)
    result[name + "__spacing"] = np.array(spacing, float)
    result[name + "__expected"] = np.array((tolerance,) + compare(prediction, reference, spacing, tolerance), float)
    print(name, result[name + "__expected"])
np.savez_compressed(sys.argv[2], **result)
