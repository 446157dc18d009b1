package dev.priok.http.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of a unix socket: taking its place, and who may use it. */
final class UnixSocketFile {
  private static final Logger LOG = LoggerFactory.getLogger(UnixSocketFile.class);

  private UnixSocketFile() {}

  /** Makes room: a socket that nobody listens on is removed, anything else is left alone. */
  static void makeRoom(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException("cannot listen on " + path + ": it exists and is not a socket");
    }
    if (answers(path)) {
      throw new IOException(
          "cannot listen on "
              + path
              + ": another daemon is listening on it; stop that one or"
              + " choose another socket with --host");
    }
    Files.delete(path);
  }

  private static boolean answers(Path path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      LOG.debug("nobody listens on {}: {}", path, e.toString());
      return false;
    }
  }

  /** The API is root on the host: only root and the group may connect. */
  static void restrict(Path path, @Nullable String group) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (group != null && !group.isEmpty()) {
      try {
        view.setGroup(
            path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
      } catch (UserPrincipalNotFoundException e) {
        LOG.warn("could not change group of {} to {}: group {} not found", path, group, group);
      }
    }
    // Without NOFOLLOW: there is no fchmodat for links; the path was made by us just now.
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
  }
}
