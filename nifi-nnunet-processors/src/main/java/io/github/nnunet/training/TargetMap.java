/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a network's outputs stand for: how labels become targets, and how logits are scored against them. */
final class TargetMap {
    private static final int VALUES = 256;
    private static final byte UNKNOWN = -1;
    private static final List<String> REGIONS = List.of("WT", "TC", "ET");

    /** What an output says of a voxel, by the voxel's target. */
    private enum Kind {
        /** One class of several. */
        EXCLUSIVE,
        /** Structure or not. */
        SINGLE,
        /** A region of BraTS or not. */
        REGIONS
    }

    private final Kind kind;
    private final byte[] targetOfValue = new byte[VALUES];
    private final List<String> names;

    TargetMap(final Plan plan, final LossSettings loss) {
        Arrays.fill(targetOfValue, UNKNOWN);
        final List<LabelClass> classes = plan.classes();
        if (loss.brats()) {
            kind = Kind.REGIONS;
            names = REGIONS;
        } else if (loss.backgroundIsAnOutput()) {
            kind = Kind.EXCLUSIVE;
            names = classes.stream().skip(1).map(LabelClass::name).toList();
        } else {
            kind = Kind.SINGLE;
            names = List.of(String.join(" + ", classes.stream().skip(1).map(LabelClass::name).toList()));
        }

        for (int index = 0; index < classes.size(); index++) {
            final int value = classes.get(index).value();
            targetOfValue[value] = (byte) switch (kind) {
                case EXCLUSIVE -> index;
                case SINGLE -> Math.min(index, 1);
                case REGIONS -> value;
            };
        }
    }

    /** @return how many outputs the network needs */
    int outputs() {
        return kind == Kind.EXCLUSIVE ? names.size() + 1 : names.size();
    }

    /** @return the names of what is scored, in the order of {@link #score} */
    List<String> names() {
        return names;
    }

    boolean knows(final int labelValue) {
        return labelValue >= 0 && labelValue < VALUES && targetOfValue[labelValue] != UNKNOWN;
    }

    /** @return label values as targets, in a new array */
    byte[] targets(final byte[] label) {
        final byte[] targets = new byte[label.length];
        for (int voxel = 0; voxel < label.length; voxel++) {
            targets[voxel] = targetOfValue[label[voxel] & 0xff];
        }

        return targets;
    }

    /**
     * @param logits  [output][z*y*x]
     * @param targets [z*y*x]
     * @return Dice for each name
     */
    double[] score(final float[][] logits, final byte[] targets) {
        final TargetOverlap overlap = overlap(targets);
        overlap.add(logits, 0, 0, targets.length);
        return overlap.dice();
    }

    /**
     * @param targets [z*y*x]
     * @return counts what is predicted of them; nothing so far
     */
    TargetOverlap overlap(final byte[] targets) {
        return kind == Kind.EXCLUSIVE ? TargetOverlap.ofClasses(targets, names.size()) : TargetOverlap.ofRegions(targets, IntStream.range(0, names.size()).mapToObj(this::region).toList());
    }

    /** @return for each target whether it is in the region */
    private boolean[] region(final int region) {
        final boolean[] members = new boolean[VALUES];
        for (int value = 1; value < VALUES; value++) {
            members[value] = isInRegion((byte) value, region);
        }

        return members;
    }

    private static boolean isInRegion(final byte target, final int region) {
        return switch (region) {
            case 0 -> target > 0;
            case 1 -> target == 1 || target == 3;
            default -> target == 3;
        };
    }
}
