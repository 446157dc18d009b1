package dev.priok.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which of the standard streams are terminals. The JDK can tell only whether input and output both
 * are; the kernel's own links tell of each.
 */
public final class TerminalFiles {
  private TerminalFiles() {}

  /** Whether the file descriptor (0, 1 or 2) is a terminal. */
  public static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      // Closed, or no /proc: then nobody looks at it as a terminal.
      return false;
    }
  }
}
