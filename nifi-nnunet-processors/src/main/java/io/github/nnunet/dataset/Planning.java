/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

/** By whose rules a dataset is planned that is not in the task catalogue. */
public enum Planning {
    /** NVIDIA's: the median spacing, a patch by a budget of voxels, and the network by get_unet_params. */
    REFERENCE,
    /** nnU-Net's: spacing, patch, kernels, strides and batch size by {@link NnunetRules}. */
    NNUNET
}
