package dev.priok.host.logging.delivery;

import dev.priok.host.logging.LogPlace;

/**
 * How far one of the two streams is handed over: everything before {@code place}, and {@code skip}
 * bytes of the text of the line that stands there.
 *
 * @param ordinal pieces handed over of a line that goes on; 0 at the start of a line
 * @param time of that line's first piece, nanoseconds since 1970
 * @param line where that line begins
 */
record StreamPosition(LogPlace place, int skip, int ordinal, long time, LogPlace line) {
  static final StreamPosition START = new StreamPosition(LogPlace.START, 0, 0, 0, LogPlace.START);
}
