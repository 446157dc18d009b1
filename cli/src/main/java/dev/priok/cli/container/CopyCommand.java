package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.archive.TarSource;
import dev.priok.cli.archive.Unpacker;
import dev.priok.cli.format.HumanSize;
import dev.priok.cli.terminal.TerminalFiles;
import dev.priok.client.ApiException;
import dev.priok.client.Archive;
import dev.priok.client.PathStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok cp}: copies files between a container and the user's own. */
@CommandLine.Command(
    name = "cp",
    customSynopsis = {
      "priok cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-",
      "        priok cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH"
    },
    description = "Copy files/folders between a container and the local filesystem")
public final class CopyCommand extends Command {
  @Option(
      names = {"-a", "--archive"},
      description = "Archive mode (copy all uid/gid information).")
  boolean archive;

  @Option(
      names = {"-L", "--follow-link"},
      description = "Always follow symbol link in SRC_PATH.")
  boolean followLink;

  @Option(
      names = {"-q", "--quiet"},
      description = "Suppress progress output during copy.")
  boolean quiet;

  /** Takes a source and a destination. */
  public CopyCommand() {
    super(2, 2);
  }

  /** One side of a copy; no container means the user's own files. */
  record Side(@Nullable String container, String path) {
    static Side parse(String text) {
      int colon = text.indexOf(':');
      if (text.startsWith("/") || text.startsWith(".") || colon <= 0) {
        return new Side(null, text);
      }
      return new Side(text.substring(0, colon), text.substring(colon + 1));
    }
  }

  @Override
  public int run(Session session) throws Exception {
    if (argument(0).isEmpty() || argument(1).isEmpty()) {
      throw CliException.failure("source and destination can not be empty");
    }
    Side source = Side.parse(argument(0));
    Side target = Side.parse(argument(1));
    if (source.container() != null && target.container() != null) {
      throw CliException.failure("copying between containers is not supported");
    }
    if (source.container() != null) {
      download(session, source.container(), source.path(), target.path());
    } else if (target.container() != null) {
      upload(session, source.path(), target.container(), target.path());
    } else {
      throw CliException.failure("must specify at least one container source");
    }
    return 0;
  }

  private void download(Session session, String container, String asked, String target)
      throws IOException {
    String source = asked;
    if (followLink) {
      PathStat stat = session.client().containers().stat(container, source);
      if (stat.isSymlink() && stat.linkTarget() != null && !stat.linkTarget().isEmpty()) {
        source = beside(source, stat.linkTarget());
      }
    }
    try (Archive tar = session.client().containers().download(container, source)) {
      if (target.equals("-")) {
        tar.tar().transferTo(session.stdout());
        session.stdout().flush();
        return;
      }
      Path destination = Path.of(target).toAbsolutePath();
      Unpacker unpacker = unpacker(tar.stat(), source, target, destination.normalize());
      unpacker.unpack(tar.tar());
      unpacker.skipped().forEach(n -> session.err().println("Not copied, no regular file: " + n));
      report(session, unpacker.copied(), target);
    }
  }

  /** Where the archive goes: into an existing directory, or under the name that was asked for. */
  private Unpacker unpacker(PathStat stat, String source, String target, Path destination) {
    boolean contents = source.endsWith("/.") || source.equals(".");
    if (Files.isDirectory(destination)) {
      String name = baseName(source);
      return new Unpacker(destination, contents || name.isEmpty() ? null : name, archive);
    }
    Path parent = destination.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw CliException.failure(
          "invalid output path: directory \"" + parent + "\" does not exist");
    }
    boolean exists = Files.exists(destination, LinkOption.NOFOLLOW_LINKS);
    if (stat.isDirectory() && exists) {
      throw CliException.failure("cannot copy directory: " + target + " is a file");
    }
    if (!stat.isDirectory() && target.endsWith("/")) {
      throw CliException.failure("destination directory \"" + target + "\" must exist");
    }
    return new Unpacker(parent, String.valueOf(destination.getFileName()), archive);
  }

  private void upload(Session session, String source, String container, String asked)
      throws IOException {
    String target = asked.isEmpty() ? "/" : asked;
    PathStat stat = stat(session, container, target);
    if (stat != null && stat.isSymlink() && stat.linkTarget() != null) {
      target = beside(target, stat.linkTarget());
      stat = stat(session, container, target);
    }
    if (source.equals("-")) {
      if (stat != null && !stat.isDirectory()) {
        throw CliException.failure(
            "destination \"" + container + ":" + target + "\" must be a directory");
      }
      session.client().containers().upload(container, target, session.stdin(), true, archive);
      return;
    }
    Path local = Path.of(source);
    if (!Files.exists(local, LinkOption.NOFOLLOW_LINKS)) {
      throw CliException.failure("lstat " + source + ": no such file or directory");
    }
    Path real = followLink || source.endsWith("/") ? local.toRealPath() : local;
    boolean directory = Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS);
    boolean contents = source.endsWith("/.") || source.equals(".");
    String into = target;
    String name = contents ? "." : baseName(local.toAbsolutePath().normalize().toString());
    if (stat == null || !stat.isDirectory()) {
      if (stat != null && directory) {
        throw CliException.failure("cannot copy directory");
      }
      if (stat == null && !directory && target.endsWith("/")) {
        throw CliException.failure(
            "destination directory \"" + container + ":" + target + "\" must exist");
      }
      into = parentOf(target);
      name = baseName(target);
    }
    try (TarSource tar = new TarSource(real, name)) {
      session.client().containers().upload(container, into, tar, true, archive);
      report(session, tar.copied(), container + ":" + asked);
    }
  }

  private static @Nullable PathStat stat(Session session, String container, String path) {
    try {
      return session.client().containers().stat(container, path);
    } catch (ApiException e) {
      // A HEAD answer has no body: whether the container or only the path is missing shows later.
      if (e.isNotFound()) {
        return null;
      }
      throw e;
    }
  }

  private void report(Session session, long bytes, String target) {
    if (!quiet && TerminalFiles.isTerminal(1)) {
      session.err().println("Successfully copied " + HumanSize.ofImage(bytes) + " to " + target);
    }
  }

  private static String beside(String path, String link) {
    return link.startsWith("/") ? link : parentOf(path) + "/" + link;
  }

  private static String parentOf(String path) {
    String plain = withoutEnd(path);
    int slash = plain.lastIndexOf('/');
    return slash <= 0 ? "/" : plain.substring(0, slash);
  }

  private static String baseName(String path) {
    String plain = withoutEnd(path);
    return plain.substring(plain.lastIndexOf('/') + 1);
  }

  private static String withoutEnd(String path) {
    String plain = path;
    while (plain.length() > 1 && plain.endsWith("/")) {
      plain = plain.substring(0, plain.length() - 1);
    }
    return plain;
  }
}
