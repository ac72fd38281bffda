# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""Exports a small U-Net as TorchScript, with an input and its logits: what a user's own Python model looks like here.

usage: export_unet.py FOLDER    writes exported_unet.pt, exported_unet_input.npy, exported_unet_logits.npy
"""
import pathlib
import sys

import numpy
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv3d(inputs, outputs, 3, stride, 1), nn.InstanceNorm3d(outputs, affine=True), nn.LeakyReLU(0.01),
            nn.Conv3d(outputs, outputs, 3, 1, 1), nn.InstanceNorm3d(outputs, affine=True), nn.LeakyReLU(0.01))

    def forward(self, x):
        return self.body(x)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Block(2, 4, 1)
        self.second = Block(4, 8, 2)
        self.bottom = Block(8, 12, 2)
        self.up2 = nn.ConvTranspose3d(12, 8, 2, 2)
        self.decode2 = Block(16, 8, 1)
        self.up1 = nn.ConvTranspose3d(8, 4, 2, 2)
        self.decode1 = Block(8, 4, 1)
        self.head = nn.Conv3d(4, 3, 1)

    def forward(self, x):
        a = self.first(x)
        b = self.second(a)
        c = self.bottom(b)
        b = self.decode2(torch.cat([self.up2(c), b], 1))
        a = self.decode1(torch.cat([self.up1(b), a], 1))
        return self.head(a)


folder = pathlib.Path(sys.argv[1])
torch.manual_seed(7)
net = UNet().eval()
x = torch.randn(1, 2, 12, 16, 8)
torch.jit.script(net).save(str(folder / 'exported_unet.pt'))
with torch.no_grad():
    numpy.save(folder / 'exported_unet_logits.npy', net(x).numpy())
numpy.save(folder / 'exported_unet_input.npy', x.numpy())
