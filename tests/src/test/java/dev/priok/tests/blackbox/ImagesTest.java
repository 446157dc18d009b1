package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Tars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Images: import, load, save, tag, list, history, remove. */
@BlackBox
final class ImagesTest {
  @Test
  void saveAndLoadRoundTrip(DaemonUnderTest d) {
    Path tar = d.scratch().resolve("image.tar");
    d.docker("tag", "busybox", "round:trip").ok();
    String id = d.inspect("round:trip", "{{.Id}}");
    d.docker("save", "-o", tar.toString(), "round:trip").ok();
    d.docker("rmi", "round:trip").ok();
    d.docker("inspect", "round:trip").exits(1);
    assertThat(d.docker("load", "-i", tar.toString()).ok().out())
        .contains("Loaded image: round:trip");
    assertThat(d.inspect("round:trip", "{{.Id}}")).isEqualTo(id);
    d.docker("rmi", "round:trip").ok();
  }

  @Test
  void loadOfACompressedArchive(DaemonUnderTest d) {
    Path tar = d.scratch().resolve("image.tar");
    d.docker("tag", "busybox", "round:gzip").ok();
    d.shell().run("sh", "-c", "docker save round:gzip | gzip -1 > " + tar).ok();
    d.docker("rmi", "round:gzip").ok();
    assertThat(d.docker("load", "-i", tar.toString()).ok().out())
        .contains("Loaded image: round:gzip");
    assertThat(d.docker("run", "--rm", "round:gzip", "echo", "works").ok().text())
        .isEqualTo("works");
    d.docker("rmi", "round:gzip").ok();
  }

  @Test
  void importWithChanges(DaemonUnderTest d) throws IOException {
    Path tar = d.scratch().resolve("root.tar");
    Files.write(tar, Tars.of("hello.txt", "hello"));
    String id =
        d.docker(
                "import",
                "-c",
                "ENV A=b",
                "-c",
                "LABEL x=y",
                "-c",
                "WORKDIR /w",
                "-c",
                "EXPOSE 81",
                "-c",
                "CMD [\"none\"]",
                "-m",
                "by hand",
                tar.toString(),
                "imported:one")
            .ok()
            .text();
    assertThat(id).startsWith("sha256:");
    assertThat(
            d.inspect(
                "imported:one",
                "{{json .Config.Env}} {{.Config.Labels.x}} {{.Config.WorkingDir}} {{json .Config.Cmd}} {{json .Config.ExposedPorts}} {{.Comment}}"))
        .isEqualTo("[\"A=b\"] y /w [\"none\"] {\"81/tcp\":{}} by hand");
    d.docker("rmi", "imported:one").ok();
  }

  @Test
  void listTagHistoryRemove(DaemonUnderTest d) {
    d.docker("tag", "busybox", "harbour.example/team/app:1.0").ok();
    assertThat(
            d.docker("images", "--format", "{{.Repository}}:{{.Tag}}", "harbour.example/team/app")
                .ok()
                .lines())
        .containsExactly("harbour.example/team/app:1.0");
    assertThat(d.docker("images", "-q", "--filter", "reference=harbour.example/*/app").ok().lines())
        .hasSize(1);
    assertThat(d.docker("history", "-q", "harbour.example/team/app:1.0").ok().lines()).hasSize(1);
    assertThat(d.docker("rmi", "harbour.example/team/app:1.0").ok().out())
        .isEqualTo("Untagged: harbour.example/team/app:1.0\n");
    assertThat(d.docker("tag", "no-such-image", "x").exits(1).err())
        .contains("No such image: no-such-image");
    assertThat(d.docker("tag", "busybox", "UPPER").exits(1).err()).contains("must be lowercase");
  }

  @Test
  void anImageInUseIsNotRemoved(DaemonUnderTest d) {
    String id =
        d.shell()
            .run(
                "sh",
                "-c",
                DaemonUnderTest.root() + "/bin/starter-image | docker import -m other - used:one")
            .ok()
            .text();
    String name = d.name("uses");
    d.docker("run", "-d", "--name", name, "used:one", "sleep", "60").ok();
    String running =
        "cannot be forced) - image is being used by running container "
            + d.inspect(name, "{{.Id}}").substring(0, 12);
    assertThat(d.docker("rmi", "-f", id).exits(1).err()).contains(running);
    assertThat(d.docker("rmi", "used:one").exits(1).err())
        .contains("conflict: unable to remove repository reference \"used:one\" (must force)");
    d.docker("rm", "-f", name).ok();
    // Two tags of one repository go together; two repositories must be forced.
    d.docker("tag", "used:one", "elsewhere:two").ok();
    assertThat(d.docker("rmi", id).exits(1).err())
        .contains("must be forced) - image is referenced in multiple repositories");
    d.docker("rmi", "elsewhere:two").ok();
    assertThat(d.docker("rmi", id).ok().out())
        .contains("Untagged: used:one")
        .contains("Deleted: " + id);
  }

  @Test
  void pruneTakesTheDangling(DaemonUnderTest d) throws IOException {
    Path tar = d.scratch().resolve("root.tar");
    Files.write(tar, Tars.of("one", "one"));
    String id = d.docker("import", tar.toString()).ok().text();
    assertThat(d.docker("images", "-q", "--no-trunc", "-f", "dangling=true").ok().lines())
        .contains(id);
    assertThat(d.docker("image", "prune", "-f").ok().out()).contains("deleted: " + id);
    d.docker("inspect", id).exits(1);
  }

  @Test
  void aMissingImage(DaemonUnderTest d) {
    assertThat(d.http().get("/images/none:none/json").body().strip())
        .isEqualTo("{\"message\":\"No such image: none:none\"}");
    assertThat(d.http().post("/containers/create", "{\"Image\":\"none:none\"}").status())
        .isEqualTo(404);
    assertThat(d.docker("rmi", "none:none").exits(1).err()).contains("No such image: none:none");
  }
}
