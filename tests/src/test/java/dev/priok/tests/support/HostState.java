package dev.priok.tests.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What containers leave on a machine when something goes wrong: mounts, links, network namespaces,
 * cgroups, firewall tables and helper processes. Taken before and after, the two must be equal.
 */
public record HostState(
    Set<String> mounts,
    Set<String> links,
    Set<String> networkNamespaces,
    Set<String> cgroups,
    String firewall,
    Set<String> helpers) {
  private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{64}");
  private static final Set<String> HELPERS =
      Set.of("conmon", "runc", "crun", "containerd-shim", "priok-exec");

  /** The state now. */
  public static HostState now() {
    return new HostState(
        lines("/proc/self/mountinfo", line -> line.split(" ", -1)[4]),
        lines("/proc/net/dev", line -> line.contains(":") ? line.strip().split(":", -1)[0] : ""),
        namespaces(),
        cgroupsOfContainers(),
        new Shell(Map.of(), Duration.ofSeconds(10)).run("nft", "list", "ruleset").out(),
        helperProcesses());
  }

  /** What is here now and was not in the earlier state, as sentences; empty where all is well. */
  public Set<String> addedSince(HostState before) {
    Set<String> added = new TreeSet<>();
    add(added, "mount ", mounts, before.mounts);
    add(added, "link ", links, before.links);
    add(added, "network namespace ", networkNamespaces, before.networkNamespaces);
    add(added, "cgroup ", cgroups, before.cgroups);
    add(added, "process ", helpers, before.helpers);
    if (!firewall.equals(before.firewall)) {
      added.add("firewall rules:\n" + firewall);
    }
    return added;
  }

  private static void add(Set<String> to, String what, Set<String> now, Set<String> before) {
    now.stream().filter(x -> !before.contains(x)).forEach(x -> to.add(what + x));
  }

  private static Set<String> lines(String file, java.util.function.Function<String, String> field) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .map(field)
          .filter(x -> !x.isEmpty())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> namespaces() {
    Set<String> all = new TreeSet<>();
    eachProcess(process -> all.add(Files.readSymbolicLink(process.resolve("ns/net")).toString()));
    return all;
  }

  private static Set<String> helperProcesses() {
    Set<String> all = new TreeSet<>();
    eachProcess(process -> {
      String name = Files.readString(process.resolve("comm")).strip();
      if (HELPERS.contains(name)) {
        all.add(name + " " + process.getFileName());
      }
    });
    return all;
  }

  private interface ProcessVisitor {
    void visit(Path process) throws IOException;
  }

  private static void eachProcess(ProcessVisitor visitor) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        if (Character.isDigit(process.getFileName().toString().charAt(0))) {
          try {
            visitor.visit(process);
          } catch (IOException e) {
            // The process ended between the listing and the look at it: nothing is left of it.
            if (Files.exists(process.resolve("exe"))) {
              throw e;
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> cgroupsOfContainers() {
    Outcome found =
        new Shell(Map.of(), Duration.ofSeconds(10))
            .run("find", "/sys/fs/cgroup", "-mindepth", "2", "-type", "d");
    return found.lines().stream()
        .filter(path -> CONTAINER.matcher(path).find())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
