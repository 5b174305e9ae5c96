package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.core.machine.Translation;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tables that requesters can be attached to, and the ports that may remember something of them.
 *
 * <p>A port enters itself before it walks the tables for the first time, and leaves when it has
 * forgotten what it found there. {@link #users} is replaced whole under {@link #usersLock}, and
 * read by removers after a full fence: either the remover sees the port, or the port's walk sees
 * what the remover wrote.
 *
 * <p>{@link #number} and {@link #attachments} are guarded by the lock of {@link SimulatedIommu}.
 */
abstract class Domain {
  final TableKind kind;
  final int levels;

  private final Object usersLock = new Object();
  private volatile VtdPort[] users = {};

  /** The number that caches know it by while somebody is attached to it; 0 for none. */
  int number;

  /** How many requesters and PASIDs are attached to it. */
  int attachments;

  Domain(TableKind kind, int levels) {
    this.kind = kind;
    this.levels = levels;
  }

  /** The frame of the root table. */
  abstract long root();

  /** The machine's translation; null when the tables are the caller's. */
  abstract @Nullable Translation translation();

  final void addUser(VtdPort port) {
    synchronized (usersLock) {
      VtdPort[] more = Arrays.copyOf(users, users.length + 1);
      more[users.length] = port;
      users = more;
    }
    VarHandle.fullFence();
  }

  final void removeUser(VtdPort port) {
    synchronized (usersLock) {
      List<VtdPort> rest = new ArrayList<>(List.of(users));
      rest.remove(port);
      users = rest.toArray(new VtdPort[0]);
    }
  }

  /** Tells the ports that entries of these pages have changed; they have been written. */
  final void tell(long firstPage, long lastPage) {
    VarHandle.fullFence();
    for (VtdPort port : users) {
      port.post(PortMail.Kind.PAGES, PortMail.ANY, firstPage, lastPage);
    }
  }

  /** Waits until the ports have taken note of what they were told. */
  final void awaitUsers() {
    VarHandle.fullFence();
    for (VtdPort port : users) {
      port.awaitQuiescence();
    }
  }

  /** Forgets a range for all ports, and waits for them. */
  final void flushPages(long firstPage, long lastPage) {
    tell(Math.max(firstPage, 0), Math.min(lastPage, Pages.LAST_PAGE));
    awaitUsers();
  }
}
