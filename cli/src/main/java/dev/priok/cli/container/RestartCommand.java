package dev.priok.cli.container;

import dev.priok.client.ContainersApi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code priok restart}: restart one or more containers. */
@CommandLine.Command(
    name = "restart",
    customSynopsis = "priok restart [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Restart one or more containers")
public final class RestartCommand extends StopVerb {
  @Override
  void stop(ContainersApi containers, String name, @Nullable String how, @Nullable Integer seconds)
      throws Exception {
    containers.restart(name, how, seconds);
  }
}
