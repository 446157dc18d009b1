package dev.priok.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options before the command's name; read by hand, as picocli is loaded for one command only. */
record GlobalOptions(
    @Nullable String host,
    @Nullable String context,
    @Nullable String config,
    TlsFlags tls,
    boolean debug,
    boolean help,
    boolean version,
    List<String> rest) {

  static GlobalOptions parse(List<String> arguments) {
    String host = null;
    String context = null;
    String config = null;
    TlsFlags tls = TlsFlags.NONE;
    boolean debug = false;
    boolean help = false;
    boolean version = false;
    int i = 0;
    for (; i < arguments.size() && arguments.get(i).startsWith("-"); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      boolean hasValue = argument.startsWith("--") && equals > 0;
      String name = hasValue ? argument.substring(0, equals) : argument;
      String inline = hasValue ? argument.substring(equals + 1) : null;
      if (!hasValue && argument.length() > 2 && argument.matches("-[Hlc].*")) {
        name = argument.substring(0, 2);
        inline = argument.substring(2).replaceFirst("^=", "");
      }
      switch (name) {
        case "--help", "-h" -> help = true;
        case "--version", "-v" -> version = true;
        case "-D", "--debug" -> debug = !"false".equals(inline);
        case "--tls", "--tlsverify" -> tls = tls.with(name, inline == null ? "true" : inline);
        case "-H",
            "--host",
            "-l",
            "--log-level",
            "-c",
            "--context",
            "--config",
            "--tlscacert",
            "--tlscert",
            "--tlskey" -> {
          if (inline == null) {
            i++;
            if (i >= arguments.size()) {
              throw new CliException(125, "flag needs an argument: " + name);
            }
            inline = arguments.get(i);
          }
          if (name.equals("-H") || name.equals("--host")) {
            host = inline;
          } else if (name.equals("-c") || name.equals("--context")) {
            context = inline;
          } else if (name.equals("--config")) {
            config = inline;
          } else if (name.startsWith("--tls")) {
            tls = tls.with(name, inline);
          } else {
            checkLevel(inline);
          }
        }
        default ->
            throw new CliException(
                125, "unknown flag: " + name + "\n\nRun 'priok --help' for more information");
      }
    }
    if (host != null && context != null) {
      throw CliException.failure("conflicting options: cannot specify both --host and --context");
    }
    if (tls.isGiven() && context != null) {
      throw CliException.failure(
          "conflicting options: a context has its own certificates, --tls options cannot be given"
              + " with --context");
    }
    return new GlobalOptions(
        host,
        context,
        config,
        tls,
        debug,
        help,
        version,
        new ArrayList<>(arguments.subList(i, arguments.size())));
  }

  private static void checkLevel(String value) {
    if (!List.of("debug", "info", "warn", "error", "fatal").contains(value)) {
      throw new CliException(125, "unable to parse logging level: " + value);
    }
  }
}
