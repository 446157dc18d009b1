package dev.priok.kernel.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The freezer of one group: the controller of version 1, or the file every group of 2 has. */
record Freezer(Path directory, boolean v1) {
  void set(boolean frozen, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      // Version 1 may stay at FREEZING when processes fork meanwhile; asking again moves it on.
      if (v1) {
        CgroupFiles.write(directory, "freezer.state", frozen ? "FROZEN" : "THAWED");
      } else {
        CgroupFiles.write(directory, "cgroup.freeze", frozen ? "1" : "0");
      }
      if (frozen ? isFrozen() : isThawed()) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new IOException(
            "The control group " + directory + " did not " + (frozen ? "freeze" : "thaw"));
      }
      CgroupTree.pause();
    }
  }

  /** Whether it is neither stopped nor about to be: version 1 has FREEZING in between. */
  boolean isThawed() throws IOException {
    return v1
        ? CgroupFiles.text(directory, "freezer.state").orElse("THAWED").strip().equals("THAWED")
        : CgroupFiles.number(directory, "cgroup.freeze", 0) == 0;
  }

  boolean isFrozen() throws IOException {
    if (v1) {
      return CgroupFiles.text(directory, "freezer.state").orElse("").strip().equals("FROZEN");
    }
    return CgroupFiles.table(directory, "cgroup.events").getOrDefault("frozen", 0L) == 1;
  }
}
