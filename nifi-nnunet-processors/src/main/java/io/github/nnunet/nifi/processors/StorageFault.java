/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** Says in a sentence why a folder did not take a file. */
final class StorageFault {

    private StorageFault() {
    }

    static CaseException of(final Path folder, final IOException cause) {
        final String sentence = cause instanceof AccessDeniedException
                ? "The folder %s cannot be written: NiFi's user has no permission for %s. Give it permission, or choose another folder.".formatted(folder, cause.getMessage())
                : "The folder %s cannot be written (%s). Free some space or choose another folder.".formatted(folder, cause);
        return new CaseException(FaultCategory.MEMORY, sentence, cause);
    }
}
