/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.Device;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where tensors live and are computed with.
 *
 * @param name "cpu", or "cuda:" or "cpu:" and a number; CPUs with numbers are all the same processor, to be used by so many at once
 */
public record ComputeDevice(String name) {

    private static final Pattern NAME = Pattern.compile("cpu|(cpu|cuda):[0-9]{1,3}");
    public static final ComputeDevice CPU = new ComputeDevice("cpu");

    public ComputeDevice {
        name = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("A device is called cpu, cpu:0, cuda:0, cuda:1 and so on, not %s".formatted(name));
        }
    }

    public boolean isCuda() {
        return name.startsWith("cuda");
    }

    Device toDjl() {
        return isCuda() ? Device.gpu(Integer.parseInt(name.substring("cuda:".length()))) : Device.cpu();
    }
}
