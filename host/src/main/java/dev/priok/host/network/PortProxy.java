package dev.priok.host.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes TCP connections on to a container where no packet filter rule redirects them: on {@code
 * [::1]}, and everywhere with {@code --iptables=false}. Virtual threads: an idle port costs a few
 * hundred bytes.
 */
final class PortProxy {
  private static final Logger LOG = LoggerFactory.getLogger(PortProxy.class);
  private static final int BUFFER = 32 * 1024;

  private final ServerSocketChannel listener;
  private final Supplier<PortMapping> target;

  PortProxy(ServerSocketChannel listener, Supplier<PortMapping> target) {
    this.listener = listener;
    this.target = target;
  }

  /** The thread ends once the listener is closed; only then is the port really free again. */
  Thread start() {
    return Thread.ofVirtual().name("port-proxy").start(this::accept);
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        Thread.ofVirtual().name("port-proxy-connection").start(() -> serve(client));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // Out of descriptors, or the peer was gone before it was accepted: try again, slowly.
        LOG.warn("accepting on a published port failed", e);
        try {
          Thread.sleep(100);
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  private void serve(SocketChannel client) {
    PortMapping mapping = target.get();
    InetSocketAddress address =
        new InetSocketAddress(mapping.containerAddress().inet(), mapping.containerPort());
    try (client;
        SocketChannel container = SocketChannel.open(address)) {
      Thread back = Thread.ofVirtual().start(() -> copy(container, client));
      copy(client, container);
      back.join();
    } catch (IOException e) {
      // The container refuses: closing the client's connection tells it so.
      LOG.debug("no connection to {}: {}", address, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One direction; its end is passed on while the other direction may go on. */
  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // A reset on either side ends both directions; closing wakes the other thread.
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a proxied connection failed", e);
    }
  }
}
