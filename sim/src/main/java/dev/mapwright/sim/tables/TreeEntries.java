package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.Frames;

/**
 * Bare leaves anywhere in a translation whose tables are there; each is counted in its table, which
 * stays as long as it holds one. Each call takes the stripes of its pages.
 */
final class TreeEntries extends BareLeaves {
  private final PageTables tables;

  TreeEntries(PageTables tables) {
    super(tables);
    this.tables = tables;
  }

  @Override
  long at(long key) {
    return TableWords.address(tables.leafTable(key), tables.shape.index(key, 1));
  }

  @Override
  long get(long at) {
    return tables.words.get(at);
  }

  @Override
  void set(long at, long bits) {
    tables.words.set(at, bits);
  }

  @Override
  long exchange(long at, long bits) {
    return tables.words.exchange(at, bits);
  }

  @Override
  boolean replace(long at, long expected, long next) {
    return tables.words.replace(at, expected, next);
  }

  @Override
  public void stage(long page, long pfn, int permissions, CachePolicy cache) {
    TableTree tree = tables.begin(key(page), key(page));
    try {
      tree.enter(key(page), staged(pfn, permissions, cache));
    } finally {
      tables.end(tree, key(page), key(page));
    }
  }

  @Override
  public void show(long page, long pfn, int permissions, CachePolicy cache) {
    stage(page, pfn, permissions, cache);
    publish(page, page);
  }

  @Override
  public long take(long page) {
    withdraw(page, page);
    long entry = entry(page);
    clear(page, page);
    return entry;
  }

  @Override
  public void publish(long first, long last) {
    TableTree tree = tables.begin(key(first), key(last));
    try {
      super.publish(first, last);
    } finally {
      tables.end(tree, key(first), key(last));
    }
  }

  @Override
  public void protect(long first, long last, int permissions) {
    TableTree tree = tables.begin(key(first), key(last));
    try {
      super.protect(first, last, permissions);
    } finally {
      tables.end(tree, key(first), key(last));
    }
  }

  @Override
  public void withdraw(long first, long last) {
    TableTree tree = tables.begin(key(first), key(last));
    try {
      super.withdraw(first, last);
    } finally {
      tables.end(tree, key(first), key(last));
    }
  }

  @Override
  public void withdrawQuietly(long first, long last) {
    TableTree tree = tables.begin(key(first), key(last));
    try {
      super.withdrawQuietly(first, last);
    } finally {
      tables.end(tree, key(first), key(last));
    }
  }

  @Override
  public long pfn(long page) {
    TableTree tree = tables.begin(key(page), key(page));
    try {
      return super.pfn(page);
    } finally {
      tables.end(tree, key(page), key(page));
    }
  }

  @Override
  public long entry(long page) {
    TableTree tree = tables.begin(key(page), key(page));
    try {
      return super.entry(page);
    } finally {
      tables.end(tree, key(page), key(page));
    }
  }

  @Override
  public void clear(long first, long last) {
    TableTree tree = tables.begin(key(first), key(last));
    try {
      tree.clearBare(key(first), key(last));
      tables.settle(tree, key(first), key(last));
    } finally {
      tables.end(tree, key(first), key(last));
    }
  }

  @Override
  public void hold(long first, long last, Frames frames) {
    TableTree tree = tables.begin(key(first), key(last));
    try {
      super.hold(first, last, frames);
    } finally {
      tables.end(tree, key(first), key(last));
    }
  }

  @Override
  public void letGo(long first, long last, Frames frames) {
    TableTree tree = tables.begin(key(first), key(last));
    try {
      for (long page = first; page <= last; page++) {
        frames.unhold(super.pfn(page));
      }
      tree.clearBare(key(first), key(last));
      tables.settle(tree, key(first), key(last));
    } finally {
      tables.end(tree, key(first), key(last));
    }
  }
}
