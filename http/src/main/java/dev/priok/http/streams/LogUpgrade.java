package dev.priok.http.streams;

import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.Framing;
import dev.priok.engine.streams.StdStream;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.http.routing.Call;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Logs: the frames go out as an ordinary chunked response. */
public final class LogUpgrade implements StreamUpgrade {
  private final Call call;

  public LogUpgrade(Call call) {
    this.call = call;
  }

  @Override
  public ClientStream open(Framing framing) throws IOException {
    return new LogStream(call, framing, call.stream(StreamTypes.of(framing, call.version())));
  }

  /** Output only: what a client would send belongs to its next request. */
  private record LogStream(Call call, Framing framing, OutputStream out) implements ClientStream {

    @Override
    public InputStream input() {
      return InputStream.nullInputStream();
    }

    @Override
    public void write(StdStream stream, byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return;
      }
      if (framing == Framing.RAW) {
        out.write(bytes, offset, length);
        return;
      }
      // One write, so that a frame is never torn by another thread's.
      byte[] frame = new byte[8 + length];
      System.arraycopy(FrameHeader.of(stream, length), 0, frame, 0, 8);
      System.arraycopy(bytes, offset, frame, 8, length);
      out.write(frame);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }

    @Override
    public void onGone(Runnable action) {
      call.exchange().onGone(action);
    }
  }
}
