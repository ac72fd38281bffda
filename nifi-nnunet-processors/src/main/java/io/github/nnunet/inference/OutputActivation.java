/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.dataset.LabelClass;

import java.util.List;

/** What the outputs of a network stand for, and how a label map comes from them. */
public sealed interface OutputActivation {

    /** @return what each output stands for, in order; the value is what it paints */
    List<LabelClass> labels();

    /** @return number of outputs */
    default int outputs() {
        return labels().size();
    }

    /**
     * One output a class, softmax over them: a voxel has the class of the largest logit, of equal ones the first.
     *
     * @param classes in the order of the network's outputs, the background first
     */
    record ExclusiveClasses(List<LabelClass> classes) implements OutputActivation {

        public ExclusiveClasses {
            classes = List.copyOf(classes);
            if (classes.isEmpty()) {
                throw new IllegalArgumentException("A network has at least one output");
            }
        }

        @Override
        public List<LabelClass> labels() {
            return classes;
        }
    }

    /**
     * One output a region, a sigmoid each: a region's voxels are those with a probability above one half. Regions may
     * contain each other; they are painted in order, later ones over earlier ones (BraTS: whole tumour as 2, core as 1,
     * enhancing as 3). The label is background where there is no region.
     *
     * @param regions in the order of the network's outputs; the value is what a region paints
     */
    record NestedRegions(List<LabelClass> regions) implements OutputActivation {

        public NestedRegions {
            regions = List.copyOf(regions);
            if (regions.isEmpty()) {
                throw new IllegalArgumentException("A network has at least one output");
            }
        }

        @Override
        public List<LabelClass> labels() {
            return regions;
        }
    }
}
