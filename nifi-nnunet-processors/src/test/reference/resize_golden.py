# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Writes src/test/resources/golden/resize/*.npz: what scikit-image 0.19.3 and scipy 1.10.1 compute.

Run from nifi-nnunet-processors with Debian's python3: python3 src/test/reference/resize_golden.py
"""
import os

import numpy as np
import scipy.ndimage as ndi
import skimage
from skimage.transform import resize

assert skimage.__version__.startswith("0.19"), skimage.__version__
OUT = "src/test/resources/golden/resize"
random = np.random.default_rng(20261123)


def blob(shape):
    """Integers within an ellipsoid, zeros around it: its tails and its zero crossings are the hard part."""
    axes = [np.linspace(-1.6, 1.6, n) if n > 1 else np.zeros(1) for n in shape]
    grid = np.meshgrid(*axes, indexing="ij")
    radius = sum(axis**2 for axis in grid)
    return np.where(radius < 1, random.integers(20, 900, shape), 0).astype(np.float32)


def noise(shape):
    return (random.normal(0, 300, shape) - 100).astype(np.float32)


def labels(shape):
    smooth = ndi.gaussian_filter(random.normal(0, 1, shape), 1.5)
    return np.digitize(smooth, np.quantile(smooth, [0.5, 0.7, 0.85])).astype(np.uint8)


def resized(image, shape, order, mode):
    return resize(image, shape, order=order, mode=mode, cval=0, clip=True, anti_aliasing=False)


def resized_label(label, shape):
    result = np.zeros(shape, np.uint8)
    for value in range(1, label.max() + 1):
        result[resized((label == value).astype(float), shape, 1, "edge") >= 0.5] = value
    return result


SHAPES = {
    "up": ((14, 17, 12), (18, 22, 16)),
    "down": ((20, 18, 21), (13, 9, 7)),
    "mixed": ((9, 20, 15), (23, 13, 15)),
    "one_axis": ((10, 24, 19), (17, 24, 19)),
    "thin": ((1, 16, 13), (1, 21, 10)),
    "thickened": ((1, 12, 11), (4, 9, 14)),
    "line": ((1, 1, 9), (2, 1, 13)),
    "tiny": ((2, 3, 2), (5, 4, 3)),
}

cubic, slices, nearest, label = {}, {}, {}, {}
for name, (source, target) in SHAPES.items():
    for kind, image in (("blob", blob(source)), ("noise", noise(source))):
        key = f"{name}_{kind}"
        cubic[f"{key}__in"] = image
        cubic[f"{key}__out"] = resized(image, target, 3, "edge")
        slices[f"{key}__in"] = image
        slices[f"{key}__out"] = np.stack([resized(part, target[1:], 3, "edge") for part in image])
    nearest[f"{name}__in"] = image
    nearest[f"{name}__out"] = resized(image, target, 0, "constant")
    classes = labels(source)
    label[f"{name}__in"] = classes
    label[f"{name}__out"] = resized_label(classes, target)

os.makedirs(OUT, exist_ok=True)
for file, arrays in (("cubic", cubic), ("slices", slices), ("nearest", nearest), ("label", label)):
    np.savez_compressed(f"{OUT}/{file}.npz", **arrays)
