package dev.priok.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files written beside the reading of a tar: nobody may be able to tell from what is there. */
@Timeout(120)
final class SideWritersTest {
  @TempDir Path scratch;

  /** What a tree looks like, hard links included: a line a path. */
  private static Map<String, String> seen(Path root) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    Map<Object, String> firstNames = new HashMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted().toList()) {
        Map<String, Object> a =
            Files.readAttributes(
                path, "unix:mode,uid,gid,lastModifiedTime,ino", LinkOption.NOFOLLOW_LINKS);
        String name = root.relativize(path).toString();
        String what = a.get("mode") + " " + a.get("uid") + " " + a.get("gid");
        if (Files.isSymbolicLink(path)) {
          what += " -> " + Files.readSymbolicLink(path);
        } else if (Files.isRegularFile(path)) {
          what +=
              " "
                  + Files.readString(path)
                  + " as "
                  + first(firstNames, String.valueOf(a.get("ino")), name);
        }
        boolean timed = Files.isSymbolicLink(path) || Files.isRegularFile(path);
        tree.put(name, what + (timed ? " " + a.get("lastModifiedTime") : ""));
      }
    }
    return tree;
  }

  private static String first(Map<Object, String> names, Object inode, String name) {
    String before = names.putIfAbsent(inode, name);
    return before == null ? name : before;
  }

  /** Few names, so that entries meet each other in every way: over, below, through links. */
  private static byte[] hostile(long seed) {
    Random random = new Random(seed);
    Tars tar = Tars.tar();
    boolean links = seed % 3 != 0;
    List<String> files = new ArrayList<>(List.of("first"));
    tar.file("first", "1");
    for (int i = 0; i < 400; i++) {
      String folder = folder(random);
      String leaf = folder + (char) ('p' + random.nextInt(11));
      switch (random.nextInt(60)) {
        case 0, 1 -> tar.directory(folder + "e", random.nextBoolean() ? 02755 : 0700);
        case 2 -> tar.directory(leaf, 0711);
        case 3 -> tar.hardLink(leaf, files.get(random.nextInt(files.size())));
        case 4 -> tar.file(folder + ".wh." + leaf.substring(folder.length()), "");
        case 5 -> tar.symlink(links ? leaf : folder + "link", "/" + folder(random));
        case 6 -> {
          if (links && i % 4 == 0) {
            tar.symlink(folder + "f", "/" + folder(random)); // in place of a directory, perhaps
          }
        }
        case 7 -> {
          if (i % 16 == 0) {
            tar.file(folder + "g", "in place of a directory");
          }
        }
        default -> {
          tar.file(leaf, "content " + i, 0600 | random.nextInt(0200), i, i + 1);
          files.add(leaf);
        }
      }
    }
    return tar.bytes();
  }

  private static String folder(Random random) {
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      path.append((char) ('e' + random.nextInt(4))).append('/');
    }
    return path.toString();
  }

  private Map<String, String> outcome(String folder, byte[] tar, boolean beside)
      throws IOException {
    Path root = Files.createDirectory(scratch.resolve(folder));
    UnpackOptions options = new UnpackOptions(new OverlayMarks(), false, null, beside);
    try {
      String end = "done, " + Unpack.into(root, new ByteArrayInputStream(tar), options);
      Map<String, String> tree = seen(root);
      tree.put("the end", end);
      return tree;
    } catch (IOException e) {
      // The entry at which it ends must be the same; what a failed layer has is removed.
      return Map.of("the end", "failed: " + e.getMessage());
    }
  }

  @Test
  void theOutcomeIsThatOfOneAfterTheOther() throws IOException {
    int done = 0;
    for (long seed = 0; seed < 90; seed++) {
      byte[] tar = hostile(seed);
      Map<String, String> expected = outcome("one" + seed, tar, false);
      Map<String, String> actual = outcome("many" + seed, tar, true);
      assertThat(actual).as("seed %d", seed).containsExactlyInAnyOrderEntriesOf(expected);
      done += expected.containsKey("first") ? 1 : 0;
    }
    assertThat(done).as("tars that could be unpacked at all").isGreaterThan(15);
  }

  @Test
  void manyFilesOfManyDirectoriesAreAllThere() throws IOException {
    Tars tar = Tars.tar();
    for (int i = 0; i < 3000; i++) {
      tar.file("d" + i % 90 + "/f" + i, "file " + i, 0640, 7, 8);
    }
    Path root = Files.createDirectory(scratch.resolve("root"));
    Unpack.into(root, tar.stream(), new UnpackOptions(new OverlayMarks(), false, null, true));
    for (int i = 0; i < 3000; i++) {
      assertThat(root.resolve("d" + i % 90 + "/f" + i)).hasContent("file " + i);
    }
  }

  @Test
  void aFailureIsToldAndNothingIsWrittenAfterwards() {
    AtomicInteger written = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    int[] added = {0};
    try (SideWriters side = new SideWriters()) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  int number = i;
                  added[0]++;
                  side.add(
                      "f" + i,
                      10,
                      () -> {
                        if (number == 500) {
                          throw new LinuxException("write", Errno.ENOSPC.number(), "f");
                        }
                        written.incrementAndGet();
                      },
                      ended::incrementAndGet);
                }
                side.settle();
              })
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("No space left");
    }
    int after = written.get();
    assertThat(after).isLessThan(2000);
    assertThat(ended.get()).as("what each job holds is given back").isEqualTo(added[0]);
  }

  @Test
  void aPathIsPendingUntilItIsWritten() throws IOException {
    Set<String> there = ConcurrentHashMap.newKeySet();
    List<String> early = new ArrayList<>();
    try (SideWriters side = new SideWriters()) {
      for (int i = 0; i < 5000; i++) {
        String path = "d" + i % 40 + "/f" + i;
        side.add(path, 1, () -> there.add(path), () -> {});
        if (!side.touches(path + "/below") && !there.contains(path)) {
          early.add(path);
        }
      }
      side.settle();
      assertThat(there).hasSize(5000);
      assertThat(side.touches("d0/f0")).isFalse();
    }
    assertThat(early).isEmpty();
  }
}
