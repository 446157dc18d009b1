package dev.priok.kernel.cgroup;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The small text files of a group's directory. Missing ones are normal: kernels differ. */
final class CgroupFiles {
  private static final int FIRST_READ = 4096;

  private CgroupFiles() {}

  /** Straight system calls: a sample of all containers reads hundreds of these files. */
  static Optional<String> text(@Nullable Path directory, String file) throws IOException {
    if (directory == null) {
      return Optional.empty();
    }
    try (Fd open = At.open(directory.resolve(file), OpenFlags.READ_ONLY)) {
      byte[] raw = new byte[FIRST_READ];
      int size = 0;
      for (int n = Io.read(open, raw, 0, raw.length);
          n > 0;
          n = Io.read(open, raw, size, raw.length - size)) {
        size += n;
        if (size == raw.length) {
          raw = Arrays.copyOf(raw, size * 2);
        }
      }
      return Optional.of(new String(raw, 0, size, StandardCharsets.UTF_8));
    } catch (LinuxException failure) {
      // ENODEV: the group was removed between open and read; EOPNOTSUPP: not for this one.
      if (failure.is(Errno.ENOENT)
          || failure.is(Errno.ENOTDIR)
          || failure.is(Errno.ENODEV)
          || failure.is(Errno.EOPNOTSUPP)) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  static long number(@Nullable Path directory, String file, long otherwise) throws IOException {
    return text(directory, file).map(value -> parse(value.strip(), otherwise)).orElse(otherwise);
  }

  /** Lines of a name and a number. */
  static Map<String, Long> table(@Nullable Path directory, String file) throws IOException {
    Map<String, Long> values = new LinkedHashMap<>();
    for (String line : text(directory, file).orElse("").lines().toList()) {
      int space = line.indexOf(' ');
      if (space > 0) {
        values.put(line.substring(0, space), parse(line.substring(space + 1).strip(), 0));
      }
    }
    return values;
  }

  static List<Long> numbers(@Nullable Path directory, String file) throws IOException {
    List<Long> values = new ArrayList<>();
    for (String word : text(directory, file).orElse("").strip().split("\\s+", -1)) {
      if (!word.isEmpty()) {
        values.add(parse(word, 0));
      }
    }
    return values;
  }

  static void write(Path directory, String file, String value) throws IOException {
    Files.writeString(directory.resolve(file), value, java.nio.file.StandardOpenOption.WRITE);
  }

  /** Counters go up to 2^64 - 1, "max" means no limit. */
  static long parse(String value, long otherwise) {
    if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return otherwise;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException beyondLong) {
      return Long.MAX_VALUE;
    }
  }
}
