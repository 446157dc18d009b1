package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.RawHttp;
import dev.priok.tests.support.Tars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docker cp} in all its shapes, and the calls behind it. */
@BlackBox
final class ArchiveTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** {@code /a} with a file, a folder, and links to both, to nowhere and upwards. */
  private static String box(DaemonUnderTest d, String... options) {
    String name = d.name("box");
    List<String> command = new java.util.ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "sleep", "1000"));
    d.docker(command.toArray(String[]::new)).ok();
    d.docker(
            "exec",
            "-u",
            "0",
            name,
            "sh",
            "-c",
            "mkdir -p /a/b; echo one > /a/f; echo two > /a/b/g; ln -s f /a/lf; ln -s b /a/ld;"
                + " ln -s /nowhere /a/broken; ln -s ../../../etc /a/up")
        .ok();
    return name;
  }

  private static List<String> names(DaemonUnderTest d, String... arguments) throws IOException {
    Path tar = d.scratch().resolve("out.tar");
    List<String> command =
        new java.util.ArrayList<>(List.of("sh", "-c", "docker cp \"$@\" > " + tar));
    command.add("cp");
    command.addAll(List.of(arguments));
    command.add("-");
    d.shell().run(command.toArray(String[]::new)).ok();
    return d.shell().run("tar", "tf", tar.toString()).ok().lines();
  }

  @Test
  void namesInTheArchiveFollowThePathAskedFor(DaemonUnderTest d) throws IOException {
    String c = box(d);
    assertThat(names(d, c + ":/a/b")).containsExactly("b/", "b/g");
    assertThat(names(d, c + ":/a/b/")).containsExactly("b/", "b/g");
    assertThat(names(d, c + ":/a/b/.")).containsExactly("./", "./g");
    assertThat(names(d, c + ":/a/f")).containsExactly("f");
    assertThat(names(d, c + ":a/f")).containsExactly("f");
    assertThat(names(d, c + ":/a/lf")).containsExactly("lf");
    assertThat(names(d, "-L", c + ":/a/lf")).containsExactly("f");
    assertThat(names(d, c + ":/a/ld")).containsExactly("ld");
    assertThat(names(d, c + ":/a/ld/.")).containsExactly("./", "./g");
    assertThat(names(d, c + ":/a/up/passwd")).containsExactly("passwd");
  }

  @Test
  void whatCannotBeRead(DaemonUnderTest d) {
    String c = box(d);
    assertThat(d.docker("cp", c + ":/none", "-").exits(1).err())
        .contains("Could not find the file /none in container " + c);
    assertThat(d.docker("cp", c + ":/a/f/", "-").exits(1).err())
        .contains("lstat /a/f/: not a directory");
    assertThat(d.docker("cp", c + ":/a/f/x", "-").exits(1).err())
        .contains("lstat /a/f/x: not a directory");
  }

  private static JsonNode stat(DaemonUnderTest d, String container, String path)
      throws IOException {
    String text =
        d.http()
            .exchange(
                "HEAD /v1.45/containers/"
                    + container
                    + "/archive?path="
                    + path
                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                false);
    String header = "x-docker-container-path-stat: ";
    for (String line : text.split("\r\n", -1)) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith(header)) {
        return JSON.readTree(Base64.getDecoder().decode(line.substring(header.length())));
      }
    }
    throw new AssertionError("no stat in " + text);
  }

  @Test
  void headTellsWhatAPathIs(DaemonUnderTest d) throws IOException {
    String c = box(d);
    assertThat(stat(d, c, "/a/f").path("size").asInt()).isEqualTo(4);
    assertThat(stat(d, c, "/a/lf").path("linkTarget").asText()).isEqualTo("/a/f");
    assertThat(stat(d, c, "/a/broken").path("linkTarget").asText()).isEqualTo("/nowhere");
    assertThat(stat(d, c, "/a/up").path("linkTarget").asText()).isEqualTo("/etc");
    assertThat(stat(d, c, "/a/ld").path("name").asText()).isEqualTo("ld");
    // Go's os.ModeDir and os.ModeSymlink.
    assertThat(stat(d, c, "/a/b").path("mode").asLong() >> 31).isEqualTo(1);
    assertThat((stat(d, c, "/a/ld").path("mode").asLong() >> 27) & 1).isEqualTo(1);
  }

  private static Outcome put(DaemonUnderTest d, String container, String query, byte[] tar) {
    return d.shell()
        .run(
            tar,
            List.of(
                "curl",
                "-s",
                "--unix-socket",
                d.socket().toString(),
                "-X",
                "PUT",
                "-H",
                "Content-Type: application/x-tar",
                "--data-binary",
                "@-",
                "http://d/v1.45/containers/" + container + "/archive?" + query));
  }

  @Test
  void kindsAreKeptWhereAskedFor(DaemonUnderTest d) {
    String c = box(d);
    String keep = "path=/a&noOverwriteDirNonDir=1";
    assertThat(put(d, c, keep, Tars.of("b", "no folder")).ok().out())
        .contains("cannot overwrite directory")
        .contains("with non-directory");
    d.docker("exec", c, "test", "-d", "/a/b").ok();
    assertThat(put(d, c, "path=/a", Tars.of("b", "no folder")).ok().out()).isEmpty();
    assertThat(d.docker("exec", c, "cat", "/a/b").ok().text()).isEqualTo("no folder");
  }

  @Test
  void brokenAndHostileArchives(DaemonUnderTest d) {
    String c = box(d);
    assertThat(put(d, c, "path=/a", Tars.of("../x", "1")).out())
        .contains("\\\"../x\\\" is outside of \\\"/a\\\"");
    assertThat(put(d, c, "path=/a", "x".repeat(2000).getBytes(StandardCharsets.UTF_8)).out())
        .contains("archive/tar: invalid tar header");
    assertThat(put(d, c, "path=/a/f", Tars.of("x", "1")).out())
        .contains("extraction point is not a directory");
    assertThat(put(d, c, "path=/none", Tars.of("x", "1")).out())
        .contains("Could not find the file /none in container");
    // A link leads to the container's own folder, as with Docker, and never to the host's.
    put(d, c, "path=/a", Tars.throughLink("out", "/etc", "out/planted", "x")).ok();
    d.docker("exec", c, "test", "-e", "/etc/planted").ok();
    assertThat(Path.of("/etc/planted")).doesNotExist();
  }

  @Test
  void filesBelongToTheContainersUserWhereAskedFor(DaemonUnderTest d) {
    String c = box(d, "--user", "123:456");
    put(d, c, "path=/a", Tars.of("kept", "x")).ok();
    assertThat(d.docker("exec", c, "stat", "-c", "%u:%g", "/a/kept").ok().text()).isEqualTo("0:0");
    // Docker looks the user up on its host, by a program that the one beside us has not.
    if (!DaemonUnderTest.isPeer()) {
      put(d, c, "path=/a&copyUIDGID=1", Tars.of("given", "x")).ok();
      assertThat(d.docker("exec", c, "stat", "-c", "%u:%g", "/a/given").ok().text())
          .isEqualTo("123:456");
    }
  }

  @Test
  void readOnlyRootsAndVolumes(DaemonUnderTest d) throws IOException {
    Path file = Files.writeString(d.scratch().resolve("one"), "1");
    String c = d.name("ro");
    String v = d.name("v");
    d.docker(
            "create",
            "--name",
            c,
            "--read-only",
            "-v",
            v + ":/vol",
            "-v",
            v + ":/fixed:ro",
            "busybox",
            "true")
        .ok();
    assertThat(d.docker("cp", file.toString(), c + ":/x").exits(1).err())
        .contains("container rootfs is marked read-only");
    assertThat(d.docker("cp", file.toString(), c + ":/fixed/x").exits(1).err())
        .contains("mounted volume is marked read-only");
    d.docker("cp", file.toString(), c + ":/vol/x").ok();
    assertThat(names(d, c + ":/fixed/x")).containsExactly("x");
  }

  @Test
  void intoLinks(DaemonUnderTest d) throws IOException {
    String c = box(d);
    Path file = Files.writeString(d.scratch().resolve("one"), "1");
    d.docker("cp", file.toString(), c + ":/a/ld").ok();
    assertThat(d.docker("exec", c, "ls", "/a/b").ok().lines()).containsExactly("g", "one");
    d.docker("cp", file.toString(), c + ":/a/up").ok();
    d.docker("exec", c, "test", "-f", "/etc/one").ok();
    assertThat(d.docker("cp", file.toString(), c + ":/no/such").exits(1).err())
        .contains("Could not find the file /no in container");
  }

  @Test
  void renamedWhileItRuns(DaemonUnderTest d) {
    String c = box(d);
    String other = box(d);
    assertThat(d.docker("rename", c, other).exits(1).err())
        .contains("Error when allocating new name: Conflict. The container name \"/" + other);
    assertThat(d.docker("rename", c, c).exits(1).err())
        .contains("Renaming a container with the same name as its current name");
    String fresh = d.name("fresh");
    d.docker("rename", c, fresh).ok();
    assertThat(d.inspect(fresh, "{{.Name}} {{.State.Running}}")).isEqualTo("/" + fresh + " true");
    assertThat(d.docker("exec", fresh, "cat", "/a/f").ok().text()).isEqualTo("one");
    d.docker("inspect", c).exits(1);
    d.docker("run", "-d", "--name", c, "busybox", "sleep", "1000").ok();
  }

  @Test
  void checkpointsAreRefusedWithoutExperimental(DaemonUnderTest d) {
    String c = box(d);
    String path = "/v1.45/containers/" + c + "/checkpoints";
    for (RawHttp.Answer refused :
        List.of(
            d.http().post(path, "{}"),
            d.http().get(path),
            d.http().send("DELETE", path + "/x", ""))) {
      assertThat(refused.status()).isEqualTo(501);
      assertThat(refused.body()).contains("This experimental feature is disabled by default.");
    }
    var start = d.http().post("/v1.45/containers/" + c + "/start?checkpoint=one", "");
    assertThat(start.status()).isEqualTo(400);
    assertThat(start.body()).contains("checkpoint is only supported in experimental mode");
  }
}
