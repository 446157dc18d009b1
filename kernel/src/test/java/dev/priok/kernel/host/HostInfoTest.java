package dev.priok.kernel.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class HostInfoTest {
  @Test
  void knowsTheMachine() throws Exception {
    HostInfo.Uname uname = HostInfo.uname();
    assertThat(uname.system()).isEqualTo("Linux");
    assertThat(uname.release()).isEqualTo(HostInfo.sysctl("kernel.osrelease").orElseThrow());
    assertThat(uname.node()).isEqualTo(HostInfo.sysctl("kernel.hostname").orElseThrow());
    assertThat(HostInfo.memoryTotal()).isGreaterThan(1 << 26);
    assertThat(HostInfo.processors()).isPositive();
    assertThat(HostInfo.hasFileSystem("proc")).isTrue();
    assertThat(HostInfo.hasFileSystem("roc")).isFalse();
    assertThat(HostInfo.osRelease()).containsKey("PRETTY_NAME");
    assertThat(HostInfo.uptimeSeconds()).isPositive();
    assertThat(HostInfo.bootId()).hasSize(36);
    assertThat(HostInfo.processorTime()).isPositive();
    assertThat(HostInfo.sysctl("no.such")).isEmpty();
  }

  @Test
  void readsOsRelease() {
    assertThat(HostInfo.parseOsRelease("# c\nNAME=\"A \\\"b\\\"\"\nID=debian\nX='y'\n"))
        .isEqualTo(Map.of("NAME", "A \"b\"", "ID", "debian", "X", "y"));
  }
}
