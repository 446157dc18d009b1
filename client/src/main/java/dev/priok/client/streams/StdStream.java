package dev.priok.client.streams;

/** Which of a process's streams bytes belong to, with its number on the wire. */
public enum StdStream {
  /** Standard input; the engine never sends it, but its number is part of the framing. */
  STDIN,
  /** Standard output. */
  STDOUT,
  /** Standard error. */
  STDERR
}
