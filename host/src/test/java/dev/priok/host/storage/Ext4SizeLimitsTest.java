package dev.priok.host.storage;

import org.junit.jupiter.api.condition.EnabledIf;

/** By projects, where the kernel has quotas. */
@EnabledIf("dev.priok.host.storage.Ext4QuotaTest#isHere")
final class Ext4SizeLimitsTest extends SizeLimitsContract {
  @Override
  String fileSystem() {
    return "ext4";
  }

  @Override
  String mountOptions() {
    return "loop,prjquota";
  }
}
