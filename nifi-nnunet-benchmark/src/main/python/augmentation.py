# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""All augmentations of a training patch by fixed amounts, with NumPy and SciPy."""
import os

import numpy as np
from scipy.ndimage import gaussian_filter

ZOOM, BLUR, BRIGHTNESS, CONTRAST = 0.8, 1.0, np.float32(1.2), np.float32(1.3)


def keys(distance):
    x = abs(distance)
    if x <= 1:
        return (1.5 * x - 2.5) * x * x + 1
    return ((-0.5 * x + 2.5) * x - 4) * x + 2 if x < 2 else 0


def cubic(size):
    """Enlarges the middle part of an axis to all of it, with Keys' cubic: [output][input], and where labels come from."""
    part = int(np.floor(ZOOM * size + 0.5))
    start = (size - part) // 2
    matrix = np.zeros((size, size), dtype=np.float32)
    for output in range(size):
        coordinate = (output + 0.5) * part / size - 0.5
        below = int(np.floor(coordinate))
        for tap in range(4):
            matrix[output, start + min(max(below - 1 + tap, 0), part - 1)] += keys(coordinate - below + 1 - tap)
    nearest = [start + min(int((output + 0.5) * part / size), part - 1) for output in range(size)]
    return matrix, nearest


class Augment:
    def prepare(self, folder, spec):
        self.image = np.load(os.path.join(folder, "patch.npy"))
        self.label = np.load(os.path.join(folder, "label.npy"))
        self.random = np.random.default_rng(1)

    def run(self):
        image, label = self.image, self.label
        picked = []
        for axis, size in enumerate(label.shape):
            matrix, nearest = cubic(size)
            image = np.moveaxis(np.tensordot(matrix, image, (1, axis + 1)), 0, axis + 1)
            picked.append(nearest)
        label = label[np.ix_(*picked)]
        image = np.flip(image, (1, 2, 3))
        label = np.flip(label)
        image = image + np.float32(0) * self.random.standard_normal(image.shape, dtype=np.float32)
        image = np.stack([gaussian_filter(channel, BLUR, mode="mirror", truncate=3) for channel in image])
        image = image * BRIGHTNESS
        self.data = np.clip(image * CONTRAST, image.min(), image.max()), label

    def result(self):
        return [*self.data]
