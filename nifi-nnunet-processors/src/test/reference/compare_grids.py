# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Says whether two NIfTI files lie on the same grid, and what the second one's voxels are.

usage: compare_grids.py SCAN OTHER
"""
import sys

import nibabel
import numpy

scan, other = (nibabel.load(path) for path in sys.argv[1:3])
numpy.asanyarray(other.dataobj)
for what, one, two in [
    ('shape', scan.shape[:3], other.shape[:3]),
    ('affine', scan.affine.tolist(), other.affine.tolist()),
    ('qform', scan.header.get_qform(coded=True)[1], other.header.get_qform(coded=True)[1]),
    ('sform', scan.header.get_sform(coded=True)[1], other.header.get_sform(coded=True)[1]),
    ('spacing', list(map(float, scan.header.get_zooms()[:3])), list(map(float, other.header.get_zooms()[:3]))),
    ('unit', scan.header.get_xyzt_units()[0], other.header.get_xyzt_units()[0]),
    ('orientation', nibabel.aff2axcodes(scan.affine), nibabel.aff2axcodes(other.affine)),
]:
    if one != two:
        sys.exit(f'{what}: {one} and {two}')
print(f'same grid, {other.get_data_dtype()}')
