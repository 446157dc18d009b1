package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.PluginPlace;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two authorization plugins ({@code tests/plugin/authorization-plugin.py}) in front of a daemon of
 * their own. They need the place where daemons look for sockets to themselves.
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "its own daemon")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthorizationPluginTest {
  private static final String HOST = "tcp://127.0.0.1:12379";
  private static final String PROGRAM = "authorization-plugin.py";

  @TempDir private static Path folder;

  private final List<Process> plugins = new ArrayList<>();
  private final Shell shell = new Shell(Map.of(), Duration.ofSeconds(60));
  private Ceremony made;
  private DaemonUnderTest d;
  private HostState before;
  private PluginPlace place;
  private Path audit;
  private Path first;
  private Path second;

  @BeforeAll
  void start() throws IOException {
    before = HostState.now();
    place = PluginPlace.cover();
    made = Ceremony.hold();
    audit = folder.resolve("audit.log");
    first = plugin("first");
    second = plugin("second");
    d =
        made.daemon(
            HOST,
            "--authorization-plugin",
            "first",
            "--authorization-plugin",
            "second",
            "--audit-log",
            audit.toString());
  }

  private Path plugin(String name) throws IOException {
    Path own = Files.createDirectory(folder.resolve(name));
    plugins.add(place.start(PROGRAM, name, own));
    return own;
  }

  @AfterEach
  void forget() throws IOException {
    for (Path plugin : List.of(first, second)) {
      Files.deleteIfExists(plugin.resolve("rules"));
      Files.deleteIfExists(plugin.resolve("calls"));
    }
    d.removeEverything();
  }

  @AfterAll
  void end() throws IOException {
    try {
      d.close();
      plugins.forEach(Process::destroyForcibly);
    } finally {
      place.close();
      made.remove();
    }
    assertThat(HostState.now().addedSince(before)).isEmpty();
  }

  private List<String> audited(String operation) throws IOException {
    return Files.readAllLines(audit).stream()
        .filter(line -> line.contains("\"" + operation + "\""))
        .toList();
  }

  private static void rules(Path folder, String... lines) throws IOException {
    Files.writeString(folder.resolve("rules"), String.join("\n", lines) + "\n");
  }

  private static List<JsonNode> calls(Path folder, String uri) throws IOException {
    JsonMapper mapper = new JsonMapper();
    List<JsonNode> found = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("calls"))) {
      JsonNode call = mapper.readTree(line);
      if (call.path("RequestUri").asText().contains(uri)) {
        found.add(call);
      }
    }
    return found;
  }

  @Test
  void everyPluginIsAskedBeforeTheCallAndBeforeTheAnswer() throws IOException {
    d.http().post("/v1.45/volumes/create", "{\"Name\":\"asked\"}");
    for (Path plugin : List.of(first, second)) {
      List<JsonNode> calls = calls(plugin, "/volumes/create");
      assertThat(calls).hasSize(2);
      assertThat(calls.getFirst().path("Question").asText()).isEqualTo("AuthZPlugin.AuthZReq");
      assertThat(calls.getFirst().path("RequestUri").asText()).isEqualTo("/v1.45/volumes/create");
      assertThat(calls.getFirst().path("RequestBody").asText()).isEqualTo("{\"Name\":\"asked\"}");
      assertThat(calls.getFirst().path("RequestHeaders").path("Content-Type").asText())
          .isEqualTo("application/json");
      assertThat(calls.getLast().path("Question").asText()).isEqualTo("AuthZPlugin.AuthZRes");
      assertThat(calls.getLast().path("ResponseStatusCode").asInt()).isEqualTo(201);
      assertThat(calls.getLast().path("ResponseBody").asText()).contains("\"Name\":\"asked\"");
    }
    assertThat(d.docker("info", "-f", "{{.Plugins.Authorization}}").ok().text())
        .isEqualTo("[first second]");
    d.docker("volume", "rm", "asked").ok();
  }

  @Test
  void whoComesOverTlsIsToldWithHisCertificate() throws IOException {
    made.shell()
        .run(
            "sh",
            "-c",
            "docker -H %s --tlsverify --tlscacert $C/ca.pem --tlscert $C/cert.pem --tlskey $C/key.pem ps"
                .formatted(HOST))
        .ok();
    JsonNode call =
        calls(first, "/containers/json").stream()
            .filter(c -> c.path("User").asText().equals("client"))
            .findFirst()
            .orElseThrow();
    assertThat(call.path("UserAuthNMethod").asText()).isEqualTo("TLS");
    assertThat(call.path("RequestPeerCertificates")).hasSize(1);
    assertThat(call.path("RequestPeerCertificates").get(0).binaryValue())
        .isEqualTo(Files.readAllBytes(Path.of(made.file("cert.pem"))));
    d.docker("ps").ok();
    assertThat(calls(first, "/containers/json").getLast().path("RequestPeerCertificates"))
        .as("nobody shows one on the unix socket")
        .isEmpty();
  }

  @Test
  void whatOneOfThemRefusesIsNotDone() throws IOException {
    rules(second, "request \"Privileged\":true", "request /stop");
    Outcome refused = d.docker("run", "--privileged", "busybox", "true").exits(125);
    assertThat(refused.err())
        .contains("authorization denied by plugin second: no \"Privileged\":true here");
    assertThat(d.docker("ps", "-aq").ok().text()).isEmpty();
    String box = d.docker("run", "-d", "busybox", "sleep", "1000").ok().text();
    assertThat(d.docker("stop", "-t", "0", box).exits(1).err())
        .contains("authorization denied by plugin second: no /stop here");
    assertThat(d.inspect(box, "{{.State.Running}}")).isEqualTo("true");
    assertThat(d.http().post("/v1.45/containers/" + box + "/stop", "").status()).isEqualTo(403);
    assertThat(audited("container.stop"))
        .last()
        .asString()
        .contains("\"verdict\":\"denied\"", "\"status\":403", "denied by plugin second");
  }

  @Test
  void answersAreHeldBack() throws IOException {
    d.docker("volume", "create", "--label", "secret=swordfish", "kept").ok();
    rules(first, "response swordfish");
    Outcome refused = d.docker("volume", "inspect", "kept").exits(1);
    assertThat(refused.err())
        .contains("authorization denied by plugin first: swordfish is not for you");
    assertThat(refused.out()).doesNotContain("swordfish");
    assertThat(audited("volume.inspect")).last().asString().contains("\"status\":403");
  }

  @Test
  void streamsAreAskedForBeforeTheyBeginAndWork() throws IOException {
    assertThat(d.docker("run", "--rm", "busybox", "echo", "heard").ok().text()).isEqualTo("heard");
    String box =
        d.docker("run", "-d", "busybox", "sh", "-c", "echo logged; sleep 1000").ok().text();
    assertThat(d.docker("exec", box, "echo", "inside").ok().text()).isEqualTo("inside");
    d.docker("logs", box).ok();
    assertThat(calls(first, "/attach")).hasSize(2);
    assertThat(calls(first, "/logs").getLast().path("ResponseStatusCode").asInt()).isEqualTo(200);
    rules(first, "request /logs");
    assertThat(d.docker("logs", box).exits(1).err()).contains("denied by plugin first");
  }

  @Test
  void passwordsAreNotTold() throws IOException {
    d.http()
        .post(
            "/v1.45/auth",
            "{\"username\":\"u\",\"password\":\"hunter2\",\"serveraddress\":\"127.0.0.1:1\"}");
    assertThat(Files.readString(first.resolve("calls"))).doesNotContain("hunter2");
    assertThat(calls(first, "/auth")).isNotEmpty();
  }

  @Test
  void aBodyThatAPluginCannotBeToldIsRefused() {
    String padding = "x".repeat(1 << 20);
    assertThat(
            d.http()
                .post(
                    "/v1.45/volumes/create",
                    "{\"Name\":\"big\",\"Labels\":{\"x\":\"" + padding + "\"}}")
                .status())
        .isEqualTo(403);
    assertThat(d.docker("volume", "ls", "-q").ok().text()).isEmpty();
  }

  @Test
  void aPluginThatFailsOrIsGoneLetsNothingThrough() throws IOException {
    rules(first, "fail /volumes");
    assertThat(d.docker("volume", "ls").exits(1).err())
        .contains("plugin first failed with error: the plugin is ill");
    plugins.getFirst().destroyForcibly().onExit().join();
    assertThat(d.docker("volume", "ls").exits(1).err()).contains("plugin first failed with error");
    Files.delete(first.resolve("rules"));
    Files.delete(place.socket("first"));
    plugins.set(0, place.start(PROGRAM, "first", first));
    d.docker("volume", "ls").ok();
  }

  @Test
  void anUnknownPluginEndsTheStart() {
    Outcome refused =
        shell.run(
            DaemonUnderTest.root().resolve("bin/priokd").toString(),
            "-H",
            "unix://" + first.resolve("d.sock"),
            "--data-root",
            first.resolve("data").toString(),
            "--exec-root",
            first.resolve("exec").toString(),
            "--pidfile",
            first.resolve("pid").toString(),
            "-b",
            "none",
            "--authorization-plugin",
            "nobody");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err() + refused.out())
        .contains("validating authorization plugins: plugin \"nobody\" not found");
  }
}
