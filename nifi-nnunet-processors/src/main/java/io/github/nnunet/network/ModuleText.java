/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as a plain TorchScript module: nested modules that carry the weights under their dotted names, and a forward method.
 * Writes both halves of it, the classes' text and the pickled object.
 */
final class ModuleText {

    private static final String MODULE = "__torch__";

    /** One nested module: its own tensors and its children, by their names. */
    private static final class Node {
        private final String className;
        private final Map<String, Node> children = new LinkedHashMap<>();
        private final Map<String, Integer> tensors = new LinkedHashMap<>();

        Node(final String className) {
            this.className = className;
        }
    }

    private final NetworkTopology topology;
    private final List<NetworkWeights.Entry> entries;
    private final List<Node> nodes = new ArrayList<>();
    private final Node root;

    /** @param weights fitted to the topology; the storage of entry i is called i */
    ModuleText(final NetworkTopology topology, final NetworkWeights weights) {
        this.topology = topology;
        entries = weights.entries();
        root = newNode("Network");
        for (int i = 0; i < entries.size(); i++) {
            place(entries.get(i).name(), i);
        }
    }

    private Node newNode(final String className) {
        final Node node = new Node(className);
        nodes.add(node);
        return node;
    }

    private void place(final String dotted, final int storage) {
        final String[] parts = dotted.split("\\.");
        Node node = root;
        for (int i = 0; i < parts.length - 1; i++) {
            node = node.children.computeIfAbsent(parts[i], part -> newNode("Part" + nodes.size()));
        }

        node.tensors.put(parts[parts.length - 1], storage);
    }

    /** @return the text of all classes */
    String code() {
        final StringBuilder text = new StringBuilder();
        for (final Node node : nodes.reversed()) {
            text.append(node == root ? classText(node) + forward().indent(2) : classText(node));
        }

        return text.toString();
    }

    private String classText(final Node node) {
        final StringBuilder text = new StringBuilder("class %s(Module):\n".formatted(node.className));
        text.append("  __parameters__ = [%s]\n".formatted(names(node, true)));
        text.append("  __buffers__ = [%s]\n".formatted(names(node, false)));
        // Children of a list are called by their numbers, which only annotations by string can name.
        if (node.children.keySet().stream().anyMatch(ModuleText::isNumber)) {
            text.append("  __annotations__ = []\n");
        }

        node.tensors.keySet().forEach(name -> text.append("  %s : Tensor\n".formatted(name)));
        text.append("  training : bool\n");
        text.append("  _is_full_backward_hook : Optional[bool]\n");
        node.children.forEach((name, child) -> text.append((isNumber(name) ? "  __annotations__[\"%s\"] = %s\n" : "  %s : %s\n").formatted(name, MODULE + "." + child.className)));
        return text.toString();
    }

    private String names(final Node node, final boolean parameters) {
        final StringBuilder names = new StringBuilder();
        node.tensors.forEach((name, storage) -> {
            if (entries.get(storage).isParameter() == parameters) {
                names.append('"').append(name).append("\", ");
            }
        });
        return names.toString();
    }

    private static boolean isNumber(final String name) {
        return Character.isDigit(name.charAt(0));
    }

    private String forward() {
        final String signature = "def forward(self: %s.%s, x: Tensor) -> Tensor:".formatted(MODULE, root.className);
        return NetworkText.logits(topology, Precision.FP32, signature, ModuleText::attribute);
    }

    /** @return the expression for a weight: attributes all the way down */
    private static String attribute(final String dotted) {
        String expression = "self";
        for (final String part : dotted.split("\\.")) {
            expression = isNumber(part) ? "getattr(%s, \"%s\")".formatted(expression, part) : expression + "." + part;
        }

        return expression;
    }

    /** @return the module with its weights, which refer to their storages */
    byte[] object() {
        final PickleWriter pickle = new PickleWriter();
        write(pickle, root);
        return pickle.finish();
    }

    private void write(final PickleWriter pickle, final Node node) {
        pickle.global(MODULE, node.className).emptyTuple().newObject().emptyDictionary().mark();
        node.tensors.forEach((name, storage) -> writeTensor(pickle.text(name), storage));
        pickle.text("training").truth(false).text("_is_full_backward_hook").none();
        node.children.forEach((name, child) -> write(pickle.text(name), child));
        pickle.setItems().build();
    }

    private void writeTensor(final PickleWriter pickle, final int storage) {
        final NetworkWeights.Entry entry = entries.get(storage);
        pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
        pickle.mark().text("storage").global("torch", "FloatStorage").text(Integer.toString(storage)).text("cpu").whole(entry.values().length).tuple().persistentId();
        pickle.whole(0);
        pickle.mark();
        for (final long size : entry.shape()) {
            pickle.whole(size);
        }

        pickle.tuple().mark();
        long stride = entry.values().length;
        for (final long size : entry.shape()) {
            stride /= size;
            pickle.whole(stride);
        }

        pickle.tuple().truth(entry.isParameter());
        pickle.global("collections", "OrderedDict").emptyTuple().reduce();
        pickle.tuple().reduce();
    }
}
