# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Writes the golden values of a small UNETR as MONAI 1.0.0 computes them: weights, input, logits, the mean square of what they differ from the input, its gradients.

Usage: unetr_golden.py FOLDER, with MONAI 1.0.0 and einops on the path. Written with torch 1.13.
"""
import sys

import numpy
import torch
from monai.networks.nets import UNETR

torch.manual_seed(7)
network = UNETR(in_channels=1, out_channels=3, img_size=(16, 32, 16), feature_size=2, hidden_size=4, mlp_dim=6, num_heads=2, pos_embed="conv",
                norm_name=("INSTANCE", {"affine": True}), conv_block=True, res_block=True).train()
with torch.no_grad():
    for name, parameter in network.named_parameters():
        if "norm" in name:
            parameter.add_(torch.randn_like(parameter) * 0.2)
        elif "position" in name or name.endswith("bias"):
            parameter.copy_(torch.randn_like(parameter) * 0.3)

batch = torch.randn(2, 1, 16, 32, 16)
logits = network(batch)
loss = ((logits - batch) ** 2).mean()
loss.backward()
weights = {name: parameter.detach().numpy() for name, parameter in network.named_parameters()}
gradients = {name: parameter.grad.numpy() for name, parameter in network.named_parameters()}
numpy.savez(sys.argv[1] + "/unetr.npz", input=batch.numpy(), logits=logits.detach().numpy(), loss=loss.detach().numpy().reshape(1))
numpy.savez(sys.argv[1] + "/unetr_weights.npz", **weights)
numpy.savez(sys.argv[1] + "/unetr_grads.npz", **gradients)
