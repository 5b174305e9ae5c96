package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import org.jspecify.annotations.Nullable;

/** What the model knows of one physical page. */
final class ModelPage {
  final long pfn;
  final boolean ram;

  /** The attribute that the page was allocated with; null for none, as outside RAM. */
  @Nullable CachePolicy own;

  /** The attribute that its mappings have given to a page without one; null while it has none. */
  @Nullable CachePolicy given;

  /** How often it is locked: one for each slot of an MDL; RAM only. */
  int locks;

  /** How often a page without an attribute of its own is referred to. */
  int references;

  /** How many mappings show a page without an attribute of its own. */
  int mappings;

  /** How many system PTEs show it. */
  int shown;

  /** The page of pageable memory that it is locked for; 0 for none, or another. */
  long virtual;

  /** Whether it was allocated for an MDL. */
  boolean ofMdl;

  /** Whether it is contiguous memory of the driver that makes the calls. */
  boolean ofDriver;

  /** Whether it was freed, and is only kept by its locks and mappings. */
  boolean dying;

  ModelPage(long pfn, boolean ram) {
    this.pfn = pfn;
    this.ram = ram;
    own = ram ? CachePolicy.CACHED : null;
  }

  boolean floats() {
    return own == null;
  }

  @Nullable CachePolicy policy() {
    return own != null ? own : given;
  }

  boolean locked() {
    return ram ? locks > 0 : references > 0;
  }

  /** How many locks can be taken away. */
  int lockedTimes() {
    return !ram ? references : floats() ? Math.min(locks, references) : locks;
  }

  void lock() {
    locks += ram ? 1 : 0;
    references += floats() ? 1 : 0;
  }

  void unlock() {
    references -= floats() ? 1 : 0;
    locks -= ram ? 1 : 0;
    virtual = locks == 0 ? 0 : virtual;
    settle();
  }

  /** One PTE more shows it. */
  void show(CachePolicy policy) {
    shown++;
    if (floats() && mappings++ == 0) {
      given = policy;
    }
  }

  /** One PTE less shows it. */
  void hide() {
    shown--;
    if (floats() && --mappings == 0) {
      given = null;
    }
    settle();
  }

  /** A page that was freed is an ordinary one again when nothing keeps it. */
  void settle() {
    if (dying && locks == 0 && shown == 0) {
      dying = false;
      own = CachePolicy.CACHED;
    }
  }

  @Override
  public String toString() {
    return "page 0x%x: %d locks, attribute %s (own %s), %d references, %d PTEs"
        .formatted(pfn, locks, policy(), own, references, shown);
  }
}
