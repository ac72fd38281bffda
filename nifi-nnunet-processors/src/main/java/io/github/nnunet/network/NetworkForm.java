/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.function.UnaryOperator;

/**
 * One way to write a network as TorchScript. All forms compute the same function of the same weights; they differ in speed.
 */
public interface NetworkForm {

    /**
     * The text of a method that predicts (the dialect is described at {@link ScriptModule}).
     *
     * @param signature the method's first line, which names the input {@code x}
     * @param weight    the expression that stands for a weight, by the weight's name
     * @return the method; it returns the logits
     */
    String forward(UNetTopology topology, String signature, UnaryOperator<String> weight);
}
