package dev.priok.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.plugin.PluginException.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginTest {
  private static final Duration ONE_TRY = Duration.ZERO;

  @TempDir Path scratch;
  private Path sockets;
  private Path specs;
  private FindPlugin find;

  @BeforeEach
  void open() throws IOException {
    sockets = Files.createDirectory(scratch.resolve("s"));
    specs = Files.createDirectory(scratch.resolve("e"));
    find = new FindPlugin(sockets, List.of(specs, scratch.resolve("absent")));
  }

  /** A plugin that answers whatever it is told to, and keeps what it was asked. */
  private static final class Canned implements AutoCloseable {
    private final ServerSocketChannel server;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    Canned(Path socket, Function<String, String> answers) throws IOException {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofPlatform().daemon().start(() -> serve(answers));
    }

    private void serve(Function<String, String> answers) {
      while (true) {
        try (SocketChannel client = server.accept()) {
          ByteBuffer in = ByteBuffer.allocate(65536);
          client.read(in);
          String request = new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
          requests.add(request);
          String method = request.substring("POST /".length(), request.indexOf(" HTTP"));
          client.write(ByteBuffer.wrap(answers.apply(method).getBytes(StandardCharsets.UTF_8)));
        } catch (AsynchronousCloseException closed) {
          return;
        } catch (IOException e) {
          requests.add("failed: " + e);
          return;
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static String ok(String json) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + json.length() + "\r\n\r\n" + json;
  }

  private static String answer(String method) {
    return switch (method) {
      case "Plugin.Activate" -> ok("{\"Implements\":[\"VolumeDriver\"]}");
      case "VolumeDriver.Mount" -> {
        String json = "{\"Mountpoint\":\"/m\"}";
        yield "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
            .formatted(json.length(), json);
      }
      case "VolumeDriver.Create" -> ok("{\"Err\":\"no room\"}");
      case "VolumeDriver.Get" ->
          ok("{\"Volume\":{\"Name\":\"v\",\"Mountpoint\":\"/m\",\"Status\":{\"a\":[1]}}}");
      case "VolumeDriver.Unmount" -> "HTTP/1.1 500 Oops\r\n\r\nnot json";
      default -> "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    };
  }

  private VolumePlugin activate(String name) throws PluginException {
    return VolumePlugin.activate(name, find.find(name).orElseThrow(), ONE_TRY, ONE_TRY);
  }

  @Test
  void findsSocketsAndSpecs() throws IOException {
    Files.writeString(specs.resolve("remote.spec"), "tcp://localhost:8080\n");
    Files.writeString(specs.resolve("doc.json"), "{\"Name\":\"doc\",\"Addr\":\"unix:///x/y\"}");
    Files.writeString(sockets.resolve("file.sock"), "no socket");
    Files.createDirectory(sockets.resolve("deep"));
    try (Canned plain = new Canned(sockets.resolve("plain.sock"), PluginTest::answer);
        Canned deep = new Canned(sockets.resolve("deep/deep.sock"), PluginTest::answer)) {
      assertThat(find.names()).containsExactly("deep", "doc", "plain", "remote");
      assertThat(find.find("deep").orElseThrow().text())
          .isEqualTo("unix://" + sockets + "/deep/deep.sock");
      assertThat(plain.requests).isEmpty();
      assertThat(deep.requests).isEmpty();
    }
    assertThat(find.find("remote").orElseThrow().text()).isEqualTo("tcp://localhost:8080");
    assertThat(find.find("doc").orElseThrow().text()).isEqualTo("unix:///x/y");
    assertThat(find.find("file")).isEmpty();
    assertThat(find.find("../s/plain")).isEmpty();
  }

  @Test
  void addressesThatCannotBeHonouredAreRefused() throws IOException {
    Files.writeString(specs.resolve("tls.spec"), "https://localhost:1");
    Files.writeString(specs.resolve("word.spec"), "word");
    Files.writeString(
        specs.resolve("cert.json"), "{\"Addr\":\"tcp://h:1\",\"TLSConfig\":{\"CAFile\":\"x\"}}");
    for (String name : List.of("tls", "word", "cert")) {
      assertThatThrownBy(() -> find.find(name)).isInstanceOf(PluginException.class);
    }
  }

  @Test
  void callsMethods() throws IOException {
    try (Canned server = new Canned(sockets.resolve("vol.sock"), PluginTest::answer)) {
      VolumePlugin plugin = activate("vol");
      assertThat(plugin.mount("v", "user")).isEqualTo("/m");
      assertThat(server.requests.getLast())
          .startsWith("POST /VolumeDriver.Mount HTTP/1.1\r\n")
          .contains("Accept: application/vnd.docker.plugins.v1.2+json\r\n")
          .contains("\"Name\":\"v\"")
          .contains("\"ID\":\"user\"");
      assertThat(plugin.get("v").orElseThrow().status()).isEqualTo(Map.of("a", List.of(1)));
      assertThat(plugin.scope()).isEqualTo("local");
      assertThatThrownBy(() -> plugin.create("v", Map.of())).hasMessage("no room");
      assertThatThrownBy(() -> plugin.unmount("v", "u"))
          .hasMessage("VolumeDriver.Unmount: not json");
    }
  }

  @Test
  void otherKindsOfPluginKeepNoVolumes() throws IOException {
    try (Canned server =
        new Canned(sockets.resolve("net.sock"), m -> ok("{\"Implements\":[\"NetworkDriver\"]}"))) {
      assertThatThrownBy(() -> activate("net"))
          .isInstanceOfSatisfying(
              PluginException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void aPluginThatStartsLateIsWaitedFor() throws Exception {
    Path socket = sockets.resolve("late.sock");
    PluginAddress address = PluginAddress.parse("late", "unix://" + socket);
    assertThatThrownBy(
            () -> new PluginClient("late", address, ONE_TRY).call("X", null, Duration.ofSeconds(5)))
        .isInstanceOfSatisfying(
            PluginException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    Thread starter =
        Thread.ofPlatform()
            .start(() -> {
              try {
                Thread.sleep(300);
                new Canned(socket, m -> ok("{\"a\":1}"));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    PluginClient client = new PluginClient("late", address, Duration.ofSeconds(30));
    assertThat(client.call("X", null, Duration.ofSeconds(5)).path("a").asInt()).isEqualTo(1);
    starter.join();
  }

  @Test
  void silenceHasALimit() throws IOException {
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path socket = sockets.resolve("silent.sock");
      silent.bind(UnixDomainSocketAddress.of(socket));
      PluginClient client =
          new PluginClient("silent", PluginAddress.parse("silent", "unix://" + socket), ONE_TRY);
      assertThatThrownBy(() -> client.call("X", null, Duration.ofMillis(200)))
          .isInstanceOf(PluginException.class)
          .hasMessageContaining("no answer within");
    }
  }
}
