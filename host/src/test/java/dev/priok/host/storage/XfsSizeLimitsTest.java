package dev.priok.host.storage;

import org.junit.jupiter.api.condition.EnabledIf;

/** By projects, where the kernel has quotas. */
@EnabledIf("dev.priok.host.storage.XfsQuotaTest#isHere")
final class XfsSizeLimitsTest extends SizeLimitsContract {
  @Override
  String fileSystem() {
    return "xfs";
  }

  @Override
  String mountOptions() {
    return "loop,pquota";
  }
}
