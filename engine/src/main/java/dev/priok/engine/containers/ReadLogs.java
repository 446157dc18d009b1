package dev.priok.engine.containers;

import dev.priok.engine.Timestamps;
import dev.priok.engine.containers.Containers.LogOptions;
import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.Framing;
import dev.priok.engine.streams.StdStream;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.host.logging.ContainerLog;
import dev.priok.host.logging.LogFollow;
import dev.priok.host.logging.LogReadOptions;
import dev.priok.host.logging.LogSink;
import dev.priok.host.logging.LogStream;
import dev.priok.host.runtime.Attachment;
import dev.priok.host.runtime.ContainerProcesses;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code docker logs}. */
final class ReadLogs {
  private static final Logger LOG = LoggerFactory.getLogger(ReadLogs.class);

  private final ContainerProcesses processes;
  private final ContainerLogs logs;

  ReadLogs(ContainerProcesses processes, ContainerLogs logs) {
    this.processes = processes;
    this.logs = logs;
  }

  void logs(Container container, LogOptions options, StreamUpgrade upgrade) {
    ContainerRecord record = container.record();
    if (!options.stdout() && !options.stderr()) {
      throw EngineException.invalid("Bad parameters: you must choose at least one stream");
    }
    ContainerLog log = new ContainerLog(logs.readable(record));
    LogReadOptions wanted = wanted(record, options);
    Optional<Attachment> running =
        options.follow() && container.state().isAlive()
            ? processes.attachment(record.id().value())
            : Optional.empty();
    try (ClientStream stream = upgrade.open(record.hasTty() ? Framing.RAW : Framing.MULTIPLEXED)) {
      if (running.isPresent()) {
        Thread reader = Thread.currentThread();
        stream.onGone(reader::interrupt);
        log.follow(wanted, sink(stream), follow(running.get()));
      } else {
        log.read(wanted, sink(stream));
      }
    } catch (IOException e) {
      LOG.debug("client of the logs of {} left: {}", record.name(), e.getMessage());
    } catch (InterruptedException e) {
      LOG.debug("client of the logs of {} left", record.name());
    }
  }

  private static LogFollow follow(Attachment attachment) {
    return attachment.follow();
  }

  /** What was written so far, into a stream that goes on to be used. */
  void replay(ContainerRecord record, LogOptions options, ClientStream stream) throws IOException {
    new ContainerLog(logs.readable(record)).read(wanted(record, options), sink(stream));
  }

  private LogReadOptions wanted(ContainerRecord record, LogOptions options) {
    return new LogReadOptions(
        options.stdout(),
        options.stderr(),
        Timestamps.parse(zeroIsNothing(options.since())),
        Timestamps.parse(zeroIsNothing(options.until())),
        options.tail(),
        options.timestamps(),
        options.details() ? logs.details(record) : null);
  }

  /** Clients send 0 where the user gave no time. */
  private static String zeroIsNothing(@Nullable String time) {
    return time == null || time.equals("0") ? "" : time;
  }

  private static LogSink sink(ClientStream stream) {
    return (nanos, from, bytes, offset, length) ->
        stream.write(
            from == LogStream.STDOUT ? StdStream.STDOUT : StdStream.STDERR, bytes, offset, length);
  }
}
