package dev.priok.engine.storage;

/**
 * Something that differs from the records.
 *
 * @param what in words, with the names needed to look at it
 * @param cure what {@code repair} does about it; empty where nothing can be done
 */
public record Finding(Kind kind, String what, String cure) {
  /** Leaked: nobody needs it. Missing: somebody does. Different: not what the records say. */
  public enum Kind {
    LEAKED,
    MISSING,
    DIFFERENT
  }

  public boolean isCurable() {
    return !cure.isEmpty();
  }
}
