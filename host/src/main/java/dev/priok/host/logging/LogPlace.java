package dev.priok.host.logging;

/**
 * A place in a container's log, which stays the same when files are rotated, packed or dropped.
 *
 * @param number of the file, see {@link LogFiles}
 * @param offset in the file as conmon wrote it
 */
public record LogPlace(long number, long offset) implements Comparable<LogPlace> {
  /** Before everything. */
  public static final LogPlace START = new LogPlace(0, 0);

  @Override
  public int compareTo(LogPlace other) {
    return number == other.number
        ? Long.compare(offset, other.offset)
        : Long.compare(number, other.number);
  }
}
