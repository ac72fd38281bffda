/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.nnunet.ProvesOption;
import org.apache.nifi.components.ConfigurableComponent;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.processor.Processor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** The page that tells users of the reference where its options are, held to the components. */
class OptionsTableTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "options.md");
    private static final String NONE = "\u2014";
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z0-9_]*");

    /** Those of the reference's preprocess.py and main.py, and of the pipeline that was made from them. */
    private static final List<String> OPTIONS = List.of("--affinity", "--amp", "--batch_size", "--benchmark", "--blend", "--brats", "--ckpt_path", "--ckpt_store_dir", "--data",
            "--data2d_dim", "--deep_supervision", "--deep_supr_num", "--depth", "--dim", "--epochs", "--exec_mode", "--filters", "--focal", "--fold", "--freeze", "--gpus",
            "--gradient_clip_val", "--invert_resampled_y", "--learning_rate", "--logname", "--max_epochs", "--min_epochs", "--min_fmap", "--momentum", "--more_chn", "--n_jobs",
            "--negative_slope", "--nfolds", "--no_back_in_output", "--norm", "--num_workers", "--nvol", "--ohe", "--optimizer", "--overlap", "--oversampling", "--patience",
            "--profile", "--res_block", "--results", "--resume_training", "--save_ckpt", "--save_preds", "--scheduler", "--seed", "--skip_first_n_eval", "--sync_batchnorm",
            "--task", "--test_batches", "--train_batches", "--train_inf", "--tta", "--unetr", "--val_batch_size", "--verbose", "--warmup", "--weight_decay");

    /** The properties that tests are marked with, as "component: property". */
    private static Set<String> provenOptions;

    /** @return the rows of all tables, each by the names of its columns */
    static List<Map<String, String>> rows() throws IOException {
        final List<Map<String, String>> rows = new ArrayList<>();
        List<String> header = List.of();
        for (final String line : Files.readAllLines(PAGE)) {
            final List<String> cells = line.startsWith("|") ? cells(line) : List.of();
            if (cells.isEmpty()) {
                header = List.of();
            } else if (header.isEmpty()) {
                header = cells;
            } else if (!cells.getFirst().startsWith("---")) {
                rows.add(row(header, cells));
            }
        }

        return rows;
    }

    private static List<String> cells(final String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|")).map(String::strip).toList();
    }

    private static Map<String, String> row(final List<String> header, final List<String> cells) {
        assertEquals(header.size(), cells.size(), cells.toString());
        final Map<String, String> row = new HashMap<>();
        for (int column = 0; column < cells.size(); column++) {
            row.put(header.get(column), cells.get(column));
        }

        return row;
    }

    static List<Map<String, String>> rowsOfComponents() throws IOException {
        return rows().stream().filter(row -> row.containsKey("component")).toList();
    }

    private static ConfigurableComponent component(final String name) {
        final Stream<ConfigurableComponent> components = Stream.concat(
                ServiceLoader.load(Processor.class).stream().map(ServiceLoader.Provider::get),
                ServiceLoader.load(ControllerService.class).stream().map(ServiceLoader.Provider::get));
        return components.filter(component -> component.getClass().getSimpleName().equals(name)).findFirst().orElseThrow(() -> new AssertionError("There is no component " + name));
    }

    @ParameterizedTest
    @MethodSource("rowsOfComponents")
    void theNamedPropertyIsThereWithTheStatedDefault(final Map<String, String> row) {
        final ConfigurableComponent component = component(row.get("component"));
        if (row.get("property").equals(NONE)) {
            assertEquals(NONE, row.get("default"));
        } else {
            final PropertyDescriptor property = component.getPropertyDescriptors().stream()
                    .filter(descriptor -> descriptor.getName().equals(row.get("property"))).findFirst().orElse(null);
            assertNotNull(property, "%s has no property %s".formatted(row.get("component"), row.get("property")));
            assertEquals(Objects.requireNonNullElse(property.getDefaultValue(), NONE), row.get("default").replace("`", ""));
        }
    }

    @Test
    void everyOptionOfTheReferenceHasItsPlace() throws IOException {
        final Set<String> named = rows().stream().filter(row -> row.containsKey("option"))
                .flatMap(row -> OPTION.matcher(row.get("option")).results().map(MatchResult::group))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(OPTIONS), named);
    }

    @Test
    void everyPropertyOfTrainingIsOnThePage() throws IOException {
        final Set<String> named = rowsOfComponents().stream().filter(row -> row.get("component").equals("TrainUNet")).map(row -> row.get("property"))
                .filter(name -> !name.equals(NONE)).collect(Collectors.toCollection(TreeSet::new));
        final Set<String> present = component("TrainUNet").getPropertyDescriptors().stream().map(PropertyDescriptor::getName).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(present, named);
    }

    @BeforeAll
    static void readMarksOfTests() {
        final JavaClasses tests = new ClassFileImporter().withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS).importPackages("io.github.nnunet");
        provenOptions = tests.stream().flatMap(test -> test.getMethods().stream())
                .flatMap(method -> method.tryGetAnnotationOfType(ProvesOption.class.getName()).stream())
                .flatMap(OptionsTableTest::values)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> values(final JavaAnnotation<?> mark) {
        return Arrays.stream((Object[]) mark.getExplicitlyDeclaredProperty("value")).map(Object::toString);
    }

    private static Set<String> propertiesOnThePage() throws IOException {
        return rowsOfComponents().stream().filter(row -> !row.get("property").equals(NONE))
                .map(row -> "%s: %s".formatted(row.get("component"), row.get("property")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyPropertyOnThePageHasATestThatFailsWhenItIsIgnored() throws IOException {
        final Set<String> unproven = propertiesOnThePage();
        unproven.removeAll(provenOptions);
        assertEquals(Set.of(), unproven, "Mark the test that fails when the property does nothing with @ProvesOption(\"component: property\")");
    }

    @Test
    void noTestProvesAnOptionThatThePageDoesNotHave() throws IOException {
        final Set<String> unknown = new TreeSet<>(provenOptions);
        unknown.removeAll(propertiesOnThePage());
        assertEquals(Set.of(), unknown);
    }
}
