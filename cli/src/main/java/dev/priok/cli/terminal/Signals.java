package dev.priok.cli.terminal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK's class for them has no supported replacement and warns
 * every compiler, so it is reached by name.
 */
public final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} when the process gets the signal, in place of what would happen.
   *
   * @return false when the JVM keeps that signal for itself
   */
  public static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return method.getReturnType() == boolean.class ? (Object) false : null;
              });
      Object instance = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, instance, proxy);
      return true;
    } catch (InvocationTargetException e) {
      // Unknown here, or taken by the JVM (SIGQUIT prints its threads).
      return false;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the JDK has no sun.misc.Signal", e);
    }
  }
}
