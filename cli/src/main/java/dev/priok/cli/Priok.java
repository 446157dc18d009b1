package dev.priok.cli;

import dev.priok.client.ApiVersion;
import dev.priok.client.Contexts;
import dev.priok.client.Endpoint;
import dev.priok.client.PriokClient;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One run of the command over given streams. */
public final class Priok {
  private final Map<String, String> environment;
  private final InputStream stdin;
  private final OutputStream stdout;
  private final OutputStream stderr;

  /** A run over these streams and this environment. */
  public Priok(
      Map<String, String> environment,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr) {
    this.environment = environment;
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** Runs the command that the arguments name and answers the exit code. */
  public int run(List<String> arguments) {
    boolean debug = false;
    PrintStream err = new PrintStream(stderr, true, StandardCharsets.UTF_8);
    try {
      GlobalOptions options = GlobalOptions.parse(arguments);
      debug = options.debug();
      return dispatch(options);
    } catch (CliException e) {
      if (!e.text().isEmpty()) {
        err.println(e.text());
      }
      return e.exitCode();
    } catch (Exception e) {
      err.println(Failures.describe(e));
      if (debug) {
        e.printStackTrace(err);
      }
      return 1;
    }
  }

  private int dispatch(GlobalOptions options) throws Exception {
    List<String> words = options.rest();
    Map<String, String> settings = settings(options);
    Session session =
        new Session(
            () -> connect(options, settings),
            settings,
            stdin,
            new BufferedOutputStream(stdout),
            stderr);
    try {
      if (options.version()) {
        session.out().println("Priok version " + Version.text() + ", build " + Version.build());
        return 0;
      }
      if (words.isEmpty() || (options.help() && words.isEmpty()) || words.equals(List.of("help"))) {
        session.out().print(Overview.text());
        return 0;
      }
      if (words.getFirst().equals("help")) {
        words = new java.util.ArrayList<>(words.subList(1, words.size()));
        words.add("--help");
      }
      return new CommandTable().run(words, session);
    } finally {
      flush(session);
    }
  }

  private static void flush(Session session) {
    session.out().flush();
    try {
      session.stdout().flush();
    } catch (IOException e) {
      // The reader of our output has gone (head, less): what it did not want cannot be delivered.
      session.err().flush();
    }
  }

  /** The environment; {@code --config} is the variable of that meaning. */
  private Map<String, String> settings(GlobalOptions options) {
    String config = options.config();
    if (config == null) {
      return environment;
    }
    Map<String, String> settings = new HashMap<>(environment);
    settings.put("DOCKER_CONFIG", config);
    return settings;
  }

  private static PriokClient connect(GlobalOptions options, Map<String, String> settings) {
    Endpoint endpoint = endpoint(options, settings);
    String version = settings.get("DOCKER_API_VERSION");
    return PriokClient.connect(
        endpoint, version == null || version.isBlank() ? null : ApiVersion.parse(version));
  }

  /**
   * Docker's order: what the command line says, then an address in the environment, then a context
   * in the environment, then the one that {@code docker context use} chose.
   */
  private static Endpoint endpoint(GlobalOptions options, Map<String, String> settings) {
    String host = options.host();
    if (host != null) {
      return Endpoint.parse(host, options.tls().files(settings));
    }
    try {
      Contexts contexts = Contexts.of(settings);
      String name = options.context();
      if (name == null
          && !options.tls().isGiven()
          && !given(settings, "PRIOK_HOST")
          && !given(settings, "DOCKER_HOST")) {
        name =
            given(settings, "DOCKER_CONTEXT")
                ? settings.get("DOCKER_CONTEXT")
                : contexts.current().orElse(null);
      }
      return name == null || name.equals(Contexts.DEFAULT)
          ? Endpoint.fromEnvironment(settings, options.tls().files(settings))
          : contexts.endpoint(name);
    } catch (IOException e) {
      throw CliException.failure("unable to resolve docker endpoint: " + e.getMessage());
    }
  }

  private static boolean given(Map<String, String> settings, String variable) {
    String value = settings.get(variable);
    return value != null && !value.isBlank();
  }
}
