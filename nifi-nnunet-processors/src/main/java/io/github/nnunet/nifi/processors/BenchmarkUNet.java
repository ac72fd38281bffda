/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.benchmark.BenchmarkFigures;
import io.github.nnunet.benchmark.BenchmarkLength;
import io.github.nnunet.benchmark.BenchmarkResult;
import io.github.nnunet.benchmark.NetworkBenchmark;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.GpuService;
import io.github.nnunet.nifi.gpu.LoadedModel;
import io.github.nnunet.nifi.gpu.WorkKind;
import io.github.nnunet.training.BatchSupply;
import io.github.nnunet.training.TrainingSettings;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Times the network of a plan. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "benchmark", "performance", "throughput", "latency", "profile", "GPU"})
@CapabilityDescription("Times training steps or forward passes of the network that a plan gives, and says images a second and the mean and the 90th, 95th and 99th percentile of a batch's time.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({TrainUNet.class, SlidingWindowPredict.class})
@UseCase(
        description = "See what a machine gives before a training is begun on it, or whether another batch size or precision is faster",
        keywords = {"benchmark", "throughput", "batch size", "profile"},
        configuration = """
                Let any flowfile trigger it: GenerateFlowFile does. Set Plan File to the plan.json of a prepared dataset, and the network's properties as TrainUNet has them.
                Set Profile to true for a trace of the operators.
                """)
@SystemResourceConsideration(resource = SystemResource.CPU, description = "Without a GPU, a benchmark takes all cores it is given.")
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "As much as a training with the same batch.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any file that NiFi may read."))
@ReadsAttributes(@ReadsAttribute(attribute = PlanAttributes.JSON, description = "The plan, if neither Plan File nor Prepared Folder is set"))
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.BENCHMARK_MODE, description = "train or predict"),
        @WritesAttribute(attribute = CaseAttributes.BENCHMARK_THROUGHPUT, description = "Images a second"),
        @WritesAttribute(attribute = CaseAttributes.BENCHMARK_LATENCY_MEAN, description = "Mean time of a batch in ms"),
        @WritesAttribute(attribute = CaseAttributes.BENCHMARK_LATENCY_90, description = "Time in ms that 90 in 100 batches do not exceed"),
        @WritesAttribute(attribute = CaseAttributes.BENCHMARK_LATENCY_95, description = "The same of 95 in 100"),
        @WritesAttribute(attribute = CaseAttributes.BENCHMARK_LATENCY_99, description = "The same of 99 in 100"),
        @WritesAttribute(attribute = "filename", description = "Log Name; on a trace with .trace.json"),
        @WritesAttribute(attribute = "mime.type", description = "text/plain for the log, application/json for a trace")
})
public class BenchmarkUNet extends AbstractCaseProcessor {
    static final PropertyDescriptor GPU_SERVICE = new PropertyDescriptor.Builder()
            .name("GPU Service")
            .description("The service that lends devices. A benchmark waits for one as a training does, and shares it with nobody if the service has one lease a device.")
            .required(true)
            .identifiesControllerService(GpuService.class)
            .build();
    static final PropertyDescriptor MODE = new PropertyDescriptor.Builder()
            .name("Mode")
            .description("What is timed.")
            .required(true)
            .allowableValues(BenchmarkModeChoice.class)
            .defaultValue(BenchmarkModeChoice.TRAIN)
            .build();
    static final PropertyDescriptor PLAN_FILE = new PropertyDescriptor.Builder()
            .name("Plan File")
            .description("A plan.json, or a model file: prediction is then timed with the model itself. Left empty, the plan is that of Prepared Folder, and if that is empty too, the flowfile's.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.FILE)
            .build();
    static final PropertyDescriptor PREPARED_FOLDER = new PropertyDescriptor.Builder()
            .name("Prepared Folder")
            .description("A folder that CollectDataset filled: batches are then drawn from its cases, and waiting for them counts. Left empty, one batch of random numbers is used again and again.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.DIRECTORY)
            .build();
    static final PropertyDescriptor BATCHES = new PropertyDescriptor.Builder()
            .name("Batches")
            .description("Batches to run, those of the warm-up included.")
            .required(true)
            .defaultValue("25")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor WARMUP_BATCHES = new PropertyDescriptor.Builder()
            .name("Warmup Batches")
            .description("Batches at the beginning that do not count.")
            .required(true)
            .defaultValue("5")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();
    static final PropertyDescriptor PROFILE = new PropertyDescriptor.Builder()
            .name("Profile")
            .description("Whether one more batch, after those that are timed, is recorded operator by operator, as a trace that chrome://tracing and Perfetto show.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor LOG_NAME = new PropertyDescriptor.Builder()
            .name("Log Name")
            .description("File name of the log.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("perf.json")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The trigger with the log of the benchmark as its content")
            .build();
    static final Relationship TRACE = new Relationship.Builder()
            .name("trace")
            .description("The trace of one batch, JSON, if Profile is true")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = Stream.concat(
            Stream.of(GPU_SERVICE, MODE, PLAN_FILE, PREPARED_FOLDER, BATCHES, WARMUP_BATCHES, PROFILE, LOG_NAME), TrainingProperties.STEP_DESCRIPTORS.stream()).toList();
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, TRACE, FAILURE);
    private static final String LOG_TYPE = "text/plain";

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    protected Collection<ValidationResult> customValidate(final ValidationContext context) {
        final List<ValidationResult> results = new ArrayList<>();
        refused("Batches", () -> length(context)).ifPresent(results::add);
        refused("Network settings", () -> TrainingProperties.readStep(context)).ifPresent(results::add);
        requirement(context).complaint(context, GPU_SERVICE).map(complaint -> refusal("Devices", complaint)).ifPresent(results::add);
        return results;
    }

    private static Optional<ValidationResult> refused(final String subject, final Runnable reading) {
        try {
            reading.run();
            return Optional.empty();
        } catch (final IllegalArgumentException e) {
            return Optional.of(refusal(subject, e.getMessage()));
        }
    }

    private static ValidationResult refusal(final String subject, final String explanation) {
        return new ValidationResult.Builder().subject(subject).valid(false).explanation(explanation).build();
    }

    private static DeviceRequirement requirement(final PropertyContext context) {
        return switch (mode(context)) {
            case TRAIN -> DeviceRequirement.ofTraining(context);
            case PREDICT -> DeviceRequirement.ofPrediction(context);
        };
    }

    private static BenchmarkModeChoice mode(final PropertyContext context) {
        return context.getProperty(MODE).asAllowableValue(BenchmarkModeChoice.class);
    }

    private static BenchmarkLength length(final PropertyContext context) {
        return new BenchmarkLength(context.getProperty(BATCHES).asInteger(), context.getProperty(WARMUP_BATCHES).asInteger());
    }

    @Override
    void process(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final Optional<PlanFile> planFile = planFile(context, flowFile);
        final Optional<PreparedDataset> dataset = evaluate(context, PREPARED_FOLDER, flowFile).map(folder -> new PreparedDataset(Path.of(folder)));
        final Plan plan = plan(planFile, dataset, flowFile);
        final TrainingSettings settings = TrainingProperties.readStep(context);
        final GpuService service = context.getProperty(GPU_SERVICE).asControllerService(GpuService.class);
        final DeviceRequirement requirement = requirement(context);
        requirement.require(service.devices());
        try (DeviceLease lease = service.lease(WorkKind.TRAINING, requirement.devices(), () -> !isScheduled()).orElse(null);
             BatchSupply batches = dataset.isPresent() ? BatchSupply.prepared(dataset.get(), plan, settings) : BatchSupply.synthetic(plan, settings)) {
            final Optional<BenchmarkResult> result = lease == null ? Optional.empty()
                    : lease.perform(() -> run(context, service, lease, plan, planFile, settings, batches));
            if (result.isPresent()) {
                send(context, session, flowFile, result.get());
            } else {
                session.transfer(flowFile);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            session.transfer(flowFile);
        }
    }

    private static Optional<PlanFile> planFile(final ProcessContext context, final FlowFile flowFile) throws CaseException, IOException {
        final Optional<String> file = evaluate(context, PLAN_FILE, flowFile);
        if (file.isEmpty()) {
            return Optional.empty();
        }

        final List<Path> paths = ModelPaths.parse(file.get(), nameOf(flowFile));
        if (paths.size() > 1) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "Plan File names %d files, and a benchmark times one network. Name one of them.".formatted(paths.size()));
        }

        return Optional.of(PlanFile.read(paths.getFirst()));
    }

    /** @return empty if the property is not set, or comes out empty for this flowfile */
    private static Optional<String> evaluate(final ProcessContext context, final PropertyDescriptor property, final FlowFile flowFile) {
        return Optional.ofNullable(context.getProperty(property).evaluateAttributeExpressions(flowFile).getValue()).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static Plan plan(final Optional<PlanFile> file, final Optional<PreparedDataset> dataset, final FlowFile flowFile) throws CaseException, IOException {
        if (file.isPresent()) {
            return file.get().plan();
        }

        return dataset.isPresent() ? dataset.get().plan() : PlanAttributes.require(flowFile.getAttributes());
    }

    private Optional<BenchmarkResult> run(final ProcessContext context, final GpuService service, final DeviceLease lease, final Plan plan, final Optional<PlanFile> planFile,
                                          final TrainingSettings settings, final BatchSupply batches) throws CaseException, IOException {
        final NetworkBenchmark benchmark = new NetworkBenchmark(service.engine(), lease.devices(), plan, settings, length(context),
                context.getProperty(PROFILE).asBoolean(), System::nanoTime, InstantSource.system());
        if (mode(context) == BenchmarkModeChoice.TRAIN) {
            return benchmark.train(batches, () -> !isScheduled());
        }

        if (planFile.isPresent() && planFile.get().isModel()) {
            try (LoadedModel model = service.model(lease, planFile.get().path())) {
                return benchmark.predict(model.network(), batches, () -> !isScheduled());
            }
        }

        return benchmark.predict(batches, () -> !isScheduled());
    }

    private void send(final ProcessContext context, final ProcessSession session, final FlowFile flowFile, final BenchmarkResult result) throws CaseException {
        final String name = evaluate(context, LOG_NAME, flowFile).orElseThrow(() -> new CaseException(FaultCategory.UNSUPPORTED,
                "Log Name is empty for this flowfile. Give the log a file name."));
        if (result.trace().isPresent()) {
            final FlowFile trace = session.write(session.create(flowFile), content -> content.write(result.trace().get()));
            session.transfer(session.putAllAttributes(trace, Map.of("filename", name + ".trace.json", "mime.type", CaseAttributes.JSON)), TRACE);
        }

        final FlowFile written = session.write(flowFile, content -> content.write(result.log().getBytes(StandardCharsets.UTF_8)));
        final FlowFile described = session.putAllAttributes(written, attributes(mode(context), name, result.figures()));
        session.adjustCounter("Benchmarks", 1, false);
        session.transfer(withoutFault(session, described), SUCCESS);
        getLogger().info("Benchmark of {}: {} images/s, {} ms a batch", mode(context).getValue(), result.figures().throughput(), result.figures().mean());
    }

    private static Map<String, String> attributes(final BenchmarkModeChoice mode, final String name, final BenchmarkFigures figures) {
        return Map.of(
                CaseAttributes.BENCHMARK_MODE, mode.getValue(),
                CaseAttributes.BENCHMARK_THROUGHPUT, Double.toString(figures.throughput()),
                CaseAttributes.BENCHMARK_LATENCY_MEAN, Double.toString(figures.mean()),
                CaseAttributes.BENCHMARK_LATENCY_90, Double.toString(figures.p90()),
                CaseAttributes.BENCHMARK_LATENCY_95, Double.toString(figures.p95()),
                CaseAttributes.BENCHMARK_LATENCY_99, Double.toString(figures.p99()),
                "filename", name,
                "mime.type", LOG_TYPE);
    }
}
