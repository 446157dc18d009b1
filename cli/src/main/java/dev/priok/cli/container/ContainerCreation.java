package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Session;
import dev.priok.cli.image.ImageName;
import dev.priok.cli.image.ProgressDisplay;
import dev.priok.cli.terminal.TerminalFiles;
import dev.priok.client.ApiException;
import dev.priok.client.streams.ProgressStream;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateResponse;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates a container, fetching its image when it is missing. */
final class ContainerCreation {
  private final Session session;
  private final CreateOptions options;

  ContainerCreation(Session session, CreateOptions options) {
    this.session = session;
    this.options = options;
  }

  /** Creates it and answers its id. */
  String create(String image, List<String> command, CreateOptions.Streams attached)
      throws IOException {
    if (!List.of("always", "missing", "never").contains(options.pull)) {
      throw new CliException(
          125,
          "invalid pull option: '"
              + options.pull
              + "': must be one of \"always\", \"missing\" or \"never\"");
    }
    ContainerCreateRequest request =
        options.request(image, command, attached, session.environment());
    Path file = reserve(options.cidfile);
    boolean written = false;
    try {
      ContainerCreateResponse created = createOrPull(image, request);
      String id = created.id();
      if (id == null) {
        throw CliException.failure("the engine told no container ID");
      }
      if (file != null) {
        Files.writeString(file, id);
        written = true;
      }
      if (created.warnings() != null) {
        created.warnings().forEach(warning -> session.err().println("WARNING: " + warning));
      }
      return id;
    } finally {
      if (file != null && !written) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The file is made before the container, so that a second run cannot take the same one. */
  private static @Nullable Path reserve(@Nullable String cidfile) throws IOException {
    if (cidfile == null || cidfile.isEmpty()) {
      return null;
    }
    Path file = Path.of(cidfile);
    try {
      Files.write(file, new byte[0], StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CliException(
          125,
          "container ID file found, make sure the other container isn't running or delete "
              + cidfile);
    }
    return file;
  }

  private ContainerCreateResponse createOrPull(String image, ContainerCreateRequest request)
      throws IOException {
    if (options.pull.equals("always")) {
      pull(image);
    }
    try {
      return session.client().containers().create(options.name, options.platform, request);
    } catch (ApiException e) {
      boolean missing = e.isNotFound() && e.reason().contains("No such image");
      if (!missing || !options.pull.equals("missing")) {
        throw e;
      }
      if (!options.quiet) {
        session
            .err()
            .println("Unable to find image '" + ImageName.parse(image).familiar() + "' locally");
      }
      pull(image);
      return session.client().containers().create(options.name, options.platform, request);
    }
  }

  private void pull(String image) throws IOException {
    ImageName name = ImageName.parse(image);
    try (ProgressStream progress =
        session
            .client()
            .images()
            .pull(name.repository(), name.tagOrDigest(), options.platform, null)) {
      if (options.quiet) {
        progress.await();
      } else {
        new ProgressDisplay(session.err(), TerminalFiles.isTerminal(2)).show(progress);
      }
    }
  }
}
