package dev.priok.engine.containers.spec;

import dev.priok.host.archive.UnpackOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A container's user as the owner of files. */
public final class FileOwner {
  private FileOwner() {}

  /**
   * Finds the numbers.
   *
   * @param user {@code user[:group]}
   * @param root the container's mounted root, whose lists of users and groups count
   */
  public static UnpackOptions.Owner of(String user, Path root) throws IOException {
    UserLookup.SpecUser found = new UserLookup(new OpenRootFiles(root)).find(user, List.of());
    return new UnpackOptions.Owner((int) found.uid(), (int) found.gid());
  }
}
