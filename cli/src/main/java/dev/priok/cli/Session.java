package dev.priok.cli;

import dev.priok.client.PriokClient;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a command works with: the engine, the user's streams, the environment. */
public final class Session {
  private final Supplier<PriokClient> connect;
  private final Map<String, String> environment;
  private final InputStream stdin;
  private final OutputStream stdout;
  private final PrintStream out;
  private final PrintStream err;
  private final List<String> failures = new ArrayList<>();
  private @Nullable PriokClient client;

  /** A session over these streams; {@code connect} runs when a command first needs the engine. */
  public Session(
      Supplier<PriokClient> connect,
      Map<String, String> environment,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr) {
    this.connect = connect;
    this.environment = environment;
    this.stdin = stdin;
    this.stdout = stdout;
    this.out = new PrintStream(stdout, false, StandardCharsets.UTF_8);
    this.err = new PrintStream(stderr, true, StandardCharsets.UTF_8);
  }

  /** The engine's client. */
  public PriokClient client() {
    PriokClient known = client;
    if (known == null) {
      known = connect.get();
      client = known;
    }
    return known;
  }

  /** The user's environment. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Standard input, unbuffered. */
  public InputStream stdin() {
    return stdin;
  }

  /** Standard output for bytes; a broken pipe is an exception here. */
  public OutputStream stdout() {
    return stdout;
  }

  /** Standard output for text. */
  public PrintStream out() {
    return out;
  }

  /** Standard error. */
  public PrintStream err() {
    return err;
  }

  /** Does something for each name, goes on after failures, and answers the exit code. */
  public int forEach(List<String> names, Action action) {
    for (String name : names) {
      try {
        action.apply(name);
      } catch (Exception e) {
        err.println(Failures.describe(e));
        failures.add(name);
      }
    }
    out.flush();
    return failures.isEmpty() ? 0 : 1;
  }

  /** As {@link #forEach}, printing each name when it is done. */
  public int forEachPrinting(List<String> names, Action action) {
    return forEach(
        names,
        name -> {
          action.apply(name);
          out.println(name);
          out.flush();
        });
  }

  /** One step of {@link #forEach}. */
  @FunctionalInterface
  public interface Action {
    /** Does it for {@code name}. */
    void apply(String name) throws Exception;
  }
}
