package dev.priok.engine.containers;

import dev.priok.kernel.process.Signals;
import dev.priok.model.error.EngineException;

/** A signal for a container's first process. */
record StopSignal(int number) {
  static final StopSignal KILL = new StopSignal(9);
  static final StopSignal TERM = new StopSignal(15);

  /** {@code SIGTERM}, {@code TERM} or {@code 15}. */
  static StopSignal parse(String text) {
    return Signals.parse(text)
        .stream()
        .mapToObj(StopSignal::new)
        .findFirst()
        .orElseThrow(() -> EngineException.invalid("Invalid signal: %s", text));
  }

  boolean isKill() {
    return number == KILL.number;
  }

  boolean endsProcess() {
    return isKill();
  }
}
