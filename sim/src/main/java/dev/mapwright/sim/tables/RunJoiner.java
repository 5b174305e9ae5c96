package dev.mapwright.sim.tables;

import dev.mapwright.core.machine.Translation.RunVisitor;

/** Joins adjacent runs before a visitor is told. */
final class RunJoiner {
  private final RunVisitor visitor;
  private long firstPage;
  private long pages;

  RunJoiner(RunVisitor visitor) {
    this.visitor = visitor;
  }

  void add(long first, long more) {
    if (pages > 0 && firstPage + pages == first) {
      pages += more;
    } else {
      flush();
      firstPage = first;
      pages = more;
    }
  }

  void flush() {
    if (pages > 0) {
      visitor.visit(firstPage, pages);
      pages = 0;
    }
  }
}
