package dev.priok.kernel.process;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Signal names and numbers as users write them: {@code SIGTERM}, {@code term}, {@code 15}, {@code
 * RTMIN+3}. The numbers are those of x86-64 and arm64 (signal(7)); real-time ones count from 34 to
 * 64, as glibc does.
 */
public final class Signals {
  /** Hang-up. */
  public static final int HUP = 1;

  /** Interrupt from the keyboard. */
  public static final int INT = 2;

  /** Cannot be caught. */
  public static final int KILL = 9;

  /** The polite request to end. */
  public static final int TERM = 15;

  /** The window changed its size. */
  public static final int WINCH = 28;

  private static final int FIRST_REAL_TIME = 34;
  private static final int LAST = 64;
  private static final Map<String, Integer> NUMBERS = numbers();

  private Signals() {}

  /** The number of a name or numeral; nothing if it is neither, zero, or beyond the last signal. */
  public static OptionalInt parse(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    if (name.length() <= 3 && !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int number = Integer.parseInt(name);
      return number >= 1 && number <= LAST ? OptionalInt.of(number) : OptionalInt.empty();
    }
    Integer number = NUMBERS.get(name.startsWith("SIG") ? name.substring(3) : name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** The usual name, such as {@code SIGTERM}; {@code RTMIN+3} for real-time ones. */
  public static Optional<String> name(int number) {
    if (number >= FIRST_REAL_TIME && number <= LAST) {
      int offset = number - FIRST_REAL_TIME;
      return Optional.of("SIGRTMIN" + (offset == 0 ? "" : "+" + offset));
    }
    return NUMBERS.entrySet().stream()
        .filter(entry -> entry.getValue() == number && !isAlias(entry.getKey()))
        .map(entry -> "SIG" + entry.getKey())
        .findFirst();
  }

  private static boolean isAlias(String name) {
    return name.equals("CLD") || name.equals("IOT") || name.equals("POLL");
  }

  private static Map<String, Integer> numbers() {
    String[] ordered = {
      "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
      "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
      "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
    };
    Map<String, Integer> numbers = new TreeMap<>();
    for (int i = 0; i < ordered.length; i++) {
      numbers.put(ordered[i], i + 1);
    }
    numbers.put("IOT", 6);
    numbers.put("CLD", 17);
    numbers.put("POLL", 29);
    numbers.put("RTMIN", FIRST_REAL_TIME);
    numbers.put("RTMAX", LAST);
    for (int i = 1; i <= 15; i++) {
      numbers.put("RTMIN+" + i, FIRST_REAL_TIME + i);
    }
    for (int i = 1; i <= 14; i++) {
      numbers.put("RTMAX-" + i, LAST - i);
    }
    return Map.copyOf(numbers);
  }
}
