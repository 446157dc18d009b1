package dev.priok.tests.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A daemon with throw-away folders and a socket of its own, driven by the real docker command.
 *
 * <p>With {@code -Dpriok.peer=unix:///path} it is whatever listens there instead: that is how the
 * tests themselves are proved true against another Docker. Starting, killing and looking for what
 * is left over is then not this class's affair.
 */
public final class DaemonUnderTest implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final @Nullable String PEER = System.getProperty("priok.peer");

  private final Path folder;
  private final List<String> options;
  private final Shell shell;
  private @Nullable Process process;

  private final Map<String, String> environment;

  private DaemonUnderTest(Path folder, Map<String, String> environment, List<String> options) {
    this.folder = folder;
    this.environment = environment;
    this.options = options;
    this.shell =
        new Shell(
            Map.of(
                "DOCKER_HOST", PEER == null ? "unix://" + folder.resolve("d.sock") : PEER,
                "DOCKER_CONFIG", folder.resolve("config").toString(),
                "HOME", folder.toString()),
            Duration.ofSeconds(60));
  }

  /** Whether another Docker is being tested, to prove the tests. */
  public static boolean isPeer() {
    return PEER != null;
  }

  /** A running daemon with the starter image {@code busybox:latest} on it. */
  public static DaemonUnderTest withImage(String... options) {
    DaemonUnderTest daemon = start(options);
    daemon.importStarterImage();
    return daemon;
  }

  /** A running daemon without images. */
  public static DaemonUnderTest start(String... options) {
    return start(Map.of(), options);
  }

  /** The same with variables in its environment. */
  public static DaemonUnderTest start(Map<String, String> environment, String... options) {
    try {
      // The path of a unix socket may have 107 bytes at most, so the folder's is short.
      Path base = Path.of(System.getProperty("priok.base", "/tmp"));
      Path folder = Files.createTempDirectory(base, "priok-");
      // A remapped root, who is nobody here, must be able to pass through.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      Files.createDirectories(folder.resolve("config"));
      DaemonUnderTest daemon = new DaemonUnderTest(folder, environment, Arrays.asList(options));
      try {
        daemon.restart();
      } catch (AssertionError e) {
        daemon.close(); // nobody else can
        throw e;
      }
      return daemon;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Imports {@code busybox:latest}. */
  public void importStarterImage() {
    Path script = root().resolve("bin/starter-image");
    String path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    shell
        .run(
            "sh",
            "-c",
            script + " | docker import -c '" + path + "' -c 'CMD [\"sh\"]' - busybox:latest")
        .ok();
  }

  /** The folder of the project. */
  public static Path root() {
    return Path.of(System.getProperty("priok.root", "..")).toAbsolutePath().normalize();
  }

  /** Starts the daemon on its folders and waits until it answers. */
  public void restart() {
    if (PEER != null) {
      return;
    }
    List<String> command = new ArrayList<>();
    command.add(root().resolve("bin/priokd").toString());
    command.addAll(List.of("-H", "unix://" + socket(), "--data-root", dataRoot().toString()));
    command.addAll(List.of("--exec-root", folder.resolve("exec").toString()));
    command.addAll(List.of("--pidfile", folder.resolve("priokd.pid").toString()));
    String runtime = System.getenv("PRIOK_TEST_RUNTIME");
    if (runtime != null && !options.contains("--default-runtime")) {
      command.addAll(List.of("--default-runtime", runtime));
    }
    command.addAll(options);
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      Process started =
          builder
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      process = started;
      Eventually.holds(
          "the daemon answers on " + socket(),
          Duration.ofSeconds(60),
          () -> {
            if (!started.isAlive()) {
              throw new AssertionError("the daemon ended: " + started.exitValue() + "\n" + tail());
            }
            return answers();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    if (!Files.exists(socket())) {
      return false;
    }
    try {
      return http().get("/_ping").status() == 200;
    } catch (UncheckedIOException e) {
      return false; // The file of the socket is there before somebody listens.
    }
  }

  /** Kills the daemon as the out-of-memory killer does. */
  public void kill9() {
    Process running = running();
    running.destroyForcibly();
    await(running);
  }

  /** Ends the daemon in order, by SIGTERM. */
  public void stop() {
    if (PEER == null) {
      Process running = running();
      running.destroy();
      await(running);
    }
  }

  /** Waits until it has ended by itself, with that exit status. */
  public void awaitStatus(int status) {
    Process running = running();
    await(running);
    if (running.exitValue() != status) {
      throw new AssertionError("exit status " + running.exitValue() + "\n" + tail());
    }
  }

  private Process running() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("this daemon is not ours to end");
    }
    return running;
  }

  private void await(Process running) {
    try {
      if (!running.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the daemon does not end\n" + tail());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The docker command. */
  public Outcome docker(String... arguments) {
    return docker(new byte[0], arguments);
  }

  /** The docker command, with bytes on its standard input. */
  public Outcome docker(byte[] input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(Arrays.asList(arguments));
    return shell.run(input, command);
  }

  /** The docker command on a terminal; the input is typed into it, and then its end. */
  public Outcome onTerminal(String input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("python3", root().resolve("tests/on-terminal.py").toString(), "docker"));
    command.addAll(Arrays.asList(arguments));
    return shell.run(input.getBytes(java.nio.charset.StandardCharsets.UTF_8), command);
  }

  /** Starts a script in a container that nobody waits for; the id of the exec. */
  public String detachedExec(String container, String script) {
    String json = "{\"Cmd\":[\"sh\",\"-c\",\"" + script + "\"],\"Env\":[\"A=b\"]}";
    RawHttp.Answer made = http().post("/containers/" + container + "/exec", json);
    String id = made.body().replaceAll("(?s).*\"Id\":\"([0-9a-f]+)\".*", "$1");
    RawHttp.Answer started = http().post("/exec/" + id + "/start", "{\"Detach\":true}");
    if (started.status() != 200) {
      throw new AssertionError("exec " + made.body() + ": " + started.body());
    }
    return id;
  }

  /** One field of `docker inspect`. */
  public String inspect(String name, String format) {
    return docker("inspect", "--format", format, name).ok().text();
  }

  /** A shell whose docker command talks to this daemon. */
  public Shell shell() {
    return shell;
  }

  /** Raw requests. */
  public RawHttp http() {
    return new RawHttp(socket());
  }

  /** The value for DOCKER_HOST. */
  public String host() {
    return "unix://" + socket();
  }

  /** The socket of the daemon. */
  public Path socket() {
    return PEER == null ? folder.resolve("d.sock") : Path.of(PEER.replaceFirst("^unix://", ""));
  }

  /** A name that no other test uses. */
  public String name(String what) {
    return what + "-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
  }

  /** A folder that the daemon sees under the same path. */
  public Path scratch() {
    try {
      return Files.createTempDirectory(folder, "scratch");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The data root. */
  public Path dataRoot() {
    return folder.resolve("data");
  }

  /** The process id of the daemon. */
  public long pid() {
    return running().pid();
  }

  /** The log of the daemon. */
  public Path log() {
    return folder.resolve("priokd.log");
  }

  /** The end of the log, for messages. */
  public String tail() {
    try {
      List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes every container, and what only containers used. */
  public void removeEverything() {
    List<String> ids = docker("ps", "-aq").ok().lines();
    if (!ids.isEmpty()) {
      List<String> command = new ArrayList<>(List.of("rm", "-f", "-v"));
      command.addAll(ids);
      docker(command.toArray(String[]::new));
    }
    docker("network", "prune", "-f").ok();
    docker("volume", "prune", "-f", "-a");
  }

  /** Stops the daemon and asserts that the machine is as it was before. */
  public void closeAndExpect(HostState before) {
    removeEverything();
    close();
    if (PEER == null) {
      Eventually.value(
          "nothing is left over",
          Duration.ofSeconds(10),
          () -> HostState.now().addedSince(before),
          Set::isEmpty);
    }
  }

  @Override
  public void close() {
    Process running = process;
    if (running != null && running.isAlive()) {
      stop();
    }
    shell.run("rm", "-rf", "--one-file-system", folder.toString());
  }

  /** How many folders of layers the data root holds, whichever the driver is. */
  public Set<String> layerFolders() {
    Set<String> found = new java.util.TreeSet<>();
    try (Stream<Path> paths = Files.walk(dataRoot(), 3)) {
      paths
          .filter(Files::isDirectory)
          .map(path -> dataRoot().relativize(path).toString())
          .filter(path -> path.matches("(overlay2|vfs|containers|volumes|layers)/.*"))
          .forEach(found::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
