/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;

/**
 * How the parts of a layer get to the cores. A layer is a stage: tasks of libtorch's, each of which has one thread ({@link TorchEngine}),
 * begins when those of the stage before are done, and does a part. All tasks are handed over at once by the caller, who then waits for
 * the last. With one share there are no tasks; what would be one is called.
 *
 * @param most      parts of a stage
 * @param leastWork numbers to be computed, of a stage with fewer there is one task
 */
record SharedWorkText(int most, int leastWork) {

    /** With fewer, handing over takes longer than it saves: some 20 microseconds a task. */
    private static final int LEAST_WORK = 1 << 16;

    SharedWorkText(final int most) {
        this(most, LEAST_WORK);
    }

    /** @return the type of a stage: what each of its tasks returns, once it is done */
    String stage() {
        return most == 1 ? "List[List[Tensor]]" : "List[Future[List[Tensor]]]";
    }

    /** @return the expression that begins a task, a call of a method that returns a List[Tensor] */
    String task(final String method, final String... arguments) {
        final String list = String.join(", ", List.of(arguments));
        return most == 1 ? "(self).%s(%s, )".formatted(method, list) : "fork((self).%s, %s)".formatted(method, list);
    }

    /**
     * The end of a method that divides a work of {@code units} units into {@code shares} parts, both variables of it: begins a task for each
     * part and returns the stage.
     *
     * @param arguments of the tasks' method; {@code i}, {@code begin} and {@code end} are the part's number, its first unit and that of the next
     */
    String divided(final String units, final String method, final String... arguments) {
        return """
                  stage = (self).first_stage()
                  for i in range(shares):
                    begin = (self).start(%1$s, i, shares, )
                    end = (self).start(%1$s, torch.add(i, 1), shares, )
                    _0 = torch.append(stage, %2$s)
                  return stage\
                """.formatted(units, task(method, arguments));
    }

    /** @return the expression for what a task returns */
    String result(final String task) {
        return most == 1 ? task : "torch.wait(%s)".formatted(task);
    }

    /**
     * <ul>
     * <li>{@code shares(units, work)}: in how many parts to do so many units, which are so much work in all</li>
     * <li>{@code start(units, i, shares)}: the first unit of part i</li>
     * <li>{@code settle(stage)}: waits until all its tasks are done</li>
     * <li>{@code first_stage()}: one that is done</li>
     * </ul>
     */
    String methods() {
        return """
                def shares(%1$s, units: int, work: int) -> int:
                  shares = 1
                  if torch.ge(work, %2$d):
                    shares = ops.prim.min(%3$d, units)
                  else:
                    pass
                  return shares
                def start(%1$s, units: int, i: int, shares: int) -> int:
                  return torch.floordiv(torch.mul(units, i), shares)
                def settle(%1$s, stage: %4$s) -> NoneType:
                  for i in range(torch.len(stage)):
                    _0 = %5$s
                  return None
                def first_stage(%1$s) -> %4$s:
                  return annotate(%4$s, [])
                """.formatted(ScriptModule.SELF, leastWork, most, stage(), result("stage[i]"));
    }
}
