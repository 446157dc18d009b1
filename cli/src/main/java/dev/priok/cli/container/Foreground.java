package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Session;
import dev.priok.cli.terminal.DetachKeys;
import dev.priok.cli.terminal.RawMode;
import dev.priok.cli.terminal.Signals;
import dev.priok.cli.terminal.StreamPump;
import dev.priok.cli.terminal.TerminalFiles;
import dev.priok.client.ApiException;
import dev.priok.client.UnreachableException;
import dev.priok.client.streams.HijackedStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The user in front of an attached process: terminal, typing, output, size, signals. */
final class Foreground {
  private static final String[] PROXIED = {"HUP", "INT", "TERM", "QUIT", "USR1", "USR2", "ALRM"};

  private final Session session;
  private final boolean tty;
  private final boolean stdin;
  private final @Nullable String detachKeys;

  Foreground(Session session, boolean tty, boolean stdin, @Nullable String detachKeys) {
    this.session = session;
    this.tty = tty;
    this.stdin = stdin;
    this.detachKeys = detachKeys;
  }

  /** Tells the process the size of the terminal. */
  @FunctionalInterface
  interface Resize {
    void to(int rows, int columns);
  }

  /** Refuses what cannot work: a process with a terminal that is fed from something else. */
  void check() {
    if (tty && stdin && !TerminalFiles.isTerminal(0)) {
      throw CliException.failure(
          "cannot attach stdin to a TTY-enabled container because stdin is not a terminal");
    }
  }

  /**
   * Shows the process until its output ends.
   *
   * @param begin starts the process, when everything is in place to lose none of its output
   * @return true when the user detached
   */
  boolean show(HijackedStream stream, Resize resize, Runnable begin) throws IOException {
    boolean raw = tty && stdin;
    RawMode mode = raw ? RawMode.enter() : null;
    try {
      StreamPump pump = new StreamPump(stream, session.stdout(), session.err());
      if (stdin) {
        pump.startInput(session.stdin(), tty ? DetachKeys.parse(detachKeys) : null);
      }
      begin.run();
      if (tty && TerminalFiles.isTerminal(0)) {
        followSize(resize);
      }
      return pump.copyOutput();
    } finally {
      if (mode != null) {
        mode.close();
      }
    }
  }

  private static void followSize(Resize resize) {
    Runnable tell =
        () -> {
          RawMode.Size size = RawMode.size();
          try {
            if (size.rows() > 0 && size.columns() > 0) {
              resize.to(size.rows(), size.columns());
            }
          } catch (ApiException | UnreachableException | UncheckedIOException gone) {
            // The process has ended meanwhile; there is no terminal left to size.
            return;
          }
        };
    Signals.on("WINCH", tell);
    tell.run();
  }

  /** Passes on to the container the signals that we get. */
  static void proxySignals(Session session, String container) {
    for (String name : PROXIED) {
      Signals.on(
          name,
          () -> {
            try {
              session.client().containers().kill(container, name);
            } catch (ApiException gone) {
              // It has ended already, which is what most of these signals ask for.
              return;
            }
          });
    }
  }
}
