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
 * @param work        how each layer is divided among the cores
 */
record SliceForm(UNetTopology topology, int directBelow, SharedWorkText work) implements NetworkForm {

    /**
     * With fewer, the calls of six convolutions cost more than the multiplications that they save. Measured on one core with AVX2, with 8
     * to 320 channels in and as many out: at a fourth the direct form takes 0.6 to 0.9 times as long, here as long, at twice this 1.2 to 1.4
     * times.
     */
    private static final int DIRECT_BELOW = 1 << 22;

    /** @param shares in how many parts to divide a layer */
    SliceForm(final UNetTopology topology, final int shares) {
        this(topology, DIRECT_BELOW, new SharedWorkText(shares));
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
        final SampleText sample = new SampleText(topology, work);
        return sample.prepare() + batch(topology) + sample.methods() + work.methods() + SliceLayerText.methods(sample.hasDepthKernels())
                + SliceLayerText.stages(work, directBelow) + WinogradDepthText.methods() + BlockNormalizationText.methods(topology);
    }

    /** All samples use the same buffers, one after the other. */
    private static String batch(final UNetTopology topology) {
        return """
                def forward(%1$s, weights: List[Tensor], x: Tensor) -> Tensor:
                  sizes = torch.size(x)
                  first = %3$s
                  kept = (self).new_kept(torch.size(first, 2), torch.size(first, 3), torch.size(first, 4), )
                  spare = (self).new_spare(torch.size(first, 2), torch.size(first, 3), torch.size(first, 4), )
                  logits = torch.empty(torch.add(torch.add([sizes[0]], [%2$d]), torch.slice(sizes, 2, None, 1)), dtype=6)
                  stage = (self).first_stage()
                  for i in range(sizes[0]):
                    stage = (self).sample(stage, weights, first[i], kept, spare, torch.view(logits[i], [%2$d, -1]), )
                  (self).settle(stage, )
                  return logits
                """.formatted(ScriptModule.SELF, topology.outputChannels(), topology.dimensions() == 2 ? "torch.unsqueeze(x, 3)" : "x");
    }
}
