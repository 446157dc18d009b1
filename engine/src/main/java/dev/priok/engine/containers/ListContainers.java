package dev.priok.engine.containers;

import dev.priok.engine.containers.Containers.ListOptions;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.container.ContainerSummaryBuilder;
import dev.priok.model.api.container.ContainerSummaryHostConfig;
import dev.priok.model.api.container.ContainerSummaryNetworkSettings;
import dev.priok.model.api.container.Port;
import dev.priok.model.api.container.PortBinding;
import dev.priok.model.id.ContainerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code docker ps}. */
final class ListContainers {
  private final ContainerTable table;
  private final ContainerLinks links;
  private final ContainerSizes sizes;
  private final Function<String, Set<String>> imageAndDescendants;
  private final ContainerHealth health;

  ListContainers(
      ContainerTable table,
      ContainerLinks links,
      ContainerSizes sizes,
      Function<String, Set<String>> imageAndDescendants,
      ContainerHealth health) {
    this.table = table;
    this.links = links;
    this.sizes = sizes;
    this.imageAndDescendants = imageAndDescendants;
    this.health = health;
  }

  List<ContainerSummary> list(ListOptions options) {
    ContainerFilter filter =
        new ContainerFilter(options.filters(), table, imageAndDescendants, health);
    boolean stoppedToo = options.all() || options.limit() > 0 || filter.wantsStopped();
    Instant now = Instant.now();
    Map<ContainerId, List<String>> linkNames = links.names();
    Stream<Container> found =
        table.all().stream()
            .filter(c -> stoppedToo || isListedByDefault(c.state()))
            .filter(filter::matches);
    if (options.limit() > 0) {
      found = found.limit(options.limit());
    }
    List<Container> listed = found.toList();
    Map<ContainerId, ContainerSizes.Sizes> known =
        options.size() ? sizes.of(listed.stream().map(Container::record).toList()) : Map.of();
    return listed.stream()
        .map(c -> summary(c, names(c, linkNames), known.get(c.id()), now))
        .toList();
  }

  private static boolean isListedByDefault(RunState state) {
    return state.isAlive() || state.status() == RunState.Status.RESTARTING;
  }

  private static List<String> names(Container container, Map<ContainerId, List<String>> links) {
    List<String> result = new ArrayList<>();
    result.add("/" + container.name());
    links.getOrDefault(container.id(), List.of()).forEach(name -> result.add("/" + name));
    return result;
  }

  private ContainerSummary summary(
      Container container, List<String> names, ContainerSizes.@Nullable Sizes size, Instant now) {
    ContainerRecord record = container.record();
    return ContainerSummaryBuilder.builder()
        .id(record.id().value())
        .names(names)
        .image(record.imageName())
        .imageID(record.image().value())
        .command(command(record))
        .created(record.created().getEpochSecond())
        .ports(ports(record))
        .sizeRw(size == null ? null : size.writable())
        .sizeRootFs(size == null ? null : size.rootFilesystem())
        .labels(record.labels())
        .state(record.state().status().apiName())
        .status(StatusText.of(record.state(), health.of(record), now))
        .hostConfig(
            new ContainerSummaryHostConfig(
                record.hostConfig().networkMode(), record.hostConfig().annotations()))
        .networkSettings(new ContainerSummaryNetworkSettings(record.networks()))
        .mounts(MountViews.listed(record.mounts()))
        .build();
  }

  /** The command line as one string; words with spaces are quoted as Docker does. */
  private static String command(ContainerRecord record) {
    StringBuilder line = new StringBuilder(record.path());
    for (String word : record.args()) {
      line.append(' ').append(word.indexOf(' ') >= 0 ? "'" + word + "'" : word);
    }
    return line.toString();
  }

  private static List<Port> ports(ContainerRecord record) {
    List<Port> result = new ArrayList<>();
    if (record.state().plugged() != null) {
      Map<String, @Nullable List<PortBinding>> published = record.state().plugged().ports();
      published.forEach((port, bindings) -> add(result, port, bindings));
    }
    return result;
  }

  private static void add(List<Port> result, String port, @Nullable List<PortBinding> bindings) {
    int slash = port.indexOf('/');
    int number = Integer.parseInt(slash < 0 ? port : port.substring(0, slash));
    String protocol = slash < 0 ? "tcp" : port.substring(slash + 1);
    if (bindings == null || bindings.isEmpty()) {
      result.add(new Port(null, number, null, protocol));
      return;
    }
    for (PortBinding binding : bindings) {
      result.add(new Port(binding.hostIp(), number, Integer.valueOf(binding.hostPort()), protocol));
    }
  }
}
