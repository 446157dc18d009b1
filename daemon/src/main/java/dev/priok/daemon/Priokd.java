package dev.priok.daemon;

import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** {@code priokd}: reads its options, starts the daemon, and ends it in order on a signal. */
public final class Priokd {
  private static final Logger LOG = LoggerFactory.getLogger(Priokd.class);

  private Priokd() {}

  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals("storage")) {
      List<String> words = List.of(arguments).subList(1, arguments.length);
      System.exit(StorageVerbs.run(words, System.out, System.err));
      return;
    }
    DaemonOptions options = parse(arguments, System.err);
    if (options == null) {
      System.exit(1);
      return;
    }
    if (options.help) {
      CommandLine.usage(options, System.out);
      return;
    }
    if (options.version) {
      System.out.println(Version.text());
      return;
    }
    try {
      DaemonConfig config = ReadConfig.read(options);
      Logging.configure(config);
      options.withoutMeaning.forEach(
          o -> LOG.info("an option for Docker's containerd or proxy has no meaning here: {}", o));
      ServiceManager manager = ServiceManager.ofEnvironment();
      Daemon daemon = Daemon.start(config);
      new TrapSignals(() -> stop(daemon, manager), daemon::hurry).install();
      // Whatever else ends the JVM, SIGHUP for one, stops in order too.
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform().name("shutdown").unstarted(() -> stop(daemon, manager)));
      manager.ready();
      daemon.awaitEnd();
    } catch (StartRefusedException e) {
      System.err.println("priokd: " + e.getMessage());
      // halt, not exit: a daemon that did not start has nothing to stop in order.
      Runtime.getRuntime().halt(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** On SIGTERM and SIGINT; the process ends with status 0 as dockerd's does. */
  private static void stop(Daemon daemon, ServiceManager manager) {
    int status = 0;
    manager.stopping();
    try {
      daemon.stop();
    } catch (RuntimeException e) {
      LOG.error("the daemon did not stop in order", e);
      status = 1;
    }
    Runtime.getRuntime().halt(status);
  }

  /** Null where the command line makes no sense; the reason is printed then. */
  static @Nullable DaemonOptions parse(String[] arguments, PrintStream err) {
    DaemonOptions options = new DaemonOptions();
    CommandLine command = new CommandLine(options);
    command.setOverwrittenOptionsAllowed(true);
    try {
      CommandLine.ParseResult result = command.parseArgs(arguments);
      if (!result.unmatched().isEmpty()) {
        err.println("priokd: unknown argument: " + result.unmatched().getFirst());
        return null;
      }
      return options;
    } catch (CommandLine.UnmatchedArgumentException e) {
      String first = e.getUnmatched().getFirst();
      if (first.startsWith("-")) {
        String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
        err.println("unknown flag: " + name);
        nearest(command, name).forEach(n -> err.println("Did you mean " + n + "?"));
      } else {
        err.println("unexpected argument: " + first + ". priokd takes options only");
      }
      err.println("See 'priokd --help'.");
      return null;
    } catch (CommandLine.ParameterException e) {
      err.println("priokd: " + e.getMessage());
      err.println("See 'priokd --help'.");
      return null;
    }
  }

  /** The known option that is fewest edits away, if it is near at all. */
  private static List<String> nearest(CommandLine command, String name) {
    String best = null;
    int distance = Math.max(2, name.length() / 3) + 1;
    for (CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
      for (String candidate : option.names()) {
        int edits = editDistance(name, candidate);
        if (candidate.startsWith("--") && edits < distance) {
          distance = edits;
          best = candidate;
        }
      }
    }
    return best == null ? List.of() : List.of(best);
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
