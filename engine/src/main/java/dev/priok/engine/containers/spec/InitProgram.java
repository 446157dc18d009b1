package dev.priok.engine.containers.spec;

import dev.priok.model.error.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The first process of containers that ask for one ({@code --init}). */
public final class InitProgram {
  /** Where it appears inside. */
  static final String INSIDE = "/sbin/docker-init";

  /** Docker's own, and the packages tini (which has a static one beside it) and catatonit. */
  private static final List<Path> CANDIDATES =
      List.of(
          Path.of("/usr/libexec/docker/docker-init"),
          Path.of("/usr/bin/docker-init"),
          Path.of("/usr/bin/tini-static"),
          Path.of("/usr/bin/catatonit"),
          Path.of("/usr/bin/tini"));

  private InitProgram() {}

  /** Its file's name, for {@code docker info}; empty where there is none. */
  public static String name(@Nullable Path configured) {
    return present(configured).map(p -> String.valueOf(p.getFileName())).orElse("");
  }

  private static Optional<Path> present(@Nullable Path configured) {
    List<Path> candidates = configured == null ? CANDIDATES : List.of(configured);
    return candidates.stream().filter(Files::isExecutable).findFirst();
  }

  static Path find(@Nullable Path configured) {
    return present(configured)
        .orElseThrow(() ->
            configured == null
                ? EngineException.invalid(
                    "--init needs an init program: install the package catatonit or tini")
                : EngineException.invalid(
                    "--init needs an init program, and there is none at %s (--init-path)",
                    configured));
  }

  static SpecMount mount(Path program) {
    return new SpecMount.Bind(
        program.toString(), INSIDE, true, null, false, SpecMount.ReadOnlyDepth.TOP_ONLY);
  }
}
