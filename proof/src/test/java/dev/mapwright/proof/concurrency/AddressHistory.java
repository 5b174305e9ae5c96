package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Permissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one page of an address space has shown, published by the one thread that maps there, and
 * what was stored through it. It judges the accesses of everybody else.
 */
final class AddressHistory {
  /** From now on the address shows a page, or nothing. */
  static final class Showing extends Episode {
    final @Nullable PageHistory page;
    final int permissions;

    /** Whether a page written before still counts as written. */
    final boolean keepsDirt;

    Showing(AtomicLong clock, @Nullable PageHistory page, int permissions, boolean keepsDirt) {
      super(clock);
      this.page = page;
      this.permissions = permissions;
      this.keepsDirt = keepsDirt;
    }
  }

  /** A store that went through. */
  static final class Written extends Episode {
    Written(AtomicLong clock) {
      super(clock);
    }
  }

  final long address;
  private final AtomicLong clock;
  private final Episodes<Showing> showings = new Episodes<>();
  private final Episodes<Written> stores = new Episodes<>();

  /** When the latest collection ended that told the page as dirty; the collector's. */
  private long toldUntil;

  AddressHistory(AtomicLong clock, long address) {
    this.clock = clock;
    this.address = address;
    begin(null, Permissions.NONE, false).end(clock, Episode.Fate.DONE);
  }

  // ---- the thread that maps here

  Showing begin(@Nullable PageHistory page, int permissions, boolean keepsDirt) {
    Showing showing = new Showing(clock, page, permissions, keepsDirt);
    showings.add(showing);
    return showing;
  }

  Showing now() {
    return showings.last();
  }

  // ---- the thread that stores here

  /** Before the store, whose bracket it is. */
  Written beginStore() {
    Written written = new Written(clock);
    stores.add(written);
    return written;
  }

  // ---- judging

  /** Complains about a word that a load gave which began after, and ended before, two moments. */
  void judgeLoad(int at, long word, long from, long to) {
    Set<Long> legal = new HashSet<>();
    boolean[] readable = new boolean[1];
    showings.between(
        from,
        to,
        any -> true,
        showing -> {
          if (showing.page != null && (showing.permissions & Permissions.READ) != 0) {
            readable[0] = true;
            showing.page.words(from, to, legal);
          }
        });
    if (!readable[0]) {
      throw complaint("a load went through what shows nothing", from, to);
    }
    if (!legal.contains(word)) {
      throw complaint("a load of word " + at + " gave " + Stamp.text(word), from, to);
    }
  }

  void judgeStore(long from, long to) {
    boolean[] writable = new boolean[1];
    showings.between(
        from,
        to,
        any -> true,
        showing ->
            writable[0] |= showing.page != null && (showing.permissions & Permissions.WRITE) != 0);
    if (!writable[0]) {
      throw complaint("a store went through what can't be written", from, to);
    }
  }

  void judgeFault(Fault fault, long from, long to) {
    boolean[] legal = new boolean[1];
    int needed = fault.access() == Access.WRITE ? Permissions.WRITE : Permissions.READ;
    FaultReason reason = fault.reason();
    showings.between(
        from,
        to,
        any -> true,
        showing -> {
          PageHistory page = showing.page;
          legal[0] |=
              switch (reason) {
                case UNMAPPED -> page == null;
                case DENIED -> page != null && (showing.permissions & needed) == 0;
                case BEYOND_OBJECT ->
                    page != null && page.object().smallest(from, to) <= page.page();
                default -> false;
              };
        });
    if (!legal[0]) {
      throw complaint("a fault: " + fault, from, to);
    }
  }

  // ---- dirty pages

  void told(long until) {
    toldUntil = until;
  }

  /**
   * Complains about a store that ended between the beginnings of two collections and was told by
   * none since it began.
   */
  void judgeDirt(long sinceBegin, long nowBegin, long nowEnd) {
    stores.between(
        sinceBegin,
        nowBegin,
        any -> true,
        store -> {
          boolean ended = store.doneBefore(nowBegin) && store.end() > sinceBegin;
          if (ended && toldUntil < store.begin && stayed(store.begin, nowEnd)) {
            throw complaint("the store " + store + " was never told as dirty", sinceBegin, nowEnd);
          }
        });
  }

  /** Whether nothing was mapped or unmapped here, which makes pages forget what was written. */
  private boolean stayed(long from, long to) {
    boolean[] stayed = {true};
    showings.between(
        from,
        to,
        any -> true,
        showing -> stayed[0] &= showing.keepsDirt || showing.doneBefore(from));
    return stayed[0];
  }

  AssertionError complaint(String what, long from, long to) {
    StringBuilder text = new StringBuilder(what);
    text.append(" at ").append(Long.toHexString(address));
    text.append(" between ").append(from).append(" and ").append(to);
    showings.between(
        from,
        to,
        any -> true,
        showing -> {
          text.append("\n shows ").append(Permissions.text(showing.permissions)).append(showing);
          text.append(showing.page == null ? " nothing" : showing.page.describe(from, to));
        });
    return new AssertionError(text.toString());
  }
}
