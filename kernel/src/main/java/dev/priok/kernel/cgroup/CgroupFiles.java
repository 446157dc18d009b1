package dev.priok.kernel.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The small text files of a group's directory. Missing ones are normal: kernels differ. */
final class CgroupFiles {
  private CgroupFiles() {}

  static Optional<String> text(@Nullable Path directory, String file) throws IOException {
    if (directory == null) {
      return Optional.empty();
    }
    try {
      byte[] raw = Files.readAllBytes(directory.resolve(file));
      return Optional.of(new String(raw, StandardCharsets.UTF_8));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException failure) {
      // ENODEV: the group was removed between open and read; EOPNOTSUPP: not for this one.
      if (!Files.exists(directory.resolve(file)) || unsupported(failure)) {
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

  private static boolean unsupported(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("not supported") || message.contains("No such device");
  }
}
