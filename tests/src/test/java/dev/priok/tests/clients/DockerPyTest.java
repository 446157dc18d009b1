package dev.priok.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.Shell;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Python's docker, beside its own integration tests (tests/docker-py). */
@Tag("blackbox")
final class DockerPyTest {
  /** It reads a response's head through a buffer, and the stream that follows past that buffer. */
  private static final String ATTACH =
      """
      import docker, sys
      c = docker.APIClient(sys.argv[1], version='1.45')
      made = c.create_container('busybox', 'echo hello',
          host_config=c.create_host_config(network_mode='none'))
      c.start(made)
      c.wait(made)
      print([c.attach(made, stream=False, logs=True) for _ in range(40)].count(b'hello\\n'))
      """;

  @Test
  void outputOfThePastIsNotLostBehindTheHead() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none");
    try {
      Shell shell = d.shell();
      assumeTrue(shell.run("python3", "-c", "import docker").exit() == 0, "no python docker here");
      assertThat(shell.run("python3", "-c", ATTACH, d.host()).ok().text()).isEqualTo("40");
    } finally {
      d.closeAndExpect(before);
    }
  }
}
