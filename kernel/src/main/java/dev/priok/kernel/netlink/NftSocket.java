package dev.priok.kernel.netlink;

/**
 * The way to nf_tables of the namespace of the thread that opened it. Keep it open: closing a
 * netfilter socket makes the kernel wait until everything that was ever deleted is freed
 * (nft_rcv_nl_event), some milliseconds. Not for several threads at once.
 */
public final class NftSocket implements AutoCloseable {
  private final NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);

  void talk(NetlinkRequest request, String doing) {
    socket.talk(request, doing);
  }

  @Override
  public void close() {
    socket.close();
  }
}
