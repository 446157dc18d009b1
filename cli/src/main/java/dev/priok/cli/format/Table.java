package dev.priok.cli.format;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns as wide as their widest cell and three blanks, at least ten; the last one is not padded.
 */
public final class Table {
  private static final int PADDING = 3;

  private final int narrowest;
  private final List<List<String>> rows = new ArrayList<>();

  /** An empty table. */
  public Table() {
    this(10);
  }

  /** An empty table whose columns are at least {@code narrowest} wide. */
  public Table(int narrowest) {
    this.narrowest = narrowest;
  }

  /** Adds a row. */
  public void add(List<String> cells) {
    rows.add(List.copyOf(cells));
  }

  /** Prints all rows. */
  public void print(PrintStream out) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i + 1 < row.size(); i++) {
        int width = Math.max(narrowest, length(row.get(i)) + PADDING);
        if (i == widths.size()) {
          widths.add(width);
        } else {
          widths.set(i, Math.max(widths.get(i), width));
        }
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i));
        if (i + 1 < row.size()) {
          line.append(" ".repeat(widths.get(i) - length(row.get(i))));
        }
      }
      out.println(line);
    }
    out.flush();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
