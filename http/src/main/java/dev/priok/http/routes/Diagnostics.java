package dev.priok.http.routes;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;

/** Looks into the running process without stopping it. */
public interface Diagnostics {
  /** Always off. */
  Diagnostics NONE =
      new Diagnostics() {
        @Override
        public boolean enabled() {
          return false;
        }

        @Override
        public String threads() {
          throw new IllegalStateException("off");
        }

        @Override
        public Map<String, Object> figures() {
          throw new IllegalStateException("off");
        }

        @Override
        public void record(Duration time, OutputStream out) {
          throw new IllegalStateException("off");
        }
      };

  /** While the daemon is in debug mode; the other methods are called only then. */
  boolean enabled();

  /** The stacks of all threads, virtual ones too. */
  String threads() throws IOException;

  /** Memory, threads and collections of garbage, by name. */
  Map<String, Object> figures();

  /** Writes a flight recording of so much time from now on, when it is over. */
  void record(Duration time, OutputStream out) throws IOException, InterruptedException;
}
