# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Preparation of cases as NVIDIA's nnU-Net for PyTorch does it, with scikit-image: see docs/explanation in this repository."""
import os

import numpy as np
from skimage.transform import resize

from files import load


def read_case(folder, spec):
    data = load(os.path.join(folder, spec["file"]))
    return data[:-1], data[-1:].astype(np.uint8)


def crop(image, label):
    """The box of what is above zero in any channel."""
    found = np.nonzero(np.max(image, axis=0) > 0)
    box = tuple(slice(axis.min(), axis.max() + 1) for axis in found)
    return np.ascontiguousarray(image[(slice(None),) + box]), np.ascontiguousarray(label[(slice(None),) + box])


def resized(array, shape, order, mode):
    return resize(array, shape, order=order, mode=mode, cval=0, clip=True, anti_aliasing=False)


def by_class(label, shape, one):
    """Class by class, later ones over earlier ones."""
    result = np.zeros(shape, dtype=np.uint8)
    for value in range(1, int(label.max()) + 1):
        result[one((label == value).astype(float)) >= 0.5] = value
    return result


def resample(image, label, spacing, target):
    if spacing == target:
        return image, label
    shape = [int(s / t * n) for s, t, n in zip(spacing, target, image.shape[1:])]
    if max(spacing) / min(spacing) >= 3 or max(target) / min(target) >= 3:
        slices = [np.stack([resized(plane, shape[1:], 3, "edge") for plane in channel]) for channel in image]
        image = np.stack([resized(channel, shape, 0, "constant") for channel in slices])
        planes = np.stack([by_class(plane, shape[1:], lambda mask: resized(mask, shape[1:], 1, "edge")) for plane in label[0]])
        label = by_class(planes, shape, lambda mask: resized(mask, shape, 0, "constant"))
    else:
        image = np.stack([resized(channel, shape, 3, "edge") for channel in image])
        label = by_class(label[0], shape, lambda mask: resized(mask, shape, 1, "edge"))
    return image.astype(np.float32), label[np.newaxis]


def normalize(image, spec):
    if spec["modality"] == "CT":
        low, high, mean, deviation = spec["statistics"]
        return ((np.clip(image, low, high) - mean) / deviation).astype(np.float32)
    result = np.zeros_like(image)
    for index, channel in enumerate(image):
        mask = channel != 0
        values = channel[mask]
        result[index][mask] = (values - values.mean()) / (values.std() or 1)
    return result


class Crop:
    def prepare(self, folder, spec):
        self.case = read_case(folder, spec)

    def run(self):
        self.data = crop(*self.case)

    def result(self):
        return [*self.data]


class Resample:
    def prepare(self, folder, spec):
        self.case = read_case(folder, spec)
        self.spec = spec

    def run(self):
        self.data = resample(*self.case, self.spec["spacing"], self.spec["target"])

    def result(self):
        return [*self.data]


class Normalize:
    def prepare(self, folder, spec):
        self.image, _ = read_case(folder, spec)
        self.spec = spec

    def run(self):
        self.data = normalize(self.image, self.spec)

    def result(self):
        return [self.data]


class PrepareCase:
    """From the file on disk to the arrays on disk."""

    def prepare(self, folder, spec):
        self.folder = folder
        self.spec = spec

    def run(self):
        image, label = crop(*read_case(self.folder, self.spec))
        image, label = resample(image, label, self.spec["spacing"], self.spec["target"])
        self.data = normalize(image, self.spec), label
        np.save(os.path.join(self.folder, "peer_x.npy"), self.data[0], allow_pickle=False)
        np.save(os.path.join(self.folder, "peer_y.npy"), self.data[1], allow_pickle=False)

    def result(self):
        return [*self.data]
