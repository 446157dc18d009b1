package dev.priok.engine.exec;

import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.model.api.exec.ExecConfig;
import dev.priok.model.api.exec.ExecInspectResponse;
import dev.priok.model.api.exec.ExecStartConfig;
import dev.priok.model.api.exec.IDResponse;

/** Further processes inside running containers. Unknown ones: {@code No such exec instance: X}. */
public interface Execs {
  IDResponse create(String container, ExecConfig config);

  /**
   * Attached: blocks until the process ends or the client leaves; detached: until it has started.
   */
  void start(String exec, ExecStartConfig config, StreamUpgrade upgrade);

  void resize(String exec, int rows, int columns);

  ExecInspectResponse inspect(String exec);
}
