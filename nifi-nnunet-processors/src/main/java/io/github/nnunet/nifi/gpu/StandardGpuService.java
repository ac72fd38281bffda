/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.AffinityMode;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ConvolutionSpeed;
import io.github.nnunet.network.CpuTopology;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.NetworkLoader;
import io.github.nnunet.network.Precision;
import io.github.nnunet.network.ThreadAffinity;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.nifi.WholeNumberValidator;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.reporting.InitializationException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The GPU service on libtorch in NiFi's own process. */
@Tags({"nnunet", "GPU", "CUDA", "CPU", "libtorch", "PyTorch", "deep learning", "model", "segmentation"})
@CapabilityDescription("Shares GPUs, or the CPU where there is none, and the models loaded there among processors that train and predict. "
        + "A case that waits for prediction goes before the next epoch of a training.")
public class StandardGpuService extends AbstractControllerService implements GpuService, VerifiableControllerService {
    static final PropertyDescriptor DEVICE = new PropertyDescriptor.Builder()
            .name("Device")
            .description("auto: all GPUs, or the CPU where there is none. cpu: the CPU. cuda:0: the first GPU; several are separated by commas. "
                    + "cpu:0,cpu:1: the CPU for two tasks at once, or for one training over two devices. "
                    + "If a GPU is named and is not there, the service is not enabled and says why.")
            .required(true)
            .defaultValue("auto")
            .addValidator(DeviceValidator.INSTANCE)
            .build();
    static final PropertyDescriptor LEASES_PER_DEVICE = new PropertyDescriptor.Builder()
            .name("Leases Per Device")
            .description("How many tasks may use a device at once. More than one needs as much more memory.")
            .required(true)
            .defaultValue("1")
            .addValidator(WholeNumberValidator.between(1, 64))
            .build();
    static final PropertyDescriptor PRECISION = new PropertyDescriptor.Builder()
            .name("Precision")
            .description("Numbers that models compute with in prediction. TrainUNet has a property of its own. A TorchScript file that Python wrote computes as it was written.")
            .required(true)
            .allowableValues(PrecisionChoice.class)
            .defaultValue(PrecisionChoice.FP32)
            .build();
    static final PropertyDescriptor THREADS = new PropertyDescriptor.Builder()
            .name("Threads")
            .description("CPU cores that a network may use at once. Left empty, all that NiFi has. "
                    + "The first service that is enabled decides for the whole NiFi, until it is restarted.")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor AFFINITY = new PropertyDescriptor.Builder()
            .name("Affinity")
            .description("On which processors the threads of a device run, on Linux. If Threads is empty, an operator has as many threads as a device has processors then.")
            .required(true)
            .allowableValues(AffinityChoice.class)
            .defaultValue(AffinityChoice.NONE)
            .build();
    static final PropertyDescriptor MODEL_CACHE_SIZE = new PropertyDescriptor.Builder()
            .name("Model Cache Size")
            .description("How many models stay loaded while nobody uses them. The one that was not used for longest goes first.")
            .required(true)
            .defaultValue("2")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();
    static final PropertyDescriptor LIBRARY_CACHE_FOLDER = new PropertyDescriptor.Builder()
            .name("Library Cache Folder")
            .description("Where libtorch is unpacked, some 500 MB. Left empty, .djl.ai in the home folder of NiFi's user.")
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .build();
    static final PropertyDescriptor LIBTORCH_FOLDER = new PropertyDescriptor.Builder()
            .name("LibTorch Folder")
            .description("A LibTorch 2.7.1 to be used in place of the bundled one, such as the one for CUDA 12.8: the folder that has lib in it. "
                    + "The first service that is enabled decides for the whole NiFi, until it is restarted.")
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.DIRECTORY)
            .addValidator(StandardValidators.createDirectoryExistsValidator(false, false))
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(DEVICE, LEASES_PER_DEVICE, PRECISION, THREADS, AFFINITY, MODEL_CACHE_SIZE, LIBRARY_CACHE_FOLDER, LIBTORCH_FOLDER);

    private volatile TorchEngine engine;
    private volatile LeaseQueue leases;
    private volatile ModelCache models;
    private volatile Optional<DeviceThreads> threads = Optional.empty();

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    /** What can be said before the devices are looked for. */
    @Override
    protected Collection<ValidationResult> customValidate(final ValidationContext context) {
        final DeviceChoice choice = DeviceChoice.parse(context.getProperty(DEVICE).getValue());
        return context.getProperty(PRECISION).asAllowableValue(PrecisionChoice.class).complaint(choice.named())
                .or(() -> affinityComplaint(context))
                .map(complaint -> new ValidationResult.Builder().subject("Devices").valid(false).explanation(complaint).build())
                .stream().toList();
    }

    private static Optional<String> affinityComplaint(final ValidationContext context) {
        final boolean isWanted = context.getProperty(AFFINITY).asAllowableValue(AffinityChoice.class) != AffinityChoice.NONE;
        return isWanted && !ThreadAffinity.isSupported() ? Optional.of("Affinity is for Linux: set it to none") : Optional.empty();
    }

    @OnEnabled
    public void onEnabled(final ConfigurationContext context) throws InitializationException {
        try {
            final TorchEngine started = start(context);
            final List<ComputeDevice> devices = devices(context, started);
            final PrecisionChoice precision = precision(context, devices);
            final ThreadAffinity affinity = affinity(context, devices);
            engine = started.with(affinity);
            threads = bound(context, started, devices, affinity);
            leases = new LeaseQueue(devices, context.getProperty(LEASES_PER_DEVICE).asInteger());
            models = new ModelCache(loader(engine, precision.precision()), new FileDigests(), context.getProperty(MODEL_CACHE_SIZE).asInteger());
            getLogger().info("libtorch {} on {}, {} threads", started.version(), names(devices), started.threads());
        } catch (final TorchUnavailableException e) {
            throw new InitializationException(e.getMessage(), e);
        }
    }

    /** @return threads that are bound to processors; empty if none are to be */
    private static Optional<DeviceThreads> bound(final ConfigurationContext context, final TorchEngine started, final List<ComputeDevice> devices, final ThreadAffinity affinity)
            throws InitializationException {
        if (affinity.equals(ThreadAffinity.NONE)) {
            return Optional.empty();
        }

        final DeviceThreads threads = new DeviceThreads(devices, affinity);
        try {
            for (final ComputeDevice device : devices) {
                threads.perform(device, () -> device);
            }
        } catch (final CaseException | IOException | IllegalStateException e) {
            throw new InitializationException("Affinity cannot be had: %s. Set it to none.".formatted(e.getMessage()), e);
        }

        if (!context.getProperty(THREADS).isSet()) {
            started.useThreads(affinity.processors().values().stream().mapToInt(Collection::size).min().orElseThrow());
        }

        return Optional.of(threads);
    }

    private static ThreadAffinity affinity(final ConfigurationContext context, final List<ComputeDevice> devices) throws InitializationException {
        final Optional<AffinityMode> mode = context.getProperty(AFFINITY).asAllowableValue(AffinityChoice.class).mode();
        if (mode.isEmpty()) {
            return ThreadAffinity.NONE;
        }

        try {
            return ThreadAffinity.of(mode.get(), CpuTopology.read(), devices);
        } catch (final IOException | IllegalArgumentException e) {
            throw new InitializationException("Affinity %s cannot be had: %s. Choose another one.".formatted(context.getProperty(AFFINITY).getValue(), e.getMessage()), e);
        }
    }

    @OnDisabled
    public void onDisabled() {
        threads.ifPresent(DeviceThreads::close);
        if (leases != null) {
            leases.close();
            models.close();
        }
    }

    @Override
    public List<ConfigVerificationResult> verify(final ConfigurationContext context, final ComponentLog verificationLogger, final Map<String, String> variables) {
        final List<ConfigVerificationResult> results = new ArrayList<>();
        try {
            final TorchEngine started = start(context);
            results.add(result("Load libtorch", Outcome.SUCCESSFUL, "libtorch %s from %s, %d threads".formatted(started.version(), started.libraryFolder(), started.threads())));
            final List<ComputeDevice> devices = devices(context, started);
            results.add(result("Find devices", Outcome.SUCCESSFUL, "%s of %s".formatted(names(devices), names(started.devices()))));
            precision(context, devices);
            for (final ComputeDevice device : devices) {
                results.add(result("Convolve on " + device.name(), Outcome.SUCCESSFUL, "%.1f GFLOP a second".formatted(ConvolutionSpeed.measure(started, device))));
            }
        } catch (final TorchUnavailableException e) {
            results.add(result("Load libtorch", Outcome.FAILED, e.getMessage()));
        } catch (final InitializationException e) {
            results.add(result("Find devices", Outcome.FAILED, e.getMessage()));
        } catch (final RuntimeException e) {
            verificationLogger.warn("Verification failed", e);
            results.add(result("Convolve", Outcome.FAILED, "libtorch failed: %s".formatted(e.getMessage())));
        }

        return results;
    }

    private static ConfigVerificationResult result(final String step, final Outcome outcome, final String explanation) {
        return new ConfigVerificationResult.Builder().verificationStepName(step).outcome(outcome).explanation(explanation).build();
    }

    /** DJL finds its engine through the thread's class loader, which must be one that sees DJL. */
    private static TorchEngine start(final ConfigurationContext context) throws TorchUnavailableException {
        final Integer threads = context.getProperty(THREADS).asInteger();
        final Optional<Path> cacheFolder = Optional.ofNullable(context.getProperty(LIBRARY_CACHE_FOLDER).getValue()).map(Path::of);
        final Optional<Path> libraryFolder = Optional.ofNullable(context.getProperty(LIBTORCH_FOLDER).getValue()).map(Path::of);
        final Thread thread = Thread.currentThread();
        final ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(TorchEngine.class.getClassLoader());
        try {
            return TorchEngine.start(new TorchSettings(threads == null ? 0 : threads, cacheFolder, libraryFolder));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static List<ComputeDevice> devices(final ConfigurationContext context, final TorchEngine started) throws InitializationException {
        final DeviceChoice choice = DeviceChoice.parse(context.getProperty(DEVICE).getValue());
        final List<ComputeDevice> present = started.devices();
        final Optional<String> complaint = choice.complaint(present);
        if (complaint.isPresent()) {
            throw new InitializationException(complaint.get());
        }

        return choice.among(present);
    }

    private static String names(final List<ComputeDevice> devices) {
        return devices.stream().map(ComputeDevice::name).collect(Collectors.joining(", "));
    }

    private static PrecisionChoice precision(final ConfigurationContext context, final List<ComputeDevice> devices) throws InitializationException {
        final PrecisionChoice precision = context.getProperty(PRECISION).asAllowableValue(PrecisionChoice.class);
        final Optional<String> complaint = precision.complaint(devices);
        if (complaint.isPresent()) {
            throw new InitializationException(complaint.get());
        }

        return precision;
    }

    private static ModelLoader loader(final TorchEngine engine, final Precision precision) {
        final NetworkLoader networks = new NetworkLoader(engine, precision);
        return (file, device) -> new ModelLoader.Model(networks.load(file, device), ModelFile.readPlan(file), ModelFile.readTraining(file));
    }

    @Override
    public Optional<DeviceLease> lease(final WorkKind kind, final int devices, final BooleanSupplier cancelled) throws InterruptedException {
        return leases.acquire(kind, devices, cancelled).map(lease -> threads.<DeviceLease>map(bound -> new BoundLease(lease, bound)).orElse(lease));
    }

    @Override
    public LoadedModel model(final DeviceLease lease, final Path file) throws CaseException, IOException {
        return models.acquire(lease.device(), file);
    }

    @Override
    public List<ComputeDevice> devices() {
        return leases.devices();
    }

    @Override
    public TorchEngine engine() {
        return engine;
    }
}
