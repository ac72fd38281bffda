# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""What nibabel reads from the files of the shared folder: shape, zooms, affine and a digest of the float32 values.

Usage: python3 nifti_values.py SHARED_FOLDER > ../resources/golden/nifti/values.json
"""
import hashlib
import json
import sys
import warnings
from pathlib import Path

import nibabel
import numpy

FILES = [
    "data/nifti-corner-cases/anatomical_big_endian.nii",
    "data/nifti-corner-cases/big_endian.nii.gz",
    "data/nifti-corner-cases/functional_4d.nii",
    "data/nifti-corner-cases/little_endian.nii.gz",
    "data/nifti-corner-cases/minimal.nii.gz",
    "data/nifti-corner-cases/minimal_extended_hdr.nii",
    "data/nifti-corner-cases/nifti2.nii.gz",
    "data/nifti-corner-cases/with_extension.nii.gz",
    "data/nifti-corner-cases/pair/minimal.hdr",
    "data/nifti-corner-cases/pair/minimal.img",
    "data/nifti-corner-cases/datatypes/float32.nii",
    "data/nifti-corner-cases/datatypes/float64.nii",
    "data/nifti-corner-cases/datatypes/int16.nii",
    "data/nifti-corner-cases/datatypes/int64.nii",
    "data/nifti-corner-cases/datatypes/int8.nii",
    "data/nifti-corner-cases/datatypes/uint16.nii",
    "data/nifti-corner-cases/datatypes/uint32.nii",
    "data/ct/example_ct.nii.gz",
    "data/ct/example_ct_sm.nii.gz",
    "data/ct/example_seg.nii.gz",
]


def main(shared):
    warnings.simplefilter("ignore")
    hippocampus = sorted((shared / "data/Task04_Hippocampus").glob("*/hippocampus_0*.nii.gz"))[::40]
    files = FILES + [str(path.relative_to(shared)) for path in hippocampus]
    print("[\n" + ",\n".join(json.dumps(values(shared, name)) for name in files) + "\n]")


def values(shared, name):
    image = nibabel.load(shared / name)
    header = image.header
    data = image.get_fdata().astype("<f4")
    oriented = int(header["sform_code"]) > 0 or int(header["qform_code"]) > 0
    return {
        "file": name,
        "shape": list(image.shape),
        "zooms": [float(zoom) for zoom in header.get_zooms()],
        "affine": [float(number) for number in image.affine[:3].ravel()] if oriented else None,
        "extensions": [[int(extension.get_code()), len(extension.get_content())] for extension in header.extensions],
        "minimum": float(data.min()),
        "maximum": float(data.max()),
        "sum": float(data.sum(dtype=numpy.float64)),
        "sha256": hashlib.sha256(data.tobytes(order="F")).hexdigest(),
    }


main(Path(sys.argv[1]))
