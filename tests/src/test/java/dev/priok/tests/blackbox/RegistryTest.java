package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.RawHttp;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docker pull and push, with the Debian package docker-registry on loopback. */
@BlackBox
final class RegistryTest {
  private Path storage = Path.of("/nonexistent");
  private int port;
  private Process registry = unstarted();

  private static Process unstarted() {
    try {
      return new ProcessBuilder("true").start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void startRegistry(DaemonUnderTest d) throws IOException {
    Path folder = d.scratch();
    storage = Files.createDirectories(folder.resolve("storage"));
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: "
            + storage
            + "}, delete: {enabled: true}}\nhttp: {addr: '127.0.0.1:"
            + port
            + "'}\n");
    registry =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Eventually.holds("the registry listens", Duration.ofSeconds(10), () -> listens(port));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false; // Not yet.
    }
  }

  @AfterEach
  void stopRegistry() throws InterruptedException {
    registry.destroy();
    registry.waitFor();
  }

  private String push(DaemonUnderTest d, String tag) {
    String name = "127.0.0.1:" + port + "/harbour/" + tag;
    d.docker("tag", "busybox", name).ok();
    assertThat(d.docker("push", name).ok().out()).contains("digest: sha256:");
    return name;
  }

  @Test
  void pushAndPull(DaemonUnderTest d) {
    String name = push(d, "pot:1");
    String id = d.inspect(name, "{{.Id}}");
    String digest = d.inspect(name, "{{index .RepoDigests 0}}");
    d.docker("rmi", name).ok();
    Outcome pull = d.docker("pull", name).ok();
    assertThat(pull.out())
        .contains("Status: Downloaded newer image for " + name)
        .contains("Digest: sha256:");
    assertThat(d.inspect(name, "{{.Id}}")).isEqualTo(id);
    assertThat(d.docker("pull", name).ok().out()).contains("Image is up to date for " + name);
    assertThat(d.docker("run", "--rm", name, "echo", "pulled").ok().text()).isEqualTo("pulled");
    d.docker("rmi", name).ok();
    d.docker("pull", digest).ok();
    assertThat(d.inspect(digest, "{{.Id}}")).isEqualTo(id);
    d.docker("rmi", digest).ok();
  }

  @Test
  void runPullsWhatIsMissing(DaemonUnderTest d) {
    String name = push(d, "pot:run");
    d.docker("rmi", name).ok();
    Outcome run = d.docker("run", "--rm", name, "echo", "came");
    assertThat(run.ok().text()).isEqualTo("came");
    assertThat(run.err()).contains("Unable to find image '" + name + "' locally");
    d.docker("rmi", name).ok();
  }

  @Test
  void aRegistryIsAskedWithoutAPull(DaemonUnderTest d) {
    String name = push(d, "pot:asked");
    String digest = d.inspect(name, "{{index .RepoDigests 0}}").replaceAll(".*@", "");
    d.docker("rmi", name).ok();
    RawHttp.Answer found = d.http().get("/distribution/" + name + "/json");
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.body())
        .contains("\"digest\":\"" + digest + "\"", "\"os\":\"linux\"", "\"Platforms\":[");
    assertThat(d.http().get("/distribution/" + name + "-not/json").status()).isEqualTo(404);
    d.docker("inspect", name).exits(1);
  }

  @Test
  void whatTheRegistryDoesNotHave(DaemonUnderTest d) {
    String name = "127.0.0.1:" + port + "/harbour/nothing";
    assertThat(d.docker("pull", name + ":1").exits(1).err())
        .containsPattern("manifest for .*nothing:1 not found: manifest unknown");
    assertThat(d.docker("pull", "127.0.0.1:1/x").exits(1).err()).contains("connection refused");
  }

  @Test
  void aLayerWithAWrongDigestIsRefused(DaemonUnderTest d) throws IOException {
    // An image of its own, so that the layer is not known from another one.
    Path tar = d.scratch().resolve("one.tar");
    Files.write(tar, dev.priok.tests.support.Tars.of("only-here", "x".repeat(5000)));
    String name = "127.0.0.1:" + port + "/harbour/corrupt:1";
    d.docker("import", tar.toString(), name).ok();
    d.docker("push", name).ok();
    d.docker("rmi", name).ok();
    List<String> before = d.docker("images", "-aq").ok().lines();
    for (Path blob : blobs()) {
      try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
        if (file.length() > 20 && file.read() == 0x1f) {
          file.seek(file.length() - 6);
          file.write(file.read() + 1);
        }
      }
    }
    assertThat(d.docker("pull", name).exits(1).err())
        .containsPattern(
            "(?i)filesystem layer verification failed|gzip: invalid|unexpected EOF|checksum|digest");
    assertThat(d.docker("images", "-aq").ok().lines()).isEqualTo(before);
    d.docker("inspect", name).exits(1);
  }

  private List<Path> blobs() throws IOException {
    try (Stream<Path> files = Files.walk(storage)) {
      return files.filter(f -> f.endsWith("data") && Files.isRegularFile(f)).toList();
    }
  }
}
