package dev.priok.tests.blackbox;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.HostState;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts one daemon for all classes of a run, and looks for what is left over at its end. */
public final class SharedDaemon implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(SharedDaemon.class);

  private record Running(DaemonUnderTest daemon, HostState before) implements AutoCloseable {
    @Override
    public void close() {
      daemon.closeAndExpect(before);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == DaemonUnderTest.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return running(context).daemon();
  }

  private static Running running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(HERE)
        .computeIfAbsent(
            "daemon",
            key -> {
              HostState before = HostState.now();
              return new Running(DaemonUnderTest.withImage(), before);
            },
            Running.class);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    running(context).daemon().removeEverything();
  }
}
