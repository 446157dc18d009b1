package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** sd_notify(3), heard by another program. */
@Timeout(30)
final class ServiceManagerTest {
  @TempDir private Path dir;

  private static final String LISTENER =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(sys.argv[1])
      print(repr(s.recv(1000).decode()))
      print(repr(s.recv(1000).decode()))
      """;

  @Test
  void hearsOfTheStartAndOfTheEnd() throws Exception {
    Path socket = dir.resolve("notify");
    Process listener =
        new ProcessBuilder("/usr/bin/python3", "-c", LISTENER, socket.toString()).start();
    try {
      while (!Files.exists(socket) && listener.isAlive()) {
        Thread.sleep(10);
      }
      ServiceManager manager = new ServiceManager(socket.toString());
      manager.ready();
      manager.stopping();
      assertThat(new String(listener.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("'READY=1\\nSTATUS=running'\n'STOPPING=1\\nSTATUS=stopping'\n");
    } finally {
      listener.destroyForcibly();
    }
  }

  @Test
  void nobodyWhoListensStopsNobodyWhoWorks() {
    new ServiceManager(null).ready();
    new ServiceManager("").ready();
    new ServiceManager("@abstract").ready();
    new ServiceManager(dir.resolve("gone").toString()).stopping();
  }
}
