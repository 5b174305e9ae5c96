package dev.mapwright.sim.tables;

import dev.mapwright.core.Access;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of a translation at one moment; never changed, but replaced whole.
 *
 * <p>They are sorted by their first addresses, and beside each one stands the last address that it
 * and those before it reach. So those that have an address of a range are found by going down from
 * the last that begins in or before it, for as long as anything before still reaches it: many
 * breakpoints cost nothing elsewhere, and one hook of everything makes all those before it be
 * looked at.
 */
public final class HookSet {
  /** The set of a translation without hooks. */
  public static final HookSet NONE = new HookSet(new PlacedHook[0]);

  private final PlacedHook[] hooks;

  /** The highest last address of the hooks up to this one. */
  private final long[] reaches;

  private HookSet(PlacedHook[] hooks) {
    this.hooks = hooks;
    reaches = new long[hooks.length];
    for (int i = 0; i < hooks.length; i++) {
      long last = hooks[i].lastAddress();
      reaches[i] = i > 0 && Long.compareUnsigned(reaches[i - 1], last) > 0 ? reaches[i - 1] : last;
    }
  }

  HookSet with(PlacedHook hook) {
    int at = count(hook.firstAddress());
    PlacedHook[] more = new PlacedHook[hooks.length + 1];
    System.arraycopy(hooks, 0, more, 0, at);
    more[at] = hook;
    System.arraycopy(hooks, at, more, at + 1, hooks.length - at);
    return new HookSet(more);
  }

  @SuppressWarnings("ReferenceEquality") // two may be for the same range and the same listener
  HookSet without(PlacedHook hook) {
    for (int at = count(hook.firstAddress()) - 1; at >= 0; at--) {
      if (hooks[at] == hook) {
        PlacedHook[] rest = new PlacedHook[hooks.length - 1];
        System.arraycopy(hooks, 0, rest, 0, at);
        System.arraycopy(hooks, at + 1, rest, at, rest.length - at);
        return rest.length == 0 ? NONE : new HookSet(rest);
      }
    }
    return this;
  }

  /** How many begin at an address or below. */
  private int count(long address) {
    int low = 0;
    int high = hooks.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (Long.compareUnsigned(hooks[middle].firstAddress(), address) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether any is told of a kind of accesses to a byte of a range. */
  public boolean concern(Access access, long first, long last) {
    for (int i = count(last) - 1; i >= 0 && Long.compareUnsigned(reaches[i], first) >= 0; i--) {
      if (hooks[i].concerns(access, first, last)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The hook that was set first of those that are told of one of two kinds of accesses to a range.
   *
   * @param told those that are not looked for; null for none
   */
  public @Nullable PlacedHook next(
      Access access, Access other, long first, long last, @Nullable List<PlacedHook> told) {
    PlacedHook next = null;
    for (int i = count(last) - 1; i >= 0 && Long.compareUnsigned(reaches[i], first) >= 0; i--) {
      PlacedHook hook = hooks[i];
      if ((next == null || hook.number < next.number)
          && (hook.concerns(access, first, last) || hook.concerns(other, first, last))
          && (told == null || !told.contains(hook))) {
        next = hook;
      }
    }
    return next;
  }
}
