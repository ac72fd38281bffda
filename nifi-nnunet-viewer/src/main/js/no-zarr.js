/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

// Stands for the package zarrita, by which NiiVue reads Zarr: scans here are NIfTI, and its codecs are more than half of the page.
export {};
