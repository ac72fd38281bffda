# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Writes src/test/resources/golden/metric/validation_grid.npz: Dice of logits on a prepared grid, scored on the scan's grid.

Padding is taken away, the logits are interpolated linearly to the cropped shape with the corner voxels of both grids on
each other (scipy.ndimage.map_coordinates of order 1), pasted into the scan, and compared with the label of the scan.

Run from nifi-nnunet-processors with Debian's python3: python3 src/test/reference/validation_grid.py
"""
import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

random = np.random.default_rng(20261124)


def smooth(shape, sigma):
    return gaussian_filter(random.normal(0, 1, shape), sigma)


def unpad(volume, before, shape):
    """Voxels that were cut away come back as 0."""
    result = np.zeros(shape)
    target = tuple(slice(max(0, -b), min(n, p - b)) for b, n, p in zip(before, shape, volume.shape))
    source = tuple(slice(max(0, b), max(0, b) + t.stop - t.start) for b, t in zip(before, target))
    result[target] = volume[source]
    return result


def aligned(volume, shape):
    axes = [np.arange(n) * ((m - 1) / (n - 1) if n > 1 else 0) for m, n in zip(volume.shape, shape)]
    return map_coordinates(volume, np.meshgrid(*axes, indexing="ij"), order=1, mode="nearest")


def dice(predicted, reference):
    if not reference.any():
        return float(not predicted.any())
    return 2 * (predicted & reference).sum() / (predicted.sum() + reference.sum())


def scored(logits, before, unpadded, begin, cropped, label, regions):
    box = tuple(slice(b, b + n) for b, n in zip(begin, cropped))
    in_scan = np.zeros((len(logits),) + label.shape)
    for output, volume in enumerate(logits):
        in_scan[output][box] = aligned(unpad(volume, before, unpadded), cropped)
    if regions:
        wanted = (label > 0, (label == 1) | (label == 3), label == 3)
        return [dice(output > 0, region) for output, region in zip(in_scan, wanted)]
    winners = in_scan.argmax(0)
    return [dice(winners == value, label == value) for value in range(1, len(logits))]


#          scan, box from, cropped, resampled, before, prepared, regions
CASES = {
    "padded": ((20, 22, 18), (3, 2, 1), (14, 17, 12), (10, 21, 15), (1, 0, 2), (12, 21, 20), False),
    "smaller": ((20, 22, 18), (0, 0, 0), (20, 22, 18), (9, 11, 8), (0, 0, 0), (9, 11, 8), True),
    "flat": ((4, 22, 18), (1, 1, 1), (1, 20, 16), (3, 9, 30), (0, 3, 0), (3, 16, 30), False),
    "cut": ((6, 30, 18), (1, 2, 3), (5, 26, 14), (5, 26, 14), (0, -5, 1), (5, 16, 16), False),
    "same": ((12, 14, 16), (2, 2, 2), (9, 10, 11), (9, 10, 11), (0, 0, 0), (9, 10, 11), True),
}

arrays = {}
for name, (scan, begin, cropped, resampled, before, prepared, regions) in CASES.items():
    outputs = 3
    logits = np.stack([smooth(prepared, 1.2) for _ in range(outputs)]).astype(np.float32)
    cuts = np.quantile(smooth(scan, 2), [0.6, 0.8, 0.9])
    label = np.digitize(smooth(scan, 2), cuts if regions else cuts[:2]).astype(np.uint8)
    arrays[f"{name}__logits"] = logits
    arrays[f"{name}__label"] = label[None]
    arrays[f"{name}__meta"] = np.array([begin, np.add(begin, cropped), scan, cropped, before, resampled], np.int64)
    arrays[f"{name}__dice"] = np.array(scored(logits, before, resampled, begin, cropped, label, regions), np.float32)
    print(name, arrays[f"{name}__dice"])

np.savez_compressed("src/test/resources/golden/metric/validation_grid.npz", **arrays)
