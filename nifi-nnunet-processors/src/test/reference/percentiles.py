# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Writes golden/preproc/intensities.json: NumPy's statistics of two small samples of intensities."""
import json
import sys

import numpy

random = numpy.random.RandomState(7)
samples = {
    "whole": random.randint(-900, 1500, 2001).astype(numpy.float32),
    "fractions": (random.randn(1500) * 300 + 40.25).astype(numpy.float32),
    "one": numpy.array([-3.5], numpy.float32),
    "wide": numpy.array([-1e30, -0.0, 0.0, 1e-38, 3.25, 70000.0, 70000.0], numpy.float32),
}
result = {}
for name, sample in samples.items():
    values = sample.tolist()
    low, high = numpy.percentile(values, [0.5, 99.5])
    result[name] = {"values": values, "min": low, "max": high, "mean": numpy.mean(values), "std": numpy.std(values)}
with open(sys.argv[1], "w") as file:
    json.dump(result, file)
