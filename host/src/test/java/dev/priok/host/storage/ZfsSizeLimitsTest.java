package dev.priok.host.storage;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

/** By projects and properties of the file system. Needs ZFS in the kernel. */
@EnabledIf("dev.priok.host.storage.ZfsDriverTest#isHere")
final class ZfsSizeLimitsTest extends SizeLimitsContract {
  @Override
  String fileSystem() {
    return "zfs";
  }

  /** ZFS counts when it writes out a group of transactions. */
  @Override
  void settle(LoopMount mount) throws IOException {
    LoopMount.run(List.of("zpool", "sync", mount.pool()));
  }
}
