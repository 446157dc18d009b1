package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import java.util.Map;

/** How a syslog message is written: the option {@code syslog-format}. */
enum SyslogFormat {
  /** As rfc3164 without the host's name; Docker's default. */
  UNIX,
  RFC3164,
  RFC5424,
  RFC5424MICRO;

  private static final Map<String, SyslogFormat> NAMES =
      Map.of("", UNIX, "rfc3164", RFC3164, "rfc5424", RFC5424, "rfc5424micro", RFC5424MICRO);

  static SyslogFormat parse(String text) {
    SyslogFormat format = NAMES.get(text);
    if (format == null) {
      throw EngineException.invalid("Invalid syslog format");
    }
    return format;
  }

  /** RFC 5425 puts the length before a message that is sent through TLS; Docker for these two. */
  boolean counted(String scheme) {
    return (this == RFC5424 || this == RFC5424MICRO) && scheme.equals("tcp+tls");
  }

  /** Everything before the message. */
  String header(int priority, long epochNanos, String host, String tag, long pid) {
    return switch (this) {
      case UNIX -> "<%d>%s %s[%d]: ".formatted(priority, LogTimes.stamp(epochNanos), tag, pid);
      case RFC3164 ->
          "<%d>%s %s %s[%d]: ".formatted(priority, LogTimes.stamp(epochNanos), host, tag, pid);
      case RFC5424 ->
          "<%d>1 %s %s %s %d %s - "
              .formatted(priority, LogTimes.seconds(epochNanos), host, tag, pid, tag);
      case RFC5424MICRO ->
          "<%d>1 %s %s %s %d %s - "
              .formatted(priority, LogTimes.micros(epochNanos), host, tag, pid, tag);
    };
  }
}
