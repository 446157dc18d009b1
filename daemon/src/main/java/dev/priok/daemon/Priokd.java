package dev.priok.daemon;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    if (arguments.length > 0 && arguments[0].equals("roles")) {
      List<String> words = List.of(arguments).subList(1, arguments.length);
      System.exit(RolesVerbs.run(words, System.out, System.err));
      return;
    }
    CommandLineOptions options = CommandLineOptions.parse(arguments, System.err);
    if (options == null) {
      System.exit(1);
      return;
    }
    if (options.asked(Setting.HELP)) {
      CommandLineOptions.printHelp(System.out);
      return;
    }
    if (options.asked(Setting.VERSION)) {
      System.out.println(Version.text());
      return;
    }
    Configuration configuration;
    try {
      configuration = Configuration.read(options);
      if (options.asked(Setting.VALIDATE)) {
        Daemon.validate(configuration.config());
        System.err.println("configuration OK");
        return;
      }
    } catch (StartRefusedException e) {
      System.err.println(e.getMessage());
      Runtime.getRuntime().halt(1);
      return;
    }
    try {
      Logging.configure(configuration.config());
      configuration.values().tellMeaningless();
      ServiceManager manager = ServiceManager.ofEnvironment();
      Daemon daemon = Daemon.start(configuration.config());
      new TrapSignals(() -> stop(daemon, manager), daemon::hurry).install();
      ReloadDaemon reload = new ReloadDaemon(daemon.live(), options, configuration);
      Signals.on("HUP", reload::reload);
      Signals.on("USR1", daemon.diagnostics()::dumpToFile);
      // Whatever else ends the JVM stops in order too.
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
}
