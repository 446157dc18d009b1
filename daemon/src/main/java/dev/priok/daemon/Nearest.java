package dev.priok.daemon;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Which known word a misspelt one was probably meant to be. */
final class Nearest {
  private Nearest() {}

  /** The one that is fewest edits away, if it is near at all. */
  static @Nullable String of(String word, Collection<String> known) {
    String best = null;
    int distance = Math.max(2, word.length() / 3) + 1;
    for (String candidate : known) {
      int edits = editDistance(word, candidate);
      if (edits < distance) {
        distance = edits;
        best = candidate;
      }
    }
    return best;
  }

  /** Levenshtein's. */
  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
