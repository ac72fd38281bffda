/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The layers of a network of one of the architectures that can be trained. As JSON, an object without the member architecture is a U-Net. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "architecture", defaultImpl = UNetTopology.class)
@JsonSubTypes({@JsonSubTypes.Type(value = UNetTopology.class, name = "unet"), @JsonSubTypes.Type(value = UnetrTopology.class, name = "unetr")})
public sealed interface NetworkTopology permits UNetTopology, UnetrTopology {

    /** @return 2 or 3 */
    int dimensions();

    /** @return channels of a sample */
    int inputChannels();

    /** @return logits per voxel */
    int outputChannels();

    /** @return outputs at coarser levels that training scores too */
    int deepSupervisionHeads();

    /** @return what follows each convolution */
    Normalization normalization();

    /** @return the most groups of a group normalization */
    int groups();

    /** @return of the leaky rectifier */
    double negativeSlope();

    /** @return how many groups a group normalization of so many channels has: the largest divisor within the limit */
    default int groupsOf(final int channels) {
        int divisor = Math.min(groups(), channels);
        while (channels % divisor != 0) {
            divisor--;
        }

        return divisor;
    }

    /** @return one JSON object with the components by their names, and the architecture */
    default String toJson() {
        try {
            return new ObjectMapper().writeValueAsString(this);
        } catch (final JsonProcessingException unexpected) {
            throw new IllegalStateException("A topology could not be written as JSON", unexpected);
        }
    }

    /**
     * @param text what {@link #toJson()} wrote
     * @throws IllegalArgumentException if it is something else
     */
    static NetworkTopology fromJson(final String text) {
        try {
            return new ObjectMapper().readValue(text, NetworkTopology.class);
        } catch (final JsonProcessingException damaged) {
            throw new IllegalArgumentException("Not a network's topology: " + damaged.getOriginalMessage(), damaged);
        }
    }
}
