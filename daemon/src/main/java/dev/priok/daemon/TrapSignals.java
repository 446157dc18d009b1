package dev.priok.daemon;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGTERM and SIGINT do: the first stops in order, the second kills the containers that are
 * still waited for, the third ends the process where it is, with dockerd's status 128 and the
 * signal's number. So whoever is in a hurry needs no SIGKILL, and loses nothing by the second.
 */
final class TrapSignals {
  private static final Logger LOG = LoggerFactory.getLogger(TrapSignals.class);
  private static final int TERM = 15;
  private static final int INT = 2;
  private static final int FORCE = 3;

  private final Runnable stop;
  private final Runnable hurry;
  private final AtomicInteger count = new AtomicInteger();

  TrapSignals(Runnable stop, Runnable hurry) {
    this.stop = stop;
    this.hurry = hurry;
  }

  /** From now on. */
  void install() {
    on("TERM", TERM);
    on("INT", INT);
  }

  private void came(int signal) {
    int now = count.incrementAndGet();
    LOG.info("signal {} ({})", signal, now);
    switch (now) {
      case 1 -> Thread.ofPlatform().name("shutdown").start(stop);
      case 2 -> Thread.ofPlatform().name("hurry").start(hurry);
      case FORCE -> {
        LOG.warn("the daemon ends at once, without stopping in order: {} signals came", FORCE);
        Runtime.getRuntime().halt(128 + signal);
      }
      default -> LOG.debug("the process is ending");
    }
  }

  /** The JDK's class for signals has no supported replacement and warns every compiler. */
  private void on(String name, int number) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              TrapSignals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  came(number);
                }
                return method.getReturnType() == boolean.class ? (Object) false : null;
              });
      Object instance = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, instance, proxy);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("SIG" + name + " belongs to the JVM", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the JDK has no sun.misc.Signal", e);
    }
  }
}
