package dev.priok.host.storage.devicemapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PoolOptionsTest {
  @Test
  void defaultsAreDockers() throws IOException {
    PoolOptions options = PoolOptions.parse(Map.of());
    assertThat(options.loopDataSize).isEqualTo(100L << 30);
    assertThat(options.loopMetadataSize).isEqualTo(2L << 30);
    assertThat(options.baseSize).isEqualTo(10L << 30);
    assertThat(options.blockSize).isEqualTo(64 << 10);
    assertThat(options.leastFreePercent).isEqualTo(10);
    assertThat(options.discard).isTrue();
    assertThat(PoolOptions.parse(Map.of("dm.thinpooldev", "/dev/mapper/a")).discard).isFalse();
  }

  @Test
  void valuesAreTaken() throws IOException {
    PoolOptions options =
        PoolOptions.parse(
            Map.of(
                "dm.basesize", "20g",
                "dm.thinpooldev", "/dev/mapper/pool",
                "dm.min_free_space", "5%",
                "dm.mkfsarg", "-I" + PoolOptions.SEVERAL + "512",
                "dm.mountopt", "noatime" + PoolOptions.SEVERAL + "nobarrier",
                "dm.use_deferred_removal", "true",
                "dm.use_deferred_deletion", "1",
                "dm.blkdiscard", "true",
                "dm.blocksize", "512k",
                "dm.xfs_nospace_max_retries", "3"));
    assertThat(options.baseSize).isEqualTo(20L << 30);
    assertThat(options.thinPool).isEqualTo("pool");
    assertThat(options.leastFreePercent).isEqualTo(5);
    assertThat(options.mkfsArguments).containsExactly("-I", "512");
    assertThat(options.mountOptions).isEqualTo("noatime,nobarrier");
    assertThat(options.deferredDeletion).isTrue();
    assertThat(options.discard).isTrue();
    assertThat(options.blockSize).isEqualTo(512 << 10);
    assertThat(options.xfsRetries).isEqualTo("3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dm.nonsense=1 | devmapper: Unknown option dm.nonsense",
        "dm.fs=btrfs | devmapper: Unsupported filesystem btrfs",
        "dm.min_free_space=10 | devmapper: Option dm.min_free_space requires % suffix",
        "dm.min_free_space=100% | devmapper: Invalid value 100% for option dm.min_free_space",
        "dm.basesize=much | invalid size: 'much'",
        "dm.blocksize=65k | devmapper: Invalid value 65k for option dm.blocksize: 64k to 1g, a"
            + " multiple of 64k",
        "dm.use_deferred_deletion=true | devmapper: Deferred deletion can not be enabled as deferred"
            + " removal is not enabled. Enable deferred removal using --storage-opt"
            + " dm.use_deferred_removal=true parameter",
        "dm.use_deferred_removal=perhaps | dm.use_deferred_removal: strconv.ParseBool: parsing"
            + " \"perhaps\": invalid syntax",
        "dm.thinp_percent=90 | must provide device path in `dm.directlvm_device` in order to configure"
            + " direct-lvm",
        "dm.thinp_percent=100 | dm.thinp_percent must be greater than 0 and less than 100",
        "dm.thinp_metapercent=x | could not parse `dm.thinp_metapercent=x`",
        "dm.libdm_log_level=8 | dm.libdm_log_level must be in range [2,7]",
        "dm.datadev=/dev/x | devmapper: dm.datadev and dm.metadatadev belong together",
      })
  void wrongOnesAreToldInDockersWords(String option, String sentence) {
    String[] parts = option.split("=", 2);
    assertThatThrownBy(() -> PoolOptions.parse(Map.of(parts[0], parts[1]))).hasMessage(sentence);
  }

  @Test
  void somethingsExcludeEachOther() {
    assertThatThrownBy(
            () -> PoolOptions.parse(Map.of("dm.directlvm_device", "/dev/x", "dm.thinpooldev", "y")))
        .hasMessage("cannot setup direct-lvm when `dm.thinpooldev` is also specified");
    assertThatThrownBy(() ->
            PoolOptions.parse(Map.of("dm.directlvm_device", "/dev/x", "dm.thinp_percent", "95")))
        .hasMessage(
            "must set both `dm.thinp_percent` and `dm.thinp_metapercent` if either is specified");
    assertThatThrownBy(() ->
            PoolOptions.parse(
                Map.of(
                    "dm.directlvm_device", "/dev/x",
                    "dm.thinp_percent", "95",
                    "dm.thinp_metapercent", "6")))
        .hasMessage(
            "combined `dm.thinp_percent` and `dm.thinp_metapercent` must not be greater than 100");
  }

  @Test
  void filesOfThePoolAreSparseAndOnlyGrow(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("devicemapper/data");
    assertThat(PoolDevices.file(file, 1L << 30)).hasSize(1L << 30);
    assertThat(PoolDevices.file(file, 3L << 30)).hasSize(3L << 30);
    assertThat(PoolDevices.file(file, 1L << 20)).hasSize(3L << 30);
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100600);
    assertThat(List.of(folder.resolve("devicemapper").toFile().list())).containsExactly("data");
  }
}
