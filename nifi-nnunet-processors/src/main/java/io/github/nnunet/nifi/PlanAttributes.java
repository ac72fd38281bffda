/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PlanJson;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A plan as flowfile attributes: whole, as JSON, and in parts that properties and RouteOnAttribute can name. */
public final class PlanAttributes {
    /** The whole plan. */
    public static final String JSON = "nnunet.plan.json";
    /** The task's number or name. */
    public static final String TASK = "nnunet.plan.task";
    /** The dataset's name. */
    public static final String NAME = "nnunet.plan.name";
    /** 2 or 3. */
    public static final String DIMENSIONS = "nnunet.plan.dimensions";
    /** MRI or CT. */
    public static final String MODALITY = "nnunet.plan.modality";
    /** Target spacing in mm, z,y,x; or the word {@link #SPACING_OF_SCAN}. */
    public static final String SPACING = "nnunet.plan.spacing";
    /** Stands for a spacing where nothing is resampled, as for a 2D network. */
    public static final String SPACING_OF_SCAN = "scan";
    /** Patch size in voxels, z,y,x. */
    public static final String PATCH = "nnunet.plan.patch";
    /** Patches in a training step; absent where the plan leaves the network to training. */
    public static final String BATCH_SIZE = "nnunet.plan.batch.size";
    /** true or false. */
    public static final String FOREGROUND_CHANNEL = "nnunet.plan.foreground.channel";
    /** In Hounsfield units, as the other CT statistics. */
    public static final String CT_MIN = "nnunet.plan.ct.min";
    public static final String CT_MAX = "nnunet.plan.ct.max";
    public static final String CT_MEAN = "nnunet.plan.ct.mean";
    public static final String CT_STD = "nnunet.plan.ct.std";

    private PlanAttributes() {
    }

    /** @return the attributes that stand for a plan */
    public static Map<String, String> of(final Plan plan) {
        final Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put(JSON, PlanJson.write(plan));
        attributes.put(TASK, plan.task());
        attributes.put(NAME, plan.name());
        attributes.put(DIMENSIONS, Integer.toString(plan.dimensions()));
        attributes.put(MODALITY, plan.modality().name());
        attributes.put(SPACING, plan.dimensions() == 2 ? SPACING_OF_SCAN : text(plan.spacing()));
        attributes.put(PATCH, text(plan.patch()));
        plan.network().ifPresent(network -> attributes.put(BATCH_SIZE, Integer.toString(network.batchSize())));
        attributes.put(FOREGROUND_CHANNEL, Boolean.toString(plan.foregroundChannel()));
        if (plan.ctStatistics().isPresent()) {
            final CtStatistics statistics = plan.ctStatistics().get();
            attributes.put(CT_MIN, Double.toString(statistics.min()));
            attributes.put(CT_MAX, Double.toString(statistics.max()));
            attributes.put(CT_MEAN, Double.toString(statistics.mean()));
            attributes.put(CT_STD, Double.toString(statistics.std()));
        }

        return attributes;
    }

    /**
     * @return the plan that the attributes carry, if they carry one
     * @throws CaseException if it is not a plan
     */
    public static Optional<Plan> find(final Map<String, String> attributes) throws CaseException {
        final String json = attributes.get(JSON);
        return json == null || json.isBlank() ? Optional.empty() : Optional.of(PlanJson.read(json));
    }

    /**
     * @return the plan that the attributes carry
     * @throws CaseException if they carry none, or it is not a plan
     */
    public static Plan require(final Map<String, String> attributes) throws CaseException {
        return find(attributes).orElseThrow(() -> new CaseException(FaultCategory.UNSUPPORTED,
                "The flowfile has no plan in the attribute %s. List it with ListCases, or give it a plan with AttachPlan.".formatted(JSON)));
    }

    /** @return millimetres along z,y,x */
    public static String text(final Spacing spacing) {
        return spacing.z() + "," + spacing.y() + "," + spacing.x();
    }

    /** @return voxels along z,y,x */
    public static String text(final Shape shape) {
        return shape.depth() + "," + shape.height() + "," + shape.width();
    }
}
