package dev.priok.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.http.access.Operation;
import dev.priok.http.routes.Diagnostics;
import dev.priok.http.routing.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of operations and the routes are one: nothing of the API is outside of the roles. */
final class OperationsTest {
  private final List<Route> routes =
      ApiServer.routes(Rooms.engine(new EchoEngine()), true, Diagnostics.NONE).all();

  @Test
  void everyRouteIsAnOperation() {
    assertThat(
            routes.stream()
                .filter(r -> Operation.of(r.method(), r.path()) == null)
                .map(r -> r.method() + " " + r.path()))
        .isEmpty();
  }

  @Test
  void everyOperationHasARouteOrIsOneThatIsNotThereYet() {
    Set<Operation> routed =
        routes.stream()
            .map(r -> Operation.of(r.method(), r.path()))
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    assertThat(Arrays.stream(Operation.values()).filter(o -> !routed.contains(o)))
        .isSubsetOf(Operation.CONTAINER_CHECKPOINT_REMOVE);
  }
}
