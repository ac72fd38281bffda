/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A NiFi's place in a cluster whose nodes are all on this machine.
 *
 * @param nodes            how many nodes the cluster waits for before it agrees on a flow
 * @param zookeeperPort    where the cluster's ZooKeeper listens
 * @param keepsZookeeper   whether this node runs that ZooKeeper; one of them does
 * @param protocolPort     where this node listens to the others
 * @param loadBalancePort  where this node takes flowfiles from the others
 * @param core             the processor core that the node is to keep to, where it is to (Linux)
 */
public record ClusterNode(int nodes, int zookeeperPort, boolean keepsZookeeper, int protocolPort, int loadBalancePort, OptionalInt core) {

    /** @return the address of the cluster's ZooKeeper */
    String zookeeper() {
        return "127.0.0.1:" + zookeeperPort;
    }

    /** @return what nifi.properties has to say for it */
    Map<String, String> properties() {
        final Map<String, String> properties = new LinkedHashMap<>();
        properties.put("nifi.state.management.provider.cluster", "zk-provider");
        properties.put("nifi.state.management.embedded.zookeeper.start", Boolean.toString(keepsZookeeper));
        properties.put("nifi.state.management.embedded.zookeeper.properties", "./conf/zookeeper.properties");
        properties.put("nifi.zookeeper.connect.string", zookeeper());
        properties.put("nifi.zookeeper.connect.timeout", "10 secs");
        properties.put("nifi.zookeeper.session.timeout", "10 secs");
        properties.put("nifi.zookeeper.root.node", "/nifi");
        properties.put("nifi.cluster.is.node", "true");
        properties.put("nifi.cluster.leader.election.implementation", "CuratorLeaderElectionManager");
        properties.put("nifi.cluster.node.address", "127.0.0.1");
        properties.put("nifi.cluster.node.protocol.port", Integer.toString(protocolPort));
        properties.put("nifi.cluster.flow.election.max.wait.time", "2 mins");
        properties.put("nifi.cluster.flow.election.max.candidates", Integer.toString(nodes));
        properties.put("nifi.cluster.load.balance.host", "127.0.0.1");
        properties.put("nifi.cluster.load.balance.port", Integer.toString(loadBalancePort));
        // Old content of all nodes would go to this machine's one disk.
        properties.put("nifi.content.repository.archive.enabled", "false");
        return properties;
    }

    /** @return the lines of zookeeper.properties: a server for this machine alone */
    List<String> zookeeperSettings() {
        return List.of("clientPort=" + zookeeperPort, "clientPortAddress=127.0.0.1", "dataDir=./state/zookeeper", "tickTime=2000", "admin.enableServer=false");
    }

    /** @return what the node's command begins with */
    List<String> launcher() {
        return core.isPresent() ? List.of("taskset", "--cpu-list", Integer.toString(core.getAsInt())) : List.of();
    }
}
