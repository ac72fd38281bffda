/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

/** What a row measures this software against, beside its peer in Python. */
enum Rival {
    /** Nothing. */
    NONE,
    /** The plain network in this software's libtorch. */
    PLAIN_NETWORK,
    /** The same tasks one after the other, where the row does them at once. */
    ONE_BY_ONE,
    /** The same calls in a JVM of their own, where the row goes through NiFi. */
    WITHOUT_NIFI
}
