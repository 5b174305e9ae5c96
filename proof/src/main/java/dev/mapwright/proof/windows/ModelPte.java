package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import org.jspecify.annotations.Nullable;

/** One system PTE. */
final class ModelPte {
  /** Who has it: a reservation or a mapping; null for nobody. */
  @Nullable Object owner;

  /** Whether it stays empty, beside what its owner uses. */
  boolean guard;

  /** The number of the mapping that shows a page here; 0 for none. */
  int mapping;

  long pfn;
  CachePolicy policy = CachePolicy.CACHED;
  int permissions;

  boolean free() {
    return owner == null;
  }

  void take(Object newOwner, boolean asGuard) {
    owner = newOwner;
    guard = asGuard;
    mapping = 0;
  }

  void show(int number, long page, CachePolicy how, int allowed) {
    mapping = number;
    pfn = page;
    policy = how;
    permissions = allowed;
  }

  @Override
  public String toString() {
    return mapping == 0 ? "nothing" : "0x%x %s %d".formatted(pfn, policy, permissions);
  }
}
