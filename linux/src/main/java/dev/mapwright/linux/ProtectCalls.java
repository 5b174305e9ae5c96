package dev.mapwright.linux;

import static dev.mapwright.linux.abi.Protection.PROT_GROWSDOWN;
import static dev.mapwright.linux.abi.Protection.PROT_GROWSUP;
import static dev.mapwright.linux.abi.Protection.PROT_SEM;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.linux.abi.Errno;
import org.jspecify.annotations.Nullable;

/**
 * mprotect and pkey_mprotect, with the checks in the kernel's order (mprotect(2); {@code
 * do_mprotect_pkey}). Areas are changed one after the other, so a refusal leaves those before the
 * obstacle changed.
 */
final class ProtectCalls {

  private static final long KNOWN_BITS = Permissions.ALL | PROT_SEM;

  private final Areas areas;
  private final SpaceFlags flags;

  /** Bit n: key n was given out. Key 0 always is. */
  private int keys = 1;

  /** Whether mseal was ever called: only then areas are looked through for sealed ones. */
  private boolean anySealed;

  ProtectCalls(LinuxSpace space) {
    this.areas = space.areas();
    this.flags = space.flags();
  }

  boolean anySealed() {
    return anySealed;
  }

  void sealedSomething() {
    anySealed = true;
  }

  void setKey(int key, boolean allocated) {
    if (key > 0 && key < 16) {
      keys = allocated ? keys | 1 << key : keys & ~(1 << key);
    }
  }

  void inherit(ProtectCalls parent) {
    keys = parent.keys;
    anySealed = parent.anySealed;
  }

  long mprotect(long address, long length, long protection, int key) {
    long growth = protection & (PROT_GROWSDOWN | PROT_GROWSUP);
    long wanted = protection & ~(long) (PROT_GROWSDOWN | PROT_GROWSUP);
    // 1. Is it one direction of growth at most, and whole pages?
    if (growth == (PROT_GROWSDOWN | PROT_GROWSUP)) {
      return Answer.of(Errno.EINVAL);
    }
    if (!Pages.aligned(address)) {
      return Answer.of(Errno.EINVAL);
    }
    // 2. Is there a range at all?
    if (length == 0) {
      return 0;
    }
    long bytes = LinuxSpace.roundUp(length);
    if (Long.compareUnsigned(address + bytes, address) <= 0) {
      return Answer.of(Errno.ENOMEM);
    }
    // 3. Are the permissions known, and was the key given out?
    if ((wanted & ~KNOWN_BITS) != 0) {
      return Answer.of(Errno.EINVAL);
    }
    if (key != -1 && (key < 0 || key > 15 || (keys & 1 << key) == 0)) {
      return Answer.of(Errno.EINVAL);
    }
    // 4. Where does it begin? With the whole area, if that grows down and is to.
    if (Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) >= 0) {
      return Answer.of(Errno.ENOMEM);
    }
    long first = Pages.of(address);
    // Above the address space nothing is mapped: one page more is as good a hole as all of them.
    long last = Math.min(Pages.of(address + bytes - 1), LinuxSpace.LAST_PAGE + 1);
    if (growth == PROT_GROWSDOWN) {
      Area lowest = areas.firstIn(first, Math.min(last, LinuxSpace.LAST_PAGE));
      if (lowest == null) {
        return Answer.of(Errno.ENOMEM);
      }
      if (!lowest.kind().has(AreaKind.GROWS_DOWN)) {
        return Answer.of(Errno.EINVAL);
      }
      first = areas.startOf(lowest);
    } else if (growth == PROT_GROWSUP) {
      return Answer.of(areas.at(first) == null ? Errno.ENOMEM : Errno.EINVAL);
    }
    // 5. Area after area: is it mapped, and may it?
    return protect(first, last, (int) wanted & Permissions.ALL);
  }

  private long protect(long first, long last, int permissions) {
    long page = first;
    while (page <= last) {
      Area area = page > LinuxSpace.LAST_PAGE ? null : areas.at(page);
      if (area == null) {
        return Answer.of(Errno.ENOMEM);
      }
      Area piece = area.within(page, last);
      Errno refusal = refusal(area, piece, permissions);
      if (refusal != null) {
        return Answer.of(refusal);
      }
      Outcome outcome = change(piece, permissions);
      if (outcome != Outcome.OK) {
        return Answer.of(Errno.ENOMEM);
      }
      page = piece.last() + 1;
    }
    return 0;
  }

  private @Nullable Errno refusal(Area area, Area piece, int permissions) {
    if (!Permissions.within(permissions, area.maximum())
        || flags.refuses(area.permissions(), permissions)) {
      return Errno.EACCES;
    }
    if (area.kind().has(AreaKind.SEALED)) {
      return Errno.EPERM;
    }
    // What stays as it is needs no border inside one of the kernel's own mappings.
    boolean splits = permissions != area.permissions() && !piece.covers(area);
    return area.kind().has(AreaKind.KERNELS_OWN) && splits ? Errno.EINVAL : null;
  }

  /**
   * Private memory that becomes writable is accounted from then on, which sets it apart from
   * neighbours.
   */
  private Outcome change(Area piece, int permissions) {
    AreaKind kind = piece.kind();
    boolean becomesAccounted =
        (permissions & Permissions.WRITE) != 0
            && !kind.shared()
            && (kind.flags() & (AreaKind.ACCOUNTED | AreaKind.NO_RESERVE | AreaKind.HUGE_PAGES))
                == 0;
    if (!becomesAccounted) {
      return permissions == piece.permissions()
          ? Outcome.OK
          : areas.protect(piece.first(), piece.last(), permissions);
    }
    return areas.map(
        piece.first(),
        piece.pages(),
        piece.object(),
        piece.objectPage(),
        permissions,
        piece.maximum(),
        kind.with(AreaKind.ACCOUNTED));
  }
}
