/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What a person does in NiFi's pages: imports templates. */
@ExtendWith(SharedNifi.Provider.class)
class BrowserIT {
    private static BrowserScripts scripts;

    @BeforeAll
    static void findTheBrowser() throws IOException, InterruptedException {
        scripts = BrowserScripts.orSkip();
    }

    @Test
    void everyTemplateIsImportedAndItsPictureTaken(final SharedNifi shared) throws Exception {
        scripts.test("templates", shared.nifi(), Map.of("TEMPLATES", Path.of(System.getProperty("nnunet.home"), "templates").toAbsolutePath().normalize().toString()));
    }
}
