/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * @param name of the class
 * @param dice mean over the validation cases, 0 to 1
 */
public record ClassDice(String name, double dice) {
}
