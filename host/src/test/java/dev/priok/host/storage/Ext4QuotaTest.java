package dev.priok.host.storage;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("isHere")
final class Ext4QuotaTest extends ProjectQuotaContract {
  /** Kernels have quotas or not; the virtual machine of tests/vm has. */
  static boolean isHere() {
    return java.nio.file.Files.exists(java.nio.file.Path.of("/proc/fs/xfs/xqmstat"));
  }

  @Override
  String fileSystem() {
    return "ext4";
  }

  @Override
  String mountOption() {
    return "prjquota";
  }
}
