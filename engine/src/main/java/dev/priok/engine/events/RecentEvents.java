package dev.priok.engine.events;

import dev.priok.host.journal.Journal;
import dev.priok.model.api.Json;
import dev.priok.model.api.system.EventMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last events as they are, so that readers that keep up do not read files. */
final class RecentEvents {
  private static final int KEPT = 1_024;

  private final @Nullable Numbered[] ring = new Numbered[KEPT];
  private long end = -1;

  /** An event and its number in the journal. */
  record Numbered(long number, EventMessage message) {
    static Numbered of(Journal.Entry entry) {
      try {
        return new Numbered(
            entry.number(), Json.mapper().readValue(entry.bytes(), EventMessage.class));
      } catch (IOException e) {
        throw new UncheckedIOException("event " + entry.number() + " cannot be read", e);
      }
    }
  }

  synchronized void add(long number, EventMessage message) {
    ring[(int) (number % KEPT)] = new Numbered(number, message);
    end = number + 1;
  }

  /** Events from that number on, at most so many; null where they are not all here. */
  synchronized @Nullable List<Numbered> from(long number, int most) {
    if (end < 0 || number > end) {
      return null;
    }
    List<Numbered> found = new ArrayList<>();
    for (long at = number; at < end && found.size() < most; at++) {
      Numbered event = ring[(int) (at % KEPT)];
      if (event == null || event.number() != at) {
        return null;
      }
      found.add(event);
    }
    return found;
  }
}
