/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.inference.ComponentRule;
import io.github.nnunet.inference.Connectivity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the rule after which a segmentation is cleaned. */
final class ComponentRules {
    /** Beside a model file: what ComputeDice found best for it. */
    static final String FILE_NAME = "postprocessing.json";

    private ComponentRules() {
    }

    /** @param members the models that predicted; an ensemble has a rule if all of them have the same */
    static ComponentRule of(final ComponentChoice choice, final Connectivity connectivity, final List<CaseSegmenter.Member> members) throws CaseException, IOException {
        final List<Integer> values = members.getFirst().outputs().labels().stream().map(LabelClass::value).filter(value -> value > 0).toList();
        return switch (choice) {
            case NONE -> ComponentRule.NONE;
            case FOREGROUND -> ComponentRule.ofForeground(connectivity);
            case CLASSES -> ComponentRule.ofClasses(values, connectivity);
            case MODEL -> common(members);
        };
    }

    private static ComponentRule common(final List<CaseSegmenter.Member> members) throws CaseException, IOException {
        final Set<ComponentRule> rules = new LinkedHashSet<>();
        for (final CaseSegmenter.Member member : members) {
            rules.add(rule(member));
        }

        return rules.size() == 1 ? rules.iterator().next() : ComponentRule.NONE;
    }

    private static ComponentRule rule(final CaseSegmenter.Member member) throws CaseException, IOException {
        final Path beside = member.file().resolveSibling(FILE_NAME);
        if (Files.isRegularFile(beside)) {
            return ComponentRule.fromJson(Files.readString(beside), beside.toString());
        }

        return ComponentRule.fromJson(member.trainingJson().orElse(""), member.file().toString());
    }
}
