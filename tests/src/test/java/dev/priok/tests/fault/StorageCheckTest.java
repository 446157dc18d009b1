package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** {@code priok storage check} and {@code repair} on folders that somebody edited by hand. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "own daemons")
final class StorageCheckTest {
  private static Outcome priok(DaemonUnderTest d, String... words) {
    List<String> command = new ArrayList<>();
    command.add(DaemonUnderTest.root().resolve("bin/priok").toString());
    command.add("storage");
    command.addAll(List.of(words));
    command.addAll(List.of("--data-root", d.dataRoot().toString()));
    return d.shell().run(new byte[0], command);
  }

  private static Path imageFolder(DaemonUnderTest d, String image) {
    return Path.of(d.inspect(image, "{{.GraphDriver.Data.UpperDir}}"));
  }

  @Test
  void whatDiffersIsFoundAndCured() throws IOException {
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none", "-s", "overlay2");
    try {
      d.docker("run", "--name", "maker", "--net", "none", "busybox", "sh", "-c", "echo x >/f").ok();
      d.docker("commit", "maker", "own").ok();
      d.docker("create", "--name", "user", "--net", "none", "busybox", "true").ok();
      assertThat(priok(d, "check").exits(1).err()).contains("is in use by another daemon");
      Path own = imageFolder(d, "own");
      d.stop();
      assertThat(priok(d, "check").ok().out()).contains("overlay2: everything is as the records");
      assertThat(priok(d, "ls").ok().out())
          .containsPattern("overlay2 +yes +yes")
          .containsPattern("vfs +no +yes")
          .containsPattern("btrfs +no +no: prerequisites for driver not satisfied");

      Files.writeString(own.resolve("f"), "other");
      Path leaked = d.dataRoot().resolve("overlay2/" + "0".repeat(64));
      Files.createDirectories(leaked.resolve("diff"));
      Files.writeString(leaked.resolve("link"), "AAAAAAAA");
      Files.createDirectories(d.dataRoot().resolve("overlay2/.tmp/half-made/diff"));
      String found = priok(d, "check").exits(1).out();
      assertThat(found)
          .contains("DIFFERENT")
          .contains("/f has 5 bytes, and should have 2")
          .contains("LEAKED layer " + "0".repeat(64))
          .contains(".tmp/half-made is left of a call that was ended");
      assertThat(leaked).exists();

      assertThat(priok(d, "repair").ok().out()).contains("everything is as the records say");
      assertThat(leaked).doesNotExist();
      assertThat(own).doesNotExist();
      d.restart();
      assertThat(d.docker("run", "--rm", "--net", "none", "own", "cat", "/f").ok().text())
          .isEqualTo("x");
      d.docker("start", "-a", "user").ok();

      Path base = imageFolder(d, "busybox");
      d.stop();
      Files.delete(base.resolve("bin/busybox"));
      assertThat(priok(d, "repair").exits(1).out())
          .contains("/bin/busybox is missing (containers stand on it); repair cannot be repaired");
      assertThat(base).exists();
    } finally {
      d.close();
    }
  }
}
