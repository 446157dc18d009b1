package dev.priok.engine.streams;

/** Which of a process's streams some bytes belong to; the code is that of the attach framing. */
public enum StdStream {
  STDIN(0),
  STDOUT(1),
  STDERR(2);

  private final int code;

  StdStream(int code) {
    this.code = code;
  }

  /** First byte of a frame's header (Engine API, "Attach to a container", stream format). */
  public int code() {
    return code;
  }
}
