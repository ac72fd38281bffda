"""Computes how much surface passes through each kind of 2x2x2 neighbourhood of a mask.

For each of the 256 neighbourhoods (bit 7 - (4 z + 2 y + x) set: that voxel is inside) the triangles of the classic
marching cubes algorithm at level one half, each as its normal times its area at spacing 1. A neighbourhood and its
complement have the same surface, that of the two which is smaller (the one that joins no corners across a face).

Usage: surface_elements.py OUTPUT
"""
import sys

import numpy as np
from skimage import measure


def triangles(code):
    volume = np.array([(code >> (7 - i)) & 1 for i in range(8)], float).reshape(2, 2, 2)
    corners, faces, _, _ = measure.marching_cubes(volume, 0.5, method="lorensen")
    a, b, c = (corners[faces[:, i]].astype(float) for i in range(3))
    return np.abs(np.cross(b - a, c - a)) / 2


def smaller(code):
    choices = [triangles(code), triangles(255 - code)]
    return min(choices, key=lambda normals: np.linalg.norm(normals, axis=1).sum())


with open(sys.argv[1], "w") as out:
    out.write("\n")
    for code in range(1, 255):
        rows = sorted(tuple(float(v) for v in row) for row in smaller(code) if row.any())
        out.write(" ".join(",".join("%g" % v for v in row) for row in rows) + "\n")
    out.write("\n")
