package dev.priok.host.archive;

import dev.priok.kernel.call.Fd;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * What a storage driver makes of the marks in an OCI layer: {@code .wh.NAME} says that NAME of the
 * layers below is gone, {@code .wh..wh..opq} that everything in its directory is (OCI image
 * specification, "Whiteouts"). Both speak of the layers below only.
 */
public interface Whiteouts {
  String PREFIX = ".wh.";
  String OPAQUE = ".wh..wh..opq";

  /** Marks of aufs itself ({@code .wh..wh.plnk}, {@code .wh..wh.aufs}); they mean nothing here. */
  String META_PREFIX = ".wh..wh.";

  /**
   * NAME of the layers below is gone.
   *
   * @param unpacked true for a path that this layer itself brought
   */
  void gone(Fd directory, String path, String name, Predicate<String> unpacked) throws IOException;

  /** Everything that the layers below have in the directory is gone. */
  void opaque(Fd directory, String path, Predicate<String> unpacked) throws IOException;

  /** A directory took the place of a whiteout: what the layers below have there stays gone. */
  void replacedByDirectory(Fd directory) throws IOException;
}
