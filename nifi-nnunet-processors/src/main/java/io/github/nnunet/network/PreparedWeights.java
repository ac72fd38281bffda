/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * What a form makes of the weights once, in its prepare method: a list that it fills while the text of its forward method is
 * written.
 */
final class PreparedWeights {

    private final StringBuilder text = new StringBuilder("""
            def prepare(%s, weights: List[Tensor]) -> List[Tensor]:
              prepared = annotate(List[Tensor], [])
            """.formatted(ScriptModule.SELF));
    private int size;

    /**
     * @param tensor an expression of the weights
     * @return the expression for its value in the forward method
     */
    String one(final String tensor) {
        text.append("  _%d = torch.append(prepared, %s)\n".formatted(size, tensor));
        return "weights[%d]".formatted(size++);
    }

    /**
     * @param tensors an expression that makes a list of the weights
     * @param count   the list's length
     * @return the expression for the list in the forward method
     */
    String several(final String tensors, final int count) {
        text.append("  torch.extend(prepared, %s)\n".formatted(tensors));
        size += count;
        return "torch.slice(weights, %d, %d, 1)".formatted(size - count, size);
    }

    String method() {
        return text + "  return prepared\n";
    }
}
