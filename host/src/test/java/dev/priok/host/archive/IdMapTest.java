package dev.priok.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.IdMap.Range;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IdMapTest {
  private static final IdMap TWO =
      new IdMap(
          List.of(new Range(0, 100_000, 10), new Range(10, 500_000, 5)),
          List.of(new Range(0, 200_000, 100)));

  @Test
  void rangesFollowEachOther() throws IOException {
    assertThat(TWO.user(0)).isEqualTo(100_000);
    assertThat(TWO.user(9)).isEqualTo(100_009);
    assertThat(TWO.user(10)).isEqualTo(500_000);
    assertThat(TWO.group(99)).isEqualTo(200_099);
    assertThatThrownBy(() -> TWO.user(15))
        .isInstanceOf(ArchiveException.class)
        .hasMessage("Container ID 15 cannot be mapped to a host ID");
    assertThat(IdMap.NONE.user(123)).isEqualTo(123);
  }

  @Test
  void strangersAreNobodyInside() {
    TarEntry onDisk = TarEntry.file("x", 0644, 0, 0).withOwner(0, 200_007);
    TarEntry inside = TWO.toContainer(onDisk);
    assertThat(inside.uid()).isEqualTo(65534);
    assertThat(inside.gid()).isEqualTo(7);
  }

  @Test
  void aTarIsRewrittenWithItsContent() throws IOException {
    byte[] content = "cargo".repeat(40_000).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(made)) {
      tar.begin(TarEntry.directory("d/", 0755, 1).withOwner(3, 4));
      tar.begin(TarEntry.file("d/f", 0600, content.length, 2).withOwner(12, 0));
      tar.write(content, 0, content.length);
      tar.begin(TarEntry.file("empty", 0600, 0, 2));
    }
    RewriteTar rewritten =
        new RewriteTar(new ByteArrayInputStream(made.toByteArray()), TWO::toHost);
    TarReader tar = new TarReader(rewritten);
    TarEntry folder = tar.next();
    assertThat(folder).isNotNull();
    assertThat(List.of(folder.uid(), folder.gid())).containsExactly(100_003L, 200_004L);
    TarEntry file = tar.next();
    assertThat(file).isNotNull();
    assertThat(List.of(file.uid(), file.gid())).containsExactly(500_002L, 200_000L);
    assertThat(tar.readAllBytes()).isEqualTo(content);
    TarEntry empty = tar.next();
    assertThat(empty).isNotNull();
    assertThat(empty.uid()).isEqualTo(100_000);
    assertThat(tar.next()).isNull();
  }

  @Test
  void anOwnerWithoutAnIdIsRefused() {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    assertThatThrownBy(
            () -> {
              try (TarWriter tar = new TarWriter(made)) {
                tar.begin(TarEntry.file("f", 0600, 0, 2).withOwner(4000, 0));
              }
              new RewriteTar(new ByteArrayInputStream(made.toByteArray()), TWO::toHost)
                  .readAllBytes();
            })
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("4000");
  }
}
