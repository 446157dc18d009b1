package dev.priok.host.network;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A host port that is held for a container until it is closed. */
public final class PublishedPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedPort.class);

  private final PortAllocator owner;
  private final List<NetworkChannel> sockets = new ArrayList<>();
  private final List<Thread> proxies = new ArrayList<>();
  private volatile PortMapping mapping;
  private boolean closed;

  PublishedPort(PortAllocator owner, PortMapping mapping) {
    this.owner = owner;
    this.mapping = mapping;
  }

  public PortMapping mapping() {
    return mapping;
  }

  /** The container's published address moved to another of its networks. */
  public void retarget(Ipv4 address) {
    mapping = mapping.to(address);
  }

  synchronized void hold(ServerSocketChannel listener, boolean proxy) {
    sockets.add(listener);
    if (proxy) {
      proxies.add(new PortProxy(listener, this::mapping).start());
    }
  }

  synchronized void hold(DatagramChannel socket) {
    sockets.add(socket);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (NetworkChannel socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.warn("closing the socket of host port {} failed", mapping.hostPort(), e);
      }
    }
    awaitProxies();
    owner.release(mapping.transport(), mapping.hostAddress(), mapping.hostPort());
  }

  /**
   * The JDK closes a listener in use by a virtual thread when that thread notices. Without waiting
   * the next container would find the port in use.
   */
  private void awaitProxies() {
    for (Thread proxy : proxies) {
      try {
        proxy.join(Duration.ofSeconds(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
