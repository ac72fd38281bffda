/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.nifti.NiftiImage;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** templates/clinical-ingest.json: studies of DICOM slices over HTTP and in a folder. It needs dcm2niix and skips with a word where there is none. */
@ExtendWith(SharedNifi.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClinicalIngestIT {
    private static final double LEAST_DICE = 0.5;
    private static final int CHOSEN = 3;
    private static final int OTHER = 7;

    private final HttpClient http = HttpClient.newHttpClient();
    private CrossValidationRun models;
    private TemplateFlow flow;
    private Path scan;
    private NiftiImage image;
    private Path folder;
    private int port;

    @BeforeAll
    void deploy(final SharedNifi nifi) throws Exception {
        Assumptions.assumeTrue(isOnPath("dcm2niix"), "There is no dcm2niix on the path: the clinical flow cannot be tested");
        models = nifi.crossValidation();
        scan = ResultsFolder.images(models.testImages()).getFirst();
        image = NiftiReader.read(scan, NiftiLimits.forHeap());
        folder = nifi.newFolder("clinical");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        flow = nifi.deploy("clinical-ingest", Map.of("HTTP Port", Integer.toString(port), "Incoming Folder", newFolder("incoming"), "Work Folder", newFolder("work"),
                "Segmentation Folder", folder.resolve("segmentations").toString(), "Audit Folder", folder.resolve("audit").toString(),
                "Model Files", models.model(0).toString(), "Series Description", "(?i)t1.*", "Settling Time", "2 sec", "Overlap", "0.25", "Device", "cpu"));
        flow.group().start();
        flow.await(this::isListening);
    }

    /** A processor that was started opens its port some time later. */
    private boolean isListening() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (final ConnectException notYet) {
            return false;
        }
    }

    private String newFolder(final String name) throws IOException {
        return Files.createDirectories(folder.resolve(name)).toString();
    }

    private static boolean isOnPath(final String command) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).anyMatch(entry -> Files.isExecutable(Path.of(entry, command)));
    }

    @AfterAll
    void remove() throws RunException {
        if (flow != null) {
            flow.close();
        }
    }

    @Test
    @Order(1)
    void theChosenSeriesOfAPostedStudyIsSegmentedInItsOwnGrid() throws Exception {
        assertEquals(200, post(zip(series(CHOSEN, "T1 axial"), series(OTHER, "T2 axial")), "case 17/a"));
        final Path segmentation = folder.resolve("segmentations/case_17_a-3.nii.gz");
        flow.awaitIdle(() -> Files.exists(segmentation) && records().size() == 3);

        final Path converted = onlyFile(folder.resolve("work"), "/nifti/3.nii.gz");
        SegmentationCheck.assertSameGrid(converted, segmentation);
        // The series was written so that conversion gives the phantom's own order of voxels.
        assertEquals(image.header().dimensions(), NiftiReader.readHeader(converted).dimensions());
        final double dice = SegmentationCheck.foregroundDice(segmentation, models.testLabel(scan));
        assertTrue(dice > LEAST_DICE, () -> "Dice " + dice);
        assertEquals(Set.of("converted", "segmented", "not chosen"), results());
    }

    @Test
    @Order(2)
    void theRecordNamesCaseModelAndTimesAndNothingOfThePatient() throws Exception {
        final JsonNode record = records().stream().filter(one -> one.path("audit.result").asText().equals("segmented")).findFirst().orElseThrow();
        assertEquals("case_17_a-3", record.path("nnunet.case.id").asText());
        assertEquals(64, record.path("nnunet.model.digest").asText().length());
        assertTrue(record.path("audit.received").asText().compareTo(record.path("audit.finished").asText()) < 0, record::toString);
        assertTrue(records().stream().noneMatch(one -> one.toString().contains("Secret") || one.toString().contains("SECRET")));
        assertFalse(Files.readString(onlyFile(folder.resolve("work"), "/nifti/3.json")).contains("Secret"));
    }

    @Test
    @Order(3)
    void aFolderOfSlicesIsAStudyToo() throws Exception {
        final Path partial = Files.createDirectories(folder.resolve("being-copied"));
        int number = 0;
        for (final byte[] file : series(CHOSEN, "t1 again")) {
            Files.write(partial.resolve("Secret_Person_%d.dcm".formatted(number++)), file);
        }

        Files.move(partial, folder.resolve("incoming/SECRET"));
        flow.awaitIdle(() -> ResultsFolder.images(folder.resolve("segmentations")).size() == 2);

        assertTrue(records().stream().noneMatch(one -> one.toString().contains("Secret") || one.toString().contains("SECRET")));
        assertTrue(Files.exists(folder.resolve("incoming/SECRET/Secret_Person_0.dcm")));
    }

    @Test
    @Order(4)
    void whatIsNoDicomIsARecordOfAFailure() throws Exception {
        final int before = records().size();
        assertEquals(200, post("no zip at all".getBytes(), "broken"));
        assertEquals(200, post(zip(List.of("no slice".getBytes())), "empty"));
        flow.awaitIdle(() -> records().size() == before + 3);

        final Set<String> failed = new TreeSet<>();
        for (final JsonNode record : records()) {
            if (record.path("audit.result").asText().equals("failed")) {
                failed.add(record.path("study.id").asText());
                assertEquals("unreadable", record.path("nnunet.error.category").asText());
            }
        }

        assertEquals(Set.of("broken", "empty"), failed);
    }

    private List<byte[]> series(final int number, final String description) {
        return new DicomSeries(number, description, image.header().width(), image.header().height()).files(image.volume(0));
    }

    @SafeVarargs
    private static byte[] zip(final List<byte[]>... series) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            int number = 0;
            for (final List<byte[]> files : series) {
                for (final byte[] file : files) {
                    zip.putNextEntry(new ZipEntry("Secret_Person/slice %d.dcm".formatted(number++)));
                    zip.write(file);
                    zip.closeEntry();
                }
            }
        }

        return bytes.toByteArray();
    }

    private int post(final byte[] body, final String caseId) throws Exception {
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/dicom".formatted(port))).header("X-Case-Id", caseId)
                .header("Content-Type", "application/zip").POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private List<JsonNode> records() throws IOException {
        final List<JsonNode> records = new ArrayList<>();
        final Path audit = folder.resolve("audit");
        if (Files.isDirectory(audit)) {
            try (Stream<Path> files = Files.list(audit)) {
                for (final Path file : files.filter(file -> !file.getFileName().toString().startsWith(".")).toList()) {
                    records.add(new ObjectMapper().readTree(file.toFile()));
                }
            }
        }

        return records;
    }

    private Set<String> results() throws IOException {
        final Set<String> results = new TreeSet<>();
        records().forEach(record -> results.add(record.path("audit.result").asText()));
        return results;
    }

    private static Path onlyFile(final Path folder, final String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
        }
    }
}
