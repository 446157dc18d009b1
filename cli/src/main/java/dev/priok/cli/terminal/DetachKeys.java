package dev.priok.cli.terminal;

import dev.priok.cli.CliException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Watches what is typed for the keys that end an attach and leave the container running. */
public final class DetachKeys {
  private final byte[] keys;
  private int matched;

  private DetachKeys(byte[] keys) {
    this.keys = keys;
  }

  /** Reads {@code ctrl-p,ctrl-q} or single characters; null is that default. */
  public static DetachKeys parse(@Nullable String text) {
    String list = text == null || text.isEmpty() ? "ctrl-p,ctrl-q" : text;
    String[] names = list.split(",", -1);
    byte[] keys = new byte[names.length];
    for (int i = 0; i < names.length; i++) {
      keys[i] = key(names[i], list);
    }
    return new DetachKeys(keys);
  }

  private static byte key(String name, String list) {
    if (name.length() == 1) {
      return (byte) name.charAt(0);
    }
    if (name.startsWith("ctrl-") && name.length() == 6) {
      char c = name.charAt(5);
      if (c >= 'a' && c <= 'z') {
        return (byte) (c - 'a' + 1);
      }
      int special = "@[\\]^_".indexOf(c);
      if (special >= 0) {
        return (byte) (special == 0 ? 0 : special + 26);
      }
    }
    throw new CliException(125, "invalid detach keys (" + list + ") provided");
  }

  /**
   * What may be passed on of the first {@code length} bytes of {@code typed}; keys of a sequence
   * that may still become whole are held back.
   *
   * @return null when the sequence is complete
   */
  public byte @Nullable [] filter(byte[] typed, int length) {
    byte[] passed = new byte[length + keys.length];
    int count = 0;
    for (int i = 0; i < length; i++) {
      if (typed[i] == keys[matched]) {
        matched++;
        if (matched == keys.length) {
          matched = 0;
          return null;
        }
      } else {
        System.arraycopy(keys, 0, passed, count, matched);
        count += matched;
        matched = 0;
        if (typed[i] == keys[0]) {
          matched = 1;
        } else {
          passed[count++] = typed[i];
        }
      }
    }
    return Arrays.copyOf(passed, count);
  }
}
