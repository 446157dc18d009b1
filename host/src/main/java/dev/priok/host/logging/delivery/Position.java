package dev.priok.host.logging.delivery;

import dev.priok.host.logging.LogPlace;

/**
 * How far a delivery is.
 *
 * @param mark the target's own, see LogTarget
 */
record Position(StreamPosition stdout, StreamPosition stderr, long mark) {
  static final Position START = new Position(StreamPosition.START, StreamPosition.START, 0);

  /** Where reading has to go on. */
  LogPlace place() {
    return stdout.place().compareTo(stderr.place()) < 0 ? stdout.place() : stderr.place();
  }
}
