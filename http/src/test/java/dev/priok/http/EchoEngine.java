package dev.priok.http;

import dev.priok.engine.Filters;
import dev.priok.engine.containers.Containers.AttachOptions;
import dev.priok.engine.containers.Containers.ListOptions;
import dev.priok.engine.containers.Containers.LogOptions;
import dev.priok.engine.containers.Containers.PathStat;
import dev.priok.engine.containers.Containers.WaitCondition;
import dev.priok.engine.containers.Containers.WriteArchiveOptions;
import dev.priok.engine.images.ProgressMessage;
import dev.priok.engine.streams.ByteSink;
import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.Framing;
import dev.priok.engine.streams.MessageSink;
import dev.priok.engine.streams.StdStream;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateResponse;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.ContainerInspectResponseBuilder;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.container.ContainerSummaryBuilder;
import dev.priok.model.api.container.ContainerWaitResponse;
import dev.priok.model.api.exec.ExecStartConfig;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.api.system.EventMessage;
import dev.priok.model.api.system.SystemInfo;
import dev.priok.model.api.system.SystemInfoBuilder;
import dev.priok.model.api.system.SystemVersion;
import dev.priok.model.api.system.SystemVersionBuilder;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Containers that say back what they are told, found by name. */
@SuppressWarnings("UnusedMethod")
final class EchoEngine {
  static final int BIG = 200 * 1024 * 1024;

  volatile @Nullable ContainerCreateRequest created;
  volatile @Nullable AuthConfig auth;
  final CountDownLatch goneSeen = new CountDownLatch(1);
  final CountDownLatch waitLeft = new CountDownLatch(1);
  final CountDownLatch exit = new CountDownLatch(1);
  final AtomicLong uploaded = new AtomicLong();

  SystemInfo info() {
    return SystemInfoBuilder.builder().name("echo").osType("linux").cgroupVersion("1").build();
  }

  SystemVersion version() {
    return SystemVersionBuilder.builder()
        .version("0.1.0")
        .apiVersion("1.51")
        .minAPIVersion("1.24")
        .os("linux")
        .arch("amd64")
        .build();
  }

  List<ContainerSummary> list(ListOptions options) {
    return List.of(
        ContainerSummaryBuilder.builder()
            .id("c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00")
            .names(List.of("/web"))
            .image("busybox")
            .command("sh")
            .state("running")
            .status("Up 1 second")
            .build());
  }

  ContainerInspectResponse inspect(String container, boolean size) {
    if (container.equals("missing")) {
      throw EngineException.notFound("No such container: %s", container);
    }
    if (container.equals("broken")) {
      throw new IllegalStateException("something unexpected");
    }
    return ContainerInspectResponseBuilder.builder().id("c0ffee").name("/" + container).build();
  }

  ContainerCreateResponse create(
      @Nullable String name, @Nullable String platform, ContainerCreateRequest request) {
    created = request;
    return new ContainerCreateResponse("c0ffee", List.of());
  }

  void start(String container, @Nullable String checkpoint, @Nullable String checkpointFolder) {
    if (!container.equals("stopped")) {
      throw EngineException.notModified();
    }
  }

  ContainerWaitResponse await(String container, WaitCondition condition, Runnable opened) {
    opened.run();
    try {
      exit.await();
    } catch (InterruptedException e) {
      waitLeft.countDown();
      throw EngineException.internal("interrupted", e);
    }
    return new ContainerWaitResponse(3L, null);
  }

  void attach(String container, AttachOptions options, StreamUpgrade upgrade) {
    inspect(container, false);
    stream(upgrade, container.startsWith("tty") ? Framing.RAW : Framing.MULTIPLEXED, container);
  }

  void start(String exec, ExecStartConfig config, StreamUpgrade upgrade) {
    if (Boolean.TRUE.equals(config.detach())) {
      return;
    }
    stream(upgrade, Boolean.TRUE.equals(config.tty()) ? Framing.RAW : Framing.MULTIPLEXED, exec);
  }

  private void stream(StreamUpgrade upgrade, Framing framing, String name) {
    try (ClientStream client = upgrade.open(framing)) {
      if (name.endsWith("big")) {
        byte[] piece = new byte[32 * 1024];
        for (int sent = 0; sent < BIG; sent += piece.length) {
          client.write(StdStream.STDOUT, piece, 0, piece.length);
        }
        return;
      }
      client.onGone(goneSeen::countDown);
      byte[] buffer = new byte[1024];
      for (int n = client.input().read(buffer); n >= 0; n = client.input().read(buffer)) {
        client.write(StdStream.STDOUT, buffer, 0, n);
      }
      byte[] end = "|EOF".getBytes(StandardCharsets.UTF_8);
      client.write(StdStream.STDERR, end, 0, end.length);
      if (name.endsWith("linger")) {
        goneSeen.await();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw EngineException.internal("interrupted", e);
    }
  }

  void logs(String container, LogOptions options, StreamUpgrade upgrade) {
    try (ClientStream client = upgrade.open(Framing.MULTIPLEXED)) {
      for (long i = 0; i < Math.max(1, options.tail()); i++) {
        byte[] line = ("line " + i + "\n").getBytes(StandardCharsets.UTF_8);
        client.write(StdStream.STDOUT, line, 0, line.length);
      }
      if (options.follow()) {
        client.onGone(goneSeen::countDown);
        goneSeen.await();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw EngineException.internal("interrupted", e);
    }
  }

  void stream(
      @Nullable String since,
      @Nullable String until,
      Filters filters,
      MessageSink<EventMessage> sink)
      throws IOException, InterruptedException {
    sink.onGone(goneSeen::countDown);
    sink.open();
    goneSeen.await();
  }

  void pull(
      String image,
      String tag,
      @Nullable String platform,
      @Nullable AuthConfig credentials,
      MessageSink<ProgressMessage> progress)
      throws IOException {
    auth = credentials;
    if (image.equals("none")) {
      throw EngineException.notFound("manifest unknown");
    }
    progress.emit(ProgressMessage.status(tag, "Pulling from " + image));
    if (image.equals("half")) {
      throw EngineException.internal("unexpected EOF", null);
    }
  }

  PathStat statPath(String container, String path) {
    return new PathStat("etc", 4096, 2147484141L, "2026-01-01T00:00:00Z", "");
  }

  void readArchive(String container, String path, Consumer<PathStat> beforeBody, ByteSink sink)
      throws IOException {
    beforeBody.accept(statPath(container, path));
    try (OutputStream out = sink.open()) {
      out.write("tar".getBytes(StandardCharsets.UTF_8));
    }
  }

  void writeArchive(String container, String path, WriteArchiveOptions options, InputStream tar)
      throws IOException {
    if (path.equals("/refused")) {
      throw EngineException.forbidden("container rootfs is marked read-only");
    }
    byte[] buffer = new byte[64 * 1024];
    for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
      uploaded.addAndGet(n);
    }
  }
}
