package dev.priok.host.logging;

/**
 * The line format of conmon's k8s-file logs: {@code 2026-11-20T22:35:11.123456789+00:00 stdout F
 * text}.
 *
 * <p>Everything before the text has a fixed width (conmon's set_k8s_timestamp), so nothing needs to
 * be searched for. The tag is F for a full line and P for a piece that the next one continues.
 */
public final class K8sLine {
  /** Bytes before the text. */
  public static final int HEADER = 45;

  /** Length of {@code 2026-11-20T22:35:11.123456789Z } as Docker puts it before a line. */
  static final int DOCKER_TIME = 31;

  private static final int FRACTION_END = 29;
  private static final int STREAM = 36;
  private static final int TAG = 43;

  private K8sLine() {}

  /** False for what is no line of this format, such as one torn by a crash of the machine. */
  public static boolean valid(byte[] b, int start, int end) {
    if (end - start < HEADER
        || b[start + 4] != '-'
        || b[start + 10] != 'T'
        || b[start + 19] != '.'
        || b[start + 35] != ' '
        || b[start + STREAM] != 's'
        || b[start + STREAM + 6] != ' '
        || b[start + TAG + 1] != ' ') {
      return false;
    }
    byte tag = b[start + TAG];
    return (tag == 'F' || tag == 'P') && digits(b, start, 4) && digits(b, start + 20, 9);
  }

  public static LogStream stream(byte[] b, int start) {
    return b[start + STREAM + 3] == 'e' ? LogStream.STDERR : LogStream.STDOUT;
  }

  public static boolean partial(byte[] b, int start) {
    return b[start + TAG] == 'P';
  }

  /** Nanoseconds since 1970. */
  public static long epochNanos(byte[] b, int start) {
    long days = epochDay(number(b, start, 4), number(b, start + 5, 2), number(b, start + 8, 2));
    long seconds =
        days * 86_400
            + number(b, start + 11, 2) * 3600L
            + number(b, start + 14, 2) * 60L
            + number(b, start + 17, 2);
    long offset = number(b, start + 30, 2) * 3600L + number(b, start + 33, 2) * 60L;
    seconds += b[start + FRACTION_END] == '-' ? offset : -offset;
    return seconds * 1_000_000_000L + number(b, start + 20, 9);
  }

  /**
   * Puts Docker's form of the time right before the text, over the header, and returns where it
   * starts.
   */
  static int prependTime(byte[] b, int start, long epochNanos) {
    int at = start + HEADER - DOCKER_TIME;
    boolean utc =
        b[start + 30] == '0'
            && b[start + 31] == '0'
            && b[start + 33] == '0'
            && b[start + 34] == '0';
    if (utc) {
      System.arraycopy(b, start, b, at, FRACTION_END);
    } else {
      byte[] text = DockerTime.format(epochNanos);
      System.arraycopy(text, 0, b, at, FRACTION_END);
    }
    b[at + FRACTION_END] = 'Z';
    b[at + FRACTION_END + 1] = ' ';
    return at;
  }

  private static boolean digits(byte[] b, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (b[i] < '0' || b[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] b, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      value = value * 10 + (b[i] - '0');
    }
    return value;
  }

  /** Days since 1970-01-01 in the Gregorian calendar, with March as the year's first month. */
  private static long epochDay(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(y, 400);
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }
}
