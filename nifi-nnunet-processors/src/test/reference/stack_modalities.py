# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Writes golden/brats/stack.json: checksums of a BraTS-like case as nibabel reads it, stacked as float32 [c][z][y][x].

    stack_modalities.py FOLDER_WITH_THE_CASE stack.json
"""
import hashlib
import json
import pathlib
import sys

import nibabel
import numpy

folder, target = pathlib.Path(sys.argv[1]), sys.argv[2]
roles = ["fla", "t1", "t1c", "t2"]


def voxels(role):
    return nibabel.load(next(folder.glob("*_%s.nii.gz" % role))).get_fdata().transpose(2, 1, 0)


def checksum(array):
    return hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()


stack = numpy.stack([voxels(role) for role in roles]).astype("<f4")
label = voxels("seg").astype(numpy.uint8)
mapped = label.copy()
mapped[label == 2] = 3
result = {
    "roles": roles,
    "shape": list(stack.shape),
    "channels": [checksum(channel) for channel in stack],
    "label": checksum(label),
    "label 2:3": checksum(mapped),
}
with open(target, "w") as file:
    json.dump(result, file, indent=1)
    file.write("\n")
