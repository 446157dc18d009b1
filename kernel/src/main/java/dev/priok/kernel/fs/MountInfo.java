package dev.priok.kernel.fs;

import dev.priok.kernel.call.PathText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A line of mountinfo (proc_pid_mountinfo(5)).
 *
 * @param id of the mount
 * @param parentId of the mount it is on
 * @param device {@code major:minor}
 * @param root the directory of the file system that is the root of this mount
 * @param target where it is mounted
 * @param options of the mount: {@code rw}, {@code nosuid}, ...
 * @param optional propagation: {@code shared:7}, {@code master:3}, ...
 * @param type of the file system
 * @param source the device or name
 * @param superOptions of the file system
 */
public record MountInfo(
    int id,
    int parentId,
    String device,
    String root,
    String target,
    List<String> options,
    List<String> optional,
    String type,
    String source,
    List<String> superOptions) {

  /** The mounts that the calling thread sees, in the order they were made. */
  public static List<MountInfo> read() throws IOException {
    // Not /proc/self, which shows the namespace of the main thread.
    return read(Path.of("/proc/thread-self/mountinfo"));
  }

  /** The mounts of such a file, as of another process. */
  public static List<MountInfo> read(Path file) throws IOException {
    String text = PathText.decode(Files.readAllBytes(file));
    List<MountInfo> mounts = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (!line.isBlank()) {
        mounts.add(parse(line));
      }
    }
    return mounts;
  }

  /** The topmost mount at exactly this place, if there is one. */
  public static Optional<MountInfo> at(Path target) throws IOException {
    String wanted = target.toString();
    return read().stream().filter(m -> m.target.equals(wanted)).reduce((first, last) -> last);
  }

  /** The mount that holds this path (which should be absolute and without links). */
  public static Optional<MountInfo> holding(Path path) throws IOException {
    MountInfo best = null;
    for (MountInfo mount : read()) {
      boolean longer = best == null || mount.target.length() >= best.target.length();
      if (longer && path.startsWith(mount.target)) {
        best = mount;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Whether this mount is shared, so that mounts below it spread. */
  public boolean isShared() {
    return optional.stream().anyMatch(field -> field.startsWith("shared:"));
  }

  /** Whether this mount takes mounts from another. */
  public boolean isSlave() {
    return optional.stream().anyMatch(field -> field.startsWith("master:"));
  }

  /** Reads one line. */
  public static MountInfo parse(String line) throws IOException {
    List<String> fields = Arrays.asList(line.split(" ", -1));
    int dash = fields.indexOf("-");
    if (dash < 6 || fields.size() < dash + 4) {
      throw new IOException("Not a line of mountinfo: " + line);
    }
    return new MountInfo(
        Integer.parseInt(fields.get(0)),
        Integer.parseInt(fields.get(1)),
        fields.get(2),
        unescape(fields.get(3)),
        unescape(fields.get(4)),
        commas(fields.get(5)),
        List.copyOf(fields.subList(6, dash)),
        unescape(fields.get(dash + 1)),
        unescape(fields.get(dash + 2)),
        commas(fields.get(dash + 3)));
  }

  private static List<String> commas(String text) {
    return Arrays.stream(text.split(",", -1)).map(MountInfo::unescape).toList();
  }

  /** Undoes the octal escapes of space, tab, newline, backslash and hash. */
  static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = PathText.encode(text);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\\' && i + 3 < bytes.length && isOctal(bytes, i + 1)) {
        String digits = new String(bytes, i + 1, 3, StandardCharsets.US_ASCII);
        out.write(Integer.parseInt(digits, 8));
        i += 3;
      } else {
        out.write(bytes[i]);
      }
    }
    return PathText.decode(out.toByteArray());
  }

  private static boolean isOctal(byte[] bytes, int at) {
    for (int i = at; i < at + 3; i++) {
      if (bytes[i] < '0' || bytes[i] > '7') {
        return false;
      }
    }
    return true;
  }
}
