package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.quota.SizeLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link SizeLimits} promise, whatever the file system. */
abstract class SizeLimitsContract {
  private LoopMount mount;
  private Path place;
  private SizeLimits limits;

  abstract String fileSystem();

  String mountOptions() {
    return "loop";
  }

  /** Until the file system has counted what was written. */
  void settle(LoopMount mount) throws IOException {
    // most count at once
  }

  @BeforeEach
  void begin() throws IOException {
    mount = LoopMount.of(fileSystem(), mountOptions());
    place = Files.createTempDirectory(mount.place(), "volumes-");
    limits = SizeLimits.of(place, "_data");
  }

  @AfterEach
  void end() throws IOException {
    RemoveTree.at(place);
    mount.close();
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(place.resolve(name + "/_data"));
  }

  private void isLimitedToEight(Path folder) throws IOException {
    LoopMount.fill(folder.resolve("fits"), 6);
    settle(mount);
    assertThatThrownBy(
            () -> {
              LoopMount.fill(folder.resolve("f"), 6);
              settle(mount);
              LoopMount.fill(folder.resolve("g"), 6);
            })
        .hasMessageMatching("(?s).*(No space left on device|Disk quota exceeded).*");
  }

  @Test
  void aFolderTakesNoMoreAndOneBesideItDoes() throws IOException {
    assertThat(limits.areKept()).isTrue();
    Path limited = folder("limited");
    Path free = folder("free");
    limits.limit(limited, 8 << 20);
    isLimitedToEight(limited);
    LoopMount.fill(free.resolve("f"), 20);
    Files.delete(limited.resolve("fits"));
    Files.deleteIfExists(limited.resolve("f"));
    settle(mount);
    LoopMount.fill(limited.resolve("again"), 4);
  }

  @Test
  void whatTheFolderWasStays() throws IOException {
    Path folder = folder("a");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x--x"));
    Files.setAttribute(folder, "unix:uid", 1234);
    Files.setAttribute(folder, "unix:gid", 2345);
    limits.limit(folder, 8 << 20);
    assertThat(Files.getPosixFilePermissions(folder))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-x--x"));
    assertThat(Files.getAttribute(folder, "unix:uid")).isEqualTo(1234);
    assertThat(Files.getAttribute(folder, "unix:gid")).isEqualTo(2345);
  }

  @Test
  void aRemovedFoldersNameCanHaveAnotherLimit() throws IOException {
    Path folder = folder("a");
    limits.limit(folder, 2 << 20);
    Files.createDirectories(folder.resolve("deep/down"));
    Files.writeString(folder.resolve("deep/down/f"), "x");
    limits.remove(folder);
    assertThat(folder).doesNotExist();
    limits.remove(folder);
    limits = SizeLimits.of(place, "_data"); // of the next daemon
    limits.limit(folder("a"), 8 << 20);
    isLimitedToEight(folder);
  }

  @Test
  void aFolderWithoutALimitIsRemovedLikewise() throws IOException {
    Path folder = folder("a");
    Files.writeString(folder.resolve("f"), "x");
    limits.remove(folder);
    assertThat(folder).doesNotExist();
    limits.remove(place.resolve("nothing/at-all"));
  }
}
