/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A TorchScript module that was exported elsewhere, such as by Python, and is run as it is. */
final class ForeignNetwork implements SegmentationNetwork {

    /** A convolution's kernel has two more axes than the image. */
    private static final int KERNEL_AXES = 2;
    /** Edges of the trial input: larger ones for networks that halve their input more often. */
    private static final List<Integer> TRIAL_EDGES = List.of(32, 64, 128);

    private final TorchEngine engine;
    private final ComputeDevice device;
    private final NDManager manager;
    private final PtSymbolBlock block;
    private final int inputChannels;
    private final int outputChannels;
    private final int dimensions;

    private ForeignNetwork(final TorchEngine engine, final ComputeDevice device, final NDManager manager, final PtSymbolBlock block, final Shape kernel, final String name) throws CaseException {
        this.engine = engine;
        this.device = device;
        this.manager = manager;
        this.block = block;
        dimensions = kernel.dimension() - KERNEL_AXES;
        inputChannels = Math.toIntExact(kernel.get(1));
        outputChannels = tryOut(name);
    }

    static ForeignNetwork load(final TorchEngine engine, final Path file, final ComputeDevice device) throws IOException, CaseException {
        final NDManager manager = engine.newManager(device);
        PtSymbolBlock block = null;
        try (InputStream in = Files.newInputStream(file)) {
            block = JniUtils.loadModule((PtNDManager) manager, in, true, false);
            JniUtils.enableInferenceMode(block);
            return new ForeignNetwork(engine, device, manager, block, firstKernel(block, manager, file.getFileName().toString()), file.getFileName().toString());
        } catch (final IOException | CaseException | RuntimeException failure) {
            if (block != null) {
                block.close();
            }

            manager.close();
            throw failure;
        }
    }

    private static Shape firstKernel(final PtSymbolBlock block, final NDManager manager, final String name) throws CaseException {
        try (NDManager work = manager.newSubManager(); NDList parameters = JniUtils.moduleGetParams(block, (PtNDManager) work)) {
            final Optional<Shape> kernel = parameters.stream().map(NDArray::getShape).filter(shape -> shape.dimension() == 4 || shape.dimension() == 5).findFirst();
            return kernel.orElseThrow(() -> new CaseException(FaultCategory.UNSUPPORTED,
                    "%s: this TorchScript file has no 2D or 3D convolution that would tell its input channels; it is not a segmentation network".formatted(name)));
        }
    }

    private int tryOut(final String name) throws CaseException {
        EngineException last = null;
        for (final int edge : TRIAL_EDGES) {
            final long[] sizes = new long[KERNEL_AXES + dimensions];
            Arrays.fill(sizes, edge);
            sizes[0] = 1;
            sizes[1] = inputChannels;
            try (NDManager work = manager.newSubManager()) {
                final Shape result = forward(work, work.zeros(new Shape(sizes))).getShape();
                if (result.dimension() != sizes.length || result.get(2) != edge) {
                    throw new CaseException(FaultCategory.UNSUPPORTED,
                            "%s: the network makes %s of an input of %s, but a segmentation network keeps the image's size".formatted(name, result, new Shape(sizes)));
                }

                return Math.toIntExact(result.get(1));
            } catch (final EngineException tooSmall) {
                last = tooSmall;
            }
        }

        throw last;
    }

    @Override
    public int inputChannels() {
        return inputChannels;
    }

    @Override
    public int outputChannels() {
        return outputChannels;
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public ComputeDevice device() {
        return device;
    }

    @Override
    public NDArray forward(final NDManager results, final NDArray batch) {
        engine.prepareThread();
        try (IValue input = IValue.from((PtNDArray) batch); IValue output = IValueUtils.runMethod(block, "forward", input)) {
            if (output.isTensor()) {
                return output.toTensor((PtNDManager) results);
            }

            return first(output, (PtNDManager) results);
        }
    }

    /** Networks with deep supervision may return several tensors: the full resolution first. */
    private static NDArray first(final IValue several, final PtNDManager results) {
        if (!several.isTuple() && !several.isTensorList()) {
            throw new EngineException("The network returns a %s instead of a tensor".formatted(several.getType()));
        }

        final NDList tensors = several.toNDList(results);
        tensors.subList(1, tensors.size()).forEach(NDArray::close);
        return tensors.getFirst();
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
