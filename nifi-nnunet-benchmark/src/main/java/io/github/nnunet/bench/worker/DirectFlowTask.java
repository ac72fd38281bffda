/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.inference.CasePredictor;
import io.github.nnunet.inference.Logits;
import io.github.nnunet.inference.OutputActivation;
import io.github.nnunet.inference.ScanRestoration;
import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.inference.WindowProgress;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.NetworkLoader;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.preprocess.Foreground;
import io.github.nnunet.preprocess.ForegroundChannel;
import io.github.nnunet.preprocess.NonZeroCrop;
import io.github.nnunet.preprocess.Normalization;
import io.github.nnunet.preprocess.Resampling;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.ScanCase;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** From the scan's file to the segmentation's: what the processors of the predict flow call, one after the other in memory, without NiFi. */
final class DirectFlowTask implements BenchTask {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FlowInputs inputs;
    private final TorchEngine engine;
    private final SegmentationNetwork network;
    private final Path segmentation;

    private DirectFlowTask(final FlowInputs inputs, final TorchEngine engine, final SegmentationNetwork network, final Path segmentation) {
        this.inputs = inputs;
        this.engine = engine;
        this.network = network;
        this.segmentation = segmentation;
    }

    /** Loads the model, as a service of NiFi keeps it loaded. */
    static DirectFlowTask of(final TorchEngine engine, final Path folder, final Spec spec) throws CaseException, IOException {
        final FlowInputs inputs = FlowInputs.of(folder, spec);
        return new DirectFlowTask(inputs, engine, new NetworkLoader(engine).load(inputs.model(), ComputeDevice.CPU), folder.resolve("direct.nii.gz"));
    }

    @Override
    public void run() throws CaseException, IOException {
        final ScanCase cropped = NonZeroCrop.apply(CaseFile.read(inputs.scan(), NiftiLimits.forHeap()), Foreground.ABOVE_ZERO);
        final ScanCase resampled = Resampling.apply(cropped, inputs.plan().spacing());
        final ScanCase prepared = Normalization.apply(resampled, inputs.plan().modality(), inputs.plan().ctStatistics(), ForegroundChannel.NONE);
        final Logits logits = new CasePredictor(engine).logits(network, prepared, inputs.windows(), () -> false, WindowProgress.NONE);
        final List<LabelClass> classes = inputs.plan().classes();
        final Segmentation restored = new ScanRestoration(new OutputActivation.ExclusiveClasses(classes)).restore(logits, prepared.shape(), prepared.history());
        final Map<Integer, String> names = classes.stream().collect(Collectors.toMap(LabelClass::value, LabelClass::name));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(segmentation), BUFFER_BYTES)) {
            LabelFile.write(out, restored.label(), restored.geometry(), names, true);
        }
    }

    @Override
    public List<ResultArray> result() throws CaseException, IOException {
        return List.of(ResultArray.label(segmentation));
    }

    @Override
    public void close() {
        network.close();
    }
}
