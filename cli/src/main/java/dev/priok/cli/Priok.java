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
    Session session =
        new Session(
            () -> connect(options), environment, stdin, new BufferedOutputStream(stdout), stderr);
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

  private PriokClient connect(GlobalOptions options) {
    Endpoint endpoint = endpoint(options);
    String version = environment.get("DOCKER_API_VERSION");
    return PriokClient.connect(
        endpoint, version == null || version.isBlank() ? null : ApiVersion.parse(version));
  }

  /**
   * Docker's order: what the command line says, then an address in the environment, then a context
   * in the environment, then the one that {@code docker context use} chose.
   */
  private Endpoint endpoint(GlobalOptions options) {
    String host = options.host();
    if (host != null) {
      return Endpoint.parse(host, environment);
    }
    try {
      Contexts contexts = Contexts.of(environment);
      String name = options.context();
      if (name == null && !given("PRIOK_HOST") && !given("DOCKER_HOST")) {
        name =
            given("DOCKER_CONTEXT")
                ? environment.get("DOCKER_CONTEXT")
                : contexts.current().orElse(null);
      }
      return name == null || name.equals(Contexts.DEFAULT)
          ? Endpoint.fromEnvironment(environment)
          : contexts.endpoint(name);
    } catch (IOException e) {
      throw CliException.failure("unable to resolve docker endpoint: " + e.getMessage());
    }
  }

  private boolean given(String variable) {
    String value = environment.get(variable);
    return value != null && !value.isBlank();
  }
}
