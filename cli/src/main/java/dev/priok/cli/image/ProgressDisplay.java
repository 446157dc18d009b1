package dev.priok.cli.image;

import dev.priok.cli.format.HumanSize;
import dev.priok.client.streams.ProgressMessage;
import dev.priok.client.streams.ProgressStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Progress of pulls and loads. On a terminal each layer has a line that is written over; elsewhere
 * every change of state is a line and bars are left out.
 */
public final class ProgressDisplay {
  private static final int BAR = 50;

  private final PrintStream out;
  private final boolean terminal;
  private final Map<String, Integer> lines = new LinkedHashMap<>();

  /** Shows progress on {@code out}. */
  public ProgressDisplay(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Shows messages until the operation ends; its failure is thrown. */
  public void show(ProgressStream progress) throws IOException {
    for (ProgressMessage message = progress.next(); message != null; message = progress.next()) {
      show(message);
    }
    out.flush();
  }

  void show(ProgressMessage message) {
    if (message.stream() != null) {
      out.print(message.stream());
    } else if (message.status() != null) {
      String bar = bar(message.progressDetail());
      String id = message.id();
      if (!terminal) {
        if (bar.isEmpty()) {
          out.println((id == null || id.isEmpty() ? "" : id + ": ") + message.status());
        }
      } else if (id == null
          || id.isEmpty()
          || (message.progressDetail() == null && bar.isEmpty())) {
        lines.clear();
        out.println((id == null || id.isEmpty() ? "" : id + ": ") + message.status());
      } else {
        rewrite(id, id + ": " + message.status() + (bar.isEmpty() ? "" : " " + bar));
      }
    }
    out.flush();
  }

  /** Writes over the line of {@code id}, which stands some lines above the cursor. */
  private void rewrite(String id, String text) {
    Integer line = lines.get(id);
    if (line == null) {
      line = lines.size();
      lines.put(id, line);
      out.print("\n");
    }
    int up = lines.size() - line;
    out.print("\033[" + up + "A\033[2K\r" + text + "\r\033[" + up + "B");
  }

  private static String bar(ProgressMessage.@org.jspecify.annotations.Nullable Detail detail) {
    if (detail == null || detail.current() == null || detail.current() <= 0) {
      return "";
    }
    long current = detail.current();
    long total = detail.total() == null ? 0 : detail.total();
    boolean plain = detail.units() != null && !detail.units().isEmpty();
    String done = plain ? current + "" : HumanSize.of(current);
    if (total <= 0) {
      return plain ? current + " " + detail.units() : String.format("%8s", done);
    }
    String all = plain ? total + " " + detail.units() : HumanSize.of(total);
    int filled = (int) Math.min(BAR, current * BAR / total);
    String blanks = " ".repeat(BAR - filled);
    return "[" + "=".repeat(filled) + ">" + blanks + "] " + String.format("%8s/%s", done, all);
  }
}
