/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import org.apache.nifi.components.ConfigurableComponent;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockValidationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What no component can do anything with is refused when it is configured, with a word on what would do. */
class BadValuesTest {
    private static final List<String> NONSENSE = List.of("?", "-7:");
    /** Where any text may be right: files, folders, names. Whether they are there is known when a flowfile comes. */
    private static final Set<String> FREE_TEXT = Set.of("Plan File", "Prepared Folder", "Original Label File", "Reference Label File", "Image Files", "Label File", "Dataset Folder",
            "Task", "Model File", "Case Name", "Role", "Label Role", "Modalities", "Initial Model", "Results Folder", "Library Cache Folder", "Log Name");
    private static final Pattern REMEDY = Pattern.compile("must be|there are|should be|[Gg]ive |[Mm]ust be of format|Given value not found in allowed set|do not exist or could not be accessed");

    private record Setting(ConfigurableComponent component, PropertyDescriptor property) {

        @Override
        public String toString() {
            return "%s: %s".formatted(component.getClass().getSimpleName(), property.getName());
        }
    }

    static Stream<ConfigurableComponent> components() {
        return Stream.concat(
                        ServiceLoader.load(Processor.class).stream().map(ServiceLoader.Provider::get),
                        ServiceLoader.load(ControllerService.class).stream().map(ServiceLoader.Provider::get))
                .filter(component -> component.getClass().getPackageName().startsWith("io.github.nnunet"));
    }

    static Stream<Setting> settings() {
        return components().flatMap(component -> component.getPropertyDescriptors().stream()
                .filter(property -> property.getControllerServiceDefinition() == null && !FREE_TEXT.contains(property.getName()))
                .map(property -> new Setting(component, property)));
    }

    private static ValidationResult validate(final PropertyDescriptor property, final String value) {
        return property.validate(value, new MockValidationContext(new MockProcessContext(new NoOpProcessor()) {
        }) {
            @Override
            public boolean isExpressionLanguageSupported(final String name) {
                return property.isExpressionLanguageSupported();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("settings")
    void nonsenseIsRefusedWithAWordOnWhatWouldDo(final Setting setting) {
        for (final String value : NONSENSE) {
            final ValidationResult result = validate(setting.property(), value);
            assertFalse(result.isValid(), value);
            assertEquals(setting.property().getName(), result.getSubject());
            assertTrue(REMEDY.matcher(result.getExplanation()).find(), result.getExplanation());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            AttachPlan | Plan File | '' | cannot be empty
            BenchmarkUNet | Batches | 0 | at least 1
            BenchmarkUNet | Warmup Batches | -1 | at least 0
            CollectDataset | Folds To Train | one | Give numbers from 0
            CollectDataset | Folds To Train | 0;1 | Give numbers from 0
            ComputeDice | Measures | dice, jaccard | there are dice
            ComputeDice | Surface Tolerance | -1 | at least 0
            ComputeDice | Surface Tolerance | NaN | at least 0
            FetchCase | Label Mapping | 4=3 | 4
            ListCases | Folds | 1 | from 2 to 1000
            ListCases | Folds | 2.5 | from 2 to 1000
            ListCases | Fold | -1 | at least 0
            ListCases | Case Limit | 0 | at least 1
            ListCases | Planning Memory | 0.5 | from 1.0 to 1000.0
            Normalize | CT Minimum | low | should be a number
            Normalize | CT Mean | NaN | should be a number
            Normalize | CT Standard Deviation | 0 | more than 0
            PadToPatch | Patch Size | 64,64 | three positive numbers
            PadToPatch | Patch Size | 64,64,0 | three positive numbers
            PadToPatch | Dimensions | 4 | 2 or 3
            Resample | Target Spacing | 1,1,-1 | three positive numbers
            Resample | Target Spacing | 1;1;1 | three positive numbers
            SlidingWindowPredict | Overlap | 1 | less than 1
            SlidingWindowPredict | Overlap | -0.1 | less than 1
            SlidingWindowPredict | Window Batch Size | 0 | at least 1
            TrainUNet | Epochs | 0 | at least 1
            TrainUNet | Epochs | 99999999999 | at least 1
            TrainUNet | Minimum Epochs | -1 | at least 0
            TrainUNet | Patience | -1 | at least 0
            TrainUNet | Time Budget | 900 ms | a second or more
            TrainUNet | Batch Size | 0 | at least 1
            TrainUNet | Volumes Per Batch | 0 | at least 1
            TrainUNet | Samples Per Epoch | -1 | at least 0
            TrainUNet | Oversampling | 1.1 | from 0.0 to 1.0
            TrainUNet | Additional Augmentation | elastic | there are rotation
            TrainUNet | Data Loading Threads | 0 | at least 1
            TrainUNet | Filters | 32,0 | whole numbers greater than 0
            TrainUNet | Filters | 32;64 | separated by commas
            TrainUNet | Depth | 0 | at least 1
            TrainUNet | Minimum Feature Map | 0 | at least 1
            TrainUNet | Negative Slope | 1.5 | from 0.0 to 1.0
            TrainUNet | Deep Supervision Heads | 0 | at least 1
            TrainUNet | Momentum | 1 | less than 1
            TrainUNet | Learning Rate | 0 | greater than 0
            TrainUNet | Learning Rate | Infinity | greater than 0
            TrainUNet | Weight Decay | -1 | at least 0
            TrainUNet | Warmup Steps | -1 | at least 0
            TrainUNet | Gradient Clipping | -1 | at least 0
            TrainUNet | Validation Interval | 0 | at least 1
            TrainUNet | Skip First Validations | -1 | at least 0
            TrainUNet | Validation Cases | -1 | at least 0
            TrainUNet | Validation Batch Size | 0 | at least 1
            TrainUNet | Validation Overlap | 1 | less than 1
            TrainUNet | Weights Averaging | 1 | less than 1
            TrainUNet | Random Seed | 1.5 | at least 0
            TrainUNet | Devices | 0 | at least 1
            TrainUNet | Feature Size | 0 | at least 1
            TrainUNet | Hidden Size | 0 | at least 1
            TrainUNet | Perceptron Size | -1 | at least 1
            TrainUNet | Attention Heads | 0 | at least 1
            StandardGpuService | Device | cuda | auto, cpu
            StandardGpuService | Leases Per Device | 0 | from 1 to 64
            StandardGpuService | Threads | 0 | at least 1
            StandardGpuService | Model Cache Size | -1 | at least 0
            """)
    void aValueOutOfRangeIsRefusedWithTheRange(final String component, final String name, final String value, final String remedy) {
        final PropertyDescriptor property = components().filter(one -> one.getClass().getSimpleName().equals(component)).findFirst().orElseThrow()
                .getPropertyDescriptors().stream().filter(descriptor -> descriptor.getName().equals(name)).findFirst().orElseThrow();

        final ValidationResult result = validate(property, value);
        assertFalse(result.isValid());
        assertTrue(result.getExplanation().contains(remedy), result.getExplanation());
    }
}
