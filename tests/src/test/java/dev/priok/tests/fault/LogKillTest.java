package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Kills the daemon again and again while containers write fast and their logs are rotated and
 * compressed. Of the local log and of the JSON file every line must be there once; at a syslog
 * server every line at least once.
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "kills the daemon")
final class LogKillTest {
  private static final int BURSTS = 120;
  private static final int BURST = 2500;
  private static final long SEED = Long.getLong("priok.logkill.seed", System.nanoTime());
  private static final List<String> LINES =
      IntStream.rangeClosed(1, BURSTS * BURST).mapToObj(Integer::toString).toList();

  private static final String WRITES =
      "r=0; while [ $r -lt %d ]; do seq $((r*%d+1)) $(((r+1)*%d)); r=$((r+1)); sleep 0.05; done"
          .formatted(BURSTS, BURST, BURST);

  @Test
  void noLineIsLostOrDoubled() throws IOException {
    Random random = new Random(SEED);
    HostState before = HostState.now();
    DaemonUnderTest daemon = DaemonUnderTest.withImage();
    try (Server server = new Server()) {
      String file = run(daemon, "json-file", "max-size=300k", "max-file=2000", "compress=true");
      String remote =
          run(
              daemon,
              "syslog",
              "syslog-address=tcp://127.0.0.1:" + server.port(),
              "cache-max-size=300k",
              "cache-max-file=2000");
      for (int kill = 0; kill < 6; kill++) {
        Eventually.pause(Duration.ofMillis(300 + random.nextInt(900)));
        daemon.kill9();
        Eventually.pause(Duration.ofMillis(random.nextInt(300)));
        daemon.restart();
      }
      for (String container : List.of(file, remote)) {
        daemon.docker("wait", container).ok();
        assertSame(daemon.docker("logs", container).ok().lines(), "docker logs");
      }
      Path path = Path.of(daemon.inspect(file, "{{.LogPath}}"));
      List<String> json =
          Eventually.value(
              "the JSON file is complete, seed " + SEED,
              Duration.ofSeconds(20),
              () -> json(path),
              lines -> lines.size() >= LINES.size());
      assertSame(json, "the JSON file");
      int received =
          Eventually.value(
              "the server has everything, seed " + SEED,
              Duration.ofSeconds(60),
              server::complete,
              number -> number == LINES.size());
      assertThat(received).isEqualTo(LINES.size());
      daemon.docker("rm", "-f", file, remote).ok();
    } finally {
      daemon.closeAndExpect(before);
    }
  }

  private static String run(DaemonUnderTest daemon, String driver, String... options) {
    List<String> command = new ArrayList<>(List.of("run", "-d", "--log-driver", driver));
    for (String option : options) {
      command.addAll(List.of("--log-opt", option));
    }
    command.addAll(List.of("busybox", "sh", "-c", WRITES));
    return daemon.docker(command.toArray(String[]::new)).ok().text();
  }

  /** Says where they differ first: the whole lists are too long to be read. */
  private static void assertSame(List<String> lines, String what) {
    for (int i = 0; i < Math.min(lines.size(), LINES.size()); i++) {
      assertThat(lines.get(i)).as("%s, line %d, seed %d", what, i, SEED).isEqualTo(LINES.get(i));
    }
    assertThat(lines.size()).as("%s, seed %d", what, SEED).isEqualTo(LINES.size());
  }

  private static List<String> json(Path base) {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> all = Files.list(base.getParent())) {
      List<Path> files =
          all.filter(p -> p.getFileName().toString().matches(".*-json\\.log(\\.\\d+(\\.gz)?)?"))
              .sorted(Comparator.comparingInt(LogKillTest::age).reversed())
              .toList();
      ObjectMapper mapper = new ObjectMapper();
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".gz")) {
          bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
        }
        for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
          JsonNode entry = mapper.readTree(line);
          lines.add(entry.get("log").asText().stripTrailing());
        }
      }
      return lines;
    } catch (NoSuchFileException e) {
      return List.of(); // it is just being rotated
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int age(Path file) {
    String rest = file.getFileName().toString().replaceFirst(".*-json\\.log\\.?", "");
    return rest.isEmpty() ? 0 : Integer.parseInt(rest.replace(".gz", ""));
  }

  /** Takes syslog lines and keeps their texts. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final java.util.Set<String> lines = ConcurrentHashMap.newKeySet();

    Server() throws IOException {
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                Socket one = socket.accept();
                Thread.ofVirtual().start(() -> take(one));
              }
            } catch (IOException e) {
              return; // closed
            }
          });
    }

    /** How many of the lines came; half lines at the end of a connection are none. */
    int complete() {
      return (int) LINES.stream().filter(lines::contains).count();
    }

    int port() {
      return socket.getLocalPort();
    }

    /** A killed daemon leaves half a line at the end of its connection. */
    private void take(Socket one) {
      try (InputStream in = one.getInputStream();
          java.io.BufferedReader reader =
              new java.io.BufferedReader(
                  new java.io.InputStreamReader(in, StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line.substring(line.lastIndexOf(' ') + 1));
        }
      } catch (IOException e) {
        return; // the daemon was killed
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
