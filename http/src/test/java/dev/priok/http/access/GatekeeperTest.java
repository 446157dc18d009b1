package dev.priok.http.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.engine.Engine;
import dev.priok.http.Rooms;
import dev.priok.http.access.Gatekeeper.Asked;
import dev.priok.http.access.Gatekeeper.Bodies;
import dev.priok.http.access.Gatekeeper.Verdict;
import dev.priok.http.routing.Query;
import dev.priok.model.api.Json;
import dev.priok.model.api.container.ContainerConfigBuilder;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.ContainerInspectResponseBuilder;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.exec.ExecInspectResponse;
import dev.priok.model.api.exec.ExecInspectResponseBuilder;
import dev.priok.model.api.exec.ProcessConfig;
import dev.priok.model.api.network.Network;
import dev.priok.model.api.network.NetworkBuilder;
import dev.priok.model.api.volume.Volume;
import dev.priok.model.api.volume.VolumeBuilder;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Verdicts: every operation for every built-in role, and the ways to the host that must all fail.
 */
final class GatekeeperTest {
  @TempDir private Path dir;

  /** Containers by name: plain, privileged, mounting, and one of team a. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
  private static final class Things {
    ContainerInspectResponse inspect(String name, boolean size) {
      String host =
          switch (name) {
            case "privileged" -> "{\"Privileged\":true}";
            case "mounting" -> "{\"Binds\":[\"/:/host\"]}";
            case "sharing" -> "{\"PidMode\":\"container:privileged\"}";
            case "plain", "of-a" -> "{\"CgroupnsMode\":\"host\",\"Runtime\":\"crun\"}";
            default -> throw EngineException.notFound("No such container: %s", name);
          };
      return ContainerInspectResponseBuilder.builder()
          .id("id-of-" + name)
          .hostConfig(json(host, HostConfig.class))
          .config(
              ContainerConfigBuilder.builder()
                  .labels(name.equals("of-a") ? Map.of("team", "a") : Map.of())
                  .build())
          .build();
    }

    ExecInspectResponse inspect(String id) {
      return ExecInspectResponseBuilder.builder()
          .id(id)
          .containerID(id.equals("in-privileged") ? "privileged" : "plain")
          .processConfig(new ProcessConfig(id.equals("privileged-exec"), null, null, null, null))
          .build();
    }
  }

  /** Volumes and networks need an object of their own: the method has the same name. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
  private static final class Volumes {
    Volume inspect(String name) {
      return switch (name) {
        case "data" -> VolumeBuilder.builder().name(name).driver("local").build();
        case "of-a" ->
            VolumeBuilder.builder().name(name).driver("local").labels(Map.of("team", "a")).build();
        case "of-host" ->
            VolumeBuilder.builder()
                .name(name)
                .driver("local")
                .options(Map.of("type", "none", "o", "bind", "device", "/"))
                .build();
        default -> throw EngineException.notFound("get %s: no such volume", name);
      };
    }
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
  private static final class Networks {
    Network inspect(String name, boolean verbose) {
      return NetworkBuilder.builder()
          .name(name)
          .labels(name.equals("of-a") ? Map.of("team", "a") : Map.of())
          .build();
    }
  }

  private static Engine engine() {
    Engine things = Rooms.engine(new Things());
    return new Engine(
        things.containers(),
        things.execs(),
        things.images(),
        Rooms.engine(new Volumes()).volumes(),
        Rooms.engine(new Networks()).networks(),
        things.events(),
        things.system());
  }

  private static <T> T json(String text, Class<T> type) {
    try {
      return Json.mapper().readValue(text, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Roles roles(String json) throws IOException {
    return Roles.read(Files.writeString(dir.resolve("roles.json"), json));
  }

  private Verdict ask(
      Roles roles,
      String user,
      Operation operation,
      String target,
      String query,
      @Nullable String body)
      throws IOException {
    Bodies bodies =
        new Bodies() {
          @Override
          public <T> @Nullable T read(Class<T> type) {
            return body == null ? null : json(body, type);
          }
        };
    Caller caller =
        user.equals("root")
            ? new Caller.Local(0, "root", Set.of())
            : new Caller.Local(1000, user, Set.of("people", user + "s"));
    return new Gatekeeper(() -> roles, engine())
        .decide(new Asked(caller, operation, target, new Query(query), bodies));
  }

  private static final String EVERYBODY =
      """
      {"users": {"v": "viewer", "o": "operator", "b": "builder", "a": "admin"}}
      """;

  @ParameterizedTest
  @EnumSource(Operation.class)
  void everyOperationForEveryBuiltInRole(Operation operation) throws IOException {
    Roles roles = roles(EVERYBODY);
    String target =
        operation.word().startsWith("exec.") && operation != Operation.EXEC_CREATE ? "x" : "plain";
    if (operation.word().startsWith("volume.")) {
      target = "data";
    }
    for (String user : new String[] {"v", "o", "b", "a", "root", "nobody"}) {
      boolean expected =
          switch (operation.kind()) {
            case OPEN, READ -> !user.equals("nobody") || operation.kind() == Operation.Kind.OPEN;
            case OPERATE -> user.equals("o");
            case PULL -> user.equals("o") || user.equals("b");
            case BUILD -> user.equals("b");
            case ADMIN -> false;
          };
      if (operation.kind() == Operation.Kind.OPEN) {
        continue; // Never asked: AccessControl lets them through.
      }
      boolean allowed =
          ask(
                  roles,
                  user,
                  operation,
                  target,
                  "container=plain",
                  operation.word().endsWith("connect") ? "{\"Container\":\"plain\"}" : null)
              instanceof Verdict.Allowed;
      assertThat(allowed)
          .as("%s for %s", operation.word(), user)
          .isEqualTo(expected || user.equals("a") || user.equals("root"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"HostConfig\":{\"Privileged\":true}}",
        "{\"HostConfig\":{\"Binds\":[\"/:/host\"]}}",
        "{\"HostConfig\":{\"Binds\":[\"/var/run/docker.sock:/s\"]}}",
        "{\"HostConfig\":{\"Binds\":[\"../x:/s\"]}}",
        "{\"HostConfig\":{\"Binds\":[\"ok:/v\",\"/etc:/e:ro\"]}}",
        "{\"HostConfig\":{\"Binds\":[\"of-host:/v\"]}}",
        "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/h\"}]}}",
        "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/h\",\"VolumeOptions\":{\"DriverConfig\":{\"Options\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}}}}]}}",
        "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"of-host\",\"Target\":\"/h\"}]}}",
        "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/h\",\"VolumeOptions\":{\"DriverConfig\":{\"Name\":\"other\"}}}]}}",
        "{\"HostConfig\":{\"VolumesFrom\":[\"mounting:ro\"]}}",
        "{\"HostConfig\":{\"VolumeDriver\":\"other\"}}",
        "{\"HostConfig\":{\"PidMode\":\"host\"}}",
        "{\"HostConfig\":{\"PidMode\":\"container:privileged\"}}",
        "{\"HostConfig\":{\"IpcMode\":\"host\"}}",
        "{\"HostConfig\":{\"UTSMode\":\"host\"}}",
        "{\"HostConfig\":{\"UsernsMode\":\"host\"}}",
        "{\"HostConfig\":{\"NetworkMode\":\"host\"}}",
        "{\"HostConfig\":{\"NetworkMode\":\"container:mounting\"}}",
        "{\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"/dev/sda\"}]}}",
        "{\"HostConfig\":{\"DeviceCgroupRules\":[\"b 8:* rwm\"]}}",
        "{\"HostConfig\":{\"DeviceRequests\":[{\"Count\":-1}]}}",
        "{\"HostConfig\":{\"CapAdd\":[\"SYS_ADMIN\"]}}",
        "{\"HostConfig\":{\"CapAdd\":[\"ALL\"]}}",
        "{\"HostConfig\":{\"CapAdd\":[\"cap_sys_ptrace\"]}}",
        "{\"HostConfig\":{\"SecurityOpt\":[\"seccomp=unconfined\"]}}",
        "{\"HostConfig\":{\"SecurityOpt\":[\"apparmor=unconfined\"]}}",
        "{\"HostConfig\":{\"SecurityOpt\":[\"systempaths=unconfined\"]}}",
        "{\"HostConfig\":{\"MaskedPaths\":[]}}",
        "{\"HostConfig\":{\"ReadonlyPaths\":[]}}",
        "{\"HostConfig\":{\"CgroupParent\":\"/\"}}",
        "{\"HostConfig\":{\"Runtime\":\"loose\"}}",
        "{\"HostConfig\":{\"Annotations\":{\"run.oci.hooks.stdout\":\"/etc/cron.d/x\"}}}",
        "{\"HostConfig\":{\"LogConfig\":{\"Type\":\"syslog\",\"Config\":{\"syslog-address\":\"unix:///x\"}}}}",
      })
  void noWayToTheHostByCreating(String body) throws IOException {
    Roles roles = roles(EVERYBODY);
    Verdict verdict = ask(roles, "o", Operation.CONTAINER_CREATE, "", "", body);
    assertThat(verdict).isInstanceOf(Verdict.Denied.class);
    assertThat(((Verdict.Denied) verdict).reason()).contains("role operator has no right");
    assertThat(ask(roles, "a", Operation.CONTAINER_CREATE, "", "", body))
        .isInstanceOf(Verdict.Allowed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"HostConfig\":{\"Binds\":[\"data:/v\"],\"Memory\":1000000}}",
        "{\"HostConfig\":{\"CapAdd\":[\"CHOWN\",\"cap_net_raw\"],\"CapDrop\":[\"ALL\"]}}",
        "{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges\"],\"Runtime\":\"runc\"}}",
        "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/t\"},{\"Type\":\"volume\",\"Source\":\"new\",\"Target\":\"/v\"}]}}",
        "{\"HostConfig\":{\"VolumesFrom\":[\"plain\"],\"PidMode\":\"container:plain\",\"NetworkMode\":\"bridge\"}}",
        "{\"HostConfig\":{\"LogConfig\":{\"Type\":\"local\"}}}",
      })
  void ordinaryContainersAreForOperators(String body) throws IOException {
    assertThat(ask(roles(EVERYBODY), "o", Operation.CONTAINER_CREATE, "", "", body))
        .isEqualTo(new Verdict.Allowed("operator", ""));
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {
        "CONTAINER_START", "CONTAINER_RESTART", "CONTAINER_ATTACH", "CONTAINER_ATTACH_WEBSOCKET",
        "CONTAINER_EXPORT", "CONTAINER_COPY_FROM", "CONTAINER_COPY_TO", "CONTAINER_COPY_STAT",
        "CONTAINER_RENAME", "CONTAINER_UPDATE", "CONTAINER_UNPAUSE", "CONTAINER_CHECKPOINT",
        "EXEC_CREATE"
      })
  void nobodyEntersWhatHeCouldNotHaveMade(Operation operation) throws IOException {
    Roles roles = roles(EVERYBODY);
    for (String name : new String[] {"privileged", "mounting", "sharing"}) {
      assertThat(ask(roles, "o", operation, name, "", null)).isInstanceOf(Verdict.Denied.class);
    }
    // The call goes on with what was looked at, whatever the name means a moment later.
    assertThat(ask(roles, "o", operation, "plain", "", null))
        .isEqualTo(new Verdict.Allowed("operator", "id-of-plain"));
  }

  @Test
  void otherWaysIn() throws IOException {
    Roles roles = roles(EVERYBODY);
    assertThat(ask(roles, "o", Operation.EXEC_CREATE, "plain", "", "{\"Privileged\":true}"))
        .isInstanceOf(Verdict.Denied.class);
    for (String exec : new String[] {"in-privileged", "privileged-exec"}) {
      assertThat(ask(roles, "o", Operation.EXEC_START, exec, "", null))
          .isInstanceOf(Verdict.Denied.class);
    }
    assertThat(ask(roles, "o", Operation.EXEC_START, "usual", "", null))
        .isInstanceOf(Verdict.Allowed.class);
    String bind =
        "{\"Name\":\"v\",\"DriverOpts\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}}";
    assertThat(ask(roles, "o", Operation.VOLUME_CREATE, "", "", bind))
        .isInstanceOf(Verdict.Denied.class);
    assertThat(ask(roles, "o", Operation.VOLUME_CREATE, "", "", "{\"Driver\":\"other\"}"))
        .isInstanceOf(Verdict.Denied.class);
    assertThat(
            ask(
                roles,
                "o",
                Operation.NETWORK_CREATE,
                "",
                "",
                "{\"Name\":\"n\",\"Driver\":\"macvlan\"}"))
        .isInstanceOf(Verdict.Denied.class);
    assertThat(
            ask(
                roles,
                "o",
                Operation.CONTAINER_CHECKPOINT,
                "plain",
                "",
                "{\"CheckpointID\":\"c\",\"CheckpointDir\":\"/etc\"}"))
        .isInstanceOf(Verdict.Denied.class);
    assertThat(ask(roles, "o", Operation.CONTAINER_START, "plain", "checkpoint-dir=/x", null))
        .isInstanceOf(Verdict.Denied.class);
    assertThat(ask(roles, "b", Operation.BUILD_START, "", "networkmode=host", null))
        .isInstanceOf(Verdict.Denied.class);
    assertThat(ask(roles, "b", Operation.CONTAINER_COMMIT, "", "container=mounting", null))
        .isInstanceOf(Verdict.Denied.class);
  }

  @Test
  void rolesBoundToLabelsAndImages() throws IOException {
    Roles roles =
        roles(
            """
            {"roles": {"team-a": {"from": "operator", "labels": {"team": "a"}, "images": ["a/*", "busybox"],
                                  "rights": ["devices"]}},
             "groups": {"xs": "team-a"}}
            """);
    assertThat(ask(roles, "x", Operation.CONTAINER_STOP, "of-a", "", null))
        .isEqualTo(new Verdict.Allowed("team-a", "id-of-of-a"));
    assertThat(ask(roles, "x", Operation.CONTAINER_STOP, "plain", "", null))
        .isEqualTo(
            new Verdict.Denied(
                "team-a", "container plain has no label team=a, which role team-a is bound to"));
    assertThat(ask(roles, "x", Operation.CONTAINER_LOGS, "plain", "", null))
        .isInstanceOf(Verdict.Denied.class);
    assertThat(ask(roles, "x", Operation.CONTAINER_LIST, "", "", null))
        .isEqualTo(
            new Verdict.Denied(
                "team-a", "role team-a is bound to labels: add the filter label=team=a"));
    assertThat(
            ask(
                roles,
                "x",
                Operation.CONTAINER_LIST,
                "",
                "filters=%7B%22label%22%3A%5B%22team%3Da%22%5D%7D",
                null))
        .isInstanceOf(Verdict.Allowed.class);
    String labelled = "\"Labels\":{\"team\":\"a\"},\"Image\":\"busybox\"";
    assertThat(ask(roles, "x", Operation.CONTAINER_CREATE, "", "", "{" + labelled + "}"))
        .isInstanceOf(Verdict.Allowed.class);
    for (String body :
        new String[] {
          "{\"Image\":\"busybox\"}",
          "{\"Labels\":{\"team\":\"a\"},\"Image\":\"b/x\"}",
          "{" + labelled + ",\"HostConfig\":{\"Binds\":[\"data:/v\"]}}",
          "{" + labelled + ",\"HostConfig\":{\"NetworkMode\":\"others\"}}",
        }) {
      assertThat(ask(roles, "x", Operation.CONTAINER_CREATE, "", "", body))
          .as(body)
          .isInstanceOf(Verdict.Denied.class);
    }
    String allowed =
        "{"
            + labelled
            + ",\"HostConfig\":{\"Binds\":[\"of-a:/v\"],\"NetworkMode\":\"of-a\","
            + "\"Devices\":[{\"PathOnHost\":\"/dev/fuse\"}]}}";
    assertThat(ask(roles, "x", Operation.CONTAINER_CREATE, "", "", allowed))
        .isInstanceOf(Verdict.Allowed.class);
    assertThat(ask(roles, "x", Operation.IMAGE_PULL, "", "fromImage=a/x&tag=1", null))
        .isInstanceOf(Verdict.Allowed.class);
    assertThat(ask(roles, "x", Operation.IMAGE_PULL, "", "fromImage=c", null))
        .isInstanceOf(Verdict.Denied.class);
  }

  @Test
  void aFileThatCannotBeUnderstoodWholeIsRefused() {
    for (String[] wrong :
        new String[][] {
          {"{\"users\":{\"x\":\"boss\"}}", "no role boss"},
          {"{\"roles\":{\"r\":{\"operations\":[\"container.fly\"]}}}", "no operation is named"},
          {"{\"roles\":{\"r\":{\"rights\":[\"magic\"]}}}", "no right is named magic"},
          {"{\"roles\":{\"admin\":{}}}", "is there already"},
          {"{\"certificates\":{\"x\":\"boss\"}}", "no role boss"},
          {"{\"userz\":{}}", "line 1"},
          {"{\"users\":{\"x\":\"viewer\",\"x\":\"admin\"}}", "Duplicate field"},
          {"{", "line 1"},
        }) {
      assertThatThrownBy(() -> roles(wrong[0]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(wrong[1]);
    }
  }

  @Test
  void stars() {
    assertThat(Arrays.asList("*", "a*", "*c", "a*c", "abc", "*b*"))
        .allMatch(p -> Role.matches(p, "abc"));
    assertThat(Arrays.asList("", "b*", "*a", "a*bc*d", "abcd", "ab", "a*a"))
        .noneMatch(p -> Role.matches(p, "abc"));
  }
}
