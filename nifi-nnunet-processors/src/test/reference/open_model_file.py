# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Opens a model file as any Python user would, checks what such a user relies on, and predicts.

usage: open_model_file.py MODEL INPUT.npy LOGITS.npy    prints the weights' names, one a line
"""
import json
import sys

import numpy
import torch

extra = {'plan.json': ''}
net = torch.jit.load(sys.argv[1], map_location='cpu', _extra_files=extra)
card = json.loads(extra['plan.json'])
assert [weight['name'] for weight in card['weights']]
net.train()
net.eval()
assert all(parameter.requires_grad for parameter in net.parameters())
with torch.no_grad():
    numpy.save(sys.argv[3], net(torch.from_numpy(numpy.load(sys.argv[2]))).numpy())
print('\n'.join(net.state_dict()))
