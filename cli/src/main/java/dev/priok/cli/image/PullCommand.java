package dev.priok.cli.image;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.terminal.TerminalFiles;
import dev.priok.client.streams.ProgressStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok pull}: download an image from a registry. */
@CommandLine.Command(
    name = "pull",
    customSynopsis = "priok pull [OPTIONS] NAME[:TAG|@DIGEST]",
    description = "Download an image from a registry")
public final class PullCommand extends Command {
  @Option(
      names = {"-a", "--all-tags"},
      description = "Download all tagged images in the repository.")
  boolean allTags;

  @Option(
      names = "--platform",
      paramLabel = "string",
      description = "Set platform if server is multi-platform capable.")
  @Nullable String platform;

  @Option(
      names = {"-q", "--quiet"},
      description = "Suppress verbose output.")
  boolean quiet;

  /** Takes its arguments. */
  public PullCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    ImageName name = ImageName.parse(argument(0));
    if (allTags && (name.tag() != null || name.digest() != null)) {
      throw CliException.failure("tag can't be used with --all-tags/-a");
    }
    if (!allTags && name.tag() == null && name.digest() == null && !quiet) {
      session.out().println("Using default tag: latest");
    }
    try (ProgressStream progress =
        session
            .client()
            .images()
            .pull(name.repository(), allTags ? null : name.tagOrDigest(), platform, null)) {
      if (quiet) {
        progress.await();
      } else {
        new ProgressDisplay(session.out(), TerminalFiles.isTerminal(1)).show(progress);
      }
    }
    session.out().println(allTags ? name.repository() : name.canonical());
    return 0;
  }
}
