package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;

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
  long get(long key) {
    TableTree tree = tables.tree();
    return tables.words().get(tree.leafTable(key), tables.shape().index(key, 1));
  }

  @Override
  void set(long key, long bits) {
    TableTree tree = tables.tree();
    tables.words().set(tree.leafTable(key), tables.shape().index(key, 1), bits);
  }

  @Override
  long exchange(long key, long bits) {
    TableTree tree = tables.tree();
    return tables.words().exchange(tree.leafTable(key), tables.shape().index(key, 1), bits);
  }

  @Override
  boolean replace(long key, long expected, long next) {
    TableTree tree = tables.tree();
    int index = tables.shape().index(key, 1);
    return tables.words().replace(tree.leafTable(key), index, expected, next);
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
}
