package dev.priok.host.logging;

/** Which of a process's outputs some bytes came from. */
public enum LogStream {
  STDOUT,
  STDERR
}
