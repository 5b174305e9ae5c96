package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.HookSet;
import dev.mapwright.sim.tables.PlacedHook;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an access calls hooks.
 *
 * <p>The fast path knows nothing of them: a page with a hook is not entered into the TLB ({@link
 * Translator} asks when it enters one), and setting a hook makes every CPU forget its pages. So
 * what is found in a published array has no hook, and everything else comes to {@link #pass} when
 * it has translated what it needs and before it transfers anything.
 *
 * <p>A hook is no part of the access, so it is called with the driver outside, like a resolver: it
 * may take as long as it likes and removers pass. Nothing that was translated before it is used
 * after it. An access therefore goes round: translate; ask for a hook that was not told yet; tell
 * it, and begin anew; until there is none. The hooks are read each time, while the driver is inside
 * with what it has just translated, so one that was set while another was called is told, too.
 */
abstract class HookedAccess extends Translator implements Cpu {
  /** Whether a hook that this CPU has called is under way: then no other is called. Driver only. */
  private boolean inHook;

  HookedAccess(
      PhysicalMap map, DeviceMap devices, Ram allRam, ThreadGuard guard, TlbArray nothing) {
    super(map, devices, allRam, guard, nothing);
  }

  /** An access, or a piece of one, in an address space with hooks, and who was told of it. */
  static final class Piece {
    final Access access;
    final Access other;
    final long address;
    final long bytes;
    final long value;
    final Set<PlacedHook> told = new HashSet<>(2);

    /** Of the page that it begins in, and of the one that it may end in. */
    final Turn low = new Turn();

    final Turn high = new Turn();

    /** One that hooks of two kinds of accesses are told of. */
    Piece(Access access, Access other, long address, long bytes, long value) {
      this.access = access;
      this.other = other;
      this.address = address;
      this.bytes = bytes;
      this.value = value;
    }
  }

  /**
   * How often an access begins anew until it is given up: for each hook that was there when they
   * were first looked for, and so often besides. Without an end are those alone that always set
   * another one.
   */
  static int attempts(@Nullable Piece piece) {
    return piece == null ? MOST_ATTEMPTS : MOST_ATTEMPTS + piece.low.expected + piece.high.expected;
  }

  /**
   * Whose turn it is in one page. The hooks are looked for once for each set of hooks that is met:
   * one that is set or closed meanwhile makes another set, and they are looked for again.
   */
  static final class Turn {
    private HookSet of = HookSet.NONE;
    private List<PlacedHook> hooks = List.of();
    private int at;
    private int expected;
    private boolean looked;

    @Nullable PlacedHook next(HookSet now, Piece piece, long first, long last) {
      if (now != of) {
        of = now;
        hooks = now.concerned(piece.access, piece.other, first, last);
        at = 0;
        expected = looked ? expected : hooks.size();
        looked = true;
      }
      while (at < hooks.size() && piece.told.contains(hooks.get(at))) {
        at++;
      }
      return at < hooks.size() ? hooks.get(at) : null;
    }
  }

  /** Whether no hook is set where an address lies: then no access there has anything to tell. */
  final boolean unhooked(long address) {
    return hooksAt(address) == HookSet.NONE || inHook;
  }

  /**
   * The hook that a piece is to be told to next. The driver is inside, with the translation of all
   * of the piece in hand: when this is null, that may be used.
   */
  final @Nullable PlacedHook nextHook(Piece piece) {
    if (inHook) {
      return null;
    }
    long last = piece.address + piece.bytes - 1;
    long lastOfPage = Pages.lastAddress(Pages.of(piece.address));
    if (Pages.of(last) == Pages.of(piece.address)) {
      return piece.low.next(hooksAt(last), piece, piece.address, last);
    }
    // Each page by itself: they may be of two spaces, or the last and the first of all.
    PlacedHook low = piece.low.next(hooksAt(lastOfPage), piece, piece.address, lastOfPage);
    PlacedHook high = piece.high.next(hooksAt(last), piece, lastOfPage + 1, last);
    return low == null || high != null && high.setBefore(low) ? high : low;
  }

  /**
   * Tells a hook of a piece. Whatever was translated has to be translated again.
   *
   * @return whether it lets the piece pass; if not, {@link #takeFault} says so
   */
  final boolean tell(PlacedHook hook, Piece piece) {
    piece.told.add(hook);
    Access access = hook.kinds().contains(piece.access) ? piece.access : piece.other;
    int position = position();
    boolean before = inHook;
    boolean passes;
    try {
      beginWaiting();
      inHook = true;
      passes = hook.told().before(this, access, piece.address, piece.bytes, piece.value);
    } finally {
      inHook = before;
      endWaiting(position);
    }
    if (!passes) {
      failWith(
          new Fault(piece.address, piece.bytes, access, piece.address, FaultReason.STOPPED, null));
    }
    return passes;
  }

  /**
   * Translates a piece that lies in one page, as {@link #translate} does, and tells all hooks that
   * are to be told. What is found may be used: nothing was told since.
   *
   * @param other a second kind of accesses whose hooks are told of it; or the same
   * @return false for a fault, of the page or of a hook
   */
  final boolean pass(Access access, Access other, long address, long bytes, long value) {
    return translate(address, access)
        && (unhooked(address) || passHooks(new Piece(access, other, address, bytes, value)));
  }

  private boolean passHooks(Piece piece) {
    for (int attempt = 0; attempt < attempts(piece); attempt++) {
      PlacedHook next = nextHook(piece);
      if (next == null) {
        return true;
      }
      if (!tell(next, piece) || !translate(piece.address, piece.access)) {
        return false;
      }
    }
    throw new IllegalStateException(
        "an access at 0x" + Long.toHexString(piece.address) + " meets hook after hook");
  }
}
