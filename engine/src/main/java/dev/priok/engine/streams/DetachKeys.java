package dev.priok.engine.streams;

import dev.priok.model.error.EngineException;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys that leave a terminal without ending what runs in it: ctrl-p ctrl-q unless the
 * client chose others.
 *
 * <p>A piece of the sequence is held back until it is clear that it is not the sequence; so a
 * single ctrl-p reaches the process with the next key.
 */
public final class DetachKeys {
  private final byte[] sequence;
  private int matched;

  private DetachKeys(byte[] sequence) {
    this.sequence = sequence;
  }

  /** Reads {@code ctrl-p,ctrl-q}, {@code a,b} or such; null means the default. */
  public static DetachKeys parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return new DetachKeys(new byte[] {16, 17});
    }
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    for (String key : text.split(",", -1)) {
      keys.write(code(key, text));
    }
    return new DetachKeys(keys.toByteArray());
  }

  private static int code(String key, String all) {
    if (key.length() == 1 && key.charAt(0) < 128) {
      return key.charAt(0);
    }
    if (key.startsWith("ctrl-") && key.length() == 6) {
      char letter = key.charAt(5);
      if (letter >= 'a' && letter <= 'z') {
        return letter - 'a' + 1;
      }
      int symbol = "@[\\]^_".indexOf(letter);
      if (symbol >= 0) {
        return symbol == 0 ? 0 : 26 + symbol;
      }
    }
    throw EngineException.invalid("Invalid detach keys (%s) provided", all);
  }

  /**
   * Passes input on.
   *
   * @return what is for the process, or null where the sequence is complete
   */
  public byte @Nullable [] filter(byte[] input, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + sequence.length);
    for (int i = 0; i < length; i++) {
      if (input[i] == sequence[matched]) {
        matched++;
        if (matched == sequence.length) {
          return null;
        }
        continue;
      }
      out.write(sequence, 0, matched);
      matched = input[i] == sequence[0] ? 1 : 0;
      if (matched == 0) {
        out.write(input[i]);
      } else if (sequence.length == 1) {
        return null;
      }
    }
    return out.toByteArray();
  }
}
