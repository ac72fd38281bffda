/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * What a text makes of the weights before it uses them, in a method of its own: a list that is filled while the text of the
 * methods that use it is written.
 */
final class PreparedWeights {

    private final String list;
    private final StringBuilder text = new StringBuilder();
    private int size;

    /**
     * @param method name of the method that prepares
     * @param list   name of the list in the methods that use it
     */
    PreparedWeights(final String method, final String list) {
        this.list = list;
        text.append("""
                def %s(%s, weights: List[Tensor]) -> List[Tensor]:
                  prepared = annotate(List[Tensor], [])
                """.formatted(method, ScriptModule.SELF));
    }

    /**
     * @param tensor an expression of the weights
     * @return the expression for its value where it is used
     */
    String one(final String tensor) {
        text.append("  _%d = torch.append(prepared, %s)\n".formatted(size, tensor));
        return "%s[%d]".formatted(list, size++);
    }

    /**
     * @param tensors an expression that makes a list of the weights
     * @param count   the list's length
     * @return the expression for the list where it is used
     */
    String several(final String tensors, final int count) {
        text.append("  torch.extend(prepared, %s)\n".formatted(tensors));
        size += count;
        return "torch.slice(%s, %d, %d, 1)".formatted(list, size - count, size);
    }

    String method() {
        return text + "  return prepared\n";
    }
}
