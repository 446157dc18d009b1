package dev.priok.tests.fuzz;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** Names of what there is, so that requests meet something. */
final class Known {
  private final List<String> names = new CopyOnWriteArrayList<>();

  void add(String name) {
    if (names.size() < 500) {
      names.add(name);
    }
  }

  void forget() {
    names.clear();
  }

  /** One of them, a short form of one, or a usual image's name. */
  String any(Random random) {
    List<String> now = List.copyOf(names);
    if (now.isEmpty()) {
      return "busybox";
    }
    String name = now.get(random.nextInt(now.size()));
    return random.nextInt(4) == 0 && name.length() > 12 ? name.substring(0, 12) : name;
  }
}
