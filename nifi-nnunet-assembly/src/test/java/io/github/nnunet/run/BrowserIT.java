/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.dataset.DatasetDescription;
import io.github.nnunet.dataset.LabelClass;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person does in NiFi's pages: draws a flow with the mouse, looks at cases and segmentations, imports templates. Pictures
 * of it are in target/browser. Those of the documentation are made by
 * {@code ./nnunet test -Dit.test=BrowserIT -Dnnunet.docs.write=true -Dnnunet.docs.dataset=DIR -Dnnunet.docs.run=DIR}: the
 * first folder, a dataset, is seen in them, and the second has the results of a run on it.
 */
@ExtendWith(SharedNifi.Provider.class)
class BrowserIT {
    private static final Path SHARED = Path.of(System.getProperty("nnunet.shared"));
    private static final Path TEMPLATES = Path.of(System.getProperty("nnunet.home"), "templates").toAbsolutePath().normalize();

    private static BrowserScripts scripts;

    @BeforeAll
    static void findTheBrowser() throws IOException, InterruptedException {
        scripts = BrowserScripts.orSkip();
    }

    @Test
    void aPersonDrawsAFlowWithTheMouseAndLooksAtACroppedCase(final SharedNifi shared) throws Exception {
        final Path dataset = DocumentationPictures.WANTED ? documentedDataset() : TestDataset.smallest(shared.newFolder("first-flow"), SHARED);

        scripts.test("first-flow", shared.nifi(), Map.of("DATASET", dataset.toString(), "CLASSES", classesOf(dataset)));
        for (final String name : List.of("first-flow-add", "first-flow-connect", "first-flow-configure", "first-flow-running", "view-case")) {
            DocumentationPictures.publish(scripts.picture(name), name);
        }
    }

    @Test
    void ofATemplateThatHasRunACaseItsSegmentationAndBothTogetherAreLookedAt(final SharedNifi shared) throws Exception {
        final SegmentationSource source = DocumentationPictures.WANTED ? SegmentationSource.of(documentedDataset(), documentedRun()) : SegmentationSource.phantom(shared);
        final Path folder = shared.newFolder("segmentation");
        final Path input = Files.createDirectories(folder.resolve("scans"));
        source.copyScansTo(input);

        try (TemplateFlow flow = shared.deploy("predict-folder", Map.of("Input Folder", input.toString(), "Output Folder", folder.resolve("segmentations").toString(),
                "Model Files", source.model().toString(), "Settling Time", "0 sec", "Overlap", "0.25", "Device", "cpu"))) {
            scripts.test("segmentation", shared.nifi(), Map.of("GROUP", flow.group().id(), "CLASSES", classesOf(source.dataset())));
        }

        DocumentationPictures.publish(scripts.picture("view-segmentation"), "view-segmentation");
        if (DocumentationPictures.WANTED) {
            DocumentationPictures.publish(documentedRun().path().resolve("fold-0/report.png"), "training-report");
        }
    }

    @Test
    void everyTemplateIsImportedAndItsPictureTaken(final SharedNifi shared) throws Exception {
        scripts.test("templates", shared.nifi(), Map.of("TEMPLATES", TEMPLATES.toString()));

        try (Stream<Path> files = Files.list(TEMPLATES)) {
            for (final String file : files.map(path -> path.getFileName().toString()).filter(name -> name.endsWith(".json")).toList()) {
                final String name = file.replace(".json", "");
                DocumentationPictures.publish(scripts.picture(name), name);
            }
        }
    }

    private static String classesOf(final Path dataset) throws Exception {
        return DatasetDescription.read(dataset).classes().stream().filter(label -> label.value() > 0).map(LabelClass::name).collect(Collectors.joining(","));
    }

    private static Path documentedDataset() {
        return Path.of(System.getProperty("nnunet.docs.dataset"));
    }

    private static ResultsFolder documentedRun() {
        return new ResultsFolder(Path.of(System.getProperty("nnunet.docs.run")));
    }
}
