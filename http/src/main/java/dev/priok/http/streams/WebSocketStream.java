package dev.priok.http.streams;

import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.StdStream;
import dev.priok.http.server.RawStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames of RFC 6455 section 5, as a server: what comes is masked, what goes is not. */
final class WebSocketStream implements ClientStream {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketStream.class);
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FINAL = 0x80;
  private static final int LARGEST_PIECE = 32 * 1024;
  private static final byte[] END = new byte[0];
  private static final byte[] NORMAL_CLOSURE = {(byte) (1000 >> 8), (byte) (1000 & 0xff)};

  private final RawStream raw;
  private final int kind;
  private final Payload payload = new Payload();

  WebSocketStream(RawStream raw, boolean binary) {
    this.raw = raw;
    this.kind = binary ? BINARY : TEXT;
    // Always read, also where nobody wants input: pings and the close must be answered.
    Thread.ofVirtual().name("websocket").start(this::receive);
  }

  private void receive() {
    try (DataInputStream in = new DataInputStream(raw.input())) {
      boolean open = true;
      while (open) {
        open = frame(in);
      }
    } catch (IOException e) {
      LOG.debug("websocket ended: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      payload.end();
    }
  }

  /** One frame; false after the client's close. */
  private boolean frame(DataInputStream in) throws IOException, InterruptedException {
    int first = in.read();
    if (first < 0) {
      return false;
    }
    int code = first & 0x0f;
    int second = in.readUnsignedByte();
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    boolean control = code >= CLOSE;
    if ((second & 0x80) == 0 || (first & 0x70) != 0 || length < 0 || (control && length > 125)) {
      throw new IOException("malformed websocket frame");
    }
    byte[] mask = in.readNBytes(4);
    long done = 0;
    do {
      byte[] piece = in.readNBytes((int) Math.min(LARGEST_PIECE, length - done));
      if (piece.length < Math.min(LARGEST_PIECE, length - done)) {
        throw new IOException("websocket cut off in a frame");
      }
      for (int i = 0; i < piece.length; i++) {
        piece[i] ^= mask[(int) ((done + i) & 3)];
      }
      done += piece.length;
      switch (code) {
        case CONTINUATION, TEXT, BINARY -> payload.add(piece);
        case PING -> send(PONG, piece, 0, piece.length);
        case PONG -> LOG.trace("pong");
        case CLOSE -> {
          send(CLOSE, piece, 0, Math.min(2, piece.length));
          return false;
        }
        default -> throw new IOException("unknown websocket frame");
      }
    } while (done < length);
    return true;
  }

  private void send(int code, byte[] bytes, int offset, int length) throws IOException {
    byte[] header;
    if (length < 126) {
      header = new byte[] {(byte) (FINAL | code), (byte) length};
    } else if (length < 65536) {
      header = new byte[] {(byte) (FINAL | code), 126, (byte) (length >>> 8), (byte) length};
    } else {
      header =
          new byte[] {
            (byte) (FINAL | code),
            127,
            0,
            0,
            0,
            0,
            (byte) (length >>> 24),
            (byte) (length >>> 16),
            (byte) (length >>> 8),
            (byte) length
          };
    }
    raw.write(header, bytes, offset, length);
  }

  @Override
  public InputStream input() {
    return payload;
  }

  @Override
  public void write(StdStream stream, byte[] bytes, int offset, int length) throws IOException {
    if (length > 0) {
      send(kind, bytes, offset, length);
    }
  }

  @Override
  public void close() throws IOException {
    payload.ignoreRest();
    try {
      send(CLOSE, NORMAL_CLOSURE, 0, NORMAL_CLOSURE.length);
    } finally {
      raw.close();
    }
  }

  @Override
  public void onGone(Runnable action) {
    raw.onGone(action);
  }

  /** What the client sent, from the receiving thread to the engine's. */
  private static final class Payload extends InputStream {
    private final LinkedBlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>(16);
    private volatile boolean ignoring;
    private byte[] current = END;
    private int position;
    private boolean ended;

    void add(byte[] piece) throws InterruptedException {
      while (piece.length > 0
          && !ignoring
          && !pieces.offer(piece, 1, java.util.concurrent.TimeUnit.SECONDS)) {
        LOG.trace("nobody reads the websocket's input");
      }
    }

    void end() {
      Thread.startVirtualThread(() -> {
        try {
          while (!ignoring && !pieces.offer(END, 1, java.util.concurrent.TimeUnit.SECONDS)) {
            LOG.trace("nobody reads the websocket's end");
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    }

    void ignoreRest() {
      ignoring = true;
      pieces.clear();
      pieces.add(END);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      if (position == current.length && !ended) {
        try {
          current = pieces.take();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new java.io.InterruptedIOException("interrupted while reading from the client");
        }
        position = 0;
        ended = current.length == 0;
      }
      if (ended) {
        return -1;
      }
      int count = Math.min(length, current.length - position);
      System.arraycopy(current, position, bytes, offset, count);
      position += count;
      return count;
    }
  }
}
