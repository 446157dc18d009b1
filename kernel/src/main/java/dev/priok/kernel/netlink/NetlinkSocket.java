package dev.priok.kernel.netlink;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A netlink socket of the calling thread's network namespace; it stays in that namespace whoever
 * uses it later. The kernel answers within {@code send}, so reading never waits.
 */
final class NetlinkSocket implements AutoCloseable {
  static final int ROUTE = 0;
  static final int NETFILTER = 12;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int ACK_TLVS = 0x200;
  private static final int HEADER = 16;
  private static final int LARGE = Scratch.BUFFER_SIZE;

  private final Fd fd;
  private boolean unreadAnswers;

  private NetlinkSocket(Fd fd) {
    this.fd = fd;
  }

  static NetlinkSocket open(int protocol) {
    try (Scratch s = Scratch.borrow()) {
      long result = s.call(SystemCall.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
      Fd fd = new Fd((int) check(result, "opening a netlink socket"));
      // Both only make errors readable; kernels before 4.12 lack them and work without.
      if (option(s, fd, SOL_NETLINK, NETLINK_CAP_ACK, 1) == 0) {
        option(s, fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
      }
      return new NetlinkSocket(fd);
    }
  }

  @CanIgnoreReturnValue
  private static long option(Scratch s, Fd fd, int level, int option, int value) {
    MemorySegment number = s.take(Integer.BYTES);
    number.set(ValueLayout.JAVA_INT, 0, value);
    return s.call(
        SystemCall.SETSOCKOPT, fd.number(), level, option, number.address(), Integer.BYTES);
  }

  /** Sends and takes the acknowledgement of every message; throws on the first refusal. */
  List<NetlinkReply> talk(NetlinkRequest request, String doing) {
    return exchange(request, request.acks(), doing);
  }

  /** Sends one request with the DUMP flag and collects what the kernel lists. */
  List<NetlinkReply> dump(NetlinkRequest request, String doing) {
    return exchange(request, Integer.MAX_VALUE, doing);
  }

  private List<NetlinkReply> exchange(NetlinkRequest request, int answers, String doing) {
    byte[] message = request.toBytes();
    List<NetlinkReply> replies = new ArrayList<>();
    int left = answers;
    try (Scratch s = Scratch.borrow()) {
      if (message.length > LARGE) {
        // Each acknowledgement takes a buffer of its own: large batches need more than the default.
        option(s, fd, SOL_SOCKET, SO_SNDBUFFORCE, 2 * message.length);
        option(s, fd, SOL_SOCKET, SO_RCVBUFFORCE, 8 * message.length);
      }
      if (unreadAnswers) {
        drain(s);
      }
      long sent = s.bytes(message);
      check(s.call(SystemCall.SENDTO, fd.number(), sent, message.length, 0, 0, 0), doing);
      MemorySegment received = s.buffer();
      while (left > 0) {
        long length = check(receive(s), doing);
        byte[] copy = received.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        ByteBuffer all = ByteBuffer.wrap(copy).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + HEADER <= length) {
          int size = all.getInt(at);
          int type = all.getShort(at + 4) & 0xffff;
          int flags = all.getShort(at + 6) & 0xffff;
          if (size < HEADER || at + size > length) {
            break;
          }
          ByteBuffer body = all.slice(at + HEADER, size - HEADER).order(ByteOrder.nativeOrder());
          if (type == NLMSG_ERROR) {
            int error = -body.getInt(0);
            if (error != 0) {
              unreadAnswers = true;
              throw new NetlinkException(error, doing, kernelText(body, flags));
            }
            left--;
          } else if (type == NLMSG_DONE) {
            return replies;
          } else {
            replies.add(new NetlinkReply(type, body));
          }
          at += (size + 3) & ~3;
        }
      }
    }
    return replies;
  }

  /** What the kernel said after the refusal that ended the last exchange. */
  private void drain(Scratch s) {
    while (receive(s) >= 0) {}
    unreadAnswers = false;
  }

  private long receive(Scratch s) {
    MemorySegment into = s.buffer();
    return s.call(
        SystemCall.RECVFROM, fd.number(), into.address(), into.byteSize(), MSG_DONTWAIT, 0, 0);
  }

  private static String kernelText(ByteBuffer body, int flags) {
    if ((flags & ACK_TLVS) == 0) {
      return "";
    }
    Map<Integer, ByteBuffer> attributes = NetlinkReply.attributes(body, 4 + HEADER);
    return NetlinkReply.string(attributes.get(1));
  }

  private static long check(long result, String doing) {
    if (result < 0) {
      throw new NetlinkException((int) -result, doing, "");
    }
    return result;
  }

  @Override
  public void close() {
    fd.close();
  }
}
