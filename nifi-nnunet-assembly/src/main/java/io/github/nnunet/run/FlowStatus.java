/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.util.List;

/**
 * What a process group is doing.
 *
 * @param queued        flowfiles that wait
 * @param activeThreads triggers that run
 * @param busy          names of the processors they run in
 */
public record FlowStatus(int queued, int activeThreads, List<String> busy) {

    public FlowStatus {
        busy = List.copyOf(busy);
    }

    /** @return whether nothing waits and nothing runs */
    public boolean isIdle() {
        return queued == 0 && activeThreads == 0;
    }
}
