package dev.priok.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS handshakes under way: of strangers, so there is a limit to what all of them together may
 * cost. Whoever is through is root on the host anyway.
 */
final class Handshakes {
  private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

  /** Some 50 KB each. */
  private static final int MOST = 1000;

  private static final int THREADS = 2;

  private final SequencedSet<Channel> waiting = new LinkedHashSet<>();
  private final FewLines evictions = new FewLines(1);

  /**
   * Signing with an RSA key takes milliseconds, in which neither the bytes of other connections nor
   * the requests of those who are in may wait: threads of its own, of which the kernel gives each
   * its share. Virtual ones would have to end before requests get on.
   */
  private final ThreadPoolExecutor sums =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("tls-handshake-", 0).factory());

  Handshakes() {
    sums.allowCoreThreadTimeOut(true);
  }

  /** For the sums of one connection; they are left out once nobody waits for them. */
  Executor sumsOf(Channel channel) {
    return task ->
        sums.execute(() -> {
          if (channel.isActive()) {
            task.run();
          }
        });
  }

  /**
   * Counts a connection until its handshake has ended, one way or the other. Where there are too
   * many the oldest goes: who means it well is through in a moment, who does not takes his time.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // whether it could be closed is of no interest
  void begin(Channel channel, SslHandler handler) {
    Channel oldest = add(channel);
    handler.handshakeFuture().addListener(f -> remove(channel));
    if (oldest != null) {
      if (evictions.mayBeSaid()) {
        LOG.warn("more than {} TLS handshakes at once: the oldest are given up", MOST);
      }
      // From in front of TLS, which would wait three seconds for a last alert to be taken.
      ChannelHandlerContext front = oldest.pipeline().firstContext();
      if (front != null) {
        front.close();
      }
    }
  }

  private synchronized @Nullable Channel add(Channel channel) {
    waiting.add(channel);
    return waiting.size() > MOST ? waiting.removeFirst() : null;
  }

  private synchronized void remove(Channel channel) {
    waiting.remove(channel);
  }
}
