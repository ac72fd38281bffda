/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The few operations of Python's pickle protocol 2 that a TorchScript archive needs. */
final class PickleWriter {

    private static final int PROTOCOL = 0x80;
    private static final int VERSION = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleWriter() {
        out.write(PROTOCOL);
        out.write(VERSION);
    }

    /** Pushes a class or function. */
    PickleWriter global(final String module, final String name) {
        out.write('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PickleWriter text(final String value) {
        final byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        out.writeBytes(littleEndian(4).putInt(bytes.length).array());
        out.writeBytes(bytes);
        return this;
    }

    PickleWriter whole(final long value) {
        if (value == (int) value) {
            out.write('J');
            out.writeBytes(littleEndian(4).putInt((int) value).array());
        } else {
            out.write(0x8a);
            out.write(8);
            out.writeBytes(littleEndian(8).putLong(value).array());
        }

        return this;
    }

    private static ByteBuffer littleEndian(final int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    PickleWriter truth(final boolean value) {
        out.write(value ? 0x88 : 0x89);
        return this;
    }

    PickleWriter none() {
        out.write('N');
        return this;
    }

    PickleWriter emptyTuple() {
        out.write(')');
        return this;
    }

    PickleWriter emptyList() {
        out.write(']');
        return this;
    }

    PickleWriter emptyDictionary() {
        out.write('}');
        return this;
    }

    /** Marks where a tuple's or a dictionary's items begin. */
    PickleWriter mark() {
        out.write('(');
        return this;
    }

    /** All since the mark becomes a tuple. */
    PickleWriter tuple() {
        out.write('t');
        return this;
    }

    /** All since the mark becomes keys and values of the dictionary under it. */
    PickleWriter setItems() {
        out.write('u');
        return this;
    }

    /** The tuple on top names something outside the pickle. */
    PickleWriter persistentId() {
        out.write('Q');
        return this;
    }

    /** Calls the function under the tuple on top. */
    PickleWriter reduce() {
        out.write('R');
        return this;
    }

    /** Makes an object of the class under the tuple on top. */
    PickleWriter newObject() {
        out.write(0x81);
        return this;
    }

    /** Gives the object under the dictionary on top its attributes. */
    PickleWriter build() {
        out.write('b');
        return this;
    }

    /** @return the finished pickle: its value is what is on top */
    byte[] finish() {
        out.write('.');
        return out.toByteArray();
    }
}
