package dev.mapwright.proof.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A memory object: every page it has itself, as bytes; what it lacks it asks its parents for. */
final class ModelObject {
  static final int PAGE = 4096;

  final Map<Long, byte[]> own = new HashMap<>();
  final Map<Long, Integer> pins = new HashMap<>();
  long pages;

  /** Null for an object that inherits nothing. */
  @Nullable ModelObject parent;

  long parentPage;

  /** How many pages from 0 on may come from the parent. */
  long limit = Long.MAX_VALUE;

  /** A snapshot, or an object of which one was made: nothing shows through what it gives up. */
  boolean snapshot;

  /** First contents of pages, the same each time; null for none. */
  @Nullable LongFunction<byte[]> source;

  /** What is added to a page's number for the source. */
  long sourcePage;

  /** An object that shows pages of physical memory has no children and gives nothing up. */
  ModelObject(long pages) {
    this.pages = pages;
  }

  byte @Nullable [] show(long page) {
    ModelObject at = this;
    long index = page;
    while (true) {
      byte[] mine = at.own.get(index);
      if (mine != null || index >= at.limit) {
        return mine;
      }
      if (at.source != null) {
        return at.source.apply(index + at.sourcePage);
      }
      if (at.parent == null) {
        return null;
      }
      index += at.parentPage;
      at = at.parent;
      if (index >= at.pages) {
        return null;
      }
    }
  }

  byte[] writable(long page) {
    byte[] mine = own.get(page);
    if (mine == null) {
      byte[] shown = show(page);
      mine = shown == null ? new byte[PAGE] : shown.clone();
      own.put(page, mine);
    }
    return mine;
  }

  ModelObject live(long offset, long size) {
    ModelObject child = new ModelObject(size);
    child.parent = this;
    child.parentPage = offset;
    return child;
  }

  /** Copies what is this object's own; what it inherits, both go on inheriting. */
  ModelObject snapshot(long offset, long size) {
    ModelObject child = new ModelObject(size);
    for (Map.Entry<Long, byte[]> entry : own.entrySet()) {
      long page = entry.getKey() - offset;
      if (page >= 0 && page < size) {
        child.own.put(page, entry.getValue().clone());
      }
    }
    limit = Math.min(limit, pages);
    child.parent = parent;
    child.parentPage = parentPage + offset;
    child.source = source;
    child.sourcePage = sourcePage + offset;
    child.limit = Math.max(0, Math.min(size, limit - offset));
    child.snapshot = true;
    snapshot = true;
    return child;
  }

  /** Becomes what a snapshot of this object, made at offset 0 and never changed, holds. */
  void revertTo(ModelObject then) {
    own.clear();
    then.own.forEach((page, bytes) -> own.put(page, bytes.clone()));
    pages = then.pages;
    limit = then.limit;
  }

  boolean pinned(long first, long count) {
    return pins.entrySet().stream()
        .anyMatch(
            pin -> pin.getKey() >= first && pin.getKey() - first < count && pin.getValue() > 0);
  }

  void resize(long size) {
    if (size < pages) {
      own.keySet().removeIf(page -> page >= size);
      if (snapshot) {
        limit = Math.min(limit, size);
      }
    }
    pages = size;
  }
}
