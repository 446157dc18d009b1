package dev.priok.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a unix socket from another by the kernel's table of them. */
final class SocketFamily {
  private SocketFamily() {}

  static boolean isUnix(int fd) throws IOException {
    String link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
    if (!link.startsWith("socket:[")) {
      throw new StartRefusedException("descriptor " + fd + " is no socket");
    }
    String inode = link.substring("socket:[".length(), link.length() - 1);
    // /proc/net/unix: Num RefCount Protocol Flags Type St Inode [Path] (proc_net(5))
    try (var lines = Files.lines(Path.of("/proc/self/net/unix"))) {
      return lines.anyMatch(
          line -> line.matches("\\S+ \\S+ \\S+ \\S+ \\S+ \\S+ +" + inode + "( .*)?"));
    }
  }
}
