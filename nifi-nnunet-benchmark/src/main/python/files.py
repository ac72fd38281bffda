# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""NIfTI files with nibabel."""
import os

import nibabel
import numpy as np


def load(path):
    """[channel][z][y][x], float32."""
    # A copy: without it an uncompressed file would only be mapped, and read later.
    data = np.array(nibabel.load(path).dataobj, dtype=np.float32)
    return data.T if data.ndim == 4 else data.T[np.newaxis]


class Read:
    def prepare(self, folder, spec):
        self.path = os.path.join(folder, spec["file"])

    def run(self):
        self.data = load(self.path)

    def result(self):
        return [self.data]


class Write:
    def prepare(self, folder, spec):
        image = nibabel.load(os.path.join(folder, spec["file"]))
        self.data = np.array(image.dataobj, dtype=np.float32)
        self.affine = image.affine
        self.path = os.path.join(folder, "peer-" + spec["target"])

    def run(self):
        nibabel.save(nibabel.Nifti1Image(self.data, self.affine), self.path)

    def result(self):
        return [load(self.path)]
