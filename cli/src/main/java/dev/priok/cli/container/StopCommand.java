package dev.priok.cli.container;

import dev.priok.client.ContainersApi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code priok stop}: stop one or more running containers. */
@CommandLine.Command(
    name = "stop",
    customSynopsis = "priok stop [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Stop one or more running containers")
public final class StopCommand extends StopVerb {
  @Override
  void stop(ContainersApi containers, String name, @Nullable String how, @Nullable Integer seconds)
      throws Exception {
    containers.stop(name, how, seconds);
  }
}
