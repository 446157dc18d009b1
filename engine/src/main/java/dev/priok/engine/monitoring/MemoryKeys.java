package dev.priok.engine.monitoring;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The entries of {@code memory.stat} that Docker passes on, each always there, zero where this
 * kernel does not keep it: clients look them up by name.
 */
final class MemoryKeys {
  private static final List<String> COUNTED_TWICE =
      List.of(
          "cache",
          "rss",
          "rss_huge",
          "mapped_file",
          "dirty",
          "writeback",
          "pgpgin",
          "pgpgout",
          "pgfault",
          "pgmajfault",
          "inactive_anon",
          "active_anon",
          "inactive_file",
          "active_file",
          "unevictable");

  private static final List<String> VERSION_2 =
      List.of(
          "anon",
          "file",
          "kernel_stack",
          "slab",
          "sock",
          "shmem",
          "file_mapped",
          "file_dirty",
          "file_writeback",
          "anon_thp",
          "inactive_anon",
          "active_anon",
          "inactive_file",
          "active_file",
          "unevictable",
          "slab_reclaimable",
          "slab_unreclaimable",
          "pgfault",
          "pgmajfault",
          "workingset_refault",
          "workingset_activate",
          "workingset_nodereclaim",
          "pgrefill",
          "pgscan",
          "pgsteal",
          "pgactivate",
          "pgdeactivate",
          "pglazyfree",
          "pglazyfreed",
          "thp_fault_alloc",
          "thp_collapse_alloc");

  private MemoryKeys() {}

  static Map<String, Long> of(Map<String, Long> details, int version) {
    Map<String, Long> result = new TreeMap<>();
    if (version == 2) {
      VERSION_2.forEach(key -> result.put(key, details.getOrDefault(key, 0L)));
      return result;
    }
    for (String key : COUNTED_TWICE) {
      result.put(key, details.getOrDefault(key, 0L));
      result.put("total_" + key, details.getOrDefault("total_" + key, 0L));
    }
    for (String limit : List.of("hierarchical_memory_limit", "hierarchical_memsw_limit")) {
      result.put(limit, details.getOrDefault(limit, 0L));
    }
    return result;
  }
}
