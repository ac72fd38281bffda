/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

/** Packages point one way: from the processors to the core, and in the core from the later stages to the earlier. */
class ArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.github.nnunet");
    }

    @Test
    void packagesSeeOnlyEarlierStages() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("fault").definedBy("io.github.nnunet.fault..")
                .layer("benchmark").definedBy("io.github.nnunet.benchmark..")
                .layer("nifti").definedBy("io.github.nnunet.nifti..")
                .layer("volume").definedBy("io.github.nnunet.volume..")
                .layer("preprocess").definedBy("io.github.nnunet.preprocess..")
                .layer("dataset").definedBy("io.github.nnunet.dataset..")
                .layer("network").definedBy("io.github.nnunet.network..")
                .layer("metrics").definedBy("io.github.nnunet.metrics..")
                .layer("inference").definedBy("io.github.nnunet.inference..")
                .layer("training").definedBy("io.github.nnunet.training..")
                .layer("report").definedBy("io.github.nnunet.report..")
                .layer("nifi").definedBy("io.github.nnunet.nifi..")
                .whereLayer("fault").mayNotAccessAnyLayer()
                .whereLayer("benchmark").mayOnlyAccessLayers("fault", "volume", "dataset", "network", "inference", "training")
                .whereLayer("nifti").mayOnlyAccessLayers("fault")
                .whereLayer("volume").mayOnlyAccessLayers("fault", "nifti")
                .whereLayer("dataset").mayOnlyAccessLayers("fault", "nifti", "volume")
                .whereLayer("preprocess").mayOnlyAccessLayers("fault", "nifti", "volume", "dataset")
                .whereLayer("network").mayOnlyAccessLayers("fault", "volume", "dataset")
                .whereLayer("metrics").mayOnlyAccessLayers("fault", "volume", "dataset")
                .whereLayer("inference").mayOnlyAccessLayers("fault", "nifti", "volume", "dataset", "preprocess", "network", "metrics")
                .whereLayer("training").mayOnlyAccessLayers("fault", "nifti", "volume", "dataset", "preprocess", "network", "inference", "metrics")
                .whereLayer("report").mayOnlyAccessLayers("nifti", "volume", "dataset", "inference", "training")
                .whereLayer("nifi").mayNotBeAccessedByAnyLayer()
                .check(classes);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        SlicesRuleDefinition.slices().matching("io.github.nnunet.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void theCoreDoesNotSeeNifi() {
        noClasses().that().resideOutsideOfPackage("io.github.nnunet.nifi..")
                .should().dependOnClassesThat().resideInAPackage("org.apache.nifi..")
                .check(classes);
    }

    @Test
    void onlyNetworkTrainingAndInferenceSeeDjl() {
        noClasses().that().resideOutsideOfPackages("io.github.nnunet.network..", "io.github.nnunet.training..", "io.github.nnunet.inference..")
                .should().dependOnClassesThat().resideInAPackage("ai.djl..")
                .check(classes);
    }
}
