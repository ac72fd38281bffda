/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.network.Normalization;
import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.training.Architecture;
import io.github.nnunet.training.NetworkSettings;
import io.github.nnunet.training.UnetrSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.Arrays;
import java.util.List;

/** What network is trained, as properties of a processor. */
final class NetworkProperties {
    static final PropertyDescriptor ARCHITECTURE = new PropertyDescriptor.Builder()
            .name("Architecture")
            .description("Which network is trained.")
            .required(true)
            .allowableValues(ArchitectureChoice.class)
            .defaultValue(ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor FEATURE_SIZE = new PropertyDescriptor.Builder()
            .name("Feature Size")
            .description("Channels of a UNETR at full resolution. Each coarser level has twice as many.")
            .required(true)
            .defaultValue("16")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNETR)
            .build();
    static final PropertyDescriptor HIDDEN_SIZE = new PropertyDescriptor.Builder()
            .name("Hidden Size")
            .description("How many numbers stand for a cube of 16 voxels an edge in the transformer of a UNETR: a multiple of Attention Heads.")
            .required(true)
            .defaultValue("768")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNETR)
            .build();
    static final PropertyDescriptor PERCEPTRON_SIZE = new PropertyDescriptor.Builder()
            .name("Perceptron Size")
            .description("Width of the perceptron in each block of the transformer of a UNETR.")
            .required(true)
            .defaultValue("3072")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNETR)
            .build();
    static final PropertyDescriptor ATTENTION_HEADS = new PropertyDescriptor.Builder()
            .name("Attention Heads")
            .description("How many ways at once the transformer of a UNETR weighs its cubes.")
            .required(true)
            .defaultValue("12")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNETR)
            .build();
    static final PropertyDescriptor FILTERS = new PropertyDescriptor.Builder()
            .name("Filters")
            .description("Channels of each level of the network, separated by commas, the finest level first. Left empty: 32, 64, 128, 256, 320, 320.")
            .addValidator(NumberListValidator.POSITIVE_INTEGERS)
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor MORE_CHANNELS = new PropertyDescriptor.Builder()
            .name("More Channels")
            .description("Whether the levels have 64, 96, 128, 192, 256, 384 and 512 channels. Filters then stays empty.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor DEPTH = new PropertyDescriptor.Builder()
            .name("Depth")
            .description("The most times the network halves its input.")
            .required(true)
            .defaultValue("5")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor MINIMUM_FEATURE_MAP = new PropertyDescriptor.Builder()
            .name("Minimum Feature Map")
            .description("No axis is halved below so many voxels.")
            .required(true)
            .defaultValue("4")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor NORMALIZATION = new PropertyDescriptor.Builder()
            .name("Normalization")
            .description("What brings the activations after each convolution to mean 0 and deviation 1.")
            .required(true)
            .allowableValues(NormalizationChoice.class)
            .defaultValue(NormalizationChoice.INSTANCE)
            .build();
    static final PropertyDescriptor NEGATIVE_SLOPE = new PropertyDescriptor.Builder()
            .name("Negative Slope")
            .description("Slope, 0 to 1, of the leaky rectifier below zero.")
            .required(true)
            .defaultValue("0.01")
            .addValidator(NumberValidator.between(0, 1))
            .build();
    static final PropertyDescriptor RESIDUAL_BLOCKS = new PropertyDescriptor.Builder()
            .name("Residual Blocks")
            .description("Whether each pair of convolutions of the encoder and the bottleneck has a shortcut over it.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor DEEP_SUPERVISION = new PropertyDescriptor.Builder()
            .name("Deep Supervision")
            .description("Whether coarser levels of the decoder are trained to segment too.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor DEEP_SUPERVISION_HEADS = new PropertyDescriptor.Builder()
            .name("Deep Supervision Heads")
            .description("How many coarser levels.")
            .required(true)
            .defaultValue("2")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(DEEP_SUPERVISION, "true")
            .build();

    static final List<PropertyDescriptor> DESCRIPTORS = List.of(ARCHITECTURE, FEATURE_SIZE, HIDDEN_SIZE, PERCEPTRON_SIZE, ATTENTION_HEADS, FILTERS, MORE_CHANNELS, DEPTH,
            MINIMUM_FEATURE_MAP, NORMALIZATION, NEGATIVE_SLOPE, RESIDUAL_BLOCKS, DEEP_SUPERVISION, DEEP_SUPERVISION_HEADS);

    private NetworkProperties() {
    }

    /** @throws IllegalArgumentException if there is no such network */
    static NetworkSettings read(final PropertyContext context) {
        return switch (architecture(context)) {
            case UNET -> unet(context);
            case UNETR -> unetr(context);
        };
    }

    static ArchitectureChoice architecture(final PropertyContext context) {
        return context.getProperty(ARCHITECTURE).asAllowableValue(ArchitectureChoice.class);
    }

    private static NetworkSettings unet(final PropertyContext context) {
        final List<Integer> filters = filters(context);
        final boolean hasMoreChannels = context.getProperty(MORE_CHANNELS).asBoolean();
        if (hasMoreChannels && !filters.isEmpty()) {
            throw new IllegalArgumentException("Filters and More Channels both say how many channels the network has: leave Filters empty, or set More Channels to false");
        }

        if (filters.size() == 1) {
            throw new IllegalArgumentException("A network has two levels or more, and Filters has a number for one only: add those of the coarser levels");
        }

        return new NetworkSettings(
                Architecture.UNET,
                filters,
                hasMoreChannels,
                context.getProperty(DEPTH).asInteger(),
                context.getProperty(MINIMUM_FEATURE_MAP).asInteger(),
                normalization(context),
                context.getProperty(NEGATIVE_SLOPE).asDouble(),
                context.getProperty(RESIDUAL_BLOCKS).asBoolean(),
                context.getProperty(DEEP_SUPERVISION).asBoolean(),
                deepSupervisionHeads(context),
                UnetrSettings.defaults());
    }

    /** What is of a U-Net only is hidden then, and is not read. */
    private static NetworkSettings unetr(final PropertyContext context) {
        final NetworkSettings defaults = NetworkSettings.defaults();
        return new NetworkSettings(
                Architecture.UNETR,
                defaults.filters(),
                defaults.moreChannels(),
                defaults.depth(),
                defaults.minimumFeatureMap(),
                normalization(context),
                context.getProperty(NEGATIVE_SLOPE).asDouble(),
                defaults.residualBlocks(),
                context.getProperty(DEEP_SUPERVISION).asBoolean(),
                defaults.deepSupervisionHeads(),
                new UnetrSettings(
                        context.getProperty(FEATURE_SIZE).asInteger(),
                        context.getProperty(HIDDEN_SIZE).asInteger(),
                        context.getProperty(PERCEPTRON_SIZE).asInteger(),
                        context.getProperty(ATTENTION_HEADS).asInteger()));
    }

    private static List<Integer> filters(final PropertyContext context) {
        final String text = context.getProperty(FILTERS).getValue();
        return text == null ? List.of() : Arrays.stream(text.strip().split("\\s*,\\s*")).map(Integer::valueOf).toList();
    }

    static Normalization normalization(final PropertyContext context) {
        return switch (context.getProperty(NORMALIZATION).asAllowableValue(NormalizationChoice.class)) {
            case INSTANCE -> Normalization.INSTANCE;
            case BATCH -> Normalization.BATCH;
            case GROUP -> Normalization.GROUP;
        };
    }

    /** A property that another one hides may have any value, so it is not read. */
    private static int deepSupervisionHeads(final PropertyContext context) {
        if (!context.getProperty(DEEP_SUPERVISION).asBoolean()) {
            return NetworkSettings.defaults().deepSupervisionHeads();
        }

        final int heads = context.getProperty(DEEP_SUPERVISION_HEADS).asInteger();
        final int depth = context.getProperty(DEPTH).asInteger();
        if (heads >= depth) {
            throw new IllegalArgumentException("A network of depth %d can have %d deep supervision heads at most, not %d: lower Deep Supervision Heads or raise Depth"
                    .formatted(depth, depth - 1, heads));
        }

        return heads;
    }
}
