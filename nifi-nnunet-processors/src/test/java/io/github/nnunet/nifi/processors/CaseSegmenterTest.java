/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.inference.Blend;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifi.gpu.WorkKind;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;
import io.github.nnunet.volume.Spacing;

import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class CaseSegmenterTest {
    private static final Shape SHAPE = new Shape(16, 16, 16);

    @TempDir
    private Path folder;
    private final List<String> events = new ArrayList<>();
    private Plan plan;
    private Path model;
    private boolean failsWhenGivenBack;

    /** Writes down when a device is taken and given back. */
    private final class WatchedGpuService extends StandardGpuService {
        @Override
        public Optional<DeviceLease> lease(final WorkKind kind, final int devices, final BooleanSupplier cancelled) throws InterruptedException {
            events.add("taken");
            return super.lease(kind, devices, cancelled).map(WatchedLease::new);
        }
    }

    private final class WatchedLease implements DeviceLease {
        private final DeviceLease lease;

        private WatchedLease(final DeviceLease lease) {
            this.lease = lease;
        }

        @Override
        public List<ComputeDevice> devices() {
            return lease.devices();
        }

        @Override
        public boolean takeAgain(final BooleanSupplier cancelled) throws InterruptedException {
            return lease.takeAgain(cancelled);
        }

        @Override
        public void close() {
            lease.close();
            events.add("given back");
            if (failsWhenGivenBack) {
                throw new IllegalStateException("given back");
            }
        }
    }

    @BeforeEach
    void writeModel() throws IOException {
        final List<LabelClass> classes = List.of(new LabelClass(0, "background"), new LabelClass(1, "one"));
        plan = new Plan("", "Noise", 3, Modality.MRI, List.of("MRI"), classes, new Spacing(1, 1, 1), SHAPE, Optional.empty(), false);
        model = TinyModel.write(folder.resolve("model.pt"), plan);
    }

    private CaseSegmenter segmenter() throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(SlidingWindowPredict.class);
        final StandardGpuService service = new WatchedGpuService();
        Runners.enableGpuService(runner, service);
        final CaseSegmenter.Settings settings = new CaseSegmenter.Settings(0, Blend.CONSTANT, 1, false, OutputChoice.MODEL, false);
        return new CaseSegmenter(service, settings, Optional.of(plan), () -> false, SliceTeam.SINGLE, (done, all) -> { });
    }

    /** A case of which the history says something about its way back. */
    private static ScanCase prepared(final CaseHistory history) {
        return new ScanCase(List.of("MRI"), new float[1][SHAPE.voxels()], null, geometry(), history);
    }

    private static Geometry geometry() {
        return new Geometry(SHAPE, Orientation.aligned(1, 1, 1));
    }

    @Test
    void eachModelOfAnEnsembleTakesADeviceForItsOwnTime() throws InitializationException, CaseException, IOException, InterruptedException {
        final CaseSegmenter.Result result = segmenter().segment(List.of(model, model), prepared(CaseHistory.of(geometry())));
        assertEquals(2, result.members().size());
        assertEquals(List.of("taken", "given back", "taken", "given back"), events);
    }

    /** Both the return of the device and the way back to the scan fail here: what is thrown is what came first. */
    @Test
    void theDeviceIsGivenBackBeforeTheResultGoesBackToItsScan() throws InitializationException {
        failsWhenGivenBack = true;
        final CaseSegmenter segmenter = segmenter();
        final ScanCase contradictory = prepared(CaseHistory.of(geometry()).withResampledFrom(new Shape(8, 8, 8)));
        final IllegalStateException first = assertThrows(IllegalStateException.class, () -> segmenter.segment(List.of(model), contradictory));
        assertEquals("given back", first.getMessage());
    }

    @Test
    void aHistoryThatContradictsItselfIsRefused() throws InitializationException {
        final CaseSegmenter segmenter = segmenter();
        final ScanCase contradictory = prepared(CaseHistory.of(geometry()).withResampledFrom(new Shape(8, 8, 8)));
        assertEquals(FaultCategory.GEOMETRY, assertThrows(CaseException.class, () -> segmenter.segment(List.of(model), contradictory)).category());
    }
}
