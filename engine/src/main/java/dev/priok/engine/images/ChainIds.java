package dev.priok.engine.images;

import dev.priok.model.id.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of stacks of layers (OCI image-spec, config.md, "Layer ChainID"). */
final class ChainIds {
  private ChainIds() {}

  static Digest next(@Nullable Digest below, Digest diffId) {
    return below == null
        ? diffId
        : Digest.of((below + " " + diffId).getBytes(StandardCharsets.UTF_8));
  }

  static List<Digest> of(List<Digest> diffIds) {
    List<Digest> chain = new ArrayList<>(diffIds.size());
    Digest below = null;
    for (Digest diffId : diffIds) {
      below = next(below, diffId);
      chain.add(below);
    }
    return chain;
  }
}
