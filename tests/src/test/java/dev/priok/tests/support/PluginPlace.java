package dev.priok.tests.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The folder where daemons look for sockets of plugins, for one test alone: in the mount name space
 * of the tests the machine's own is covered, not changed.
 */
public final class PluginPlace implements AutoCloseable {
  private static final Path SOCKETS = Path.of("/run/docker/plugins");

  private final Shell shell = new Shell(Map.of(), Duration.ofSeconds(60));
  private final Deque<Path> made = new ArrayDeque<>();

  private PluginPlace() {}

  /** Covers it. */
  public static PluginPlace cover() {
    PluginPlace place = new PluginPlace();
    try {
      for (Path missing : List.of(Path.of("/run/docker"), SOCKETS)) {
        if (!Files.exists(missing)) {
          Files.createDirectory(missing);
          place.made.addFirst(missing);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    place.shell.run("mount", "-t", "tmpfs", "plugins", SOCKETS.toString()).ok();
    return place;
  }

  /** The socket of a plugin. */
  public Path socket(String name) {
    return SOCKETS.resolve(name + ".sock");
  }

  /**
   * Starts a plugin and waits until it listens.
   *
   * @param program in {@code tests/plugin}
   * @param folder what it keeps its things in
   */
  public Process start(String program, String name, Path folder) throws IOException {
    Process started =
        shell.start(
            List.of(
                "/usr/bin/env",
                "python3",
                DaemonUnderTest.root().resolve("tests/plugin").resolve(program).toString(),
                socket(name).toString(),
                folder.toString()));
    String word = started.inputReader().readLine();
    if (!"ready".equals(word)) {
      throw new AssertionError(program + " says " + word);
    }
    return started;
  }

  /** Uncovers it; whoever listens there is the caller's to end. */
  @Override
  public void close() throws IOException {
    shell.run("umount", "-l", SOCKETS.toString());
    for (Path folder : made) {
      Files.deleteIfExists(folder);
    }
  }
}
