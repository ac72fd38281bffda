/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** libtorch in this process. It is loaded once, by whoever comes first; further starts find it loaded. */
public final class TorchEngine {

    /** A native library belongs to the class loader that loaded it first, so the process remembers which one that was. */
    private static final String OWNER_PROPERTY = "io.github.nnunet.libtorch.owner";
    private static final String NAME = "PyTorch";
    /** So many for each thread of them that each thread comes to run, and so large that libtorch would divide an addition. */
    private static final int TASKS_AT_START = 8;
    private static final int TASK_SIZE = 256;
    /** Where DJL looks for another libtorch, in the environment or as a system property. */
    private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

    private final Engine engine;
    private final ThreadAffinity affinity;

    private TorchEngine(final Engine engine, final ThreadAffinity affinity) {
        this.engine = engine;
        this.affinity = affinity;
    }

    /**
     * Loads libtorch, or finds it loaded.
     *
     * @throws TorchUnavailableException if it cannot be loaded: wrong platform, no space to unpack it, or another class loader has it
     */
    public static synchronized TorchEngine start(final TorchSettings settings) throws TorchUnavailableException {
        final String owner = ownerName();
        final String known = System.getProperty(OWNER_PROPERTY);
        if (known != null && !known.equals(owner)) {
            throw new TorchUnavailableException(
                    "libtorch is already in use by another copy of this software in the same NiFi (%s); restart NiFi so that only one copy loads it".formatted(known), null);
        }

        setUnlessSet("OPT_OUT_TRACKING", "true");
        setUnlessSet("ai.djl.offline", "true");
        settings.cacheFolder().ifPresent(folder -> setUnlessSet("DJL_CACHE_DIR", folder.toAbsolutePath().toString()));
        settings.cacheFolder().ifPresent(folder -> setUnlessSet("ENGINE_CACHE_DIR", folder.toAbsolutePath().toString()));
        if (known == null) {
            chooseLibrary(settings);
            MemoryAllocator.keepLargeBlocks();
        }

        try {
            final Engine engine = Engine.getEngine(NAME);
            System.setProperty(OWNER_PROPERTY, owner);
            requireLoadedFrom(settings);
            if (engine.getGpuCount() > 0) {
                // Windows and patches have one size, so the search for the fastest convolution pays.
                JniUtils.setBenchmarkCuDNN(true);
            }

            final TorchEngine started = new TorchEngine(engine, ThreadAffinity.NONE);
            final int threads = settings.threads() > 0 ? settings.threads() : JniUtils.getNumThreads();
            if (known == null) {
                ScriptProfiling.turnOff(started.libraryFolder());
                started.startTasks();
            }

            JniUtils.setNumThreads(threads);
            started.prepareThread();
            return started;
        } catch (final EngineException | LinkageError | IllegalStateException failure) {
            throw new TorchUnavailableException(explain(failure), failure);
        }
    }

    /**
     * Starts the threads of libtorch's tasks. Each takes over how many threads an operator has when it first divides one among threads, for
     * good: one, so that tasks side by side have a core each.
     */
    private void startTasks() {
        JniUtils.setNumThreads(1);
        final String text = """
                def task(%1$s, x: Tensor) -> Tensor:
                  return torch.add(torch.mm(x, x), x)
                def tasks(%1$s, x: Tensor) -> Tensor:
                  pending = annotate(List[Future[Tensor]], [])
                  for i in range(%2$d):
                    _0 = torch.append(pending, fork((self).task, x))
                  y = x
                  for i in range(torch.len(pending)):
                    y = torch.wait(pending[i])
                  return y
                """.formatted(ScriptModule.SELF, TASKS_AT_START * JniUtils.getNumInteropThreads());
        try (ScriptModule script = ScriptModule.compile(this, ComputeDevice.CPU, text); NDManager work = newManager(ComputeDevice.CPU)) {
            script.call(work, "tasks", ScriptArgument.of(work.zeros(new Shape(TASK_SIZE, TASK_SIZE))));
        }
    }

