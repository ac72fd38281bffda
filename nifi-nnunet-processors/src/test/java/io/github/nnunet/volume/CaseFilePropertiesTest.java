/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiSample;
import io.github.nnunet.nifti.Orientation;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Case files keep every history, and no damage to one gives anything but a case or a sentence. */
class CaseFilePropertiesTest {
    private static final NiftiLimits LIMITS = new NiftiLimits(1 << 20, 1 << 24);

    @Provide
    Arbitrary<Geometry> grids() {
        final Arbitrary<Double> spacings = Arbitraries.integers().between(100, 9000).map(number -> number / 997.0);
        final Arbitrary<Integer> sizes = Arbitraries.integers().between(2, 9);
        return Combinators.combine(spacings, spacings, spacings, sizes, sizes, sizes).as((x, y, z, depth, height, width) ->
                new Geometry(new Shape(depth, height, width), Orientation.aligned(x, y, z)));
    }

    @Property(tries = 150)
    void everyHistoryReadsBack(@ForAll("grids") final Geometry exact, @ForAll final boolean rounded, @ForAll final List<String> texts, @ForAll final long seed)
            throws IOException, CaseException {
        final Geometry scan = rounded ? new Geometry(exact.shape(), exact.orientation().rounded()) : exact;
        final ScanCase scanCase = prepared(scan, texts, new Random(seed));
        final ScanCase again = CaseFile.read(new ByteArrayInputStream(write(scanCase)), "case", LIMITS);
        assertEquals(scanCase.history(), again.history());
        assertEquals(List.copyOf(scanCase.history().notes().keySet()), List.copyOf(again.history().notes().keySet()));
        assertEquals(scanCase.geometry(), again.geometry());
        assertEquals(scanCase.label().map(label -> Arrays.hashCode(label)), again.label().map(label -> Arrays.hashCode(label)));
    }

    private static ScanCase prepared(final Geometry scan, final List<String> texts, final Random random) {
        final Shape whole = scan.shape();
        final Box box = new Box(0, 1, 0, whole.depth(), whole.height(), 1 + random.nextInt(whole.width()));
        final Shape resampled = new Shape(1 + random.nextInt(6), 1 + random.nextInt(6), 1 + random.nextInt(6));
        final CaseHistory.Padding padding = new CaseHistory.Padding(1, 0, 2, resampled);
        final Shape padded = new Shape(resampled.depth() + 2, resampled.height(), resampled.width() + 5);
        final Geometry grid = scan.cropped(box).resized(resampled).shifted(new int[] {1, 0, 2}, padded);
        CaseHistory history = CaseHistory.of(scan).withCrop(box).withResampledFrom(box.shape()).withPadding(padding);
        for (final String text : texts) {
            history = history.withNote(text, text + random.nextInt());
        }

        final byte[] label = new byte[padded.voxels()];
        random.nextBytes(label);
        return new ScanCase(List.of("channel"), new float[1][padded.voxels()], random.nextBoolean() ? label : null, grid, history);
    }

    private static byte[] write(final ScanCase scanCase) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaseFile.write(out, scanCase);
        return out.toByteArray();
    }

    @Property(tries = 2000)
    void damageGivesACaseOrASentence(@ForAll final long seed, @ForAll final boolean gzip) throws IOException {
        final Random random = new Random(seed);
        final Geometry scan = new Geometry(new Shape(3, 3, 3), Orientation.aligned(1, 2, 3));
        final byte[] whole = write(prepared(scan, List.of("note"), random));
        final byte[] file = gzip && random.nextBoolean() ? NiftiSample.gzip(whole) : whole;
        for (int change = random.nextInt(4); change >= 0; change--) {
            final int place = random.nextInt(random.nextBoolean() ? Math.min(130, file.length) : file.length);
            file[place] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (file[place] ^ 1 << random.nextInt(8));
        }

        final Optional<CaseException> fault = faultOf(gzip ? NiftiSample.gzip(file) : file);
        assertTrue(fault.isEmpty() || fault.get().getMessage().matches("(?s)case\\.nii .*\\."), () -> fault.get().getMessage());
    }

    private static Optional<CaseException> faultOf(final byte[] file) throws IOException {
        try {
            CaseFile.read(new ByteArrayInputStream(file), "case.nii", LIMITS);
            return Optional.empty();
        } catch (final CaseException fault) {
            return Optional.of(fault);
        }
    }

    @Property(tries = 20)
    void everyTruncationIsNoticed(@ForAll final long seed) throws IOException {
        final Geometry scan = new Geometry(new Shape(2, 2, 2), Orientation.aligned(1, 2, 3));
        final byte[] file = write(prepared(scan, List.of("note"), new Random(seed)));
        assertFalse(faultOf(file).isPresent());
        for (int length = 0; length < file.length; length += 3) {
            final byte[] part = Arrays.copyOf(file, length);
            assertThrows(CaseException.class, () -> CaseFile.read(new ByteArrayInputStream(part), "case.nii", LIMITS));
        }
    }
}
