package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.Frames;

/**
 * Bare leaves anywhere in a translation whose tables are there; each is counted in its table, which
 * stays as long as it holds one. Each call locks the translation.
 */
final class TreeEntries extends BareLeaves {
  private final PageTables tables;

  TreeEntries(PageTables tables) {
    super(tables);
    this.tables = tables;
  }

  @Override
  long at(long key) {
    return TableWords.address(tables.tree().leafTable(key), tables.shape().index(key, 1));
  }

  @Override
  long get(long at) {
    return tables.words().get(at);
  }

  @Override
  void set(long at, long bits) {
    tables.words().set(at, bits);
  }

  @Override
  long exchange(long at, long bits) {
    return tables.words().exchange(at, bits);
  }

  @Override
  boolean replace(long at, long expected, long next) {
    return tables.words().replace(at, expected, next);
  }

  @Override
  public void stage(long page, long pfn, int permissions, CachePolicy cache) {
    tables.begin();
    try {
      tables.tree().enter(key(page), staged(pfn, permissions, cache));
    } finally {
      tables.end();
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
    tables.begin();
    try {
      super.publish(first, last);
    } finally {
      tables.end();
    }
  }

  @Override
  public void protect(long first, long last, int permissions) {
    tables.begin();
    try {
      super.protect(first, last, permissions);
    } finally {
      tables.end();
    }
  }

  @Override
  public void withdraw(long first, long last) {
    tables.begin();
    try {
      super.withdraw(first, last);
    } finally {
      tables.end();
    }
  }

  @Override
  public void withdrawQuietly(long first, long last) {
    tables.begin();
    try {
      super.withdrawQuietly(first, last);
    } finally {
      tables.end();
    }
  }

  @Override
  public long pfn(long page) {
    tables.begin();
    try {
      return super.pfn(page);
    } finally {
      tables.end();
    }
  }

  @Override
  public long entry(long page) {
    tables.begin();
    try {
      return super.entry(page);
    } finally {
      tables.end();
    }
  }

  @Override
  public void clear(long first, long last) {
    tables.begin();
    try {
      tables.tree().clearBare(key(first), key(last));
      tables.settle();
    } finally {
      tables.end();
    }
  }

  @Override
  public void hold(long first, long last, Frames frames) {
    tables.begin();
    try {
      super.hold(first, last, frames);
    } finally {
      tables.end();
    }
  }

  @Override
  public void letGo(long first, long last, Frames frames) {
    tables.begin();
    try {
      for (long page = first; page <= last; page++) {
        frames.unhold(super.pfn(page));
      }
      tables.tree().clearBare(key(first), key(last));
      tables.settle();
    } finally {
      tables.end();
    }
  }
}
