package dev.priok.host.logging.delivery;

import dev.priok.host.logging.LogPlace;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * Keeps a position. Two slots are written in turn, each with a count and a checksum: a write that
 * the machine's end has torn leaves the other one.
 */
final class PositionFile implements Closeable {
  private static final int SLOT = 256;
  private static final int STREAM = 8 + 8 + 4 + 4 + 8 + 8 + 8;
  private static final int CONTENT = 8 + 2 * STREAM + 8;

  private final RandomAccessFile file;
  private final ByteBuffer buffer = ByteBuffer.allocate(SLOT);
  private Position position = Position.START;
  private long count;

  PositionFile(Path path) throws IOException {
    // Not a channel: an interrupt would close that between the taking of a batch and this note.
    this.file = new RandomAccessFile(path.toFile(), "rw");
    for (int slot = 0; slot < 2; slot++) {
      read(slot);
    }
  }

  /** The last one written; the start where there is none. */
  Position position() {
    return position;
  }

  /** Whether nothing was ever written. */
  boolean isNew() {
    return count == 0;
  }

  private void read(int slot) throws IOException {
    if (file.length() < (long) slot * SLOT + CONTENT + 8) {
      return;
    }
    file.seek((long) slot * SLOT);
    file.readFully(buffer.array(), 0, CONTENT + 8);
    if (buffer.getLong(CONTENT) != sum()) {
      return;
    }
    buffer.clear();
    long its = buffer.getLong();
    if (its > count) {
      count = its;
      position = new Position(stream(), stream(), buffer.getLong());
    }
  }

  private long sum() {
    CRC32 crc = new CRC32();
    crc.update(buffer.array(), 0, CONTENT);
    return crc.getValue();
  }

  private StreamPosition stream() {
    LogPlace place = new LogPlace(buffer.getLong(), buffer.getLong());
    int skip = buffer.getInt();
    int ordinal = buffer.getInt();
    long time = buffer.getLong();
    return new StreamPosition(
        place, skip, ordinal, time, new LogPlace(buffer.getLong(), buffer.getLong()));
  }

  /** Remembers it: one write, which the death of this process cannot cut in two. */
  void write(Position next) throws IOException {
    buffer.clear();
    buffer.putLong(count + 1);
    put(next.stdout());
    put(next.stderr());
    buffer.putLong(next.mark());
    buffer.putLong(sum());
    file.seek(((count + 1) & 1) * SLOT);
    file.write(buffer.array(), 0, CONTENT + 8);
    count++;
    position = next;
  }

  private void put(StreamPosition stream) {
    buffer.putLong(stream.place().number()).putLong(stream.place().offset());
    buffer.putInt(stream.skip()).putInt(stream.ordinal()).putLong(stream.time());
    buffer.putLong(stream.line().number()).putLong(stream.line().offset());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
