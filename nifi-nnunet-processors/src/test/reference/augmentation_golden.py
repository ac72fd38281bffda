# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Writes src/test/resources/golden/augmentation/augmentation.npz: nnU-Net's rotation, gamma and low resolution.

The formulas are those of its batch generators, written anew with NumPy, SciPy and scikit-image.
Run from nifi-nnunet-processors with Debian's python3: python3 src/test/reference/augmentation_golden.py
"""
import pathlib

import numpy as np
import scipy.ndimage as ndi
from skimage.transform import resize

OUT = pathlib.Path("src/test/resources/golden/augmentation")
random = np.random.default_rng(20261124)
arrays = {}


def gamma(image, exponent, inverted):
    x = -image.astype(np.float64) if inverted else image.astype(np.float64)
    mean, std, low = x.mean(), x.std(), x.min()
    span = x.max() - low + 1e-7
    y = ((x - low) / span) ** exponent * span + low
    y = (y - y.mean()) / (y.std() + 1e-8) * std + mean
    return (-y if inverted else y).astype(np.float32)


def low_resolution(image, scale, axes):
    shape = [int(np.round(n * scale)) if axis in axes else n for axis, n in enumerate(image.shape)]
    small = resize(image.astype(float), shape, order=0, mode="edge", anti_aliasing=False)
    return resize(small, image.shape, order=3, mode="edge", anti_aliasing=False).astype(np.float32)


def matrix(about_z, about_y, about_x):
    c, s = np.cos, np.sin
    z = np.array([[1, 0, 0], [0, c(about_z), -s(about_z)], [0, s(about_z), c(about_z)]])
    y = np.array([[c(about_y), 0, -s(about_y)], [0, 1, 0], [s(about_y), 0, c(about_y)]])
    x = np.array([[c(about_x), -s(about_x), 0], [s(about_x), c(about_x), 0], [0, 0, 1]])
    return z @ y @ x


def rotated(image, label, start, shape, angles):
    """A patch whose box, as it would be at start, is turned about its centre."""
    centre = (np.array(shape) - 1) / 2
    offsets = np.stack(np.meshgrid(*[np.arange(n) - c for n, c in zip(shape, centre)], indexing="ij"), -1)
    places = offsets @ matrix(*angles).T + np.array(start) + centre
    places = np.moveaxis(places, -1, 0)
    turned = ndi.map_coordinates(image.astype(float), places, order=1, mode="grid-constant", cval=0)
    classes = np.zeros(shape, np.uint8)
    for value in range(1, label.max() + 1):
        share = ndi.map_coordinates((label == value).astype(float), places, order=1, mode="grid-constant", cval=0)
        classes[share >= 0.5] = value
    return turned.astype(np.float32), classes


patch = random.normal(0, 1, (6, 9, 8)).astype(np.float32)
arrays["patch"] = patch
arrays["gamma_0.8"] = gamma(patch, 0.8, False)
arrays["gamma_1.4_inverted"] = gamma(patch, 1.4, True)
arrays["low_resolution_0.6"] = low_resolution(patch, 0.6, (0, 1, 2))
slices = random.normal(0, 1, (2, 12, 10)).astype(np.float32)
arrays["slices"] = slices
arrays["slices_low_resolution_0.55"] = low_resolution(slices, 0.55, (1, 2))

volume = random.normal(0, 1, (14, 17, 15)).astype(np.float32)
smooth = ndi.gaussian_filter(random.normal(0, 1, volume.shape), 1.5)
label = np.digitize(smooth, np.quantile(smooth, [0.5, 0.7, 0.85])).astype(np.uint8)
arrays["volume"], arrays["label"] = volume, label[None]
for name, start, shape, angles in [("about_all", (2, 3, 1), (8, 9, 10), (0.4, -0.3, 0.2)), ("in_plane", (5, 4, 2), (3, 10, 10), (2.1, 0, 0)), ("beyond", (-3, 9, 9), (6, 8, 8), (0.5, 0.5, -0.5))]:
    image, classes = rotated(volume, label, start, shape, angles)
    arrays[f"rotation_{name}"], arrays[f"rotation_{name}_label"] = image, classes

OUT.mkdir(parents=True, exist_ok=True)
np.savez_compressed(OUT / "augmentation.npz", **arrays)
