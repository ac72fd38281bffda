/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import java.util.Optional;

/**
 * What came of a benchmark.
 *
 * @param log   as {@link BenchmarkLog} writes it
 * @param trace of one more batch, JSON, if it was asked for
 */
public record BenchmarkResult(BenchmarkFigures figures, String log, Optional<byte[]> trace) {
}
