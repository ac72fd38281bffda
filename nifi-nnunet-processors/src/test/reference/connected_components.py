"""Connected components of small random label maps by scipy.ndimage.label, for ConnectedComponentsTest.

numbered_N: components of value 1 with N = 6, 18, 26 neighbours, numbered as scipy does, in the order of their first voxels.
foreground_N, classes_N: the label with only the largest component of the foreground, or of each class, kept; components
that are equally large all stay (nnU-Net version 2, remove_all_but_largest_component).

Usage: connected_components.py OUTPUT.npz
"""
import sys

import numpy as np
from scipy import ndimage

STRUCTURES = {6: ndimage.generate_binary_structure(3, 1), 18: ndimage.generate_binary_structure(3, 2), 26: ndimage.generate_binary_structure(3, 3)}


def largest(mask, structure):
    numbers, count = ndimage.label(mask, structure)
    if count == 0:
        return mask
    sizes = np.bincount(numbers.ravel())[1:]
    return np.isin(numbers, 1 + np.flatnonzero(sizes == sizes.max()))


def one_class(label, value, structure):
    result = label.copy()
    result[(label == value) & ~largest(label == value, structure)] = 0
    return result


rng = np.random.default_rng(26)
result = {}
for number, (shape, density) in enumerate([((6, 7, 9), 0.25), ((5, 12, 10), 0.12), ((1, 9, 11), 0.4), ((8, 8, 8), 0.6), ((3, 4, 70), 0.3)]):
    label = ((rng.random(shape) < density) * rng.integers(1, 4, shape)).astype(np.uint8)
    result["case%d__label" % number] = label
    for neighbours, structure in STRUCTURES.items():
        name = "case%d__%%s_%d" % (number, neighbours)
        result[name % "numbered"] = ndimage.label(label == 1, structure)[0].astype(np.int32)
        result[name % "foreground"] = np.where(largest(label > 0, structure), label, 0).astype(np.uint8)
        classes = label
        for value in (1, 2, 3):
            classes = one_class(classes, value, structure)
        result[name % "classes"] = classes
np.savez_compressed(sys.argv[1], **result)
