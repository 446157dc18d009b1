package dev.priok.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process does when a signal comes.
 *
 * <p>By reflection: the JDK has no other way to handle a signal, and its compiler warns of this one
 * (module jdk.unsupported).
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** Runs an action, on a thread of its own, whenever the signal ({@code HUP}, ...) comes. */
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler run =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              Thread.ofPlatform().name("signal-" + name).start(() -> guarded(name, action));
            }
            return null;
          };
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance(name),
              Proxy.newProxyInstance(
                  Signals.class.getClassLoader(), new Class<?>[] {handler}, run));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot handle SIG" + name, e);
    }
  }

  private static void guarded(String name, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("SIG{} was not served", name, e);
    }
  }
}
