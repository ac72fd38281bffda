/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The network for a CPU, sample by sample: feature maps [z][y][x][channel] throughout, convolutions of oneDNN over depth slices,
 * along the depth in Winograd's form ({@link WinogradDepthText}) where kernel and stride allow it, normalization and activation by
 * blocks ({@link BlockNormalizationText}), and skip connections as second inputs instead of concatenations. A 2D network is one
 * whose slices are lines: [y][1][x][channel].
 *
 * @param directBelow voxels times channels in times channels out of a layer from which on Winograd's form is taken
 */
public record SliceForm(UNetTopology topology, int directBelow) implements NetworkForm {

    /**
     * With fewer, the calls of six convolutions cost more than the multiplications that they save. Measured on one core with AVX2, with 8
     * to 320 channels in and as many out: at a fourth the direct form takes 0.6 to 0.9 times as long, here as long, at twice this 1.2 to 1.4
     * times.
     */
    private static final int DIRECT_BELOW = 1 << 22;

    SliceForm(final UNetTopology topology) {
        this(topology, DIRECT_BELOW);
    }

    /** @return whether libtorch has oneDNN's convolutions on this machine's CPU */
    static boolean isSupported(final TorchEngine engine) {
        final String probe = """
                def probe(%s, x: Tensor) -> Tensor:
                  kernel = (self).packed(x, [1, 1], [0, 0], )
                  y = (self).convolve(x, kernel, [1, 1], [0, 0], )
                  (self).accumulate(y, x, kernel, [1, 1], [0, 0], )
                  return y
                """.formatted(ScriptModule.SELF);
        try (ScriptModule script = ScriptModule.compile(engine, ComputeDevice.CPU, probe + SliceLayerText.convolutions()); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            return script.call(work, "probe", ScriptArgument.of(work.ones(new Shape(1, 1, 1, 1)))).singletonOrThrow().getFloat() == 2;
        } catch (final EngineException missing) {
            return false;
        }
    }

    @Override
    public String methods() {
        final SampleText sample = new SampleText(topology);
        return sample.prepare() + batch(topology) + sample.method()
                + SliceLayerText.methods(sample.hasDepthKernels(), directBelow) + WinogradDepthText.methods() + BlockNormalizationText.methods(topology);
    }

    private static String batch(final UNetTopology topology) {
        return """
                def forward(%1$s, weights: List[Tensor], x: Tensor) -> Tensor:
                  sizes = torch.size(x)
                  logits = torch.empty(torch.add(torch.add([sizes[0]], [%2$d]), torch.slice(sizes, 2, None, 1)), dtype=6)
                  for i in range(sizes[0]):
                    (self).sample(weights, %3$s, torch.view(logits[i], [%2$d, -1]), )
                  return logits
                """.formatted(ScriptModule.SELF, topology.outputChannels(), topology.dimensions() == 2 ? "torch.unsqueeze(x[i], 2)" : "x[i]");
    }
}
