package dev.priok.host.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tar whose entries are changed on the way, and whose content passes through. */
public final class RewriteTar extends InputStream {
  private final TarReader source;
  private final Change change;
  private final ByteArrayOutputStream ready = new ByteArrayOutputStream();
  private final TarWriter writer = new TarWriter(ready);
  private final byte[] chunk = new byte[64 * 1024];
  private byte[] served = new byte[0];
  private int position;
  private long left;
  private boolean ended;

  public RewriteTar(InputStream tar, Change change) {
    this.source = new TarReader(tar);
    this.change = change;
  }

  /** What becomes of an entry; its size must stay. */
  public interface Change {
    TarEntry of(TarEntry entry) throws IOException;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    while (position == served.length) {
      if (ended) {
        return -1;
      }
      produce();
      served = ready.toByteArray();
      ready.reset();
      position = 0;
    }
    int count = Math.min(length, served.length - position);
    System.arraycopy(served, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  private void produce() throws IOException {
    if (left > 0) {
      int count = source.read(chunk, 0, (int) Math.min(chunk.length, left));
      if (count < 0) {
        throw new ArchiveException("unexpected EOF");
      }
      writer.write(chunk, 0, count);
      left -= count;
      return;
    }
    @Nullable TarEntry entry = source.next();
    if (entry == null) {
      // To the sender's end: whoever counts or hashes what was sent sees all of it.
      source.drain();
      writer.close();
      ended = true;
      return;
    }
    TarEntry changed = change.of(entry);
    writer.begin(changed);
    left = changed.type() == TarEntry.FILE ? changed.size() : 0;
  }
}
