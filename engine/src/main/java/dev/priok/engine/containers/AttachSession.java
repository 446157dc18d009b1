package dev.priok.engine.containers;

import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.DetachKeys;
import dev.priok.engine.streams.StdStream;
import dev.priok.host.logging.LogStream;
import dev.priok.host.runtime.Attachment;
import dev.priok.host.runtime.OutputSink;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client at the streams of one process, from its call until the process ends, the client leaves
 * or detaches.
 *
 * <p>It can exist before the process does: {@code docker run} attaches first and starts then. The
 * process may also write before the client's stream is open; output waits for it on the delivering
 * thread, which is this session's own.
 */
public final class AttachSession implements OutputSink {
  private static final Logger LOG = LoggerFactory.getLogger(AttachSession.class);
  private static final int INPUT_BUFFER = 32 * 1024;

  /** How the session ended. */
  public enum End {
    PROCESS_ENDED,
    CLIENT_GONE,
    DETACHED,
    CUT_OFF
  }

  private final boolean stdout;
  private final boolean stderr;
  private final CompletableFuture<ClientStream> client = new CompletableFuture<>();
  private final CompletableFuture<Attachment> process = new CompletableFuture<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private volatile Attachment.@Nullable Subscription subscription;

  public AttachSession(boolean stdout, boolean stderr) {
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** The process is there. */
  public void connect(Attachment attachment) {
    // Subscribed even if the client wants no output: the end of the output is the end of the call.
    subscription = attachment.subscribe(this);
    process.complete(attachment);
  }

  /** The process will not come to be. */
  void abandon() {
    end.complete(End.PROCESS_ENDED);
  }

  @Override
  public void output(LogStream stream, byte[] bytes, int offset, int length) throws IOException {
    boolean wanted = stream == LogStream.STDOUT ? stdout : stderr;
    if (!wanted) {
      return;
    }
    try {
      StdStream to = stream == LogStream.STDOUT ? StdStream.STDOUT : StdStream.STDERR;
      client.get().write(to, bytes, offset, length);
    } catch (IOException e) {
      end.complete(End.CLIENT_GONE);
      throw e;
    } catch (ExecutionException e) {
      throw new IOException("the client's stream was never opened", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void ended() {
    end.complete(End.PROCESS_ENDED);
  }

  @Override
  public void overrun() {
    LOG.warn("an attached client did not read for so long that it was cut off");
    end.complete(End.CUT_OFF);
  }

  /**
   * Serves the client until the session ends, then closes its stream.
   *
   * @param input whether the client's bytes go to the process
   * @param keys what detaches, or null where nothing does
   * @param closeInput whether the end of the client's bytes is the end of the process's input
   * @param settled what must be known before the client sees the end: it asks for the exit code then
   */
  public End serve(
      ClientStream stream,
      boolean input,
      @Nullable DetachKeys keys,
      boolean closeInput,
      CompletableFuture<?> settled)
      throws IOException {
    client.complete(stream);
    stream.onGone(() -> end.complete(End.CLIENT_GONE));
    if (input) {
      Thread.ofVirtual().name("attach-input").start(() -> pump(stream, keys, closeInput));
    }
    try {
      End reached = end.get();
      if (reached == End.PROCESS_ENDED) {
        settled.get();
      }
      return reached;
    } catch (ExecutionException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return End.CLIENT_GONE;
    } finally {
      Attachment.Subscription current = subscription;
      if (current != null) {
        current.cancel();
      }
      stream.close();
    }
  }

  /** Where the client's stream could not be opened. */
  void cancel() {
    client.completeExceptionally(new IOException("not opened"));
    end.complete(End.CLIENT_GONE);
    Attachment.Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
  }

  private void pump(ClientStream stream, @Nullable DetachKeys keys, boolean closeInput) {
    try {
      Attachment attachment = process.get();
      InputStream in = stream.input();
      byte[] buffer = new byte[INPUT_BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        byte[] bytes = buffer;
        int length = n;
        if (keys != null) {
          byte[] kept = keys.filter(buffer, n);
          if (kept == null) {
            end.complete(End.DETACHED);
            return;
          }
          bytes = kept;
          length = kept.length;
        }
        if (length > 0) {
          attachment.write(bytes, 0, length);
        }
      }
      if (closeInput) {
        attachment.closeStdin();
      }
    } catch (IOException e) {
      // Either side may go first: a process that ends while its client types, a client that leaves.
      LOG.debug("input of an attached client ended: {}", e.getMessage());
    } catch (ExecutionException e) {
      LOG.debug("no process for the input of an attached client", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
