package dev.priok.host.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * What another thread writes, as a stream to read: a tar is packed on one processor while it is
 * hashed and unpacked on the other, and lies nowhere in between.
 *
 * <p>A failure of the writer is thrown to the reader in place of the end, so nobody takes half a
 * stream for a whole one. Closing the stream early fails the writer's next piece and waits until it
 * has ended.
 */
public final class SidePipe extends InputStream {
  private static final int PIECE = 64 * 1024;
  private static final int MOST_PIECES = 16;
  private static final byte[] END = new byte[0];

  /** Writes the whole stream. */
  @FunctionalInterface
  public interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(MOST_PIECES);
  private final Thread writer;
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private byte[] current = END;
  private int position;
  private boolean ended;

  private SidePipe(Source source) {
    writer = Thread.ofPlatform().daemon().name("disk-work-pipe").unstarted(() -> write(source));
  }

  /** Starts the writer on a thread of its own. */
  public static SidePipe from(Source source) {
    SidePipe pipe = new SidePipe(source);
    pipe.writer.start();
    return pipe;
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // the reader throws it
  private void write(Source source) {
    try (Pieces out = new Pieces()) {
      source.writeTo(out);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    try {
      put(END);
    } catch (IOException gone) {
      // The reader has closed: he waits for this thread, not for an end.
    }
  }

  private void put(byte[] piece) throws IOException {
    try {
      if (closed) {
        throw new IOException("nobody reads any more");
      }
      pieces.put(piece);
      if (closed) {
        pieces.clear();
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException("nobody reads any more");
    }
  }

  @Override
  public int read() throws IOException {
    return position < current.length || next() ? current[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position == current.length && !next()) {
      return -1;
    }
    int count = Math.min(length, current.length - position);
    System.arraycopy(current, position, bytes, offset, count);
    position += count;
    return count;
  }

  private boolean next() throws IOException {
    if (ended) {
      return false;
    }
    try {
      current = pieces.take();
      position = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading");
    }
    if (current.length > 0) {
      return true;
    }
    ended = true;
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IOException(failure);
    }
    return false;
  }

  /** Ends the writer, if it has not ended by itself, and waits for it. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (writer.isAlive()) {
      pieces.clear(); // makes room for a writer that waits
      try {
        writer.join(10);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The writer's side. */
  private final class Pieces extends OutputStream {
    private byte[] piece = new byte[PIECE];
    private int filled;

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int count = Math.min(length - done, PIECE - filled);
        System.arraycopy(bytes, offset + done, piece, filled, count);
        filled += count;
        done += count;
        if (filled == PIECE) {
          put(piece);
          piece = new byte[PIECE];
          filled = 0;
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (filled > 0) {
        put(Arrays.copyOf(piece, filled));
        filled = 0;
      }
    }
  }
}
