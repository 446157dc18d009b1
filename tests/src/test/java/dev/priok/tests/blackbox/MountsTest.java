package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.DockerCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --mount} in all its forms, and how wrong ones are refused. */
@BlackBox
final class MountsTest {
  private static String create(DaemonUnderTest d, String hostConfig) {
    return d.http()
        .post(
            "/v1.45/containers/create?name=" + d.name("wrong"),
            "{\"Image\":\"busybox\",\"Cmd\":[\"true\"],\"HostConfig\":{" + hostConfig + "}}")
        .body();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"Type":"volume"} | invalid mount config for type "volume": field Target must not be empty
          {"Type":"volume","Target":"x"} | invalid mount path: 'x' mount path must be absolute
          {"Type":"volume","Target":"/"} | invalid specification: destination can't be '/'
          {"Type":"floppy","Target":"/x"} | invalid mount config for type "floppy": mount type unknown
          {"Type":"cluster","Target":"/x","Source":"v"} | invalid mount config for type "cluster": mount type unknown
          {"Type":"npipe","Target":"/x","Source":"v"} | invalid mount config for type "npipe": mount type unknown
          {"Type":"bind","Target":"/x"} | field Source must not be empty
          {"Type":"bind","Source":"x","Target":"/x"} | invalid mount path: 'x' mount path must be absolute
          {"Type":"bind","Source":"/no/such","Target":"/x"} | bind source path does not exist: /no/such
          {"Type":"bind","Source":"/proc","Target":"/x","BindOptions":{"Propagation":"up"}} | invalid propagation mode: up
          {"Type":"tmpfs","Source":"x","Target":"/x"} | field Source must not be specified
          {"Type":"tmpfs","Target":"/x","BindOptions":{}} | BindOptions must not be specified on mount type "tmpfs"
          {"Type":"volume","Target":"/x","VolumeOptions":{"Subpath":"a"}} | must not set Subpath when using anonymous volumes
          {"Type":"volume","Source":"vv","Target":"/x","VolumeOptions":{"Subpath":"../a"}} | subpath must be a relative path within the volume
          {"Type":"volume","Source":"vv","Target":"/x","VolumeOptions":{"Subpath":"/a"}} | subpath must be a relative path within the volume
          {"Type":"bind","Source":"/proc","Target":"/x"},{"Type":"tmpfs","Target":"/x"} | Duplicate mount point: /x
          """)
  void wrongMounts(String mounts, String sentence, DaemonUnderTest d) {
    assertThat(create(d, "\"Mounts\":[" + mounts + "]").replace("\\\"", "\"")).contains(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "Binds":["/proc:/x:ro,rw"] | invalid mode: ro,rw
          "Binds":["/proc:/x:z,Z"] | invalid mode: z,Z
          "Binds":["/proc:/x:foo"] | invalid mode: foo
          "Binds":["a:b:c:d"] | invalid volume specification: 'a:b:c:d'
          "Binds":["/proc:/x","vv:/x"] | Duplicate mount point: /x
          "Binds":["./rel:/x"] | includes invalid characters for a local volume name
          "Binds":["/proc:/x"],"Tmpfs":{"/x":""} | Duplicate mount point: /x
          "Tmpfs":{"x":""} | invalid mount path: 'x' mount path must be absolute
          "VolumesFrom":[""] | volumes-from specification cannot be an empty string
          "VolumesFrom":["nosuch"] | No such container: nosuch
          """)
  void wrongBinds(String hostConfig, String sentence, DaemonUnderTest d) {
    assertThat(create(d, hostConfig)).contains(sentence);
  }

  @Test
  void modesOfVolumesFrom(DaemonUnderTest d) {
    String from = d.name("from");
    d.docker("create", "--name", from, "-v", "/data", "busybox", "true").ok();
    for (String mode : new String[] {"foo", "rshared", "nocopy"}) {
      assertThat(create(d, "\"VolumesFrom\":[\"" + from + ":" + mode + "\"]"))
          .contains("invalid mode: " + mode);
    }
    assertThat(
            d.docker("run", "--rm", "--volumes-from", from + ":ro", "busybox", "touch", "/data/x")
                .exits(1)
                .err())
        .contains("Read-only file system");
    d.docker("run", "--rm", "--volumes-from", from + ":z", "busybox", "touch", "/data/x").ok();
  }

  @Test
  void labelsOfSelinuxDoNothingWithoutIt(DaemonUnderTest d) throws IOException {
    Path folder = d.scratch();
    Files.writeString(folder.resolve("f"), "here");
    String name = d.name("z");
    d.docker("run", "--name", name, "-v", folder + ":/x:Z,ro,cached", "busybox", "cat", "/x/f")
        .ok();
    assertThat(d.inspect(name, "{{(index .Mounts 0).Mode}} {{(index .Mounts 0).RW}}"))
        .isEqualTo("Z,ro,cached false");
  }

  private static String part(String volume, String subpath) {
    return "type=volume,source=" + volume + ",target=/d,volume-subpath=" + subpath;
  }

  @Test
  void aPartOfAVolume(DaemonUnderTest d) {
    String v = d.name("whole");
    d.docker(
            "run",
            "--rm",
            "-v",
            v + ":/v",
            "busybox",
            "sh",
            "-c",
            "mkdir -p /v/a/b; echo deep > /v/a/b/f; echo one > /v/one; ln -s a/b /v/in")
        .ok();
    assertThat(
            d.docker("run", "--rm", "--mount", part(v, "a/b"), "busybox", "cat", "/d/f")
                .ok()
                .text())
        .isEqualTo("deep");
    assertThat(
            d.docker("run", "--rm", "--mount", part(v, "one"), "busybox", "cat", "/d").ok().text())
        .isEqualTo("one");
    d.docker("run", "--rm", "--mount", part(v, "a"), "busybox", "touch", "/d/new").ok();
    assertThat(d.docker("run", "--rm", "-v", v + ":/v", "busybox", "ls", "/v/a").ok().lines())
        .containsExactly("b", "new");
    assertThat(
            d.docker("run", "--rm", "--mount", part(v, "none"), "busybox", "true").exits(127).err())
        .contains("cannot access path")
        .contains("/none: no such file or directory");
    String holder = d.name("holder");
    d.docker("create", "--name", holder, "--mount", part(v, "a/b"), "busybox", "true").ok();
    assertThat(d.docker("cp", holder + ":/d/f", "-").ok().out()).contains("deep");
    assertThat(d.inspect(holder, "{{(index .HostConfig.Mounts 0).VolumeOptions.Subpath}}"))
        .isEqualTo("a/b");
  }

  /** A container that may write the volume must not choose what of the host others get. */
  @Test
  void aPartThatLeadsOutsideShowsNothingOfTheHost(DaemonUnderTest d) throws IOException {
    String v = d.name("hostile");
    Path secret = d.scratch();
    Files.writeString(secret.resolve("key"), "secret");
    d.docker("run", "--rm", "-v", v + ":/v", "busybox", "ln", "-s", secret.toString(), "/v/evil")
        .ok();
    var run = d.docker("run", "--rm", "--mount", part(v, "evil"), "busybox", "cat", "/d/key");
    assertThat(run.exit()).isNotZero();
    assertThat(run.all()).doesNotContain("secret\n").contains("cannot access path");
  }

  @Test
  void volumesOfMountsHaveLabelsAndOptions(DaemonUnderTest d) {
    String v = d.name("labelled");
    d.docker(
            "run",
            "--rm",
            "--mount",
            "type=volume,source="
                + v
                + ",target=/d,volume-label=a=b,volume-opt=type=tmpfs,"
                + "volume-opt=device=tmpfs,volume-opt=o=size=1m",
            "busybox",
            "grep",
            "-q",
            " /d tmpfs .*size=1024k",
            "/proc/mounts")
        .ok();
    assertThat(d.docker("volume", "inspect", "-f", "{{.Labels.a}} {{.Options.o}}", v).ok().text())
        .isEqualTo("b size=1m");
    d.docker("volume", "rm", v).ok();
  }

  @Test
  void noCopyLeavesAVolumeEmpty(DaemonUnderTest d) {
    String v = d.name("empty");
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--mount",
                    "type=volume,source=" + v + ",target=/etc,volume-nocopy",
                    "busybox",
                    "ls",
                    "/etc")
                .ok()
                .lines())
        .doesNotContain("passwd");
    assertThat(d.docker("run", "--rm", "-v", v + "2:/etc", "busybox", "ls", "/etc").ok().lines())
        .contains("passwd");
  }

  @Test
  void readOnlyAsDeepAsAskedFor(DaemonUnderTest d) {
    // /dev of this machine has file systems mounted below it.
    String base = "type=bind,source=/dev,target=/b,readonly";
    String below = "grep -E ' /b/(shm|pts) ' /proc/self/mountinfo | cut -d' ' -f6 | sort -u";
    assertThat(d.docker("run", "--rm", "--mount", base, "busybox", "sh", "-c", below).ok().lines())
        .isNotEmpty()
        .allMatch(options -> options.startsWith("ro"));
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--mount",
                    base + ",bind-recursive=writable",
                    "busybox",
                    "sh",
                    "-c",
                    below)
                .ok()
                .lines())
        .isNotEmpty()
        .allMatch(options -> options.startsWith("rw"));
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--mount",
                    base + ",bind-recursive=disabled",
                    "busybox",
                    "sh",
                    "-c",
                    below)
                .ok()
                .lines())
        .isEmpty();
    d.docker(
            "run",
            "--rm",
            "--mount",
            base + ",bind-recursive=readonly,bind-propagation=rprivate",
            "busybox",
            "true")
        .ok();
  }

  @Test
  void tmpfsByMount(DaemonUnderTest d) {
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--mount",
                    "type=tmpfs,target=/t,tmpfs-size=1048576,tmpfs-mode=1750",
                    "busybox",
                    "sh",
                    "-c",
                    "stat -c %a /t; grep -o ' /t tmpfs [^ ]*' /proc/mounts")
                .ok()
                .out())
        .startsWith("1750\n")
        .contains("size=1024k")
        .contains("noexec");
  }

  /** Since API 1.48, which the Docker beside us does not speak. */
  @Test
  void imagesAreMountedReadOnly(DaemonUnderTest d) {
    DockerCommand.assumeAtLeast(28);
    assumeThat(DaemonUnderTest.isPeer()).isFalse();
    String name = d.name("image");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--mount",
            "type=image,source=busybox,target=/img",
            "--mount",
            "type=image,source=busybox,target=/bins,image-subpath=bin",
            "busybox",
            "sleep",
            "1000")
        .ok();
    d.docker("exec", name, "test", "-x", "/img/bin/busybox").ok();
    d.docker("exec", name, "test", "-x", "/bins/busybox").ok();
    assertThat(d.docker("exec", name, "touch", "/img/x").exits(1).err())
        .contains("Read-only file system");
    assertThat(d.inspect(name, "{{range .Mounts}}{{.Type}} {{.Name}} {{.RW}} {{end}}"))
        .isEqualTo("image busybox false image busybox false");
    assertThat(d.docker("cp", name + ":/bins/busybox", d.scratch() + "/copied").exit()).isZero();
    d.docker("restart", "-t", "0", name).ok();
    d.docker("exec", name, "test", "-x", "/img/bin/busybox").ok();
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--mount",
                    "type=image,source=busybox,target=/i,image-subpath=../x",
                    "busybox")
                .exits(125)
                .err())
        .contains("subpath must be a relative path within the volume");
    d.docker("rm", "-f", name).ok();
  }

  /** Makes and starts a container with one mount, given as the API has it; its output. */
  private static String run(DaemonUnderTest d, String mount, String script) {
    String name = d.name("api");
    var made =
        d.http()
            .post(
                "/v1.47/containers/create?name=" + name,
                "{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\""
                    + script
                    + "\"],\"HostConfig\":{\"Mounts\":["
                    + mount
                    + "]}}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return d.docker("start", "-a", name).ok().text();
  }

  @Test
  void optionsThatOnlyTheApiHas(DaemonUnderTest d) {
    assumeThat(DaemonUnderTest.isPeer()).isFalse(); // its API ends at 1.45
    Path missing = d.scratch().resolve("not/there");
    String bind = "{\"Type\":\"bind\",\"Source\":\"" + missing + "\",\"Target\":\"/x\",";
    assertThat(run(d, bind + "\"BindOptions\":{\"CreateMountpoint\":true}}", "ls /x")).isEmpty();
    assertThat(missing).isDirectory();
    // Meant for shared folders of virtual machines; on Linux every mount is consistent.
    assertThat(run(d, bind + "\"Consistency\":\"delegated\"}", "echo works")).isEqualTo("works");
    String tmpfs = "{\"Type\":\"tmpfs\",\"Target\":\"/t\"";
    String flags = "grep -o ' /t tmpfs [^ ]*' /proc/mounts";
    assertThat(run(d, tmpfs + "}", flags)).contains("noexec");
    assertThat(run(d, tmpfs + ",\"TmpfsOptions\":{\"Options\":[[\"exec\"]]}}", flags))
        .doesNotContain("noexec");
    assertThat(create(d, "\"Mounts\":[" + tmpfs + ",\"TmpfsOptions\":{\"Options\":[[\"suid\"]]}}]"))
        .contains("invalid option: suid");
  }

  @Test
  void mountsTravelAsAskedFor(DaemonUnderTest d) throws IOException {
    assumeThat(DaemonUnderTest.isPeer()).isFalse(); // it does not see our mounts
    Path shared = d.scratch();
    d.shell().run("mount", "-t", "tmpfs", "shared", shared.toString()).ok();
    try {
      d.shell().run("mount", "--make-shared", shared.toString()).ok();
      Path below = Files.createDirectory(shared.resolve("below"));
      String takes = d.name("takes");
      String stays = d.name("stays");
      d.docker("run", "-d", "--name", takes, "-v", shared + ":/x:rslave", "busybox", "sleep", "99")
          .ok();
      d.docker("run", "-d", "--name", stays, "-v", shared + ":/x", "busybox", "sleep", "99").ok();
      d.shell().run("mount", "-t", "tmpfs", "late", below.toString()).ok();
      Files.createFile(below.resolve("seen"));
      assertThat(d.docker("exec", takes, "ls", "/x/below").ok().text()).isEqualTo("seen");
      assertThat(d.docker("exec", stays, "ls", "/x/below").ok().text()).isEmpty();
      d.docker("rm", "-f", takes, stays).ok();
    } finally {
      d.shell().run("umount", "-R", shared.toString()).ok();
    }
    d.shell().run("mount", "--bind", shared.toString(), shared.toString()).ok();
    try {
      d.shell().run("mount", "--make-private", shared.toString()).ok();
      assertThat(
              d.docker("run", "--rm", "-v", shared + ":/x:rshared", "busybox", "true")
                  .exits(125)
                  .err())
          .contains("it is not a shared mount");
    } finally {
      d.shell().run("umount", "-R", shared.toString()).ok();
    }
  }
}
