package dev.priok.daemon;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of {@link Setting settings}: everything there is to know about an option.
 *
 * @param key in the configuration file; null where the option is for the command line alone
 * @param names on the command line, the long one last; none where the setting is for the file alone
 * @param initial what holds where nobody says anything, as the user would write it; empty: the
 *     daemon chooses
 * @param live read again on SIGHUP
 * @param remark for the page of options; the reason where it is not done
 */
record Row(
    Kind kind,
    @Nullable String key,
    List<String> names,
    String initial,
    boolean live,
    Fate fate,
    String help,
    String remark) {

  /** What a value looks like, on the command line and in the file. */
  enum Kind {
    TEXT("string", "a string"),
    FLAG("bool", "true or false"),
    NUMBER("int", "a whole number"),
    LIST("list", "a list of strings"),
    MAP("map", "an object of strings"),
    SWITCHES("map", "an object of true and false"),
    /** {@code nofile=1:2}; in the file an object of objects with Name, Soft and Hard. */
    ULIMITS("ulimit", "an object"),
    /** {@code name=path}; in the file an object of objects with a path. */
    RUNTIMES("runtime", "an object"),
    /** {@code base=10.0.0.0/8,size=24}; in the file a list of objects with base and size. */
    POOLS("pool-options", "a list of objects");

    private final String label;
    private final String inWords;

    Kind(String label, String inWords) {
      this.label = label;
      this.inWords = inWords;
    }

    String label() {
      return label;
    }

    String inWords() {
      return inWords;
    }

    boolean repeats() {
      return switch (this) {
        case TEXT, FLAG, NUMBER -> false;
        case LIST, MAP, SWITCHES, ULIMITS, RUNTIMES, POOLS -> true;
      };
    }
  }

  /** What becomes of a value that somebody gives. */
  enum Fate {
    DONE,
    /** It could only have this effect, or none, here: taken and said so in the log. */
    MEANINGLESS,
    /** Refused, except where the value says what holds anyway. */
    REFUSED
  }

  static Row setting(Kind kind, String key, String... names) {
    return new Row(kind, key, List.of(names), "", false, Fate.DONE, "", "");
  }

  /** For the command line alone. */
  static Row argument(Kind kind, String... names) {
    return new Row(kind, null, List.of(names), "", false, Fate.DONE, "", "");
  }

  /** An option of Docker's that changes nothing here. */
  static Row meaningless(Kind kind, String key, String name, String remark) {
    return new Row(kind, key, List.of(name), "", false, Fate.MEANINGLESS, "", remark);
  }

  /** An option of Docker's that is not done. */
  static Row refused(Kind kind, String key, String name, String remark) {
    return new Row(kind, key, List.of(name), "", false, Fate.REFUSED, "", remark);
  }

  /** The value that holds otherwise. */
  Row or(String value) {
    return new Row(kind, key, names, value, live, fate, help, remark);
  }

  Row help(String text) {
    return new Row(kind, key, names, initial, live, fate, text, remark);
  }

  Row remark(String text) {
    return new Row(kind, key, names, initial, live, fate, help, text);
  }

  /** Read again on SIGHUP. */
  Row reloads() {
    return new Row(kind, key, names, initial, true, fate, help, remark);
  }

  /** Its long name: {@code --debug}; the file's key where it has none. */
  String name() {
    return names.isEmpty() ? String.valueOf(key) : names.getLast();
  }
}
