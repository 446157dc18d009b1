package dev.priok.http;

import dev.priok.engine.Engine;
import dev.priok.engine.containers.Containers;
import dev.priok.engine.events.Events;
import dev.priok.engine.exec.Execs;
import dev.priok.engine.images.Images;
import dev.priok.engine.networks.Networks;
import dev.priok.engine.system.SystemInformation;
import dev.priok.engine.volumes.Volumes;
import dev.priok.http.server.Descriptors;
import dev.priok.http.server.ServerOptions;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.event.Sockets;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** An engine made of parts: an object with some of a room's methods stands for the room. */
public final class Rooms {
  private Rooms() {}

  public static Engine engine(Object part) {
    return new Engine(
        room(Containers.class, part),
        room(Execs.class, part),
        room(Images.class, part),
        room(Volumes.class, part),
        room(Networks.class, part),
        room(Events.class, part),
        room(SystemInformation.class, part));
  }

  private static <T> T room(Class<T> type, Object part) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call(part, method, arguments));
    return type.cast(proxy);
  }

  @SuppressWarnings("PMD")
  private static Object call(Object part, Method method, Object[] arguments) throws Throwable {
    Method own;
    try {
      own = part.getClass().getDeclaredMethod(method.getName(), method.getParameterTypes());
    } catch (NoSuchMethodException e) {
      throw EngineException.notImplemented("the test's engine has no %s", method.getName());
    }
    try {
      own.setAccessible(true);
      return own.invoke(part, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw new UncheckedIOException(io);
      }
      throw cause == null ? e : cause;
    }
  }

  /** As the daemon has them: responses are written by the thread that made them. */
  static ServerOptions direct(ServerOptions options) {
    return options.withDescriptors(
        new Descriptors() {
          @Override
          public int duplicate(int descriptor) throws IOException {
            return Io.duplicate(descriptor, 3).release();
          }

          @Override
          public int unread(int descriptor) throws IOException {
            return Sockets.unread(descriptor);
          }
        });
  }
}
