# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""What follows the network: back to the scan's grid, and scores."""
import os

import nibabel
import numpy as np
from scipy.ndimage import distance_transform_edt
from skimage.transform import resize


class Restore:
    def prepare(self, folder, spec):
        self.logits = np.load(os.path.join(folder, "logits.npy"))
        self.cropped = spec["cropped"]
        self.box = tuple(slice(begin, begin + size) for begin, size in zip(spec["start"], spec["cropped"]))
        self.scan = spec["scan"]

    def run(self):
        restored = np.zeros([len(self.logits)] + self.cropped, dtype=np.float32)
        for index, logits in enumerate(self.logits):
            restored[index] = resize(logits, self.cropped, order=3, mode="edge", cval=0, clip=True, anti_aliasing=False)
        self.label = np.zeros(self.scan, dtype=np.uint8)
        self.label[self.box] = np.argmax(restored, axis=0)

    def result(self):
        return [self.label]


def neighbourhoods(mask):
    """For each corner of the voxels which of the eight around it are inside, one bit each."""
    padded = np.pad(mask, 1).astype(np.uint8)
    depth, height, width = (size - 1 for size in padded.shape)
    codes = np.zeros((depth, height, width), dtype=np.uint8)
    for place in range(8):
        z, y, x = place >> 2, place >> 1 & 1, place & 1
        codes |= padded[z:z + depth, y:y + height, x:x + width] << (7 - place)
    return codes


def surface_scores(predicted, wanted, spacing, areas, tolerance):
    """The 95th percentile of the Hausdorff distance and Dice of the surfaces, by area, as the surface-distance package defines them."""
    found = np.nonzero(predicted | wanted)
    box = tuple(slice(axis.min(), axis.max() + 1) for axis in found)
    codes = [neighbourhoods(mask[box]) for mask in (predicted, wanted)]
    borders = [(code != 0) & (code != 255) for code in codes]
    distances = [distance_transform_edt(~border, sampling=spacing) for border in borders]
    percentiles, within, total = [], 0, 0
    for source, target in ((0, 1), (1, 0)):
        along = distances[target][borders[source]]
        weights = areas[codes[source][borders[source]]]
        order = np.argsort(along)
        summed = np.cumsum(weights[order])
        percentiles.append(along[order][np.searchsorted(summed, 0.95 * summed[-1])])
        within += weights[along <= tolerance].sum()
        total += summed[-1]
    return max(percentiles), within / total


class Score:
    def prepare(self, folder, spec):
        self.prediction = np.load(os.path.join(folder, "prediction.npy"))
        self.reference = np.load(os.path.join(folder, "reference.npy"))
        self.areas = np.load(os.path.join(folder, "areas.npy")).astype(np.float64)
        self.spec = spec

    def run(self):
        self.scores = []
        for value in range(1, self.spec["classes"] + 1):
            predicted = self.prediction == value
            wanted = self.reference == value
            hit = np.count_nonzero(predicted & wanted)
            missed = np.count_nonzero(~predicted & wanted)
            false = np.count_nonzero(predicted & ~wanted)
            right = np.count_nonzero(~predicted & ~wanted)
            self.scores += [2 * hit / (2 * hit + missed + false), hit / (hit + missed), right / (right + false), hit / (hit + false)]
            if self.spec["surfaces"]:
                self.scores += surface_scores(predicted, wanted, self.spec["spacing"], self.areas, 1)

    def result(self):
        return [np.array(self.scores, dtype=np.float32)]


class Evaluate:
    """From files to Dice as NVIDIA's evaluate.py has it: probabilities of each class [class][z][y][x], and a label map."""

    def prepare(self, folder, spec):
        self.prediction = os.path.join(folder, "probabilities.npy")
        self.label = os.path.join(folder, "label.nii.gz")

    def run(self):
        probabilities = np.load(self.prediction)
        predicted = np.argmax(probabilities, axis=0).T
        wanted = nibabel.load(self.label).get_fdata().astype(np.uint8)
        self.dice = []
        for value in range(1, len(probabilities)):
            if np.count_nonzero(wanted == value) + np.count_nonzero(predicted == value) == 0:
                self.dice.append(1)
                continue
            hit = np.logical_and(predicted == value, wanted == value).sum()
            missed = np.logical_and(predicted != value, wanted == value).sum()
            false = np.logical_and(predicted == value, wanted != value).sum()
            self.dice.append(2 * hit / (2 * hit + missed + false))

    def result(self):
        return [np.array(self.dice, dtype=np.float32)]
