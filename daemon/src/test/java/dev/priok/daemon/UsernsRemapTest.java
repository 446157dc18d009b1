package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.IdMap;
import dev.priok.host.archive.IdMap.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What --userns-remap makes of subuid(5) and subgid(5). */
final class UsernsRemapTest {
  @TempDir Path etc;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(
        etc.resolve("passwd"),
        "root:x:0:0::/:/bin/sh\ndockremap:x:101:102::/:/x\njan:x:7:7::/:/x\n");
    Files.writeString(etc.resolve("group"), "root:x:0:\ndockremap:x:102:\ncrew:x:50:\n");
    Files.writeString(
        etc.resolve("subuid"),
        "# comment\ndockremap:165536:65536\njan:300000:1000\njan:400000:64536\nbroken:x:1\n");
    Files.writeString(etc.resolve("subgid"), "dockremap:165536:65536\ncrew:500000:65536\n");
  }

  @Test
  void theDefaultUser() {
    IdMap ids = new UsernsRemap(etc).map("default");
    assertThat(ids.users()).containsExactly(new Range(0, 165_536, 65_536));
    assertThat(ids.groups()).containsExactly(new Range(0, 165_536, 65_536));
  }

  @Test
  void userAndGroupByNameAndNumberWithSeveralRanges() {
    IdMap ids = new UsernsRemap(etc).map("7:crew");
    assertThat(ids.users())
        .isEqualTo(List.of(new Range(0, 300_000, 1000), new Range(1000, 400_000, 64_536)));
    assertThat(ids.groups()).containsExactly(new Range(0, 500_000, 65_536));
  }

  @Test
  void nothingAskedNothingMapped() {
    assertThat(new UsernsRemap(etc).map("").isNone()).isTrue();
    assertThat(new UsernsRemap(etc).map(null).isNone()).isTrue();
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> new UsernsRemap(etc).map("nobody"))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("user \"nobody\" is not in");
    assertThatThrownBy(() -> new UsernsRemap(etc).map("jan"))
        .hasMessageContaining("no subordinate ids for \"jan\"")
        .hasMessageContaining("subgid");
  }
}
