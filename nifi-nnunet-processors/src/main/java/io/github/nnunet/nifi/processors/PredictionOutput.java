/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.report.SegmentationPreview;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.io.OutputStreamCallback;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What SlidingWindowPredict sends of a case. */
final class PredictionOutput {
    private final ProcessSession session;
    private final ComponentLog logger;
    private final FlowFile parent;
    private final CaseSegmenter.Result result;
    private final String caseId;

    PredictionOutput(final ProcessSession session, final ComponentLog logger, final FlowFile parent, final CaseSegmenter.Result result) {
        this.session = session;
        this.logger = logger;
        this.parent = parent;
        this.result = result;
        this.caseId = ImagePaths.caseId(AbstractFaultProcessor.nameOf(parent));
    }

    /**
     * Sends the segmentation in the flowfile that came, and the probabilities, if wanted, in one of their own.
     *
     * @param more attributes of both
     * @return the segmentation
     */
    FlowFile send(final ProbabilityChoice probabilities, final Map<String, String> more) {
        final Segmentation segmentation = result.segmentation();
        final Map<String, String> attributes = new HashMap<>(PlanAttributes.of(result.first().plan()));
        attributes.putAll(more);
        attributes.put(CaseAttributes.CASE_ID, caseId);
        attributes.put(CaseAttributes.CASE_SHAPE, PlanAttributes.text(segmentation.geometry().shape()));
        attributes.put(CaseAttributes.CASE_SPACING, PlanAttributes.text(segmentation.geometry().spacing()));
        attributes.put(CaseAttributes.MODEL_PATH, ModelPaths.write(result.members().stream().map(CaseSegmenter.Member::file).toList()));
        attributes.put(CaseAttributes.MODEL_DIGEST, String.join(",", result.members().stream().map(CaseSegmenter.Member::digest).toList()));
        switch (probabilities) {
            case NONE -> { }
            case FLOAT32 -> sendProbabilities(attributes, caseId + "_probabilities.nii", CaseAttributes.NIFTI, nifti());
            case FLOAT16 -> sendProbabilities(attributes, caseId + ".npy", CaseAttributes.NUMPY, numpy());
        }

        final Map<Integer, String> classNames = result.first().plan().classes().stream().collect(Collectors.toMap(LabelClass::value, LabelClass::name));
        final FlowFile label = session.write(AbstractFaultProcessor.withoutFault(session, parent),
                content -> LabelFile.write(content, segmentation.label(), segmentation.geometry(), classNames, true));
        final FlowFile named = named(label, attributes, "segmentation", caseId + ".nii.gz", CaseAttributes.NIFTI_GZIP);
        session.transfer(named, SlidingWindowPredict.SEGMENTATION);
        return named;
    }

    private FlowFile create() {
        return AbstractFaultProcessor.withoutFault(session, session.create(parent));
    }

    private OutputStreamCallback nifti() {
        final Segmentation segmentation = result.segmentation();
        final List<String> names = result.first().outputs().labels().stream().map(LabelClass::name).toList();
        final ScanCase volumes = new ScanCase(names, segmentation.probabilities().orElseThrow(), null, segmentation.geometry(), CaseHistory.of(segmentation.geometry()));
        return content -> CaseFile.write(content, volumes);
    }

    private OutputStreamCallback numpy() {
        final Segmentation segmentation = result.segmentation();
        final float[][] probabilities = segmentation.probabilities().orElseThrow();
        final Shape shape = segmentation.geometry().shape();
        final int[] sizes = {probabilities.length, shape.depth(), shape.height(), shape.width()};
        return content -> NpyFile.writeHalves(content, sizes, probabilities);
    }

    private void sendProbabilities(final Map<String, String> attributes, final String filename, final String mediaType, final OutputStreamCallback writer) {
        final FlowFile written = session.write(create(), writer);
        session.transfer(named(written, attributes, "probabilities", filename, mediaType), SlidingWindowPredict.PROBABILITIES_RELATIONSHIP);
    }

    /** A segmentation is not held up by its picture. */
    void sendPreview(final ScanCase prepared) {
        try {
            final byte[] picture = SegmentationPreview.png(prepared, result.segmentation(), result.first().plan().classes());
            final FlowFile written = session.write(create(), content -> content.write(picture));
            session.transfer(named(written, Map.of(CaseAttributes.CASE_ID, caseId), "preview", caseId + "_preview.png", "image/png"), SlidingWindowPredict.PREVIEW_RELATIONSHIP);
        } catch (final IOException e) {
            logger.warn("{}: there is no preview. {}", caseId, e.getMessage());
        }
    }

    private FlowFile named(final FlowFile flowFile, final Map<String, String> attributes, final String kind, final String filename, final String mediaType) {
        final FlowFile described = session.putAllAttributes(flowFile, attributes);
        return session.putAllAttributes(described, Map.of(CaseAttributes.RESULT, kind, "filename", filename, "mime.type", mediaType));
    }
}
