package dev.priok.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/**
 * The daemon's log: lines on standard error, where the service manager or the shell puts them.
 *
 * <p>Set up in code: reading a configuration file would cost start-up time, and there is nothing in
 * it to choose but the level.
 */
final class Logging {
  private Logging() {}

  static void configure(DaemonConfig config) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Encoder<ILoggingEvent> encoder =
        config.logFormat().equals("json") ? new JsonLines() : text(context);
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(console);
    levels(config);
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0}: %msg%n");
    return encoder;
  }

  /** Also when the configuration is read again. */
  static void levels(DaemonConfig config) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    // Libraries stay at INFO: their debug lines are about themselves, not about containers.
    context.getLogger("dev.priok").setLevel(level(config));
    // Its warnings tell of clients that leave without their last bytes: strangers could fill the
    // log.
    context.getLogger("io.netty.handler.ssl").setLevel(Level.ERROR);
    if (!level(config).isGreaterOrEqual(Level.INFO)) {
      context.getLogger("io.netty").setLevel(Level.WARN);
    } else {
      root.setLevel(level(config));
    }
  }

  private static Level level(DaemonConfig config) {
    if (config.debug()) {
      return Level.DEBUG;
    }
    // logback has no level above ERROR; nothing here logs "fatal" apart from the refusal to start.
    return config.logLevel().equals("fatal") ? Level.ERROR : Level.toLevel(config.logLevel());
  }
}
