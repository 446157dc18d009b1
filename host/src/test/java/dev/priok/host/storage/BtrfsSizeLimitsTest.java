package dev.priok.host.storage;

/** By subvolumes and their quota groups. */
final class BtrfsSizeLimitsTest extends SizeLimitsContract {
  @Override
  String fileSystem() {
    return "btrfs";
  }
}
