package dev.mapwright.core.state;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation;

/**
 * An address space's translation, with what the engine needs around it.
 *
 * <p>Translations are a cache of what mappings and objects say (I2): removing one too many costs a
 * fault and changes no answer. So removing never fails, and nobody here needs a lock: making an
 * entry and taking away those of a range is one step of the translation each. That counts, since
 * the locks of the space and of an object do not keep the two apart: an object that changes holds
 * no space's lock, and its view may reach over pages that are another object's by now ({@link
 * MappingView}).
 */
public final class Tables {
  private final Translation translation;
  private final DirtyPages dirty;

  Tables(Translation translation, DirtyPages dirty) {
    this.translation = translation;
    this.dirty = dirty;
  }

  /** The tables themselves. */
  public Translation translation() {
    return translation;
  }

  /** Which pages were written. */
  public DirtyPages dirty() {
    return dirty;
  }

  /** What an entry allows that is to allow at least a set of permissions. */
  public int effective(int permissions) {
    return translation.effective(permissions);
  }

  /** Writes the entry of one page; see {@link Translation#install}. */
  public void install(long page, long pfn, int permissions, CachePolicy cache) {
    translation.install(page, pfn, permissions, cache);
  }

  /** Writes entries for adjacent pages; see {@link Translation#installRun}. */
  public boolean installRun(long first, long pfn, long pages, int permissions, CachePolicy cache) {
    return translation.installRun(first, pfn, pages, permissions, cache);
  }

  /** Removes the translations of a range of pages. */
  public void forget(long first, long last) {
    translation.remove(first, last, dirty.carrier());
  }

  /** Takes the permission to write from the translations of a range. */
  public void forgetWrites(long first, long last) {
    restrict(first, last, Permissions.READ_EXECUTE);
  }

  /** Takes permissions from the translations of a range. */
  public void restrict(long first, long last, int permissions) {
    translation.restrict(first, last, translation.effective(permissions), dirty.carrier());
  }
}
