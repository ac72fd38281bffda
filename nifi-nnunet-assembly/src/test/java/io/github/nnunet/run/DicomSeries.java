/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A made-up MR series for the system tests, as much DICOM (PS3.10, explicit VR little endian) as a converter asks for: axial
 * slices of 16-bit pixels at 1 mm, with a patient's name in them that must not come out anywhere.
 */
final class DicomSeries {
    static final String PATIENT = "Secret^Person";
    private static final String ROOT = "1.2.826.0.1.3680043.10.543.";
    private static final String MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4";
    private static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
    private static final int LARGEST_PIXEL = 4000;

    private final int number;
    private final String description;
    private final int width;
    private final int height;

    /**
     * @param number      of the series in its study
     * @param description what the series is called
     */
    DicomSeries(final int number, final String description, final int width, final int height) {
        this.number = number;
        this.description = description;
        this.width = width;
        this.height = height;
    }

    /** @return a file a slice; rows run from back to front, so that a converter that turns DICOM's axes into NIfTI's gives the volume as it was */
    List<byte[]> files(final float[] volume) {
        float highest = 1;
        for (final float value : volume) {
            highest = Math.max(highest, value);
        }

        final List<byte[]> files = new ArrayList<>();
        final int slice = width * height;
        for (int z = 0; z < volume.length / slice; z++) {
            final ByteBuffer pixels = ByteBuffer.allocate(2 * slice).order(ByteOrder.LITTLE_ENDIAN);
            for (int row = 0; row < height; row++) {
                for (int x = 0; x < width; x++) {
                    pixels.putShort((short) Math.round(LARGEST_PIXEL * volume[z * slice + (height - 1 - row) * width + x] / highest));
                }
            }

            files.add(file(z, pixels.array()));
        }

        return files;
    }

    private byte[] file(final int z, final byte[] pixels) {
        final String instance = ROOT + "3." + number + "." + (z + 1);
        final Elements meta = new Elements();
        meta.add(0x0002, 0x0001, "OB", new byte[] {0, 1});
        meta.text(0x0002, 0x0002, "UI", MR_IMAGE_STORAGE).text(0x0002, 0x0003, "UI", instance).text(0x0002, 0x0010, "UI", EXPLICIT_LITTLE_ENDIAN);
        final Elements file = new Elements();
        file.raw(new byte[128]);
        file.raw("DICM".getBytes(StandardCharsets.US_ASCII));
        file.add(0x0002, 0x0000, "UL", ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(meta.bytes().length).array());
        file.raw(meta.bytes());
        file.text(0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY\\M\\SE").text(0x0008, 0x0016, "UI", MR_IMAGE_STORAGE).text(0x0008, 0x0018, "UI", instance)
                .text(0x0008, 0x0020, "DA", "20240102").text(0x0008, 0x0030, "TM", "101112").text(0x0008, 0x0060, "CS", "MR").text(0x0008, 0x0070, "LO", "Acme")
                .text(0x0008, 0x103E, "LO", description).text(0x0010, 0x0010, "PN", PATIENT).text(0x0010, 0x0020, "LO", "SECRET-ID")
                .text(0x0018, 0x0050, "DS", "1").text(0x0018, 0x0088, "DS", "1").text(0x0018, 0x1030, "LO", description)
                .text(0x0020, 0x000D, "UI", ROOT + "1").text(0x0020, 0x000E, "UI", ROOT + "2." + number).text(0x0020, 0x0011, "IS", Integer.toString(number))
                .text(0x0020, 0x0013, "IS", Integer.toString(z + 1)).text(0x0020, 0x0032, "DS", "0\\0\\" + z).text(0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0")
                .text(0x0020, 0x0052, "UI", ROOT + "4");
        file.number(0x0028, 0x0002, 1).text(0x0028, 0x0004, "CS", "MONOCHROME2").number(0x0028, 0x0010, height).number(0x0028, 0x0011, width)
                .text(0x0028, 0x0030, "DS", "1\\1").number(0x0028, 0x0100, 16).number(0x0028, 0x0101, 16).number(0x0028, 0x0102, 15).number(0x0028, 0x0103, 0);
        file.add(0x7FE0, 0x0010, "OW", pixels);
        return file.bytes();
    }

    /** Data elements in order. */
    private static final class Elements {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void raw(final byte[] values) {
            bytes.writeBytes(values);
        }

        Elements text(final int group, final int element, final String type, final String text) {
            final boolean odd = text.length() % 2 != 0;
            add(group, element, type, (odd ? text + (type.equals("UI") ? "\0" : " ") : text).getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        Elements number(final int group, final int element, final int value) {
            add(group, element, "US", ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) value).array());
            return this;
        }

        void add(final int group, final int element, final String type, final byte[] value) {
            final boolean isLong = type.startsWith("O");
            final ByteBuffer head = ByteBuffer.allocate(isLong ? 12 : 8).order(ByteOrder.LITTLE_ENDIAN);
            head.putShort((short) group).putShort((short) element).put(type.getBytes(StandardCharsets.US_ASCII));
            if (isLong) {
                head.putShort((short) 0).putInt(value.length);
            } else {
                head.putShort((short) value.length);
            }

            raw(head.array());
            raw(value);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
