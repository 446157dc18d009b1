package dev.priok.engine.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.engine.Filters;
import dev.priok.engine.events.Events;
import dev.priok.engine.streams.MessageSink;
import dev.priok.host.plugin.FindPlugin;
import dev.priok.kernel.fs.MountInfo;
import dev.priok.model.api.container.ContainerConfigBuilder;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.Mount;
import dev.priok.model.api.container.MountBindOptionsBuilder;
import dev.priok.model.api.container.MountBuilder;
import dev.priok.model.api.container.MountVolumeOptionsBuilder;
import dev.priok.model.api.system.EventMessage;
import dev.priok.model.api.volume.Volume;
import dev.priok.model.api.volume.VolumeCreateOptionsBuilder;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerVolumesTest {
  @TempDir Path scratch;

  private final Map<String, List<String>> users = new HashMap<>();
  private final List<String> published = new ArrayList<>();
  private final MemoryRecords<VolumeRecord> records = new MemoryRecords<>();
  private VolumeService volumes;
  private ContainerVolumes mounts;

  private final class Recorder implements Events {
    @Override
    public void publish(Type type, String action, String actorId, Map<String, String> attributes) {
      published.add(action + " " + actorId);
    }

    @Override
    public void stream(
        @Nullable String since,
        @Nullable String until,
        Filters filters,
        MessageSink<EventMessage> sink) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void open() throws IOException {
    volumes =
        new VolumeService(
            scratch.resolve("volumes"),
            records,
            name -> users.getOrDefault(name, List.of()),
            new Recorder(),
            Clock.systemUTC(),
            new FindPlugin());
    mounts = new ContainerVolumes(volumes, scratch.resolve("parts"));
  }

  private List<ResolvedMount> resolve(HostConfig host, String... declared) {
    Map<String, Map<String, Object>> of = new HashMap<>();
    for (String path : declared) {
      of.put(path, Map.of());
    }
    return mounts.resolve(
        ContainerConfigBuilder.builder().volumes(of).build(),
        host,
        name -> {
          throw EngineException.notFound("No such container: %s", name);
        });
  }

  private List<ResolvedMount> binds(String... binds) {
    return resolve(HostConfigBuilder.builder().binds(List.of(binds)).build());
  }

  private Path data(String name) {
    return Path.of(String.valueOf(volumes.inspect(name).mountpoint()));
  }

  private Volume create(String name) {
    return volumes.create(VolumeCreateOptionsBuilder.builder().name(name).build());
  }

  // ---- volumes

  @Test
  void aVolumeIsAFolderAndARecord() {
    Volume volume = create("data");
    assertThat(Path.of(String.valueOf(volume.mountpoint()))).isEmptyDirectory();
    assertThat(volume.driver()).isEqualTo("local");
    assertThat(volumes.inspect("data").mountpoint()).isEqualTo(volume.mountpoint());
    assertThat(create("data").createdAt()).isEqualTo(volume.createdAt());
    volumes.remove("data", false);
    assertThat(scratch.resolve("volumes/data")).doesNotExist();
    assertThat(published).containsExactly("create data", "destroy data");
    assertThatThrownBy(() -> volumes.inspect("data")).hasMessage("get data: no such volume");
    assertThatThrownBy(() -> volumes.remove("data", false)).hasMessage("get data: no such volume");
    volumes.remove("data", true);
  }

  @Test
  void namesAndOptionsAreChecked() {
    assertThatThrownBy(() -> create("x"))
        .hasMessage(
            "create x: volume name is too short, names should be at least two alphanumeric"
                + " characters");
    for (String name : List.of("../up", "a/b", ".hidden", "with space", "a\0b")) {
      assertThatThrownBy(() -> create(name))
          .hasMessageContaining("includes invalid characters for a local volume name");
    }
    assertThatThrownBy(() -> withOptions("bad", Map.of("nonsense", "1")))
        .hasMessage("create bad: invalid option: \"nonsense\"");
    assertThatThrownBy(() -> withOptions("bad", Map.of("type", "tmpfs")))
        .hasMessage("create bad: missing required option: \"device\"");
    assertThat(volumes.list(Filters.NONE).volumes()).isEmpty();
  }

  private Volume withOptions(String name, Map<String, String> options) {
    return volumes.create(
        VolumeCreateOptionsBuilder.builder().name(name).driverOpts(options).build());
  }

  @Test
  void aVolumeInUseStays() {
    create("used");
    users.put("used", List.of("c1", "c2"));
    assertThatThrownBy(() -> volumes.remove("used", true))
        .hasMessage("remove used: volume is in use - [c1, c2]")
        .extracting(e -> ((EngineException) e).kind())
        .isEqualTo(ErrorKind.CONFLICT);
  }

  @Test
  void filters() {
    create("one");
    create("two");
    users.put("two", List.of("c"));
    volumes.create(
        VolumeCreateOptionsBuilder.builder().name("three").labels(Map.of("a", "b")).build());
    assertThat(names("{\"dangling\":[\"true\"]}")).containsExactly("one", "three");
    assertThat(names("{\"dangling\":[\"0\"]}")).containsExactly("two");
    assertThat(names("{\"name\":[\"t\"]}")).containsExactly("three", "two");
    assertThat(names("{\"label\":[\"a=b\"]}")).containsExactly("three");
    assertThat(names("{\"driver\":[\"other\"]}")).isEmpty();
    assertThatThrownBy(() -> names("{\"colour\":[\"red\"]}")).hasMessage("invalid filter 'colour'");
  }

  private List<String> names(String filters) {
    List<Volume> found = volumes.list(Filters.parse(filters)).volumes();
    return found == null ? List.of() : found.stream().map(v -> String.valueOf(v.name())).toList();
  }

  @Test
  void pruneTakesAnonymousOnesAndNamedOnDemand() {
    create("named");
    String anonymous =
        String.valueOf(volumes.create(VolumeCreateOptionsBuilder.builder().build()).name());
    assertThat(volumes.prune(Filters.NONE, false).volumesDeleted()).containsExactly(anonymous);
    assertThat(volumes.prune(Filters.parse("{\"all\":[\"true\"]}"), false).volumesDeleted())
        .containsExactly("named");
  }

  @Test
  void aDeviceIsMountedAtFirstUseAndGoesWithTheLast() throws IOException {
    withOptions("ram", Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m,nosuid"));
    Path data = volumes.acquire("ram", "c1");
    try {
      volumes.acquire("ram", "c2");
      volumes.acquire("ram", "c2");
      assertThat(MountInfo.at(data).orElseThrow().type()).isEqualTo("tmpfs");
      assertThat(MountInfo.at(data).orElseThrow().options()).contains("nosuid");
      volumes.release("ram", "c1");
      assertThat(MountInfo.at(data)).isPresent();
    } finally {
      volumes.release("ram", "c2");
    }
    assertThat(MountInfo.at(data)).isEmpty();
  }

  @Test
  void removingABindVolumeLeavesTheBoundFolder() throws IOException {
    Path outside = Files.createDirectory(scratch.resolve("outside"));
    Files.writeString(outside.resolve("keep"), "me");
    withOptions("bound", Map.of("type", "none", "device", outside.toString(), "o", "bind"));
    assertThat(volumes.acquire("bound", "c").resolve("keep")).hasContent("me");
    volumes.remove("bound", false);
    assertThat(outside.resolve("keep")).hasContent("me");
  }

  @Test
  void sweepRemovesFoldersWithoutRecord() throws IOException {
    create("kept");
    Files.createDirectories(scratch.resolve("volumes/lost/_data/x"));
    Files.createDirectory(scratch.resolve("volumes/half-made"));
    Files.createDirectory(scratch.resolve("volumes/lost+found")); // a file system's own
    Files.createDirectories(scratch.resolve("volumes/foreign/x"));
    volumes.sweep();
    assertThat(scratch.resolve("volumes").toFile().list())
        .containsExactlyInAnyOrder("kept", "lost+found", "foreign");
  }

  @Test
  void volumesOfContainersThatNeverCameToBeAreSwept() throws IOException {
    ResolvedMount kept = binds("/kept").getFirst();
    ResolvedMount left = binds("/left").getFirst();
    binds("/cut");
    users.put(kept.volume(), List.of("c"));
    mounts.leave(List.of(left));
    String asked = volumes.create(VolumeCreateOptionsBuilder.builder().build()).name();
    volumes.sweep();
    assertThat(scratch.resolve("volumes").toFile().list())
        .containsExactlyInAnyOrder(kept.volume(), left.volume(), asked);
  }

  // ---- mounts of containers

  @Test
  void bindsInAllForms() {
    List<ResolvedMount> result =
        binds("/src:/a:ro,rslave", "named:/b/../c:nocopy", "/anonymous", "/x/./y:/d/");
    assertThat(result)
        .extracting(m -> m.type() + " " + m.destination() + " " + m.readOnly())
        .containsExactlyInAnyOrder(
            "BIND /a true", "VOLUME /c false", "VOLUME /anonymous false", "BIND /d false");
    ResolvedMount a = find(result, "/a");
    assertThat(a.options()).containsExactly("rbind", "ro", "rslave");
    assertThat(a.createSource()).isTrue();
    assertThat(find(result, "/d").source()).isEqualTo("/x/y");
    assertThat(find(result, "/c").copyUp()).isFalse();
    assertThat(find(result, "/c").volume()).isEqualTo("named");
    assertThat(find(result, "/anonymous").anonymous()).isTrue();
  }

  private static ResolvedMount find(List<ResolvedMount> mounts, String destination) {
    return mounts.stream()
        .filter(m -> m.destination().equals(destination))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void wrongBindsAreRefusedInDockersWords() {
    Map<String, String> refusals =
        Map.of(
            "", "invalid volume specification: ''",
            "/a:/b:c:d", "invalid volume specification: '/a:/b:c:d'",
            "/a:ro", "invalid volume specification: '/a:ro'",
            "/a:/b:nonsense", "invalid mode: nonsense",
            "/a:/b:ro,rw", "invalid mode: ro,rw",
            "/a:b",
                "invalid volume specification: '/a:b': invalid mount config for type \"bind\":"
                    + " invalid mount path: 'b' mount path must be absolute",
            "/a:/",
                "invalid volume specification: '/a:/': invalid mount config for type \"bind\":"
                    + " invalid specification: destination can't be '/'");
    refusals.forEach(
        (bind, sentence) -> assertThatThrownBy(() -> binds(bind)).hasMessage(sentence));
    assertThatThrownBy(() -> binds("/a:/x", "/b:/x/")).hasMessage("Duplicate mount point: /x");
  }

  @Test
  void mountsAreRefusedInDockersWords() {
    refused(
        MountBuilder.builder().type("bind").source("/no/such").target("/x"),
        "invalid mount config for type \"bind\": bind source path does not exist: /no/such");
    refused(
        MountBuilder.builder().type("bind").target("/x"),
        "invalid mount config for type \"bind\": field Source must not be empty");
    refused(
        MountBuilder.builder().type("volume"),
        "invalid mount config for type \"volume\": field Target must not be empty");
    refused(
        MountBuilder.builder().type("tmpfs").source("x").target("/x"),
        "invalid mount config for type \"tmpfs\": field Source must not be specified");
    refused(
        MountBuilder.builder().type("floppy").target("/x"),
        "invalid mount config for type \"floppy\": mount type unknown");
  }

  private void refused(MountBuilder mount, String sentence) {
    Mount built = mount.build();
    assertThatThrownBy(() -> resolve(HostConfigBuilder.builder().mounts(List.of(built)).build()))
        .hasMessage(sentence);
  }

  @Test
  void aRefusalLeavesNoAnonymousVolume() {
    assertThatThrownBy(() -> binds("/anonymous", "/a:/b:nonsense"))
        .isInstanceOf(EngineException.class);
    assertThat(volumes.list(Filters.NONE).volumes()).isEmpty();
  }

  @Test
  void imageVolumesGiveWayAndTmpfsIsSafe() {
    HostConfig host =
        HostConfigBuilder.builder()
            .binds(List.of("/src:/data"))
            .tmpfs(Map.of("/run", "size=64m,exec"))
            .build();
    List<ResolvedMount> result = resolve(host, "/data", "/run", "/other");
    assertThat(result).hasSize(3);
    assertThat(find(result, "/data").type()).isEqualTo(ResolvedMount.Type.BIND);
    assertThat(find(result, "/other").anonymous()).isTrue();
    assertThat(find(result, "/run").options())
        .containsExactlyInAnyOrder("nosuid", "nodev", "size=64m", "exec");
    assertThat(find(result, "/run").listed()).isFalse();
  }

  @Test
  void volumesFromAnotherContainer() {
    List<ResolvedMount> theirs = binds("shared:/data", "/host:/host");
    List<ResolvedMount> result =
        mounts.resolve(
            ContainerConfigBuilder.builder().build(),
            HostConfigBuilder.builder()
                .volumesFrom(List.of("other:ro"))
                .binds(List.of("/mine:/host"))
                .build(),
            name -> theirs);
    assertThat(find(result, "/data").volume()).isEqualTo("shared");
    assertThat(find(result, "/data").readOnly()).isTrue();
    assertThat(find(result, "/host").source()).isEqualTo("/mine");
  }

  @Test
  void theImagesContentGoesIntoAnEmptyVolumeAndNotThroughLinks() throws IOException {
    Path rootfs = Files.createDirectories(scratch.resolve("rootfs"));
    Files.createDirectories(rootfs.resolve("data/sub"));
    Files.writeString(rootfs.resolve("data/sub/file"), "from image");
    Path outside = Files.createDirectory(scratch.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "x");
    Files.createSymbolicLink(rootfs.resolve("evil"), outside);
    List<ResolvedMount> result = binds("vol:/data", "bad:/evil");
    mounts.populate(result, rootfs);
    assertThat(data("vol").resolve("sub/file")).hasContent("from image");
    assertThat(data("bad")).isEmptyDirectory();
    Files.writeString(data("vol").resolve("sub/file"), "mine");
    mounts.populate(result, rootfs);
    assertThat(data("vol").resolve("sub/file")).hasContent("mine");
  }

  @Test
  void aPartOfAVolumeIsHeldAndCannotBeExchanged() throws IOException {
    create("vol");
    Files.createDirectories(data("vol").resolve("part"));
    Files.writeString(data("vol").resolve("part/file"), "mine");
    Path outside = Files.createDirectory(scratch.resolve("outside"));
    Files.writeString(outside.resolve("file"), "secret");
    List<ResolvedMount> held = mounts.hold(mounts.acquire("c", part("part")));
    try {
      // What a hostile container does between our look and the runtime's.
      Files.move(data("vol").resolve("part"), data("vol").resolve("moved"));
      Files.createSymbolicLink(data("vol").resolve("part"), outside);
      assertThat(Path.of(held.getFirst().source()).resolve("file")).hasContent("mine");
      assertThat(held.getFirst().subpath()).isEmpty();
    } finally {
      mounts.drop(held);
    }
    assertThat(scratch.resolve("parts")).isEmptyDirectory();
    assertThatThrownBy(() -> mounts.hold(mounts.acquire("c", part("part"))))
        .hasMessageStartingWith("cannot access path");
    assertThatThrownBy(() -> mounts.hold(mounts.acquire("c", part("none"))))
        .hasMessageEndingWith("no such file or directory");
    assertThat(outside.resolve("file")).hasContent("secret");
    volumes.remove("vol", false);
  }

  private List<ResolvedMount> part(String subpath) {
    Mount mount =
        MountBuilder.builder()
            .type("volume")
            .source("vol")
            .target("/x")
            .volumeOptions(MountVolumeOptionsBuilder.builder().subpath(subpath).build())
            .build();
    return resolve(HostConfigBuilder.builder().mounts(List.of(mount)).build());
  }

  @Test
  void partsThatLeaveTheirVolumeAreRefused() {
    for (String subpath : List.of("..", "/etc", "a/../../b", "../a")) {
      assertThatThrownBy(() -> part(subpath))
          .hasMessage(
              "invalid mount config for type \"volume\": subpath must be a relative path within the"
                  + " volume");
    }
    assertThat(part("a/../b").getFirst().subpath()).isEqualTo("a/../b");
  }

  @Test
  void aKilledDaemonsUsersKeepTheirMount() throws IOException {
    withOptions("ram", Map.of("type", "tmpfs", "device", "tmpfs"));
    volumes.acquire("ram", "one");
    volumes.acquire("ram", "two");
    volumes =
        new VolumeService(
            scratch.resolve("volumes"),
            records,
            name -> List.of(),
            new Recorder(),
            Clock.systemUTC(),
            new FindPlugin());
    volumes.claim("ram", "one");
    volumes.claim("ram", "two");
    volumes.unmountUnused();
    volumes.release("ram", "two");
    assertThat(MountInfo.at(data("ram"))).isPresent();
    volumes.release("ram", "one");
    assertThat(MountInfo.at(data("ram"))).isEmpty();
    volumes.acquire("ram", "died before its record");
    new VolumeService(
            scratch.resolve("volumes"),
            records,
            name -> List.of(),
            new Recorder(),
            Clock.systemUTC(),
            new FindPlugin())
        .unmountUnused();
    assertThat(MountInfo.at(data("ram"))).isEmpty();
  }

  @Test
  void readOnlyBindsReachAsDeepAsAskedFor() {
    assertThat(access(MountBindOptionsBuilder.builder().readOnlyNonRecursive(true)))
        .contains("ro-top");
    assertThat(access(MountBindOptionsBuilder.builder().readOnlyForceRecursive(true)))
        .contains("rro");
    assertThat(access(MountBindOptionsBuilder.builder().nonRecursive(true))).contains("bind", "ro");
  }

  private List<String> access(MountBindOptionsBuilder options) {
    Mount mount =
        MountBuilder.builder()
            .type("bind")
            .source(scratch.toString())
            .target("/x")
            .readOnly(true)
            .bindOptions(options.build())
            .build();
    return resolve(HostConfigBuilder.builder().mounts(List.of(mount)).build()).getFirst().options();
  }

  @Test
  void startMakesMissingSourcesOfBindsOnly() throws IOException {
    Path missing = scratch.resolve("missing/dir");
    mounts.acquire("c", binds(missing + ":/x"));
    assertThat(missing).isDirectory();
    Mount mount =
        MountBuilder.builder().type("bind").source(missing.toString()).target("/x").build();
    List<ResolvedMount> result =
        resolve(HostConfigBuilder.builder().mounts(List.of(mount)).build());
    Files.delete(missing);
    assertThatThrownBy(() -> mounts.acquire("c", result))
        .hasMessageContaining("bind source path does not exist");
  }

  @Test
  void anonymousVolumesGoWithTheirContainer() {
    List<ResolvedMount> result = binds("/one", "named:/two");
    mounts.removeAnonymous(result);
    assertThat(volumes.list(Filters.NONE).volumes())
        .extracting(Volume::name)
        .containsExactly("named");
  }
}
