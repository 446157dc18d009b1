package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.Devices.Node;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What described devices change in a container, gathered in the words of the runtime. */
final class CdiEdits {
  /** Runtime specification, config.md, "POSIX-platform Hooks". */
  private static final List<String> STAGES =
      List.of(
          "prestart",
          "createRuntime",
          "createContainer",
          "startContainer",
          "poststart",
          "poststop");

  private final List<String> environment = new ArrayList<>();
  private final List<Devices.Granted> nodes = new ArrayList<>();
  private final List<MountsPart.Entry> mounts = new ArrayList<>();
  private final List<Long> groups = new ArrayList<>();
  private final Map<String, List<CdiSpec.Hook>> hooks = new LinkedHashMap<>();

  List<String> environment() {
    return environment;
  }

  List<Devices.Granted> nodes() {
    return nodes;
  }

  List<MountsPart.Entry> mounts() {
    return mounts;
  }

  List<Long> groups() {
    return groups;
  }

  void add(CdiSpec.@Nullable Edits edits) throws IOException {
    if (edits == null) {
      return;
    }
    if (edits.intelRdt() != null || edits.netDevices() != null) {
      throw EngineException.notImplemented(
          "CDI device injection failed: the edits intelRdt and netDevices are not supported");
    }
    environment.addAll(orEmpty(edits.env()));
    groups.addAll(orEmpty(edits.additionalGids()));
    for (CdiSpec.Node node : orEmpty(edits.deviceNodes())) {
      nodes.add(node(node));
    }
    for (CdiSpec.Mount mount : orEmpty(edits.mounts())) {
      mounts.add(
          new MountsPart.Entry(
              required(mount.containerPath(), "containerPath of a mount"),
              mount.type() == null ? "bind" : mount.type(),
              required(mount.hostPath(), "hostPath of a mount"),
              orEmpty(mount.options())));
    }
    for (CdiSpec.Hook hook : orEmpty(edits.hooks())) {
      String stage = required(hook.hookName(), "hookName");
      if (!STAGES.contains(stage)) {
        throw EngineException.invalid("CDI device injection failed: unknown hook name %s", stage);
      }
      hooks.computeIfAbsent(stage, s -> new ArrayList<>()).add(hook);
    }
  }

  private static Devices.Granted node(CdiSpec.Node wanted) throws IOException {
    String path = required(wanted.path(), "path of a device node");
    Node host =
        wanted.major() != null && wanted.minor() != null && wanted.type() != null
            ? new Node(path, wanted.type(), wanted.major(), wanted.minor(), 0666L, 0L, 0L)
            : Devices.nodeAt(wanted.hostPath() == null ? path : wanted.hostPath(), path);
    Node node =
        new Node(
            path,
            wanted.type() == null ? host.type() : wanted.type(),
            wanted.major() == null ? host.major() : wanted.major(),
            wanted.minor() == null ? host.minor() : wanted.minor(),
            wanted.fileMode() == null ? host.mode() : wanted.fileMode(),
            wanted.uid() == null ? host.uid() : wanted.uid(),
            wanted.gid() == null ? host.gid() : wanted.gid());
    String permissions = wanted.permissions();
    return new Devices.Granted(
        node, permissions == null || permissions.isEmpty() ? "rwm" : permissions);
  }

  void writeHooks(SpecWriter out) {
    if (hooks.isEmpty()) {
      return;
    }
    out.object(
        "hooks",
        () ->
            hooks.forEach((stage, list) ->
                out.array(
                    stage,
                    () -> {
                      for (CdiSpec.Hook hook : list) {
                        out.element(() -> {
                          out.string("path", hook.path());
                          out.strings("args", orEmpty(hook.args()));
                          out.strings("env", orEmpty(hook.env()));
                          out.number("timeout", hook.timeout());
                        });
                      }
                    })));
  }

  private static String required(@Nullable String value, String what) {
    if (value == null || value.isEmpty()) {
      throw EngineException.invalid("CDI device injection failed: the %s is missing", what);
    }
    return value;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
