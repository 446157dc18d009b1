package dev.priok.kernel.netlink;

import static dev.priok.kernel.netlink.NetlinkRequest.ACK;
import static dev.priok.kernel.netlink.NetlinkRequest.APPEND;
import static dev.priok.kernel.netlink.NetlinkRequest.CREATE;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one IPv4 nf_tables table, done in one transaction: all of them or none. Adding what is
 * there already with the same shape is no error, so a batch can be repeated.
 *
 * <p>Example: {@code new NftBatch("mine").table().set(NftSet.of("bridges", 16)).commit("making the
 * table");}
 */
public final class NftBatch {
  private static final int SUBSYSTEM = 10;
  private static final int FAMILY_IPV4 = 2;
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;
  private static final int NEWTABLE = 0;
  private static final int DELTABLE = 2;
  private static final int NEWCHAIN = 3;
  private static final int NEWRULE = 6;
  private static final int DELRULE = 8;
  private static final int NEWSET = 9;
  private static final int NEWSETELEM = 12;
  private static final int DELSETELEM = 14;
  private static final int SET_INTERVAL = 4;
  private static final int ELEMENT_INTERVAL_END = 1;
  private static final int SET_MAP = 8;
  private static final int SET_CONCAT = 0x80;

  /** A message holds at most this many bytes of elements: an attribute ends at 64 KiB. */
  private static final int ELEMENTS_PER_MESSAGE = 500;

  private final String table;
  private final NetlinkRequest request = new NetlinkRequest();
  private int sets;

  public NftBatch(String table) {
    this.table = table;
    request.message(BATCH_BEGIN, 0, r -> r.u8(0).u8(0).bytes(new byte[] {0, SUBSYSTEM}));
  }

  /** Where packets enter a chain: the netfilter hook's number, and its priority. */
  public enum Hook {
    RAW_PREROUTING("filter", 0, -300),
    NAT_PREROUTING("nat", 0, -100),
    NAT_OUTPUT("nat", 3, -100),
    NAT_POSTROUTING("nat", 4, 100),
    FORWARD("filter", 2, 0);

    private final String type;
    private final int number;
    private final int priority;

    Hook(String type, int number, int priority) {
      this.type = type;
      this.number = number;
      this.priority = priority;
    }
  }

  /**
   * A set, or a map where it has a value.
   *
   * @param fields lengths in bytes of the fields of its key
   * @param valueLength bytes of a map's value in whole words, 0 for a set
   * @param ranges elements are ranges, see {@link #range}
   */
  public record NftSet(String name, List<Integer> fields, int valueLength, boolean ranges) {
    public NftSet {
      fields = List.copyOf(fields);
    }

    public static NftSet of(String name, Integer... fields) {
      return new NftSet(name, List.of(fields), 0, false);
    }

    public static NftSet ofRanges(String name, int length) {
      return new NftSet(name, List.of(length), 0, true);
    }

    public static NftSet map(String name, int valueLength, Integer... fields) {
      return new NftSet(name, List.of(fields), valueLength, false);
    }

    int keyLength() {
      return fields.stream().mapToInt(f -> (f + 3) & ~3).sum();
    }
  }

  /**
   * An element.
   *
   * @param value null in sets and on deletion
   * @param endOfRange the first key behind a range, not an element itself
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one call and is never compared
  public record Element(byte[] key, byte @Nullable [] value, boolean endOfRange) {
    public Element(byte[] key, byte @Nullable [] value) {
      this(key, value, false);
    }
  }

  /** The elements that stand for all addresses from {@code first} to {@code last}. */
  public static List<Element> range(int first, int last) {
    return List.of(
        new Element(NetlinkRequest.be32(first), null),
        new Element(NetlinkRequest.be32(last + 1), null, true));
  }

  public NftBatch table() {
    return command(NEWTABLE, CREATE, r -> r.attrString(1, table).attrBe32(2, 0));
  }

  public NftBatch deleteTable() {
    return command(DELTABLE, 0, r -> r.attrString(1, table));
  }

  public NftBatch chain(String name) {
    return command(NEWCHAIN, CREATE, r -> r.attrString(1, table).attrString(3, name));
  }

  /** A chain that the kernel calls; what no rule decides is accepted. */
  public NftBatch chain(String name, Hook hook) {
    return command(
        NEWCHAIN,
        CREATE,
        r ->
            r.attrString(1, table)
                .attrString(3, name)
                .nest(4, h -> h.attrBe32(1, hook.number).attrBe32(2, hook.priority))
                .attrBe32(5, 1)
                .attrString(7, hook.type));
  }

  /** Removes all rules of a chain. */
  public NftBatch flush(String chain) {
    return command(DELRULE, 0, r -> r.attrString(1, table).attrString(2, chain));
  }

  public NftBatch rule(String chain, NftExpressions expressions) {
    return command(
        NEWRULE,
        CREATE | APPEND,
        r -> r.attrString(1, table).attrString(2, chain).nest(4, expressions::writeTo));
  }

  public NftBatch set(NftSet set) {
    int id = ++sets;
    boolean map = set.valueLength() > 0;
    boolean concatenation = set.fields().size() > 1;
    return command(
        NEWSET,
        CREATE,
        r -> {
          r.attrString(1, table).attrString(2, set.name());
          r.attrBe32(
              3,
              (map ? SET_MAP : 0)
                  | (concatenation ? SET_CONCAT : 0)
                  | (set.ranges() ? SET_INTERVAL : 0));
          // The type is for tools that print; the kernel keeps it and looks at the length alone.
          r.attrBe32(4, 0);
          r.attrBe32(5, set.keyLength());
          if (map) {
            r.attrBe32(6, 0);
            r.attrBe32(7, set.valueLength());
          }
          if (concatenation) {
            r.nest(
                9,
                d -> d.nest(2, c -> set.fields().forEach(f -> c.nest(1, e -> e.attrBe32(1, f)))));
          }
          r.attrBe32(10, id);
        });
  }

  public NftBatch add(String set, Collection<Element> elements) {
    return elements(NEWSETELEM, CREATE, set, elements);
  }

  /** Deleting an element that is not there fails the whole batch. */
  public NftBatch delete(String set, Collection<Element> elements) {
    return elements(DELSETELEM, 0, set, elements);
  }

  /** Removes all elements of a set. */
  public NftBatch empty(String set) {
    return command(DELSETELEM, 0, r -> r.attrString(1, table).attrString(2, set));
  }

  private NftBatch elements(int type, int flags, String set, Collection<Element> elements) {
    List<Element> all = List.copyOf(elements);
    for (int from = 0; from < all.size(); from += ELEMENTS_PER_MESSAGE) {
      List<Element> some = all.subList(from, Math.min(all.size(), from + ELEMENTS_PER_MESSAGE));
      command(
          type,
          flags,
          r -> {
            r.attrString(1, table).attrString(2, set);
            r.nest(3, l -> some.forEach(e -> element(l, e)));
          });
    }
    return this;
  }

  private static void element(NetlinkRequest list, Element element) {
    list.nest(
        1,
        e -> {
          e.nest(1, k -> k.attr(1, element.key()));
          byte[] value = element.value();
          if (value != null) {
            e.nest(2, d -> d.attr(1, value));
          }
          if (element.endOfRange()) {
            e.attrBe32(3, ELEMENT_INTERVAL_END);
          }
        });
  }

  private NftBatch command(int type, int flags, Consumer<NetlinkRequest> body) {
    request.message(
        (SUBSYSTEM << 8) | type,
        flags | ACK,
        r -> {
          r.u8(FAMILY_IPV4).u8(0).u16(0);
          body.accept(r);
        });
    return this;
  }

  /** Throws {@link NetlinkException}; nothing changed then. */
  public void commit(NftSocket socket, String doing) {
    if (request.messages() == 1) {
      return;
    }
    request.message(BATCH_END, 0, r -> r.u8(0).u8(0).bytes(new byte[] {0, SUBSYSTEM}));
    socket.talk(request, doing);
  }

  byte[] toBytes() {
    return request.toBytes();
  }
}
