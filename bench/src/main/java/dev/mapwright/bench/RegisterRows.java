package dev.mapwright.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows I: registers read and written by the CPU through a mapped BAR, against the handlers called
 * through their interface. As in rows B, each machine is the first in classes of its own.
 */
final class RegisterRows {
  private static final String READS = "the handler by its interface, three of them in turn";
  private static final double TARGET = 3;

  private RegisterRows() {}

  static List<Row> measure(Plan plan) {
    try (RegisterLoops concurrent = new FreshEngine().registers(false);
        RegisterLoops single = new FreshEngine().registers(true)) {
      Rounds reads =
          Rounds.measure(
              List.of(
                  new Contender("handler", concurrent::handlerReads),
                  new Contender("8 bytes", n -> concurrent.loads(n, 8)),
                  new Contender("4 bytes", n -> concurrent.loads(n, 4)),
                  new Contender("single-threaded", n -> single.loads(n, 8)),
                  new Contender("no bracket", concurrent::loadsWithoutBracket)),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0), run.ratio(3, 0)));
      Rounds stores =
          Rounds.measure(
              List.of(
                  new Contender("handler", concurrent::handlerWrites),
                  new Contender("stores", concurrent::stores)),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      concurrent.verify();
      single.verify();
      long misses = concurrent.misses() + single.misses();
      return List.of(
          row("I1", "8-byte register read through a mapped BAR", TARGET, reads, 1, misses),
          row("I1 4 bytes", "4-byte register read", TARGET, reads, 2, misses),
          row("I1 single-threaded", "8 bytes, machine declared so", TARGET, reads, 3, misses),
          row("I1 alone", "8 bytes, each read outside a bracket", null, reads, 4, misses),
          row("I2", "8-byte register write through a mapped BAR", TARGET, stores, 1, misses));
    }
  }

  private static Row row(
      String name,
      String what,
      @Nullable Double target,
      Rounds rounds,
      int contender,
      long misses) {
    return Row.ratio(
        name,
        what,
        READS,
        target,
        rounds.ratio(contender, 0),
        Table.format(
            "%.2f ns against %.2f ns; values right, %,d TLB misses in all I rows",
            rounds.nanos(contender), rounds.nanos(0), misses));
  }
}
