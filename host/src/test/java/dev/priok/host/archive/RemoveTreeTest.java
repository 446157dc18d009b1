package dev.priok.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemoveTreeTest {
  @TempDir private Path folder;

  private Path tree(int depth) throws IOException {
    Path top = Files.createDirectory(folder.resolve("tree" + depth));
    Path place = top;
    for (int level = 0; level < depth; level++) {
      place = Files.createDirectory(place.resolve("d"));
      Files.writeString(place.resolve("f"), "content");
      Files.createSymbolicLink(place.resolve("l"), folder.resolve("stays"));
    }
    return top;
  }

  @Test
  void takesAllBelowAndFollowsNoLink() throws IOException {
    Path stays = Files.createDirectory(folder.resolve("stays"));
    Files.writeString(stays.resolve("f"), "content");
    for (int depth : new int[] {0, 3, 300}) {
      Path tree = tree(depth);
      RemoveTree.at(tree);
      assertThat(tree).doesNotExist();
    }
    RemoveTree.at(folder.resolve("nothing"));
    assertThat(folder.toFile().list()).containsExactly("stays");
    assertThat(stays.resolve("f")).exists();
    RemoveTree.at(stays.resolve("f"));
    assertThat(stays).isEmptyDirectory();
  }

  @Test
  void givesUpAfterFewNamesAndGoesOnLater() throws IOException {
    Path tree = tree(3); // nine names
    assertThat(RemoveTree.few(tree, 8)).isFalse();
    assertThat(tree).exists();
    assertThat(RemoveTree.few(tree, 12)).isTrue();
    assertThat(tree).doesNotExist();
    assertThat(RemoveTree.few(tree(3), 9)).isTrue();
    assertThatThrownBy(() -> RemoveTree.few(tree, 64)).hasMessageContaining("not few");
    assertThat(folder).isEmptyDirectory();
  }
}