    private static void chooseLibrary(final TorchSettings settings) throws TorchUnavailableException {
        final String variable = Utils.getEnvOrSystemProperty(LIBRARY_PATH);
        if (settings.libraryFolder().isEmpty() && variable == null) {
            return;
        }

        final LibraryFolder folder = LibraryFolder.find(variable == null ? settings.libraryFolder().get() : Path.of(variable));
        setUnlessSet(LIBRARY_PATH, folder.libraries().toString());
        setUnlessSet("PYTORCH_FLAVOR", folder.flavor());
    }

    /** Asked for after another library was loaded, a folder cannot be had. */
    private static void requireLoadedFrom(final TorchSettings settings) throws TorchUnavailableException {
        if (settings.libraryFolder().isPresent() && System.getenv(LIBRARY_PATH) == null) {
            final Path wanted = LibraryFolder.find(settings.libraryFolder().get()).libraries();
            final Path loaded = Path.of(LibUtils.getLibtorchPath());
            if (!wanted.normalize().equals(loaded.normalize())) {
                throw new TorchUnavailableException("libtorch is already loaded from %s: restart NiFi to use the one in %s".formatted(loaded, wanted), null);
            }
        }
    }

    private static String ownerName() {
        final ClassLoader loader = Engine.class.getClassLoader();
        return loader + "#" + System.identityHashCode(loader);
    }

    private static void setUnlessSet(final String property, final String value) {
        if (System.getenv(property) == null && System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static String explain(final Throwable failure) {
        final StringBuilder reasons = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                reasons.append(reasons.isEmpty() ? "" : ": ").append(cause.getMessage().lines().findFirst().orElse(""));
            }
        }

        if (reasons.indexOf("another classloader") >= 0) {
            return "libtorch is already loaded by an earlier copy of this software; restart NiFi (" + reasons + ")";
        }

        if (failure instanceof NoClassDefFoundError) {
            return "libtorch failed to load earlier in this process; restart NiFi after removing the cause that its log names (" + reasons + ")";
        }

        return "libtorch could not be loaded; is the library for %s %s installed, and is there space to unpack it? (%s)"
                .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), reasons);
    }

    /** @return libtorch's version, such as 2.7.1 */
    public String version() {
        return engine.getVersion();
    }

    /** From now on one operator uses so many threads on the CPU. */
    public void useThreads(final int threads) {
        JniUtils.setNumThreads(threads);
    }

    /** @return the same libtorch, whose users bind the threads that they start for a device as the affinity says */
    public TorchEngine with(final ThreadAffinity newAffinity) {
        return new TorchEngine(engine, newAffinity);
    }

    ThreadAffinity affinity() {
        return affinity;
    }

    /** @return the folder that libtorch was loaded from */
    public Path libraryFolder() {
        return Path.of(LibUtils.getLibtorchPath());
    }

    /** @return how many threads one operator uses on the CPU */
    public int threads() {
        return JniUtils.getNumThreads();
    }

    /**
     * In how many parts a network divides its work on the CPU: as many as an operator has threads, each part on one thread of its own. Where
     * threads are bound to processors there is one part, since the threads of libtorch's tasks are not bound.
     */
    int shares() {
        return affinity.equals(ThreadAffinity.NONE) ? threads() : 1;
    }

    /** @return the CPU, and the GPUs that libtorch sees */
    public List<ComputeDevice> devices() {
        final List<ComputeDevice> devices = new ArrayList<>();
        devices.add(ComputeDevice.CPU);
        for (int gpu = 0; gpu < engine.getGpuCount(); gpu++) {
            devices.add(new ComputeDevice("cuda:" + gpu));
        }

        return devices;
    }

    /**
     * A manager for one unit of work (a patch, a step, a network): tensors made with it are freed when it is closed.
     * Sub-managers of it ({@link NDManager#newSubManager()}) are the cheaper choice within a unit. Prepares the calling
     * thread too, as {@link #prepareThread()}.
     */
    public NDManager newManager(final ComputeDevice device) {
        prepareThread();
        return engine.newBaseManager(device.toDjl());
    }

    /**
     * libtorch keeps some settings per thread: this one interprets scripts without the slow optimising passes, and records no gradients.
     * To be called by every thread that runs a network; the classes of this package do it themselves.
     */
    public void prepareThread() {
        JniUtils.setGraphExecutorOptimize(false);
        JniUtils.setGradMode(false);
    }
}
