package dev.priok.host.logging.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.logging.LogFiles;
import dev.priok.host.logging.LogFollow;
import dev.priok.host.logging.drivers.Contexts;
import dev.priok.host.logging.drivers.LogContext;
import dev.priok.host.logging.drivers.LogDrivers;
import dev.priok.host.logging.drivers.RetryPolicy;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk without room: nothing is torn, nothing is lost, and it goes on by itself. */
final class FullDiskTest {
  private static final int MNT_DETACH = 2;

  @TempDir private Path dir;
  private Path disk;

  @BeforeEach
  void mount() throws IOException {
    disk = Files.createDirectory(dir.resolve("disk"));
    Mounts.mount("priok-test", disk, "tmpfs", 0, "size=200k,nr_inodes=16");
  }

  @AfterEach
  void unmount() throws IOException {
    Mounts.unmount(disk, MNT_DETACH);
  }

  /** Leaves no byte free. */
  private Path fill() throws IOException {
    Path filler = disk.resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      byte[] page = new byte[4096];
      for (int i = 0; i < 1000; i++) {
        out.write(page);
      }
      throw new AssertionError("the disk was never full");
    } catch (IOException e) {
      return filler;
    }
  }

  @Test
  void jsonFileWaitsForRoomAndHasEachLineOnce() throws Exception {
    LogFiles files = new LogFiles(dir.resolve("id.log")); // the local log has its room
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      text.append("2026-11-20T22:35:01.000000001+00:00 stdout F line ").append(i).append('\n');
    }
    Files.writeString(files.base(), text);
    LogContext context = Contexts.of(disk, Map.of());
    Path filler = fill();
    Delivery delivery =
        new Delivery(
            "id",
            files,
            dir.resolve("position"),
            mark -> LogDrivers.standard().get("json-file").open(context, mark),
            new RetryPolicy(5, 5, 0, 0));
    delivery.begin(new Ended());
    Thread.sleep(100);
    assertThat(delivery.await(10)).isFalse();
    Files.delete(filler);
    for (int i = 0; i < 2000 && !delivery.await(10); i++) {
      Thread.sleep(5);
    }
    Path json = disk.resolve(context.id() + "-json.log");
    List<String> lines = Files.readAllLines(json);
    assertThat(lines).hasSize(1000);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).startsWith("{\"log\":\"line " + i + "\\n\"").endsWith("Z\"}");
    }
  }

  /** conmon ends when it cannot make its new file, so it is never asked to. */
  @Test
  void aLogIsNotRotatedWhereTheNextFileCannotBeMade() throws IOException {
    LogFiles files = new LogFiles(disk.resolve("id.log"));
    Files.writeString(files.base(), "x");
    for (int i = 0; ; i++) {
      try {
        Files.createFile(disk.resolve("inode" + i));
      } catch (IOException e) {
        break; // none left
      }
    }
    assertThatThrownBy(files::rotate).isInstanceOf(IOException.class);
    assertThat(files.base()).exists().hasContent("x");
    assertThat(files.number()).isEqualTo(1);
  }

  /** Of a container that writes no more. */
  private static final class Ended implements LogFollow {
    @Override
    public long version() {
      return 0;
    }

    @Override
    public boolean ended() {
      return true;
    }

    @Override
    public void awaitChange(long seen, long millis) {
      throw new AssertionError("it has ended");
    }
  }
}
