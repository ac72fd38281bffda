# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""U-Nets in PyTorch as it comes: eager, the default allocator, a layer after the other."""
import itertools
import os

import numpy as np
import torch
from torch.nn import functional


class UNet(torch.nn.Module):
    """An encoder, a bottleneck and a decoder with skip connections; the weights' names are those of the model file."""

    def __init__(self, spec, weights):
        super().__init__()
        self.kernels = spec["kernels"]
        self.strides = spec["strides"]
        self.slope = spec["slope"]
        self.heads = spec["heads"]
        self.levels = len(self.kernels)
        flat = len(self.kernels[0]) == 2
        self.convolve = functional.conv2d if flat else functional.conv3d
        self.enlarge = functional.conv_transpose2d if flat else functional.conv_transpose3d
        self.names = list(weights)
        self.tensors = torch.nn.ParameterList([torch.nn.Parameter(torch.from_numpy(weights[name])) for name in self.names])

    def layer(self, x, name, number, kernel, stride):
        x = self.convolve(x, self.weights["%s.conv%d.conv.weight" % (name, number)], None, stride, [(size - 1) // 2 for size in kernel])
        x = functional.instance_norm(x, None, None, self.weights["%s.norm%d.weight" % (name, number)], self.weights["%s.norm%d.bias" % (name, number)])
        return functional.leaky_relu(x, self.slope, inplace=True)

    def block(self, x, name, kernel, stride):
        x = self.layer(x, name, 1, kernel, stride)
        return self.layer(x, name, 2, kernel, [1] * len(kernel))

    def forward(self, x):
        self.weights = dict(zip(self.names, self.tensors))
        bottom = self.levels - 1
        skips = []
        for level in range(self.levels):
            name = "input_block" if level == 0 else "bottleneck" if level == bottom else "downsamples.%d" % (level - 1)
            x = self.block(x, name, self.kernels[level], self.strides[level])
            skips.append(x)
        decoded = {}
        for level in range(bottom - 1, -1, -1):
            name = "upsamples.%d" % (bottom - 1 - level)
            x = self.enlarge(x, self.weights[name + ".transp_conv.conv.weight"], self.weights[name + ".transp_conv.conv.bias"], self.strides[level + 1])
            x = torch.cat((x, skips[level]), dim=1)
            x = self.block(x, name + ".conv_block", self.kernels[level + 1], [1] * len(self.kernels[0]))
            decoded[level] = x
        outputs = [self.convolve(decoded[0], self.weights["output_block.conv.conv.weight"], self.weights["output_block.conv.conv.bias"])]
        for head in range(self.heads if self.training else 0):
            name = "deep_supervision_heads.%d.conv.conv" % head
            outputs.append(self.convolve(decoded[head + 1], self.weights[name + ".weight"], self.weights[name + ".bias"]))
        return outputs


def load(folder, spec):
    names = spec["weights"]
    return UNet(spec, {name: np.load(os.path.join(folder, "weight-%d.npy" % index)) for index, name in enumerate(names)})


class Forward:
    def prepare(self, folder, spec):
        self.network = load(folder, spec).eval()
        self.batch = torch.from_numpy(np.load(os.path.join(folder, "batch.npy")))

    def run(self):
        with torch.no_grad():
            self.logits = self.network(self.batch)[0]

    def result(self):
        return [self.logits.numpy()]


class Window:
    """Sliding windows with Gaussian weights, as MONAI has it since 1.1."""

    def prepare(self, folder, spec):
        self.network = load(folder, spec).eval()
        self.image = torch.from_numpy(np.load(os.path.join(folder, "batch.npy")))
        self.roi = spec["roi"]
        self.overlap = spec["overlap"]
        self.flips = [()]
        if spec["tta"]:
            self.flips = [axes for count in range(4) for axes in itertools.combinations((2, 3, 4), count)]
        self.importance = self.gaussian()

    def gaussian(self):
        importance = torch.ones(1)
        for size in self.roi:
            along = torch.exp(-0.5 * ((torch.arange(size, dtype=torch.float64) - (size - 1) / 2) / (size / 8)) ** 2)
            importance = importance.unsqueeze(-1) * along
        importance = importance.squeeze(0).float()
        return torch.clamp(importance, min=1e-3)

    def starts(self, size, roi):
        interval = roi if size == roi else int(roi * (1 - self.overlap))
        count = -(-(size - roi) // interval) + 1
        return [min(index * interval, size - roi) for index in range(count)]

    def predict(self, image):
        axes = [self.starts(size, roi) for size, roi in zip(image.shape[2:], self.roi)]
        total = None
        weights = torch.zeros((1, 1) + tuple(image.shape[2:]))
        for start in itertools.product(*axes):
            window = (slice(None), slice(None)) + tuple(slice(begin, begin + size) for begin, size in zip(start, self.roi))
            logits = self.network(image[window])[0]
            if total is None:
                total = torch.zeros((1, logits.shape[1]) + tuple(image.shape[2:]))
            total[window] += logits * self.importance
            weights[window] += self.importance
        return total / weights

    def run(self):
        with torch.no_grad():
            mean = 0
            for axes in self.flips:
                mean = mean + torch.flip(self.predict(torch.flip(self.image, axes)), axes)
            self.logits = mean / len(self.flips)

    def result(self):
        return [self.logits[0].numpy()]


def loss(outputs, target):
    """Dice without the background, over the batch, and cross entropy; coarse outputs are enlarged and count half as much each."""
    label = target.long()
    one_hot = torch.zeros_like(outputs[0]).scatter_(1, label, 1)
    axes = [0] + list(range(2, outputs[0].dim()))
    total = 0
    weight_sum = sum(0.5 ** head for head in range(len(outputs)))
    for head, logits in enumerate(outputs):
        if head > 0:
            logits = functional.interpolate(logits, size=outputs[0].shape[2:])
        share = torch.softmax(logits, 1)[:, 1:]
        wanted = one_hot[:, 1:]
        dice = (2 * (share * wanted).sum(axes) + 1e-5) / (share.sum(axes) + wanted.sum(axes) + 1e-5)
        total = total + 0.5 ** head / weight_sum * (1 - dice.mean() + functional.cross_entropy(logits, label[:, 0]))
    return total


class Train:
    def prepare(self, folder, spec):
        self.network = load(folder, spec).train()
        self.batch = torch.from_numpy(np.load(os.path.join(folder, "batch.npy")))
        self.target = torch.from_numpy(np.load(os.path.join(folder, "target.npy")))
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=spec["rate"], weight_decay=spec["decay"])
        self.losses = []

    def run(self):
        self.optimizer.zero_grad(set_to_none=True)
        value = loss(self.network(self.batch), self.target)
        value.backward()
        self.optimizer.step()
        self.losses.append(value.item())

    def result(self):
        return [np.array(self.losses[:3], dtype=np.float32)]
