/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which buffer holds which feature map, or gradient of one, while a training goes forth and back through a sample: some are kept for
 * the way back, a set for each sample, and spare ones serve all samples. What is read no more gives its buffer to what comes next, so
 * that no map is allocated on the way, and memory does not scatter.
 */
final class SliceBuffers {

    private static final String AXES = "zyx";
    private static final String KEPT = "kept";

    private final UNetTopology topology;
    private final List<String> kept = new ArrayList<>();
    private final List<String> spare = new ArrayList<>();
    private final Map<Integer, Deque<String>> free = new HashMap<>();

    SliceBuffers(final UNetTopology topology) {
        this.topology = topology;
    }

    /** @return the expression for a buffer that stays the map's until it is released */
    String keep(final int level, final int channels) {
        kept.add(buffer(level, channels));
        return KEPT + "[%d]".formatted(kept.size() - 1);
    }

    /** @return the expression for a buffer of as many channels as the level has filters, free for the time being */
    String take(final int level) {
        final Deque<String> released = free.computeIfAbsent(level, key -> new ArrayDeque<>());
        if (released.isEmpty()) {
            spare.add(buffer(level, topology.filters().get(level)));
            return "spare[%d]".formatted(spare.size() - 1);
        }

        return released.pop();
    }

    /** @param buffer of the level, whose contents are read no more */
    void release(final int level, final String buffer) {
        free.computeIfAbsent(level, key -> new ArrayDeque<>()).push(buffer);
    }

    /**
     * @return the expression for a buffer that was kept, whose contents are read no more, and which no map gets from now on; nothing if none
     * is free
     */
    Optional<String> withdraw(final int level) {
        final Optional<String> buffer = free.getOrDefault(level, new ArrayDeque<>()).stream().filter(name -> name.startsWith(KEPT)).findFirst();
        buffer.ifPresent(free.get(level)::remove);
        return buffer;
    }

    private static String buffer(final int level, final int channels) {
        return "(self).buffer(z%1$d, y%1$d, x%1$d, %2$d, )".formatted(level, channels);
    }

    /**
     * {@code reserve(samples, sets, z, y, x)}: has the buffers for so many samples of z, y and x voxels in {@code (self).space}, with so many sets
     * of spare ones, those of the last call if it was for the same, and returns whether they are new; {@code spare(set)} and {@code kept(i, sets)}: those of a set, and of
     * sample i. To be called when all buffers are known. What says for what the buffers are is the shape of an empty tensor before them.
     */
    String methods() {
        return creation() + """
                def reserve(%1$s, samples: int, sets: int, z: int, y: int, x: int) -> bool:
                  fits = False
                  if torch.gt(torch.len((self).space), 0):
                    fits = torch.eq(torch.size((self).space[0]), [0, samples, sets, z, y, x])
                  else:
                    pass
                  if torch.__not__(fits):
                    torch.clear((self).space)
                    _0 = torch.append((self).space, torch.empty([0, samples, sets, z, y, x], dtype=6))
                    for i in range(sets):
                      torch.extend((self).space, (self).new_spare(z, y, x, ))
                    for i in range(samples):
                      torch.extend((self).space, (self).new_kept(z, y, x, ))
                  else:
                    pass
                  return torch.__not__(fits)
                def spare(%1$s, set: int) -> List[Tensor]:
                  first = torch.add(1, torch.mul(set, %2$d))
                  return torch.slice((self).space, first, torch.add(first, %2$d), 1)
                def kept(%1$s, i: int, sets: int) -> List[Tensor]:
                  first = torch.add(torch.add(1, torch.mul(sets, %2$d)), torch.mul(i, %3$d))
                  return torch.slice((self).space, first, torch.add(first, %3$d), 1)
                """.formatted(ScriptModule.SELF, spare.size(), kept.size());
    }

    /** {@code new_kept(z, y, x)}, {@code new_spare(z, y, x)}: new buffers for an input of such sizes. */
    String creation() {
        return method("new_kept", kept) + method("new_spare", spare);
    }

    private String method(final String name, final List<String> buffers) {
        return "def %s(%s, z: int, y: int, x: int) -> List[Tensor]:\n".formatted(name, ScriptModule.SELF)
                + sizes(topology, List.of("z", "y", "x"), AXES) + "  return annotate(List[Tensor], [%s])\n".formatted(String.join(", ", buffers));
    }

    /**
     * @param first the sizes of an input along z, and maybe y and x
     * @param names a letter for each of the sizes
     * @return lines that set the sizes of the maps of each level: z0, y0, x0, z1, …
     */
    static String sizes(final UNetTopology topology, final List<String> first, final String names) {
        final StringBuilder lines = new StringBuilder();
        for (int axis = 0; axis < first.size(); axis++) {
            final char name = names.charAt(axis);
            lines.append("  %s0 = %s\n".formatted(name, first.get(axis)));
            for (int level = 1; level < topology.levels(); level++) {
                final List<Integer> kernel = SliceStep.spatial(topology.kernels().get(level));
                final List<Integer> stride = SliceStep.spatial(topology.strides().get(level));
                final int reach = kernel.get(axis) - 2 * PlainOperators.padding(kernel, stride).get(axis);
                lines.append("  %s%d = torch.add(torch.floordiv(torch.sub(%s%d, %d), %d), 1)\n".formatted(name, level, name, level - 1, reach, stride.get(axis)));
            }
        }

        return lines.toString();
    }
}
