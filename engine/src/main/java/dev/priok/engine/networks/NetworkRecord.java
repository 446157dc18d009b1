package dev.priok.engine.networks;

import dev.priok.model.api.network.IPAM;
import dev.priok.model.id.NetworkId;
import java.util.Map;

/**
 * A network as the store keeps it.
 *
 * @param driver {@code bridge}, {@code host} or {@code null}
 * @param ipam as asked for, with subnet and gateway filled in
 * @param bridge name of the interface; empty for host and null
 */
public record NetworkRecord(
    NetworkId id,
    String name,
    String created,
    String driver,
    boolean internal,
    boolean attachable,
    IPAM ipam,
    Map<String, String> options,
    Map<String, String> labels,
    String bridge) {}
