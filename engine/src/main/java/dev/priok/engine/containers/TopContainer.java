package dev.priok.engine.containers;

import dev.priok.model.api.container.ContainerTopResponse;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code docker top}: the host's {@code ps}, reduced to the container's processes. The columns are
 * whatever the user's arguments make {@code ps} print, so nothing but {@code ps} can make them.
 */
final class TopContainer {
  /** Without this column nothing tells which rows are the container's. */
  private static final String PID_COLUMN = "PID";

  ContainerTopResponse top(Set<Integer> pids, @Nullable String arguments) {
    List<String> command = new ArrayList<>(List.of("ps"));
    String given = arguments == null || arguments.isBlank() ? "-ef" : arguments;
    command.addAll(List.of(given.trim().split("\\s+", -1)));
    String output = run(command);
    return select(output, pids);
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw EngineException.internal(
            "ps: " + output.strip().lines().findFirst().orElse("failed"), null);
      }
      return output;
    } catch (IOException e) {
      throw EngineException.internal("cannot run ps (Debian package procps): " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EngineException.internal("interrupted", e);
    }
  }

  /** Keeps the rows of the container's processes; the last column may hold spaces. */
  static ContainerTopResponse select(String output, Set<Integer> pids) {
    String[] lines = output.split("\n", -1);
    List<String> titles = List.of(lines[0].trim().split("\\s+", -1));
    int pidColumn = titles.indexOf(PID_COLUMN);
    if (pidColumn < 0) {
      throw EngineException.internal("Couldn't find PID field in ps output", null);
    }
    List<List<String>> rows = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      String[] fields = lines[i].trim().split("\\s+", titles.size());
      if (fields.length > pidColumn && isOneOf(fields[pidColumn], pids)) {
        rows.add(List.of(fields));
      }
    }
    return new ContainerTopResponse(titles, rows);
  }

  private static boolean isOneOf(String pid, Set<Integer> pids) {
    return pid.matches("\\d{1,9}") && pids.contains(Integer.valueOf(pid));
  }
}
