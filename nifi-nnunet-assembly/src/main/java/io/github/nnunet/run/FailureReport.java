/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

/**
 * Why a flowfile failed, as the flow wrote it.
 *
 * @param name  of the case, or of the file where there is no case
 * @param error a sentence
 */
public record FailureReport(String name, String error) {
}
